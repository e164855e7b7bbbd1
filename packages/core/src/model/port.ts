/** What Cuecard needs of whatever writes: a stream of text for a task. Adapters: `openai.ts`, `extractive.ts`. */

import type { Message } from "../event.ts";
import type { Near } from "../lookup/replies.ts";
import type { Citation, Flag, SuggestionKind } from "../protocol.ts";

/** A passage the task may cite, under a number that holds in this run alone. */
export type Source = {
  n: number;
  articleId: string;
  title: string;
  heading: string;
  text: string;
  sentence: string;
  internal: boolean;
  /** BCP 47, where the article says it. */
  language?: string;
  url?: string;
  /** Links of `text` that may stand in a reply: all of them where it is not said. */
  links?: string[];
};

export type Task = {
  kind: Exclude<SuggestionKind, "policy">;
  /** In order of time; internal notes are already out. */
  messages: Message[];
  sources: Source[];
  /** Redacted templates of replies this team sent before, nearest first. */
  examples: Near[];
  /** BCP 47. Drafts: the customer's. Summaries: the rep's. */
  language: string | undefined;
  customerName?: string;
  repName?: string;
  /** "chat", "email" …: how a reply is dressed. */
  channel?: string;
  instruction?: string;
  question?: string;
  /** The text to rewrite. */
  base?: string;
  /** A model's last summary, and how many of `messages` it knows: it stands for turns that are not sent any more. */
  summary?: { text: string; covers: number };
  /** There were messages before the first of `messages`. */
  more?: boolean;
};

export type Piece =
  | { text: string }
  | { usage: { tokensIn: number; tokensOut: number } }
  | { flags: Flag[] }
  | { sent: string };

export type Model = {
  /** Shown to reps and kept with each suggestion. */
  engine: string;
  /** The provider's name of the model; absent for the embedded engine. */
  model?: string;
  promptVersion: string;
  /** What it is told each time: none of it may stand in what it writes. */
  instructions?: string[];
  /** True when it would write nothing for this task: then no suggestion is begun. */
  abstains?(task: Task): boolean;
  /** Ends when the text is whole. Throws `AppError("upstream", …)` with words for the rep; ends at once when `signal` aborts. */
  write(task: Task, signal: AbortSignal): AsyncIterable<Piece>;
};

export const citationOf = (source: Source): Citation => ({
  n: source.n,
  articleId: source.articleId,
  title: source.title,
  ...(source.heading ? { heading: source.heading } : {}),
  quote: source.sentence || source.text,
  ...(source.url ? { url: source.url } : {}),
  ...(source.internal ? { internal: true } : {}),
});
