/** The sentence of a passage that answers best: shown first, and quoted in citations. */
import { sentencesOf } from "../policy.ts";
import type { Collection } from "./collection.ts";
import type { Asked } from "./query.ts";
import { stemsOf } from "./words.ts";

/** A question alone ("Can I bring a pet?") is no answer: the next sentence comes with it. */
export function bestSentence({ passages, articles, articleOf, words }: Collection, asked: Asked, doc: number): string {
  const { text } = passages[doc]!;
  const { language } = articles[articleOf[doc]!]!;
  const sentences = sentencesOf(text, language);
  if (sentences.length < 2) return sentences[0] ?? text;
  let best = 0;
  let bestScore = -1;
  for (const [at, sentence] of sentences.entries()) {
    const stems = new Set(stemsOf(sentence, language));
    let score = 0;
    for (const stemmed of stems) {
      const term = words.numbers.get(stemmed);
      if (term === undefined) continue;
      score += (asked.question.get(term) ?? 0) + 0.2 * (asked.context.get(term) ?? 0);
    }
    score /= 1 + stems.size / 40;
    if (score > bestScore) {
      bestScore = score;
      best = at;
    }
  }
  const chosen = sentences[best]!;
  const next = sentences[best + 1];
  return chosen.endsWith("?") && next ? `${chosen} ${next}` : chosen;
}
