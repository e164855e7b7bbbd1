/** Past replies: the ones nearest to a conversation, and which of several candidates fits it. */
import { compress, decompress } from "./pack.ts";
import {
  add,
  type Forward,
  forwardOf,
  idf,
  invert,
  numberOf,
  type Postings,
  top,
  type Vocabulary,
  vocabulary,
} from "./postings.ts";
import type { Query } from "./query.ts";
import { isStop, primary, stemsOf } from "./words.ts";

/** `question` is the conversation before the reply, as `questionText` gives it. */
export type Example = { id: string; question: string; reply: string; language?: string; articles?: string[] };

export type ReplyIndex = {
  examples: Example[];
  words: Vocabulary;
  /** Two documents an example: its question (2n) and its reply (2n + 1). */
  forward: Forward;
  questions: Postings;
  replies: Postings;
  /** The length of each question's vector. */
  norms: Float32Array;
};

/** The last turns of a conversation, one a line, oldest first; what the rep or bot said begins with "> ". */
export const questionText = ({ turns }: Query): string =>
  turns
    .slice(-turnsKept)
    .map(({ author, text }) => (author === "customer" ? "" : "> ") + text.slice(0, 2_000).replaceAll("\n", " "))
    .join("\n");
const turnsKept = 6;

export function buildReplies(examples: Example[]): ReplyIndex {
  const words = vocabulary();
  const documents: number[][] = [];
  for (const { question, reply, language } of examples) {
    const numbers = (text: string) => stemsOf(text, primary(language)).map((stemmed) => numberOf(words, stemmed));
    documents.push(numbers(question), numbers(reply));
  }
  return assemble(examples, words, forwardOf(documents));
}

function half({ tokens, starts }: Forward, which: 0 | 1): Forward {
  const documents: number[][] = [];
  for (let doc = which; doc + 1 < starts.length; doc += 2)
    documents.push([...tokens.subarray(starts[doc]!, starts[doc + 1]!)]);
  return forwardOf(documents);
}

function assemble(examples: Example[], words: Vocabulary, forward: Forward): ReplyIndex {
  const one = (list: Forward) =>
    invert(list, words.terms.length, [{ ends: list.starts.subarray(1), weight: 1, b: 0.4 }]);
  const questions = one(half(forward, 0));
  const norms = new Float32Array(examples.length);
  for (let term = 0; term < words.terms.length; term++) {
    const end = questions.starts[term + 1]!;
    const worth = idf(examples.length, end - questions.starts[term]!);
    for (let at = questions.starts[term]!; at < end; at++) norms[questions.docs[at]!]! += worth;
  }
  return { examples, words, forward, questions, replies: one(half(forward, 1)), norms };
}

export function packReplies({ examples, words, forward }: ReplyIndex): Uint8Array {
  const lengths = forward.starts.subarray(1).map((end, at) => end - forward.starts[at]!);
  return compress("repl", { head: { examples, terms: words.terms }, arrays: [lengths, forward.tokens] });
}

/** Throws `AppError("input", "index_version")` for bytes of another version. */
export function unpackReplies(bytes: Uint8Array): ReplyIndex {
  const { head, arrays } = decompress("repl", bytes);
  const { examples, terms } = head as { examples: Example[]; terms: string[] };
  const lengths = arrays[0]!;
  const starts = new Uint32Array(lengths.length + 1);
  for (let at = 0; at < lengths.length; at++) starts[at + 1] = starts[at]! + lengths[at]!;
  return assemble(examples, vocabulary(terms), { tokens: arrays[1]!, starts });
}

/** The words of the conversation with their weights: the newest turn counts most. */
function weigh(index: ReplyIndex, query: Query): { terms: Map<number, number>; mass: number } {
  const language = primary(query.language);
  const terms = new Map<number, number>();
  let mass = 0;
  const turns = query.turns.slice(-8);
  for (const [at, { text }] of turns.entries()) {
    const recency = 0.6 ** (turns.length - 1 - at);
    for (const stemmed of new Set(stemsOf(text.slice(0, 4_000), language))) {
      const term = index.words.numbers.get(stemmed);
      const stop = isStop(stemmed, language) ? 0.4 : 1;
      const df = term === undefined ? 0 : index.questions.starts[term + 1]! - index.questions.starts[term]!;
      const worth = idf(index.examples.length, df) * recency * stop;
      if (term === undefined) {
        mass += worth * 0.3;
        continue;
      }
      const before = terms.get(term) ?? 0;
      if (worth <= before) continue;
      mass += worth - before;
      terms.set(term, worth);
    }
  }
  return { terms, mass };
}

/** The past conversations most like this one. `score` 0..1 is comparable across queries. */
export function nearest(index: ReplyIndex, query: Query, limit = 5): { example: Example; score: number }[] {
  const { terms, mass } = weigh(index, query);
  const scores = new Float32Array(index.examples.length);
  if (!mass) return [];
  for (const [term, weight] of terms) add(index.questions, term, weight / mass, scores);
  return top(scores, limit).map((doc) => ({ example: index.examples[doc]!, score: Math.min(1, scores[doc]! * 1.6) }));
}

/** The order of the candidates (their places in the list), best first: likeness to what was answered to such talk, and shared words. */
export function rankReplies(index: ReplyIndex, query: Query, candidates: string[]): number[] {
  const language = primary(query.language);
  const neighbours = nearest(index, query, 40);
  const bags = candidates.map((text) => new Set(stemsOf(text, language)));
  const df = new Map<string, number>();
  for (const bag of bags) for (const each of bag) df.set(each, (df.get(each) ?? 0) + 1);
  const worth = (stemmed: string) =>
    idf(candidates.length, df.get(stemmed) ?? 0) * (isStop(stemmed, language) ? 0.3 : 1);
  const near = neighbours.map(({ example, score }) => ({ bag: new Set(stemsOf(example.reply, language)), score }));
  const turns = query.turns.slice(-8);
  const said = new Map<string, number>();
  for (const [at, { text }] of turns.entries())
    for (const each of stemsOf(text, language))
      said.set(each, Math.max(said.get(each) ?? 0, 0.7 ** (turns.length - 1 - at)));
  const scores = bags.map((bag) => {
    let lexical = 0;
    let size = 0;
    for (const each of bag) {
      lexical += (said.get(each) ?? 0) * worth(each);
      size += worth(each);
    }
    let like = 0;
    for (const { bag: other, score } of near) {
      let shared = 0;
      for (const each of bag) if (other.has(each)) shared++;
      like += score ** 3 * (shared / (bag.size + other.size - shared || 1)) ** 2;
    }
    return { lexical: size ? lexical / Math.sqrt(size + 2) : 0, like };
  });
  const most = Math.max(...scores.map(({ like }) => like), 1e-9);
  const mostLexical = Math.max(...scores.map(({ lexical }) => lexical), 1e-9);
  const total = scores.map(
    ({ lexical, like }) => like / most + (neighbours.length ? 0.4 : 1) * (lexical / mostLexical),
  );
  return candidates.map((_, at) => at).sort((a, b) => total[b]! - total[a]! || a - b);
}
