/** Dates in a text as "date 2026-3-4" or, without a year, "date *-3-4"; an ambiguous one is every reading of it. */
import { ascii } from "./numbers.ts";

export type DateFound = { start: number; end: number; readings: string[] };

/** Month names as ICU writes them; those of one language may be another's word, so a day must stand beside them. */
const languages = [
  "en",
  "de",
  "fr",
  "es",
  "pt",
  "it",
  "nl",
  "sv",
  "da",
  "nb",
  "fi",
  "pl",
  "cs",
  "sk",
  "hu",
  "ro",
  "bg",
  "el",
  "lt",
  "lv",
  "et",
  "tr",
  "ru",
  "uk",
  "ar",
  "fa",
  "he",
  "hi",
  "vi",
  "id",
];
let months: { byName: Map<string, number>; pattern: RegExp; reversed: RegExp } | undefined;

function monthNames() {
  if (months) return months;
  const byName = new Map<string, number>();
  for (const language of languages)
    for (const style of ["long", "short"] as const) {
      // With a day beside it ICU inflects the name: "4 марта", "4 marca".
      const beside = new Intl.DateTimeFormat(`${language}-u-ca-gregory-nu-latn`, {
        day: "numeric",
        month: style,
        timeZone: "UTC",
      });
      const alone = new Intl.DateTimeFormat(`${language}-u-ca-gregory`, { month: style, timeZone: "UTC" });
      for (let month = 0; month < 12; month++) {
        const day = new Date(Date.UTC(2026, month, 4));
        for (const name of [
          alone.format(day),
          beside.formatToParts(day).find(({ type }) => type === "month")?.value ?? "",
        ]) {
          const key = name.toLowerCase().replace(/\.$/, "");
          if (/\p{L}{2}/u.test(key) && !/\p{Nd}/u.test(key) && !byName.has(key)) byName.set(key, month + 1);
        }
      }
    }
  byName.set("sept", 9);
  const names = [...byName.keys()]
    .sort((x, y) => y.length - x.length)
    .map((name) => name.replace(/[.\\]/g, "\\$&"))
    .join("|");
  const day = "(\\p{Nd}{1,2})(?:st|nd|rd|th|er|º|ª|\\.)?";
  const year = "(?:,?\\s?(?:de\\s|del\\s)?((?:19|20)\\p{Nd}{2}))?";
  months = {
    byName,
    pattern: new RegExp(
      `(?<![\\p{L}\\p{N}])${day}\\s?(?:of\\s|de\\s)?(?<![\\p{L}])(${names})(?![\\p{L}])\\.?${year}(?!\\p{Nd})`,
      "giu",
    ),
    reversed: new RegExp(
      `(?<![\\p{L}])(${names})(?![\\p{L}])\\.?\\s?(?:the\\s)?${day}(?![\\p{N}]|[.:]\\p{Nd})${year}(?!\\p{Nd})`,
      "giu",
    ),
  };
  return months;
}

const iso =
  /(?<![\p{N}\p{L}])((?:19|20)\p{Nd}{2})(?:[-/.]|年\s?)(\p{Nd}{1,2})(?:[-/.]|月\s?)(\p{Nd}{1,2})日?(?!\p{Nd})/gu;
const numeric =
  /(?<![\p{N}\p{L}./-])(\p{Nd}{1,2})([-/.])\s?(\p{Nd}{1,2})\2\s?(\p{Nd}{4}|\p{Nd}{2})(?![\p{N}\p{L}]|[-/.]\p{Nd})/gu;
const eastern = /(?<!\p{Nd})(\p{Nd}{1,2})[月월]\s?(\p{Nd}{1,2})[日일号]/gu;
/** "3/4", "4.3." without a year: only with a slash or a closing dot, and only where both parts can be a date. */
const short = /(?<![\p{N}\p{L}./-])(\p{Nd}{1,2})(?:\/(\p{Nd}{1,2})|\.\s?(\p{Nd}{1,2})\.)(?![\p{N}\p{L}/])/gu;

const possible = (month: number, day: number) => month >= 1 && month <= 12 && day >= 1 && day <= 31;
const name = (year: number | undefined, month: number, day: number) => `${year ?? "*"}-${month}-${day}`;

export function datesIn(text: string): DateFound[] {
  const found: DateFound[] = [];
  const value = (part: string | undefined) => (part === undefined ? Number.NaN : Number(ascii(part)));
  const put = (match: RegExpExecArray, readings: [number | undefined, number, number][]) => {
    const fit = readings
      .filter(([, month, day]) => possible(month, day))
      .map(([year, month, day]) => name(year, month, day));
    if (fit.length > 0)
      found.push({ start: match.index, end: match.index + match[0].length, readings: [...new Set(fit)] });
  };
  if (!/\p{Nd}/u.test(text)) return found;
  for (const match of text.matchAll(iso)) put(match, [[value(match[1]), value(match[2]), value(match[3])]]);
  for (const match of text.matchAll(eastern)) put(match, [[undefined, value(match[1]), value(match[2])]]);
  for (const match of text.matchAll(numeric)) {
    const [a, b, y] = [value(match[1]), value(match[3]), value(match[4])];
    const year = y < 100 ? 2000 + y : y;
    put(
      match,
      match[2] === "."
        ? [[year, b, a]]
        : [
            [year, b, a],
            [year, a, b],
          ],
    );
  }
  const { byName, pattern, reversed } = monthNames();
  const yearOf = (part: string | undefined) => (part === undefined ? undefined : value(part));
  for (const match of text.matchAll(pattern))
    put(match, [[yearOf(match[3]), byName.get(match[2]!.toLowerCase()) ?? 0, value(match[1])]]);
  for (const match of text.matchAll(reversed))
    put(match, [[yearOf(match[3]), byName.get(match[1]!.toLowerCase()) ?? 0, value(match[2])]]);
  for (const match of text.matchAll(short)) {
    const [a, b] = [value(match[1]), value(match[2] ?? match[3])];
    put(
      match,
      match[3] === undefined
        ? [
            [undefined, b, a],
            [undefined, a, b],
          ]
        : [[undefined, b, a]],
    );
  }
  return found;
}
