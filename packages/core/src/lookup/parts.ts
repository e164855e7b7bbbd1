/** A question of several parts ("How long does it take, and what does it cost?"), each of which may have its own answer. */
import type { Query, Turn } from "./query.ts";
import { isStop, primary, stemsOf } from "./words.ts";

const joint = "and|und|sowie|et|y|e|i|en|och|og|ja|a|ve|и|і|та|και|és|și|si|و|ו|dan";
/** How a second question begins; else "and" joins two things. */
const asking =
  "how|what|when|where|why|which|who|will|would|do|does|did|is|are|can|could|may|must|should|shall|if|whether|have|has|" +
  "wie|was|wann|wo|warum|welche\\p{L}*|wer|ab|wird|werden|kann|können|muss|müssen|darf|soll|ist|sind|hat|haben|gibt|kostet|fällt|bekomme|" +
  "comment|combien|quand|où|quel\\p{L}*|pourquoi|est-ce|qu'|que|dois-je|puis-je|faut-il|" +
  "cómo|cuánt\\p{L}*|cuándo|dónde|qué|cuál\\p{L}*|se|puedo|tengo|hay|debo|cuesta|" +
  "come|quant\\p{L}*|quando|dove|cosa|quale|perché|posso|devo|como|onde|qual|hoe|wat|wanneer|waar|waarom|welke?|kan|moet|mag|wordt|zal|" +
  "hur|hvordan|vad|hva|hvad|när|når|hvornår|var|hvor|varför|får|ska|skal|måste|må|är|er|mitä|miten|milloin|missä|paljonko|onko|voinko|" +
  "ile|jak|kiedy|gdzie|czy|który|mogę|muszę|kolik|kdy|kde|mohu|koľko|kedy|kolko|mennyi|hogyan|mikor|hol|cât|când|unde|" +
  "ne|nasıl|nerede|kaç|как|сколько|когда|где|почему|можно|нужно|як|скільки|коли|де|чи|πόσο|πότε|πώς|πού|هل|كم|متى|كيف|أين|כמה|מתי|איך|האם";
const seam = new RegExp(`(?:[,;،]\\s*|\\s)(?:${joint})\\s*(?=(?:${asking})(?![\\p{L}\\p{M}]))`, "giu");
const most = 3;

/** The parts of a text that asks more than one thing, in its order; empty where it asks one or nothing. What only tells is in none. */
export function partsOf(text: string, language: string | undefined): string[] {
  const tongue = primary(language);
  // "… and what does it cost?" says too little to be looked up by itself.
  const says = (part: string) => contentOf(part, tongue).size > 1;
  const asked = (text.slice(0, 4_000).match(/[^.!?؟？。！\n…]*[?؟？]+/gu) ?? []).map((one) => one.trim());
  const parts: string[] = [];
  for (const piece of asked.flatMap((one) => one.split(seam))) {
    const part = piece.trim();
    if (says(part)) parts.push(part);
    else if (parts.length > 0) parts[parts.length - 1] += ` ${part}`;
  }
  return parts.length > 1 ? parts.slice(-most) : [];
}

/** Each part as a question of its own, behind what was said before the turn. */
export function asParts({ turns, language }: Query): Query[] {
  const last = turns.findLastIndex(({ author }) => author === "customer");
  let first = last;
  while (first > 0 && turns[first - 1]!.author === "customer") first--;
  const asked = turns.slice(first, last + 1);
  const between: Turn = { author: "rep", text: "" };
  return partsOf(asked.map(({ text }) => text).join("\n"), language).map((text) => ({
    turns: [...turns.slice(0, first), between, { author: "customer", text }],
    ...(language ? { language } : {}),
  }));
}

const contentOf = (text: string, tongue: string) =>
  new Set(stemsOf(text, tongue).filter((one) => one.length > 1 && !isStop(one, tongue)));
