/** A piece of conversation as features: who said what, the last words most. */
import type { Turn } from "./query.ts";
import { isStop, primary, stem, wordsOf } from "./words.ts";

/** Stems with every number as 0: "May 3" and "May 12" ask for the same reply. */
export const patternOf = (text: string, language?: string): string[] => {
  const tongue = primary(language);
  return wordsOf(text.replace(/\d+/g, "0"), tongue).map((word) => stem(word, tongue));
};

export function talkFeatures(turns: Turn[], language?: string): Map<string, number> {
  const tongue = primary(language);
  const out = new Map<string, number>();
  const put = (name: string, worth: number) => out.set(name, (out.get(name) ?? 0) + worth);
  const spoken = { customer: 0, rep: 0 };
  for (const { author, text } of turns.toReversed()) {
    const side = author === "customer" ? "customer" : "rep";
    const back = spoken[side]++;
    const weight = back === 0 ? 1 : 0.5 * 0.6 ** (back - 1);
    const tag = `${side[0]}${Math.min(back, 1)}`;
    const stems = patternOf(text, language);
    let previous = "^";
    for (const stemmed of stems) {
      const worth = weight * (isStop(stemmed, tongue) ? 0.5 : 1);
      put(tag + stemmed, worth);
      put(`${tag + previous} ${stemmed}`, weight * 0.5);
      put(`*${stemmed}`, worth * 0.5);
      previous = stemmed;
    }
    // many replies are canned: the whole of the last one says where the conversation stands
    if (side === "rep" && back === 0) put(`=${stems.join(" ")}`, 2);
  }
  if (turns.length === 1) put("=first", 1);
  return out;
}
