/**
 * What reps of this team tend to answer. Three things speak for a candidate: it is a reply used before, in conversations
 * like this one (a classifier over replies used at least twice); its words are those of the nearest past replies (a
 * relevance model, Lavrenko & Croft 2001); and it takes up words of this conversation.
 */

import { classify, type Linear, train } from "./linear.ts";
import { idf } from "./postings.ts";
import type { Turn } from "./query.ts";
import type { Example } from "./replies.ts";
import { patternOf } from "./talk.ts";
import { isStop, primary, stemsOf } from "./words.ts";

export type Habits = {
  canned: Linear;
  /** In how many past replies a stem stands. */
  frequency: Map<string, number>;
  count: number;
};

export function habitsOf(examples: Example[], talks: Map<string, number>[]): Habits {
  const patterns = examples.map(({ reply, language }) => patternOf(reply, language));
  const keys = patterns.map((pattern) => pattern.join(" "));
  const times = new Map<string, number>();
  for (const key of keys) times.set(key, (times.get(key) ?? 0) + 1);
  const frequency = new Map<string, number>();
  for (const pattern of patterns)
    for (const stemmed of new Set(pattern)) frequency.set(stemmed, (frequency.get(stemmed) ?? 0) + 1);
  const samples = keys
    .map((label, at) => ({ label, features: talks[at]!, weight: 1 }))
    .filter(({ label }) => times.get(label)! > 1);
  return { canned: train(samples, { epochs: 4 }), frequency, count: examples.length };
}

const most = (values: number[]) => Math.max(...values, 1e-9);
/** To 0..1 within the list. */
const scaled = (values: number[]) => {
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  return values.map((value) => (value - low) / span);
};

export function rank(
  { canned, frequency, count }: Habits,
  turns: Turn[],
  language: string | undefined,
  talk: Map<string, number>,
  near: { reply: string; score: number }[],
  candidates: string[],
): number[] {
  const tongue = primary(language);
  const patterns = candidates.map((text) => patternOf(text, language));
  const words = candidates.map((text) => new Set(stemsOf(text, tongue)));
  const among = new Map<string, number>();
  for (const bag of words) for (const stemmed of bag) among.set(stemmed, (among.get(stemmed) ?? 0) + 1);
  const rarity = (stemmed: string) =>
    (idf(candidates.length, among.get(stemmed) ?? 0) + (count ? idf(count, frequency.get(stemmed) ?? 0) : 0)) *
    (isStop(stemmed, tongue) ? 0.3 : 1);

  const { chances } = classify(canned, talk);
  const chance = new Map(canned.labels.map((label, at) => [label, chances[at]!]));
  const keys = patterns.map((pattern) => pattern.join(" "));
  let offered = 0;
  for (const key of new Set(keys)) offered += chance.get(key) ?? 0;
  // partly renewed among what is offered: a canned reply that is not offered cannot be the one
  const before = keys.map((key) => (chance.get(key) ?? 0) / (0.65 * offered + 0.35));

  const likely = new Map<string, number>();
  let mass = 0;
  for (const { reply, score } of near) {
    const weight = score ** 3;
    mass += weight;
    for (const stemmed of new Set(patternOf(reply, language))) likely.set(stemmed, (likely.get(stemmed) ?? 0) + weight);
  }
  const style = patterns.map((pattern) => {
    if (!mass) return 0;
    const bag = new Set(pattern);
    let sum = 0;
    for (const stemmed of bag) {
      const background = (frequency.get(stemmed) ?? 0.3) / count;
      sum += Math.log((0.9 * (likely.get(stemmed) ?? 0)) / mass / background + 0.1);
    }
    return sum / Math.sqrt(bag.size + 3);
  });

  const said = new Map<string, number>();
  for (const [back, { text }] of turns.toReversed().entries())
    for (const stemmed of stemsOf(text, tongue)) said.set(stemmed, Math.max(said.get(stemmed) ?? 0, 0.7 ** back));
  const taken = words.map((bag) => {
    let sum = 0;
    let size = 0;
    for (const stemmed of bag) {
      sum += (said.get(stemmed) ?? 0) * rarity(stemmed);
      size += rarity(stemmed);
    }
    return sum / Math.sqrt(size + 4);
  });

  const repeated = new Set(
    turns.filter(({ author }) => author !== "customer").map(({ text }) => patternOf(text, language).join(" ")),
  );
  const styles = scaled(style);
  const mostTaken = most(taken);
  const total = candidates.map(
    (_, at) => 8 * before[at]! + styles[at]! + (0.8 * taken[at]!) / mostTaken - (repeated.has(keys[at]!) ? 0.5 : 0),
  );
  return candidates.map((_, at) => at).sort((a, b) => total[b]! - total[a]! || a - b);
}
