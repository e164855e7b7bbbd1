/**
 * What could identify a customer is replaced by typed placeholders before any text leaves for a model provider, and put back
 * in the draft. Loads ibantools (4 ms) and libphonenumber-js/min (about 60 ms on two cores, 150 KB of a bundle).
 */
import { findPersonal } from "./redact/find.ts";
import { finder, type Known } from "./redact/known.ts";
import { findNeutral } from "./redact/neutral.ts";

export { findPersonal, type Known };

const types = ["EMAIL", "PHONE", "CARD", "IBAN", "IP", "MAC", "URL", "SSN", "ID", "SECRET", "NAME", "ADDRESS", "TEXT"];
const name = `(${types.join("|")})`;
/** As we write it, and as models bend it: other brackets, no brackets, a blank for the underscore, another case. */
const alike = (edge: [string, string]) =>
  new RegExp(
    `\\\\\\[${name}[ _-]?\\\\?_?(\\d{1,6})\\\\\\]|[[({<【［〔「『《〈（]\\s?${name}(?:\\\\?_|[ -])?(\\d{1,6})\\s?[\\])}>】］〕」』》〉）]|${edge[0]}${name}\\\\?_(\\d{1,6})${edge[1]}`,
    "giu",
  );

const bent = alike(["(?<![\\p{L}\\p{N}_])", "(?![\\p{L}\\p{N}_])"]);
/** In a text that comes in no border is asked for: a value replaced beside it would make one. */
const lookalike = alike(["", ""]);

type Part = { start: number; end: number; type: string };

export type Redactor = {
  redact(text: string): string;
  /** Puts the values back; a placeholder this conversation cannot fill stays as it stands. */
  restore(text: string): string;
  /** Placeholders in `text` that this conversation cannot fill, as they stand there. */
  unfilled(text: string): string[];
  readonly placeholders: Record<string, string>;
};

/** One for each run: the same value gets the same placeholder in every text. `restore(redact(x))` is `x` for every `x`. */
export function redactor(known: Known = {}): Redactor {
  const findKnown = finder(known);
  const values: Record<string, string> = {};
  const byValue = new Map<string, string>();
  const counts = new Map<string, number>();
  const placeholder = (type: string, value: string): string => {
    const old = byValue.get(`${type} ${value}`);
    if (old) return old;
    const n = (counts.get(type) ?? 0) + 1;
    counts.set(type, n);
    const made = `[${type}_${n}]`;
    byValue.set(`${type} ${value}`, made);
    values[made] = value;
    return made;
  };
  const filled = (match: RegExpMatchArray | (string | undefined)[]) => {
    const [, a, b, c, d, e, f] = match;
    return values[`[${(a ?? c ?? e ?? "").toUpperCase()}_${Number(b ?? d ?? f)}]`];
  };
  return {
    redact(text) {
      // What only looks like a placeholder becomes a value itself, or it would be "put back" as somebody's data.
      const parts: Part[] = [];
      for (const match of text.matchAll(lookalike))
        parts.push({ type: "TEXT", start: match.index, end: match.index + match[0].length });
      for (const each of findPersonal(text)) parts.push({ ...each, type: each.type.toUpperCase() });
      for (const each of findKnown(text)) parts.push({ ...each, type: each.type.toUpperCase() });
      // What is personal once is so everywhere, also where it is glued to other words and would not be found by itself.
      const found = new Map(parts.map(({ type, start, end }) => [text.slice(start, end), type]));
      for (const [mark, value] of Object.entries(values)) found.set(value, mark.slice(1, mark.lastIndexOf("_")));
      // What stood beside a value may be seen only once that is gone: looked at again until nothing is left.
      for (let round = 0; ; round++) {
        for (const [value, type] of found) {
          if (value.length < 6 || !/[\d@]/.test(value)) continue;
          for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + value.length))
            parts.push({ type, start: at, end: at + value.length });
        }
        const out = replaceParts(text, merge(parts), placeholder);
        const left = findPersonal(out)
          .map(({ type, start, end }) => [out.slice(start, end), type.toUpperCase()] as const)
          .filter(([value]) => !found.has(value) && text.includes(value));
        if (left.length === 0 || round === 4) return out;
        for (const [value, type] of left) found.set(value, type);
      }
    },
    restore: (text) => text.replace(bent, (...match: string[]) => filled(match) ?? match[0]!),
    unfilled: (text) => [...text.matchAll(bent)].filter((match) => filled(match) === undefined).map(([whole]) => whole),
    get placeholders() {
      return { ...values };
    },
  };
}

/** Overlapping parts become one, so that nothing of either is left over; it has the type of the longer. */
function merge(parts: Part[]): Part[] {
  const sorted = parts.toSorted((a, b) => a.start - b.start || b.end - a.end);
  const out: Part[] = [];
  for (const part of sorted) {
    const last = out.at(-1);
    if (!last || part.start >= last.end) {
      out.push({ ...part });
      continue;
    }
    if (part.end - part.start > last.end - last.start) last.type = part.type;
    last.end = Math.max(last.end, part.end);
  }
  return out;
}

function replaceParts(text: string, parts: Part[], by: (type: string, value: string) => string): string {
  let out = "";
  let at = 0;
  for (const { start, end, type } of parts) {
    out += text.slice(at, start) + by(type, text.slice(start, end));
    at = end;
  }
  return out + text.slice(at);
}

/**
 * A kept reply as a form that fits any customer: personal data, names in greetings, order and other numbers, amounts and
 * dates become `{email}`, `{name}`, `{order}`, `{amount}`, `{date}` …. Durations and percentages stay: they are policy.
 */
export function template(text: string, known: Known = {}): string {
  const parts: Part[] = [...findPersonal(text), ...finder(known)(text), ...findNeutral(text)];
  return replaceParts(text, merge(parts), (type) => `{${type}}`);
}
