/** Facts of a text as values that can be compared: "amount EUR 49.9", "span h 336", "percent 3", "date 2026-3-4". */
import { findPersonal } from "../redact/find.ts";
import { linkPattern, trimLink } from "../redact/network.ts";
import { datesIn } from "./dates.ts";
import { ascii, digits, number, numberWords, wordNumber } from "./numbers.ts";
import { currencyOf, moneyPattern, spanOf, spanPattern } from "./units.ts";

/**
 * Of `needs` every entry must be known, by any of its alternatives; empty where the text claims nothing. `gives` is what the
 * same words vouch for when they stand in a source.
 */
export type Fact = { start: number; end: number; needs: string[][]; gives: string[] };

const value = `(?:${digits}|(?<!\\p{L})(?:${numberWords}))`;
const edge = "(?![\\p{L}\\p{M}])";
const joint = `\\s?(?:[-\u2010-\u2015~\uff5e至到]|(?:to|bis|[àa]|hasta|tot|till|til|до|do|ile|and|or|und|oder|et|ou|y|o|e)(?=\\s))\\s?`;
const money = `(?:${moneyPattern})`;
const quantity = new RegExp(
  `(?<![\\p{L}\\p{N}.,#])(?:(?<before>${money})\\s?)?(?<low>${value})(?:${joint}(?:${money}\\s?)?(?<high>${value}))?` +
    `(?:[\\s\u00a0\u202f-]?(?:(?<percent>[%\uff05٪]|(?:per ?cent|prozent|pour ?cent|por ciento|por cento|per cento|procent|процент\\p{L}*)${edge})` +
    `|(?<span>${spanPattern})(?![\\p{Ll}\\p{Lu}\\p{M}])|(?<after>${moneyPattern})(?![\\p{Ll}\\p{Lu}\\p{M}])))?(?!\\p{Nd})`,
  "gu",
);
const clock =
  /(?<![\p{N}:.,\p{L}])([01]?\d|2[0-4])(?:([:.h])([0-5]\d))?(?::[0-5]\d)?(?:\s?([ap])\.?m\.?(?!\p{L})|\s?(uhr|o'clock)(?!\p{L}))?(?![\p{N}:%]|[.,]\d)/giu;
/** Letters and digits mixed, four digits and more, or anything behind "#". */
const code =
  /(?<![\p{L}\p{N}_/.@-])(?:#\s?(?=[\p{L}\p{N}-]{0,40}\p{Nd})[\p{L}\p{N}-]{1,40}|(?=[\p{L}\p{N}_-]{0,40}\p{Nd})(?=[\p{L}\p{N}_-]{0,40}\p{L})[\p{L}\p{N}]{1,40}(?:[-_][\p{L}\p{N}]{1,40}){0,6}|\p{Nd}{4,40}(?:[-/ ]\p{Nd}{2,20}){0,6})(?![\p{L}\p{N}_])/gu;
const citation = /\[\d{1,3}(?:\s?[,;-]\s?\d{1,3})*\]/g;
const listNumber = /^[ \t]*(?:\d{1,2}[.)]|\(\d{1,2}\))(?=\s)/gm;
const always = /(?<!\p{N})24\/7(?!\p{N})/gu;
const ordinal = /(?<![\p{L}\p{N}])\p{Nd}{1,2}(?:st|nd|rd|th)(?!\p{L})/giu;
const street =
  /(?<![\p{L}\p{N}])(?:\p{Nd}{1,5}[a-z]?\s(?:\p{Lu}[\p{L}'.-]+\s){1,3}(?:[Ss]treet|St|[Aa]venue|Ave|[Rr]oad|Rd|[Ll]ane|Ln|[Dd]rive|Dr|[Bb]oulevard|Blvd|[Ww]ay|[Cc]ourt|[Pp]lace|[Ss]quare)|\p{Lu}[\p{L}-]*(?:straße|strasse|str\.|weg|platz|allee|gasse|straat|laan|plein|gatan|vägen|gata|veien|vej|katu|tie)\s\p{Nd}{1,4}[a-z]?)(?![\p{L}\p{N}])/gu;

const compact = (text: string) =>
  ascii(text)
    .replace(/[^\p{L}\p{N}]/gu, "")
    .toLowerCase();
/** One form for `https://www.Example.com/a/` and `example.com/a`. */
export const plainUrl = (url: string): string =>
  url
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, "")
    .replace(/^www\./i, "")
    .replace(/^[^/?#]+/, (host) => host.toLowerCase())
    .replace(/[/?#]+$/, "");

/** Sorted by `start`; what is found first keeps its characters, so no two overlap. */
export function facts(text: string): Fact[] {
  const found: Fact[] = [];
  // Of the same length as the text: İ alone is one character in capitals and two in small letters.
  const lower = text.replaceAll("\u0130", "i").toLowerCase();
  const taken = new Uint8Array(text.length);
  const take = (start: number, end: number): boolean => {
    for (let at = start; at < end; at++) if (taken[at]) return false;
    taken.fill(1, start, end);
    return true;
  };
  const add = (start: number, end: number, needs: string[][], gives: string[]) => {
    if (take(start, end)) found.push({ start, end, needs, gives });
  };
  for (const match of text.matchAll(linkPattern)) {
    const url = trimLink(match[0]);
    const key = `link ${plainUrl(url)}`;
    add(match.index, match.index + url.length, [[key]], [key]);
  }
  for (const pattern of [citation, listNumber, always])
    for (const match of text.matchAll(pattern)) take(match.index, match.index + match[0].length);
  for (const { type, start, end } of findPersonal(text)) {
    const key = type === "email" ? text.slice(start, end).toLowerCase() : compact(text.slice(start, end));
    // A phone number is the same with and without its country's code.
    const names = type === "phone" ? [`code ${key}`, `phone ${key.slice(-8)}`] : [`${type} ${key}`, `code ${key}`];
    add(start, end, [names], names);
  }
  for (const match of text.matchAll(street)) {
    const key = `street ${compact(match[0])}`;
    add(match.index, match.index + match[0].length, [[key]], [key]);
  }
  for (const { start, end, readings } of datesIn(text)) {
    const loose = readings.map((reading) => reading.replace(/^[^-]+/, "*"));
    // With a year on both sides the years must agree; a side without one fits any.
    const exact = readings[0]?.startsWith("*") ? [] : readings;
    const gives =
      exact.length > 0
        ? [...exact.map((each) => `date ${each}`), ...loose.map((each) => `day ${each}`)]
        : loose.flatMap((each) => [`any ${each}`, `day ${each}`]);
    const needs =
      exact.length > 0
        ? [...exact.map((each) => `date ${each}`), ...loose.map((each) => `any ${each}`)]
        : loose.map((each) => `day ${each}`);
    add(start, end, [needs], gives);
  }
  for (const match of text.matchAll(clock)) {
    const [whole, hours = "", sign, minutes = "00", half, word] = match;
    if (!half && !word && sign !== ":" && sign !== "h") continue;
    if (sign === "h" && minutes === "") continue;
    let hour = Number(hours) % 24;
    if (half && /p/i.test(half) && hour < 12) hour += 12;
    if (half && /a/i.test(half) && hour === 12) hour = 0;
    const key = `clock ${hour}:${minutes}`;
    // "5:00" may be either half of the day.
    const needs = half || hour > 12 ? [key] : [key, `clock ${(hour + 12) % 24}:${minutes}`];
    add(match.index, match.index + whole.trimEnd().length, [needs], [key]);
  }
  for (const match of lower.matchAll(quantity)) addQuantity(match, add);
  for (const match of text.matchAll(ordinal)) take(match.index, match.index + match[0].length);
  for (const match of text.matchAll(code)) {
    const key = `code ${compact(match[0])}`;
    add(match.index, match.index + match[0].length, [[key]], [key]);
  }
  return found.sort((a, b) => a.start - b.start);
}

function addQuantity(
  match: RegExpExecArray,
  add: (start: number, end: number, needs: string[][], gives: string[]) => void,
) {
  const { before, low, high, percent, span, after } = match.groups as Record<string, string | undefined>;
  const values: number[] = [];
  for (const part of [low, high]) {
    if (part === undefined) continue;
    const read = number(part) ?? wordNumber(part);
    if (read === null) return;
    values.push(read);
  }
  const [start, end] = [match.index, match.index + match[0].trimEnd().length];
  const sign = before ?? after;
  const of = (kind: (value: number) => string) =>
    add(
      start,
      end,
      values.map((value) => [kind(value), `number ${value}`]),
      values.map(kind),
    );
  if (percent) of((value) => `percent ${value}`);
  else if (span && !before) of((value) => `span ${spanOf(value, span)}`);
  else if (sign) of((value) => `amount ${currencyOf(sign) ?? sign} ${value}`);
  else if (low && /^\p{Nd}{1,3}$/u.test(low) && !high) add(start, end, [], [`number ${values[0]}`]);
  else if (low && high && values.every((each) => each < 1000))
    add(
      start,
      end,
      [],
      values.map((each) => `number ${each}`),
    );
  else if (low && /[.,' \u00a0\u202f]/.test(low))
    add(
      start,
      end,
      [values.map((each) => `number ${each}`)],
      values.map((each) => `number ${each}`),
    );
}
