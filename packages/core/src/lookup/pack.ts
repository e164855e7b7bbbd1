/** Stored forms: one JSON header and typed arrays after it, compressed. */
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import { AppError } from "../error.ts";
import type { Stored } from "./collection.ts";

const magic = "CUE1";

/** Numbers that are mostly small, seven bits a byte. */
function varints(numbers: Uint32Array): Uint8Array {
  const out = new Uint8Array(numbers.length * 5);
  let at = 0;
  for (let value of numbers) {
    while (value > 127) {
      out[at++] = (value & 127) | 128;
      value >>>= 7;
    }
    out[at++] = value;
  }
  return out.subarray(0, at);
}

function unvarint(bytes: Uint8Array, count: number): Uint32Array {
  const out = new Uint32Array(count);
  let at = 0;
  for (let index = 0; index < count; index++) {
    let value = 0;
    let shift = 0;
    for (;;) {
      const byte = bytes[at++]!;
      value |= (byte & 127) << shift;
      if (byte < 128) break;
      shift += 7;
    }
    out[index] = value >>> 0;
  }
  return out;
}

export type Part = { head: unknown; arrays: Uint32Array[] };

/** Any header with number lists, compressed; `kind` guards against reading one thing as another. */
export function compress(kind: string, { head, arrays }: Part): Uint8Array {
  const packed = arrays.map(varints);
  const text = Buffer.from(
    JSON.stringify({ head, lists: arrays.map((list, at) => [list.length, packed[at]!.length]) }),
  );
  const size = Buffer.alloc(4);
  size.writeUInt32LE(text.length);
  const body = Buffer.concat([size, text, ...packed]);
  const squeezed = brotliCompressSync(body, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
  });
  return new Uint8Array(Buffer.concat([Buffer.from(magic + kind.padEnd(4).slice(0, 4)), squeezed]));
}

/** Throws `AppError("input", "index_version")` for anything `compress` of this version and kind did not make. */
export function decompress(kind: string, bytes: Uint8Array): Part {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (all.toString("latin1", 0, 8) !== magic + kind.padEnd(4).slice(0, 4))
    throw new AppError("input", "index_version", "This index was made by another version; build it again.");
  const body = brotliDecompressSync(all.subarray(8));
  const size = body.readUInt32LE(0);
  const { head, lists } = JSON.parse(body.toString("utf8", 4, 4 + size)) as {
    head: unknown;
    lists: [number, number][];
  };
  let at = 4 + size;
  const arrays = lists.map(([count, length]) => {
    const list = unvarint(body.subarray(at, at + length), count);
    at += length;
    return list;
  });
  return { head, arrays };
}

const kind = "look";

/** The differences of a rising list: small numbers pack well. */
const rises = (list: Uint32Array): Uint32Array => list.map((value, at) => value - (at ? list[at - 1]! : 0));
function sums(list: Uint32Array): Uint32Array {
  for (let at = 1; at < list.length; at++) list[at]! += list[at - 1]!;
  return list;
}

export function freeze(stored: Stored): Uint8Array {
  const { articles, passages, articleOf, terms, stops, forward, titleEnds, headingEnds } = stored;
  const { starts, tokens } = forward;
  const texts = passages.map(({ heading, text, n }) => [heading, text, n]);
  const first = new Map<number, (typeof passages)[number]>();
  for (const [doc, passage] of passages.entries()) if (!first.has(articleOf[doc]!)) first.set(articleOf[doc]!, passage);
  const facts = articles.map((article, at) => {
    const passage = first.get(at);
    return { ...article, tag: passage?.language, audience: passage?.audience, url: passage?.url };
  });
  const arrays = [
    rises(articleOf),
    Uint32Array.from(stops),
    rises(starts),
    tokens,
    titleEnds.map((end, doc) => end - starts[doc]!),
    headingEnds.map((end, doc) => end - titleEnds[doc]!),
  ];
  return compress(kind, { head: { facts, texts, terms }, arrays });
}

type Head = {
  facts: (Stored["articles"][number] & { tag?: string; audience?: "public" | "internal"; url?: string })[];
  texts: [string, string, number][];
  terms: string[];
};

export function thaw(bytes: Uint8Array): Stored {
  const { head, arrays } = decompress(kind, bytes);
  const { facts, texts, terms } = head as Head;
  const articleOf = sums(arrays[0]!);
  const starts = sums(arrays[2]!);
  const titleEnds = arrays[4]!.map((length, doc) => starts[doc]! + length);
  return {
    articles: facts.map(({ tag: _tag, audience: _audience, url: _url, ...article }) => article),
    passages: texts.map(([heading, text, n], doc) => {
      const { id, title, tag, audience, url } = facts[articleOf[doc]!]!;
      return {
        articleId: id,
        n,
        title,
        heading,
        text,
        ...(tag ? { language: tag } : {}),
        audience: audience ?? "public",
        ...(url ? { url } : {}),
      };
    }),
    articleOf,
    terms,
    stops: Uint8Array.from(arrays[1]!),
    forward: { tokens: arrays[3]!, starts },
    titleEnds,
    headingEnds: arrays[5]!.map((length, doc) => titleEnds[doc]! + length),
  };
}
