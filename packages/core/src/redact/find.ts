/** Personal data that can be told by its form. Each detector finds one kind; overlaps are settled here. */
import { findCards, findIbans, findSsns } from "./money.ts";
import { findMachines, findSecretLinks } from "./network.ts";
import { findPhones } from "./phone.ts";
import { findCredentials } from "./secret.ts";

export type PersonalType = "email" | "phone" | "card" | "iban" | "ip" | "mac" | "url" | "ssn" | "id" | "secret";
export type Found = { type: PersonalType; start: number; end: number };

const email =
  /(?<![\p{L}\p{N}_%+])[\p{L}\p{N}_][\p{L}\p{N}\p{M}._%+'-]{0,63}[@\uff20](?:[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?\.){1,8}(?:xn--[a-z0-9-]{2,59}|[\p{L}\p{M}]{2,24})(?!\p{L})/giu;
/** "ada (at) example (dot) com" */
const spelled =
  /(?<![\p{L}\p{N}_.])[a-z0-9][\w.+-]{0,63}\s{0,2}[([{<]\s?(?:at|ät|@|arroba)\s?[)\]}>]\s{0,2}[a-z0-9-]{1,63}(?:\s{0,2}(?:[([{<]\s?(?:dot|punkt|punto|\.)\s?[)\]}>]|\.)\s{0,2}[a-z0-9-]{2,63}){1,4}/giu;

/** The last characters before `at`, for words that say what a number is. */
export const before = (text: string, at: number, length: number): string => text.slice(Math.max(0, at - length), at);

/** Who wins where two claim the same characters: the one whose form says most. */
const rank: PersonalType[] = ["url", "email", "secret", "iban", "ip", "mac", "card", "ssn", "phone", "id"];

/** Sorted by `start`, without overlaps; `start` and `end` are UTF-16 units. */
export function findPersonal(text: string): Found[] {
  const all: Found[] = [];
  if (/[@\uff20]|[([{<]\s?(?:at|ät|arroba)/iu.test(text)) {
    for (const match of text.matchAll(email))
      all.push({ type: "email", start: match.index, end: match.index + match[0].length });
    for (const match of text.matchAll(spelled))
      all.push({ type: "email", start: match.index, end: match.index + match[0].length });
  }
  if (text.includes("://") || /www\./i.test(text)) all.push(...findSecretLinks(text));
  all.push(...findCredentials(text));
  if (/\p{Nd}/u.test(text))
    all.push(...findMachines(text), ...findCards(text), ...findIbans(text), ...findSsns(text), ...findPhones(text));
  all.sort((a, b) => rank.indexOf(a.type) - rank.indexOf(b.type) || b.end - b.start - (a.end - a.start));
  const kept: Found[] = [];
  for (const each of all) if (!kept.some((other) => each.start < other.end && other.start < each.end)) kept.push(each);
  return kept.sort((a, b) => a.start - b.start);
}
