/** An inverted index in typed arrays: for each term the documents it stands in, and how much it says there (0..1). */

/** Documents as term numbers, one after the other: document d is `tokens[starts[d] .. starts[d + 1]]`. */
export type Forward = { tokens: Uint32Array; starts: Uint32Array };

export type Postings = {
  /** Term t's postings are at `starts[t] .. starts[t + 1]`. */
  starts: Uint32Array;
  docs: Uint32Array;
  /** tf / (k1 + tf) with tf weighted by field and length, as in BM25F (Robertson & Zaragoza 2009): already saturated. */
  impacts: Float32Array;
};

/** A field is a stretch of each document; `ends[d]` is where it stops (the next begins there). */
export type Field = { ends: Uint32Array; weight: number; b: number };

/** BM25F over one or more fields. Time and memory are linear in the tokens. */
export function invert(forward: Forward, termCount: number, fields: Field[], k1 = 1.2): Postings {
  const { tokens, starts } = forward;
  const docCount = starts.length - 1;
  const averages = fields.map(({ ends }, at) => {
    let sum = 0;
    for (let doc = 0; doc < docCount; doc++) sum += ends[doc]! - (at ? fields[at - 1]!.ends[doc]! : starts[doc]!);
    return sum / (docCount || 1) || 1;
  });
  const seen = new Int32Array(termCount).fill(-1);
  const counts = new Uint32Array(termCount + 1);
  for (let doc = 0; doc < docCount; doc++)
    for (let at = starts[doc]!; at < starts[doc + 1]!; at++) {
      const term = tokens[at]!;
      if (seen[term] === doc) continue;
      seen[term] = doc;
      counts[term + 1]!++;
    }
  for (let term = 0; term < termCount; term++) counts[term + 1]! += counts[term]!;
  const total = counts[termCount]!;
  const docs = new Uint32Array(total);
  const impacts = new Float32Array(total);
  const next = counts.slice(0, termCount);
  seen.fill(-1);
  for (let doc = 0; doc < docCount; doc++) {
    let at = starts[doc]!;
    for (let field = 0; field < fields.length; field++) {
      const { ends, weight, b } = fields[field]!;
      const end = ends[doc]!;
      const share = weight / (1 - b + (b * (end - at)) / averages[field]!);
      for (; at < end; at++) {
        const term = tokens[at]!;
        if (seen[term] !== doc) {
          seen[term] = doc;
          docs[next[term]!] = doc;
          next[term]!++;
        }
        impacts[next[term]! - 1]! += share;
      }
    }
  }
  for (let at = 0; at < total; at++) impacts[at] = impacts[at]! / (k1 + impacts[at]!);
  return { starts: counts, docs, impacts };
}

export const frequency = (postings: Postings, term: number): number =>
  postings.starts[term + 1]! - postings.starts[term]!;

/** Inverse document frequency, never below zero. */
export const idf = (documents: number, df: number): number => Math.log(1 + (documents - df + 0.5) / (df + 0.5));

/** Adds `weight` × impact of the term to every document it stands in. */
export function add(postings: Postings, term: number, weight: number, scores: Float32Array): void {
  const { docs, impacts } = postings;
  const end = postings.starts[term + 1]!;
  for (let at = postings.starts[term]!; at < end; at++) scores[docs[at]!]! += weight * impacts[at]!;
}

/** The highest scores above `floor`, best first; at equal scores the earlier document first. */
export function top(scores: Float32Array, count: number, floor = 0): number[] {
  const heap: number[] = []; // the worst of the best is at its root
  const worse = (a: number, b: number) => scores[a]! < scores[b]! || (scores[a] === scores[b] && a > b);
  const sink = (from: number) => {
    let at = from;
    for (;;) {
      const left = 2 * at + 1;
      let least = at;
      if (left < heap.length && worse(heap[left]!, heap[least]!)) least = left;
      if (left + 1 < heap.length && worse(heap[left + 1]!, heap[least]!)) least = left + 1;
      if (least === at) return;
      [heap[at], heap[least]] = [heap[least]!, heap[at]!];
      at = least;
    }
  };
  for (let doc = 0; doc < scores.length; doc++) {
    const score = scores[doc]!;
    if (score <= floor) continue;
    if (heap.length < count) {
      heap.push(doc);
      if (heap.length === count) for (let at = (count >> 1) - 1; at >= 0; at--) sink(at);
    } else if (score > scores[heap[0]!]!) {
      heap[0] = doc;
      sink(0);
    }
  }
  return heap.sort((a, b) => (worse(a, b) ? 1 : -1));
}

/** Term numbers for words, given out in order of first sight. */
export type Vocabulary = { numbers: Map<string, number>; terms: string[] };
export const vocabulary = (terms: string[] = []): Vocabulary => ({
  numbers: new Map(terms.map((term, at) => [term, at])),
  terms,
});
export function numberOf(words: Vocabulary, term: string): number {
  const known = words.numbers.get(term);
  if (known !== undefined) return known;
  const made = words.terms.length;
  words.numbers.set(term, made);
  words.terms.push(term);
  return made;
}

/** Collects documents into one forward list. */
export function forwardOf(documents: number[][]): Forward {
  const starts = new Uint32Array(documents.length + 1);
  for (let doc = 0; doc < documents.length; doc++) starts[doc + 1] = starts[doc]! + documents[doc]!.length;
  const tokens = new Uint32Array(starts[documents.length]!);
  for (let doc = 0; doc < documents.length; doc++) tokens.set(documents[doc]!, starts[doc]!);
  return { tokens, starts };
}
