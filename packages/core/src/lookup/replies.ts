/** Past replies: the ones nearest to a conversation, and which of several candidates fits it. */
import { type Cosine, cosineIndex, cosines } from "./cosine.ts";
import { type Habits, habitsOf, rank } from "./habits.ts";
import { classify, type Linear, train } from "./linear.ts";
import { type Names, restored, stored } from "./linear-stored.ts";
import { compress, decompress } from "./pack.ts";
import { top } from "./postings.ts";
import type { Query, Turn } from "./query.ts";
import { patternOf, talkFeatures } from "./talk.ts";

/** `question` is the conversation before the reply, as `questionText` gives it. */
export type Example = { id: string; question: string; reply: string; language?: string; articles?: string[] };

/** `usual` tells which of the replies that were sent at least twice fits a talk; its labels are their places in `examples`. */
export type ReplyIndex = { examples: Example[]; talks: Cosine; usual?: Linear };
/** `score` is a cosine: 0..1, comparable across queries. `chance`: how likely a rep would have sent that very reply, where it is a usual one. */
export type Near = { example: Example; score: number; chance?: number };

const turnsKept = 6;

/** The last turns of a conversation, one a line, oldest first; what the rep or bot said begins with "> ". */
export const questionText = ({ turns }: Query): string =>
  turns
    .slice(-turnsKept)
    .map(({ author, text }) => (author === "customer" ? "" : "> ") + text.slice(0, 2_000).replace(/\s+/g, " ").trim())
    .join("\n");

const turnsOf = (question: string): Turn[] =>
  question
    .split("\n")
    .map((line) =>
      line.startsWith("> ") ? { author: "rep", text: line.slice(2) } : { author: "customer", text: line },
    );

export const buildReplies = (examples: Example[]): ReplyIndex => ({
  examples,
  talks: cosineIndex(examples.map(({ question, language }) => talkFeatures(turnsOf(question), language))),
});

/** With what is usually answered learnt: about 1 ms an example, for the hourly job. */
export function learnReplies(examples: Example[]): ReplyIndex {
  const talks = examples.map(({ question, language }) => talkFeatures(turnsOf(question), language));
  const keys = examples.map(({ reply, language }) => patternOf(reply, language).join(" "));
  const places = new Map<string, number[]>();
  for (const [at, key] of keys.entries()) places.set(key, [...(places.get(key) ?? []), at]);
  const samples = keys.flatMap((key, at) => {
    const all = places.get(key)!;
    return all.length > 1 ? [{ label: String(all[0]), features: talks[at]!, weight: 1 }] : [];
  });
  return { examples, talks: cosineIndex(talks), usual: train(samples, { epochs: 4, least: 2 }) };
}

export function packReplies({ examples, usual }: ReplyIndex): Uint8Array {
  if (!usual) return compress("repl", { head: examples, arrays: [] });
  const { names, arrays } = stored(usual);
  return compress("repl", { head: { examples, names }, arrays });
}

/** Throws `AppError("input", "index_version")` for bytes of another version. */
export function unpackReplies(bytes: Uint8Array): ReplyIndex {
  const { head, arrays } = decompress("repl", bytes);
  // Before there was anything usual the examples stood alone.
  if (Array.isArray(head)) return buildReplies(head as Example[]);
  const { examples, names } = head as { examples: Example[]; names: Names };
  return { ...buildReplies(examples), usual: restored({ names, arrays }) };
}

const read = ({ turns }: Query) =>
  turns.slice(-turnsKept).map((turn) => ({ ...turn, text: turn.text.slice(0, 2_000) }));

/** The past conversations most like this one, best first; before them, where there is one, the reply that is usual here. */
export function nearest(index: ReplyIndex, query: Query, limit = 5): Near[] {
  const talk = talkFeatures(read(query), query.language);
  const scores = cosines(index.talks, talk);
  const near = (doc: number): Near => ({ example: index.examples[doc]!, score: Math.min(1, scores[doc]!) });
  const found = top(scores, limit).map(near);
  const usual = index.usual && likeliest(index.usual, talk);
  if (!usual) return found;
  const first = { ...near(usual.at), chance: usual.chance };
  return [first, ...found.filter(({ example }) => example !== first.example)].slice(0, limit);
}

function likeliest(usual: Linear, talk: Map<string, number>): { at: number; chance: number } | undefined {
  const { chances } = classify(usual, talk);
  let best = -1;
  for (const [label, chance] of chances.entries()) if (best < 0 || chance > chances[best]!) best = label;
  return best < 0 || chances[best]! < worthTelling
    ? undefined
    : { at: Number(usual.labels[best]), chance: chances[best]! };
}
/** Less likely, and the nearest talks are better examples. */
const worthTelling = 0.3;

/** What a past teaches is worked out when it is first asked for: 2 s for 4,000 examples. */
const habits = new WeakMap<ReplyIndex, Habits>();

/** The places of the candidates in the list, best first. */
export function rankReplies(index: ReplyIndex, query: Query, candidates: string[]): number[] {
  let known = habits.get(index);
  if (!known) {
    known = habitsOf(
      index.examples,
      index.examples.map(({ question, language }) => talkFeatures(turnsOf(question), language)),
    );
    habits.set(index, known);
  }
  const near = nearest(index, query, 60).map(({ example, score }) => ({ reply: example.reply, score }));
  const turns = read(query);
  return rank(known, turns, query.language, talkFeatures(turns, query.language), near, candidates);
}
