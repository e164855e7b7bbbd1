/**
 * What a model was told and must not tell: its own instructions, and what other customers once asked. It is found by runs of
 * letters, whatever stands between them, also backwards, in ROT13, base64, hexadecimal, percent and numeric character codes.
 * A translation of it is not found.
 */

/** So many letters in a row are no chance: about six words of instructions, nine of somebody's question. */
const run = { instructions: 32, others: 48 } as const;
/** A draft is tried at each eighth letter, so a run is surely found when it is seven longer. */
const step = 8;
export type Secrets = { [Kind in keyof typeof run]: string[] };

type Letters = { text: string; at: number[] };
const none: Letters = { text: "", at: [] };

/** Letters and digits alone, in small letters, each with its place in the text. */
function lettersOf(text: string): Letters {
  const at: number[] = [];
  const parts: string[] = [];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 128) {
      const small = code >= 65 && code <= 90 ? code + 32 : code;
      if ((small < 97 || small > 122) && (small < 48 || small > 57)) continue;
      parts.push(String.fromCharCode(small));
      at.push(index);
      continue;
    }
    const sign = String.fromCodePoint(text.codePointAt(index)!);
    if (letter.test(sign)) {
      const plain = sign.normalize("NFKC").toLowerCase();
      for (let i = 0; i < plain.length; i++) at.push(index);
      parts.push(plain);
    }
    index += sign.length - 1;
  }
  return { text: parts.join(""), at };
}
const letter = /^[\p{L}\p{N}]$/u;

function windows(text: string, size: number, take: (window: string) => void): void {
  for (let at = 0; at + size <= text.length; at++) take(text.slice(at, at + size));
}

const rot13 = (text: string) =>
  text.replace(/[a-z]/g, (letter) => String.fromCharCode(((letter.charCodeAt(0) - 84) % 26) + 97));
const backwards = ({ text, at }: Letters): Letters => ({
  text: [...text].reverse().join(""),
  at: [...text].length === text.length ? at.toReversed() : at,
});

const coded: [RegExp, (found: string) => string][] = [
  [/[A-Za-z0-9+/_-]{40,}={0,2}/g, (found) => Buffer.from(found, "base64").toString("utf8")],
  [/(?:[0-9a-f]{2}[\s:]?){30,}/gi, (found) => Buffer.from(found.replace(/[\s:]/g, ""), "hex").toString("utf8")],
  [/(?:%[0-9a-f]{2}|[\w.~!*'()-])*%[0-9a-f]{2}(?:%[0-9a-f]{2}|[\w.~!*'()-]){20,}/gi, unescapeUrl],
  [
    /(?:&#x?[0-9a-f]{1,6};\s?){20,}/gi,
    (found) =>
      found.replace(/&#(x?)([0-9a-f]+);\s?/gi, (_, hex: string, code: string) =>
        String.fromCodePoint(Math.min(0x10ffff, Number.parseInt(code, hex ? 16 : 10) || 0)),
      ),
  ],
];
function unescapeUrl(found: string): string {
  return found.replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/**
 * Gives a function that takes sentences with leaked text out of a draft. What also stands in `open` (the conversation, the
 * passages, the rep's own words) is no secret. Prepared once for all frames of a run.
 */
export function withoutLeaks(secrets: Secrets, open: string[]): (draft: string) => { text: string; cut: boolean } {
  const kinds = (Object.keys(run) as (keyof Secrets)[])
    .map((kind) => {
      const found = new Set<string>();
      for (const text of secrets[kind]) windows(lettersOf(text).text, run[kind], (window) => found.add(window));
      return { size: run[kind], found };
    })
    .filter(({ found }) => found.size > 0);
  let cleared = false;
  // Only when something was found: most drafts hold nothing, and a long conversation takes milliseconds.
  const clear = () => {
    if (cleared) return;
    cleared = true;
    for (const text of open) {
      const plain = lettersOf(text).text;
      for (const { size, found } of kinds) windows(plain, size, (window) => found.delete(window));
    }
  };
  const hits = ({ text, at }: Letters): [start: number, end: number][] => {
    const out: [number, number][] = [];
    for (const { size, found } of kinds)
      for (let i = 0; i + size <= text.length; i += step) {
        if (!found.has(text.slice(i, i + size))) continue;
        clear();
        if (!found.has(text.slice(i, i + size))) continue;
        const [a, b] = [at[i]!, at[i + size - 1]!];
        out.push([Math.min(a, b), Math.max(a, b) + 1]);
      }
    return out;
  };
  return (draft) => {
    if (kinds.length === 0) return { text: draft, cut: false };
    const letters = lettersOf(draft);
    const turned = { ...letters, text: rot13(letters.text) };
    const parts = [letters, backwards(letters), turned, backwards(turned)].flatMap(hits);
    // Cut anywhere, base64 may begin at any of four places.
    for (const [pattern, decode] of coded)
      for (const { 0: found, index } of draft.matchAll(pattern))
        if ([0, 1, 2, 3].some((skip) => hits({ ...lettersOf(decode(found.slice(skip))), at: none.at }).length > 0))
          parts.push([index, index + found.length]);
    return parts.length === 0 ? { text: draft, cut: false } : { text: withoutSentences(draft, parts), cut: true };
  };
}

/** Sentences that any part touches go whole. */
function withoutSentences(draft: string, parts: [start: number, end: number][]): string {
  const gone = new Uint8Array(draft.length);
  for (const [start, end] of parts) gone.fill(1, start, end);
  return [...draft.matchAll(/(?:[^.!?。！？؟\n]|[.!?](?![\])"'”’]*(?:\s|$)))*(?:[.!?。！？؟]+[\])"'”’]*\s?|\n+|$)/gu)]
    .filter(({ 0: found, index }) => !gone.subarray(index, index + found.length).includes(1))
    .map(([found]) => found)
    .join("")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
