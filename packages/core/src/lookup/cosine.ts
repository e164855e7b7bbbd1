/** Nearest texts by the cosine of their tf·idf vectors: 0 to 1, and comparable from one query to the next. */

export type Cosine = {
  features: Map<string, number>;
  idf: Float32Array;
  starts: Uint32Array;
  docs: Uint32Array;
  worths: Float32Array;
  count: number;
};

type Vector = { at: number[]; worth: number[] };

/** Features nobody else has count in the length: much that is unknown makes a text less like any other. */
function vector(
  { features, idf, count }: Pick<Cosine, "features" | "idf" | "count">,
  counts: Map<string, number>,
): Vector {
  const at: number[] = [];
  const worth: number[] = [];
  const unseen = Math.log(1 + count);
  let norm = 0;
  for (const [name, times] of counts) {
    const feature = features.get(name);
    const value = Math.sqrt(times) * (feature === undefined ? unseen : idf[feature]!);
    norm += value * value;
    if (feature === undefined) continue;
    at.push(feature);
    worth.push(value);
  }
  const scale = norm ? 1 / Math.sqrt(norm) : 0;
  return { at, worth: worth.map((value) => value * scale) };
}

export function cosineIndex(documents: Map<string, number>[]): Cosine {
  const features = new Map<string, number>();
  const df: number[] = [];
  for (const document of documents)
    for (const name of document.keys()) {
      const feature = features.get(name) ?? features.size;
      features.set(name, feature);
      df[feature] = (df[feature] ?? 0) + 1;
    }
  const count = documents.length;
  const idf = Float32Array.from(df, (times) => Math.log(1 + count / (1 + times)));
  const starts = new Uint32Array(features.size + 1);
  for (let feature = 0; feature < features.size; feature++) starts[feature + 1] = starts[feature]! + df[feature]!;
  const docs = new Uint32Array(starts[features.size]!);
  const worths = new Float32Array(docs.length);
  const next = starts.slice();
  for (const [doc, document] of documents.entries()) {
    const { at, worth } = vector({ features, idf, count }, document);
    for (let item = 0; item < at.length; item++) {
      const cell = next[at[item]!]!++;
      docs[cell] = doc;
      worths[cell] = worth[item]!;
    }
  }
  return { features, idf, starts, docs, worths, count };
}

/** The cosine of the text to each document. */
export function cosines(index: Cosine, counts: Map<string, number>): Float32Array {
  const out = new Float32Array(index.count);
  const { at, worth } = vector(index, counts);
  for (let item = 0; item < at.length; item++) {
    const end = index.starts[at[item]! + 1]!;
    for (let cell = index.starts[at[item]!]!; cell < end; cell++)
      out[index.docs[cell]!]! += worth[item]! * index.worths[cell]!;
  }
  return out;
}
