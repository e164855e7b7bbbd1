/** Past replies: the ones nearest to a conversation, and which of several candidates fits it. */
import { type Cosine, cosineIndex, cosines } from "./cosine.ts";
import { type Habits, habitsOf, rank } from "./habits.ts";
import { compress, decompress } from "./pack.ts";
import { top } from "./postings.ts";
import type { Query, Turn } from "./query.ts";
import { talkFeatures } from "./talk.ts";

/** `question` is the conversation before the reply, as `questionText` gives it. */
export type Example = { id: string; question: string; reply: string; language?: string; articles?: string[] };

export type ReplyIndex = { examples: Example[]; talks: Cosine };

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

export const packReplies = ({ examples }: ReplyIndex): Uint8Array => compress("repl", { head: examples, arrays: [] });

/** Throws `AppError("input", "index_version")` for bytes of another version. */
export const unpackReplies = (bytes: Uint8Array): ReplyIndex =>
  buildReplies(decompress("repl", bytes).head as Example[]);

const read = ({ turns }: Query) =>
  turns.slice(-turnsKept).map((turn) => ({ ...turn, text: turn.text.slice(0, 2_000) }));

/** The past conversations most like this one, best first. `score` is a cosine: 0..1, comparable across queries. */
export function nearest(index: ReplyIndex, query: Query, limit = 5): { example: Example; score: number }[] {
  const scores = cosines(index.talks, talkFeatures(read(query), query.language));
  return top(scores, limit).map((doc) => ({ example: index.examples[doc]!, score: Math.min(1, scores[doc]!) }));
}

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
