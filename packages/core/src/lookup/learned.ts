/**
 * What past conversations teach the lookup: an article cited in accepted replies to such questions rises, one often refused
 * sinks, also where question and article share no word.
 */
import { featuresOf } from "./features.ts";
import { classify, type Linear, train } from "./linear.ts";
import { type Names, restored, stored } from "./linear-stored.ts";
import { compress, decompress } from "./pack.ts";

/** `weight` above zero: cited and accepted; below: refused. `query` is what `customerText` gives. */
export type Pair = { query: string; articleId: string; weight: number; language?: string };

/** Serialise with `packLearned`. `pairs` counts what was learnt from; `leaning` is the article's own record, -1..1. */
export type Learned = { version: 1; pairs: number; model: Linear; leaning: Record<string, number> };

/** No article's id. A refusal speaks for it: else the chances of the refused would still sum to one, and the least bad would rise. */
const none = "";

/** About 0.3 ms a pair; at most the last 20,000 are used. An article that was only ever refused has no label, and so no chance. */
export function learn(pairs: Pair[]): Learned {
  const used = pairs
    .filter(({ weight, query, articleId }) => weight !== 0 && query.trim() && articleId !== none)
    .slice(-20_000);
  const accepted = new Set(used.filter(({ weight }) => weight > 0).map(({ articleId }) => articleId));
  const samples = used.flatMap(({ query, articleId, weight, language }) => {
    const features = featuresOf(query, language);
    const own = { features, label: articleId, weight };
    if (weight > 0) return [own];
    return [...(accepted.has(articleId) ? [own] : []), { features, label: none, weight: -weight }];
  });
  const sums = new Map<string, { sum: number; all: number }>();
  for (const { articleId, weight } of used) {
    const record = sums.get(articleId) ?? { sum: 0, all: 0 };
    sums.set(articleId, { sum: record.sum + weight, all: record.all + Math.abs(weight) });
  }
  // shrunk towards zero: five decisions pull half way
  const leaning = Object.fromEntries([...sums].map(([id, { sum, all }]) => [id, sum / (all + 5)]));
  return { version: 1, pairs: used.length, model: train(samples, { epochs: 6, rate: 0.5 }), leaning };
}

/** How likely each article is for this text, by the past alone, beyond what says that none of them is; and how much of the past this rests on (0..1). */
export function recall(
  { model, pairs }: Learned,
  text: string,
  language?: string,
): { chances: Map<string, number>; trust: number } {
  const chances = new Map<string, number>();
  if (pairs === 0) return { chances, trust: 0 };
  const found = classify(model, featuresOf(text, language));
  const refused = found.chances[model.labels.indexOf(none)] ?? 0;
  for (const [at, label] of model.labels.entries()) {
    const chance = found.chances[at]! - refused;
    if (label !== none && chance > 0.005) chances.set(label, chance);
  }
  return { chances, trust: Math.min(1, found.known * 1.5) * (pairs / (pairs + 20)) };
}

const kind = "past";
export const packLearned = ({ pairs, model, leaning }: Learned): Uint8Array => {
  const { names, arrays } = stored(model);
  return compress(kind, { head: { pairs, leaning, ...names }, arrays });
};

/** Throws `AppError("input", "index_version")` for bytes of another version. */
export function unpackLearned(bytes: Uint8Array): Learned {
  const { head, arrays } = decompress(kind, bytes);
  const { pairs, leaning, ...names } = head as Pick<Learned, "pairs" | "leaning"> & Names;
  return { version: 1, pairs, model: restored({ names, arrays }), leaning };
}
