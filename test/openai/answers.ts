/** What the scripted model says when nobody wrote its words. */
import { createHash } from "node:crypto";
import type { Recorded } from "./server.ts";

/** The last one: the rules speak of the marks, too. */
export function part(content: string, name: string): string {
  const end = content.lastIndexOf(`</${name}>`);
  const start = end < 0 ? -1 : content.lastIndexOf(`<${name}>`, end);
  return start < 0 ? "" : content.slice(start + name.length + 2, end);
}

/** A well-behaved draft: the first passage's first sentences, cited. Summaries and answers likewise. */
export function quoteFirstPassage({ content }: Recorded): string {
  const passage = /\[1\][^\n]*\n([^\n]+)/.exec(part(content, "passages"))?.[1];
  const name = /customer's name: (\S+)/.exec(content)?.[1];
  const hello = name ? `Hello ${name},` : "Hello,";
  if (!passage)
    return `${hello}\n\nThank you for your message. I will check this and come back to you.\n\nKind regards`;
  return `${hello}\n\nThank you for your message. ${passage.slice(0, 400)} [1]\n\nKind regards`;
}

/** Words hashed into 64 places, of length 1: the same words lie near each other, nothing more. */
export function embedding(text: string, size = 64): number[] {
  const vector = new Array<number>(size).fill(0);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    const at = createHash("md5").update(word).digest().readUInt16BE() % size;
    vector[at] = vector[at]! + 1;
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}

/** Words for one thing, for a server that is to know what words mean. */
const things = [
  ["refund", "refunds", "reimburse", "reimbursement", "zwrot", "erstattung"],
  ["parcel", "parcels", "package", "shipment", "paczka"],
  ["delivery", "arrive", "arrives", "shipping", "dostawa"],
  ["kayak", "kayaks", "canoe", "canoes", "kajak"],
  ["password", "passwords", "passphrase", "hasło"],
];
const common = new Set(
  "a an the i you me my we it is are do does will can to of on in for and with at be have has when how what".split(" "),
);

/** As `embedding`, but words for one thing lie at one place, and common words at none. */
export function meant(text: string, size = 256): number[] {
  const words = (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => !common.has(word));
  return embedding(words.map((word) => things.find((same) => same.includes(word))?.[0] ?? word).join(" "), size);
}
