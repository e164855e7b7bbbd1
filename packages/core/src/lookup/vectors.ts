/**
 * Passages as vectors of an embedding model, one byte a number, and how near a question lies to each. Cosines mean something
 * else with every model and every knowledge base, so each set of vectors is measured when it is made: see `measure`.
 */
import { createHash } from "node:crypto";
import { AppError } from "../error.ts";
import type { Passage } from "../policy.ts";
import { smallTalk } from "./small-talk.ts";

export type Embedder = {
  /** Model and size: vectors of another `id` are never compared. */
  id: string;
  /** One vector a text, in order. Throws `AppError("upstream" | "limit", …)`. */
  embed(texts: string[]): Promise<ArrayLike<number>[]>;
};

/** Cosines: `base` of things that have nothing to do with each other, `noise` the nearest small talk comes, `fits` a title and its article. */
type Scale = { base: number; noise: number; fits: number };
export type Vectors = {
  id: string;
  size: number;
  rowOf: Map<string, number>;
  /** Row after row, `size` numbers each. */
  values: Int8Array;
  /** 1 / length of each row. */
  inverse: Float32Array;
  scale?: Scale;
  /** Texts that are still to come: the job stopped early. */
  left: number;
};
/** Of each passage: its cosine with the question; 0 where it has no vector. */
export type Meaning = { near: Float32Array; scale: Scale };

/** As sent, before redaction: a passage whose text is the same keeps its vector. */
export const textOf = ({ title, heading, text }: Passage): string =>
  [title, heading, text].filter(Boolean).join("\n").slice(0, 8_000);
export const keyOf = (id: string, text: string): string =>
  createHash("sha256").update(`${id}\n${text}`).digest("hex").slice(0, 16);

/** Largest number to 127. Cosines of rows lie within 0.005 of the exact ones. */
function quantised(vector: ArrayLike<number>): Int8Array {
  let most = 0;
  for (let i = 0; i < vector.length; i++) most = Math.max(most, Math.abs(vector[i]!));
  return Int8Array.from({ length: vector.length }, (_, i) => (most ? Math.round((127 * vector[i]!) / most) : 0));
}

export function vectorsOf(id: string, size: number, rows: Map<string, ArrayLike<number>>, left = 0): Vectors {
  const values = new Int8Array(rows.size * size);
  const rowOf = new Map<string, number>();
  for (const [key, row] of rows) {
    values.set(row instanceof Int8Array ? row : quantised(row), rowOf.size * size);
    rowOf.set(key, rowOf.size);
  }
  return { id, size, rowOf, values, inverse: lengths(values, size), left };
}

export const rowsOf = ({ rowOf, values, size }: Vectors): Map<string, Int8Array> =>
  new Map([...rowOf].map(([key, row]) => [key, values.subarray(row * size, (row + 1) * size)]));

function lengths(values: Int8Array, size: number): Float32Array {
  const inverse = new Float32Array(size ? values.length / size : 0);
  for (let row = 0; row < inverse.length; row++) {
    let sum = 0;
    for (let i = row * size; i < (row + 1) * size; i++) sum += values[i]! * values[i]!;
    inverse[row] = sum ? 1 / Math.sqrt(sum) : 0;
  }
  return inverse;
}

/** `vector` need not have length one. */
function cosine({ values, inverse, size }: Vectors, row: number, vector: Float32Array): number {
  let sum = 0;
  const from = row * size;
  for (let i = 0; i < size; i++) sum += values[from + i]! * vector[i]!;
  return sum * inverse[row]!;
}

function unit(vector: ArrayLike<number>): Float32Array {
  const out = Float32Array.from(vector);
  let sum = 0;
  for (const value of out) sum += value * value;
  return sum ? out.map((value) => value / Math.sqrt(sum)) : out;
}

/** The rows of an index's passages, found once for each pair of the two. */
const placed = new WeakMap<Passage[], { vectors: Vectors; rows: Int32Array }>();
function rowsFor(passages: Passage[], vectors: Vectors): Int32Array {
  const known = placed.get(passages);
  if (known?.vectors === vectors) return known.rows;
  const rows = Int32Array.from(passages, (passage) => vectors.rowOf.get(keyOf(vectors.id, textOf(passage))) ?? -1);
  placed.set(passages, { vectors, rows });
  return rows;
}

