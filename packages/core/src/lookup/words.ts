/** Text into words and their stems, per language. Everything here is pure but for a cache of stems. */
import snowball from "snowball-stemmers";
import { stopwords } from "./stopwords.ts";

const algorithms: Record<string, string> = {
  ar: "arabic",
  ca: "catalan",
  cs: "czech",
  da: "danish",
  de: "german",
  en: "english",
  es: "spanish",
  eu: "basque",
  fi: "finnish",
  fr: "french",
  ga: "irish",
  hu: "hungarian",
  hy: "armenian",
  it: "italian",
  nb: "norwegian",
  nl: "dutch",
  nn: "norwegian",
  no: "norwegian",
  pt: "portuguese",
  ro: "romanian",
  ru: "russian",
  sl: "slovene",
  sv: "swedish",
  ta: "tamil",
  tr: "turkish",
};

/** The part of a BCP 47 tag that chooses the stemmer; English where nothing is known, and for what is no tag (`constructor`). */
export function primary(language: string | undefined): string {
  const [first = ""] = language?.toLowerCase().split(/[-_]/) ?? [];
  return /^[a-z]{2,3}$/.test(first) ? first : "en";
}

/** Stems kept per language. A word costs 5 µs to stem and 0.05 µs to find again. */
const cacheSize = 200_000;
type Stemmer = { stem(word: string): string; cache: Map<string, string> };
const stemmers = new Map<string, Stemmer>();

function stemmer(language: string): Stemmer {
  const known = stemmers.get(language);
  if (known) return known;
  const name = algorithms[language];
  const made: Stemmer = { stem: (word) => word, cache: new Map() };
  if (name) {
    const engine = snowball.newStemmer(name);
    made.stem = (word) => engine.stem(word);
  }
  stemmers.set(language, made);
  return made;
}

const marks = /\p{M}+/gu;
const fold = (word: string): string => (/^[\x20-\x7e]*$/.test(word) ? word : word.normalize("NFD").replace(marks, ""));

/** The stem of one lower-case word, accents off. */
export function stem(word: string, language: string): string {
  const engine = stemmer(language);
  const known = engine.cache.get(word);
  if (known !== undefined) return known;
  if (engine.cache.size >= cacheSize) engine.cache.clear();
  const made = /^\d/.test(word) || word.length < 3 ? fold(word) : fold(engine.stem(word)) || word;
  engine.cache.set(word, made);
  return made;
}

/** Scripts written without spaces. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
const segmenters = new Map<string, Intl.Segmenter>();

function segments(text: string, language: string): string[] {
  let segmenter = segmenters.get(language);
  if (!segmenter) {
    segmenter = new Intl.Segmenter(/^(zh|ja|th)$/.test(language) ? language : "zh", { granularity: "word" });
    segmenters.set(language, segmenter);
  }
  const out: string[] = [];
  for (const { segment, isWordLike } of segmenter.segment(text)) if (isWordLike) out.push(segment);
  return out;
}

const word = /[\p{L}\p{N}\p{M}]+(?:['’][\p{L}]+)?/gu;
// Begins at words alone: tried at each letter, 200 KB without a blank took a minute.
const hyphened = /(?<!\p{L})(\p{L}+)-(\p{L}+)/gu;

const joined = (_: string, head: string, tail: string) =>
  head.length + tail.length < 6 || head.length < 2 ? head + tail : `${head} ${tail} ${head}${tail}`;

/**
 * The words of a text in lower case, in order. "wi-fi" gives `wifi`, "check-in" `check in checkin`: the joined form is also what two
 * neighbours give together, so that "guest house" and "guesthouse" can meet. `'s` and the like come off.
 */
export function wordsOf(text: string, language: string): string[] {
  const lower = text.normalize("NFKC").toLowerCase();
  if (unspaced.test(lower)) return segments(lower, language);
  const out = lower.replace(hyphened, joined).match(word) ?? [];
  for (let at = 0; at < out.length; at++) {
    const cut = out[at]!.search(/['’]/);
    if (cut > 0) out[at] = apostrophe(out[at]!, cut);
  }
  return out;
}

/** "don't" stays one word, "hotel's" becomes "hotel", "l'hôtel" becomes "hôtel". */
function apostrophe(token: string, cut: number): string {
  const tail = token.slice(cut + 1);
  if (tail === "t") return token.slice(0, cut) + tail;
  return cut <= 2 && tail.length > 2 ? tail : token.slice(0, cut);
}

/** The stems of a text, in order. */
export function stemsOf(text: string, language: string): string[] {
  const out = wordsOf(text, language);
  for (let at = 0; at < out.length; at++) out[at] = stem(out[at]!, language);
  return out;
}

const stops = new Map<string, Set<string>>();

/** Whether a stem says nothing about the topic: function words and the small talk of support chats. */
export function isStop(stemmed: string, language: string): boolean {
  let set = stops.get(language);
  if (!set) {
    set = new Set<string>();
    for (const each of (stopwords[language] ?? "").split(" ")) if (each) set.add(stem(each, language));
    stops.set(language, set);
  }
  return set.has(stemmed);
}

const almost = new Map<string, Map<string, boolean>>();

/** Whether a word nobody knows is a stop word typed in haste: one letter missing inside or doubled, or two swapped ("stil", "wehn", "veery"). */
export function nearStop(stemmed: string, language: string): boolean {
  if (stemmed.length < 3 || stemmed.length > 9) return false;
  let known = almost.get(language);
  if (!known) {
    known = new Map();
    almost.set(language, known);
  }
  const cached = known.get(stemmed);
  if (cached !== undefined) return cached;
  if (known.size >= cacheSize) known.clear();
  let found = false;
  for (let at = 0; at < stemmed.length && !found; at++) {
    const [head, tail] = [stemmed.slice(0, at), stemmed.slice(at)];
    found =
      (stemmed.length > 3 && tail[0] === tail[1] && isStop(head + tail.slice(1), language)) ||
      (tail.length > 1 && isStop(head + tail[1] + tail[0] + tail.slice(2), language)) ||
      (stemmed.length > 3 && at > 0 && [...letters].some((letter) => isStop(head + letter + tail, language))) ||
      (stemmed.length > 3 && at === 0 && [...letters].some((letter) => isStop(stemmed + letter, language)));
  }
  known.set(stemmed, found);
  return found;
}
const letters = "abcdefghijklmnopqrstuvwxyz";
