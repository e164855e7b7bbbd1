/** A text as weighted features: stems, pairs of neighbours and pieces of words, scaled to length one. */
import { isStop, primary, stem, wordsOf } from "./words.ts";

type FeatureOptions = { pieces?: boolean; pairs?: boolean };

/** Feature names with counts. Pieces are the letters of three to five within a word, its edges marked: they bear typos. */
export function featuresOf(
  text: string,
  language?: string,
  { pieces = true, pairs = true }: FeatureOptions = {},
): Map<string, number> {
  const tongue = primary(language);
  const out = new Map<string, number>();
  const put = (name: string, worth: number) => out.set(name, (out.get(name) ?? 0) + worth);
  for (const line of text.split("\n")) {
    let previous = "^";
    for (const word of wordsOf(line, tongue)) {
      const stemmed = stem(word, tongue);
      const stop = isStop(stemmed, tongue);
      put(stemmed, stop ? 0.6 : 1);
      if (pairs) put(`${previous} ${stemmed}`, 0.7);
      previous = stemmed;
      if (!pieces || stop || word.length < 4) continue;
      const edged = `<${word}>`;
      for (let size = 3; size <= 5; size++)
        for (let at = 0; at + size <= edged.length; at++) put(`#${edged.slice(at, at + size)}`, 0.25);
    }
  }
  return out;
}