/** Undefined when the question's vector cannot be compared, or the vectors were not measured. */
export function meaningOf(passages: Passage[], vectors: Vectors, vector: ArrayLike<number>): Meaning | undefined {
  const { scale } = vectors;
  if (!scale || vector.length !== vectors.size) return undefined;
  const question = unit(vector);
  const rows = rowsFor(passages, vectors);
  const near = new Float32Array(passages.length);
  for (let doc = 0; doc < near.length; doc++) if (rows[doc]! >= 0) near[doc] = cosine(vectors, rows[doc]!, question);
  return { near, scale };
}

/** What is embedded beside the passages to measure them by: small talk, and titles of articles all over the base. */
export function probes(passages: Passage[]): { talk: string[]; titles: string[] } {
  const titles = [...new Set(passages.map(({ title }) => title))];
  const step = Math.max(1, titles.length / 24);
  return {
    talk: smallTalk,
    titles: Array.from({ length: Math.min(24, titles.length) }, (_, n) => titles[Math.floor(n * step)]!),
  };
}

/** So many passages are compared with each probe for `base`; all of them for the other two. */
const sampled = 2_000;

export function measure(passages: Passage[], vectors: Vectors): Vectors {
  const rows = rowsFor(passages, vectors);
  const { talk, titles } = probes(passages);
  const vectorOf = (text: string) => {
    const row = vectors.rowOf.get(keyOf(vectors.id, text));
    return row === undefined ? undefined : unit(vectors.values.subarray(row * vectors.size, (row + 1) * vectors.size));
  };
  let sum = 0;
  let count = 0;
  const step = Math.max(1, Math.ceil(rows.length / sampled));
  const maxima: number[] = [];
  for (const vector of talk.map(vectorOf)) {
    if (!vector) continue;
    let most = -1;
    for (let doc = 0; doc < rows.length; doc++) {
      if (rows[doc]! < 0) continue;
      const near = cosine(vectors, rows[doc]!, vector);
      if (near > most) most = near;
      if (doc % step) continue;
      sum += near;
      count++;
    }
    maxima.push(most);
  }
  const own = titles.flatMap((title) => {
    const vector = vectorOf(title);
    const near = passages.flatMap((passage, doc) =>
      vector && passage.title === title && rows[doc]! >= 0 ? [cosine(vectors, rows[doc]!, vector)] : [],
    );
    return near.length > 0 ? [Math.max(...near)] : [];
  });
  if (count === 0 || own.length === 0) return vectors;
  const at = (list: number[], share: number) =>
    list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))]!;
  return { ...vectors, scale: { base: sum / count, noise: at(maxima, 0.95), fits: at(own, 0.5) } };
}

/** Of the stored form. */
export const magic = "CUE1vect";

/** Not compressed further: brotli takes a tenth off bytes like these, and seconds of a large base. */
export function packVectors({ id, size, rowOf, values, scale, left }: Vectors): Uint8Array {
  const head = Buffer.from(JSON.stringify({ id, size, count: rowOf.size, left, scale }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  const keys = Buffer.from([...rowOf.keys()].join(""), "hex");
  return new Uint8Array(
    Buffer.concat([
      Buffer.from(magic),
      length,
      head,
      keys,
      new Uint8Array(values.buffer, values.byteOffset, values.length),
    ]),
  );
}

/** Throws `AppError("input", "index_version")` for bytes of another version. */
export function unpackVectors(bytes: Uint8Array): Vectors {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (all.toString("latin1", 0, 8) !== magic)
    throw new AppError("input", "index_version", "These vectors were made by another version; make them again.");
  const keysAt = 12 + all.readUInt32LE(8);
  const { id, size, count, left, scale } = JSON.parse(all.toString("utf8", 12, keysAt)) as {
    id: string;
    size: number;
    count: number;
    left: number;
    scale?: Scale;
  };
  const hex = all.toString("hex", keysAt, keysAt + count * 8);
  const rowOf = new Map<string, number>();
  for (let row = 0; row < count; row++) rowOf.set(hex.slice(row * 16, (row + 1) * 16), row);
  const values = Int8Array.from(new Int8Array(all.buffer, all.byteOffset + keysAt + count * 8, count * size));
  return { id, size, rowOf, values, inverse: lengths(values, size), left, ...(scale ? { scale } : {}) };
}
