/** What Cuecard would have drafted for past conversations, having learnt from those before them. No server, no table. */
import { openTurn } from "@cuecard/core/conversation";
import { AppError } from "@cuecard/core/error";
import type { Message } from "@cuecard/core/event";
import { closing } from "@cuecard/core/guard";
import { type PastConversation, pastReplies } from "@cuecard/core/import/history";
import { build, learn, search } from "@cuecard/core/lookup/lookup";
import { learnReplies, nearest } from "@cuecard/core/lookup/replies";
import { finisher } from "@cuecard/core/model/finish";
import type { Model, Source, Task } from "@cuecard/core/model/port";
import { priceUsd } from "@cuecard/core/model/prices";
import { promptFor } from "@cuecard/core/model/prompt";
import type { Article } from "@cuecard/core/policy";
import { examplesOf, type PastReply, pairsOf } from "@cuecard/core/teaching/past";
import { compare, replyBody } from "@cuecard/core/text";

export type Turn = {
  conversationId: string;
  asked: string;
  sent: string;
  /** Empty where none was written: `why` says the reason. */
  draft: string;
  why: "closing" | "nothing" | "failed" | null;
  /** `accepted`: the very text; `edited`: at least 0.6 and eight words of it, as reports count what nobody clicked. */
  verdict: "accepted" | "edited" | "other" | null;
  /** Words of the draft that stand in the reply, 0 to 1; null without a draft. */
  retained: number | null;
  citations: { n: number; title: string; quote: string }[];
  /** No article answers it. */
  gap: boolean;
};

export type DryRun = {
  learnt: { conversations: number; replies: number; articles: number };
  turns: Turn[];
  engine: string;
  share: { drafted: number; accepted: number; edited: number };
  /** Mean over the drafts; null without any. */
  retained: number | null;
  gaps: { question: string; count: number }[];
  cost: Cost;
};
export type Cost = {
  /** Measured where a model wrote; else reckoned at four characters a token. */
  measured: boolean;
  tokensIn: number;
  tokensOut: number;
  /** Dollars for 1,000 conversations: a draft and a summary a turn. null: the price is not known. */
  per1000: { model: string; usd: number | null }[];
};

export type Options = {
  articles: Article[];
  saved: PastReply[];
  model: Model;
  last: number;
  /** `YYYY-MM-DD`: which articles hold. */
  today: string;
  signal: AbortSignal;
  progress?: (done: number, of: number) => void;
};

type Past = PastConversation & { language?: string };

/** The last replies, at most half of the conversations: what is judged was not learnt from. */
export function split(all: Past[], last: number): { earlier: Past[]; later: Past[] } {
  let from = all.length;
  let replies = 0;
  while (from > Math.ceil(all.length / 2) && replies < last) replies += turnsOf(all[--from]!).length;
  return { earlier: all.slice(0, from), later: all.slice(from) };
}

/** What the customer had said, and the first reply to it. */
function turnsOf({ turns }: Past): { before: Past["turns"]; sent: string }[] {
  return turns.flatMap(({ author, text }, i) =>
    author === "rep" && turns[i - 1]?.author === "customer" && replyBody(text).trim() !== ""
      ? [{ before: turns.slice(0, i), sent: text }]
      : [],
  );
}

export async function dryRun(all: Past[], options: Options): Promise<DryRun> {
  const { articles, saved, model, last } = options;
  const { earlier, later } = split(all, last);
  const imported = [...saved, ...earlier.flatMap((one) => pastReplies(one, one.language))];
  const past = { lessons: [], imported, articles };
  const pairs = pairsOf(past);
  const shelf = {
    index: build(articles),
    replies: learnReplies(examplesOf(past)),
    ...(pairs.length > 0 ? { learned: learn(pairs) } : {}),
  };
  const asked = later.flatMap((one) => turnsOf(one).map((turn) => ({ one, ...turn }))).slice(-last);
  const used = { in: 0, out: 0, reckonedIn: 0, reckonedOut: 0 };
  const turns: Turn[] = [];
  for (const { one, before, sent } of asked) {
    turns.push(await suggest(one, before, sent, shelf, options, used));
    options.progress?.(turns.length, asked.length);
  }
  const drafts = turns.filter(({ draft }) => draft !== "");
  const share = (verdict: Turn["verdict"]) =>
    turns.length === 0 ? 0 : turns.filter((turn) => turn.verdict === verdict).length / turns.length;
  return {
    learnt: { conversations: earlier.length, replies: imported.length, articles: articles.length },
    turns,
    engine: model.engine,
    share: {
      drafted: turns.length === 0 ? 0 : drafts.length / turns.length,
      accepted: share("accepted"),
      edited: share("edited"),
    },
    retained: drafts.length === 0 ? null : drafts.reduce((sum, { retained }) => sum + retained!, 0) / drafts.length,
    gaps: grouped(turns.filter(({ gap }) => gap).map((turn) => turn.asked)),
    cost: costOf(used, model, new Set(asked.map(({ one }) => one.id)).size),
  };
}

type Shelf = {
  index: ReturnType<typeof build>;
  replies: ReturnType<typeof learnReplies>;
  learned?: ReturnType<typeof learn>;
};
type Used = { in: number; out: number; reckonedIn: number; reckonedOut: number };

const leastWords = 4;
/** Characters of a draft and a summary, where none was written to be counted. */
const usual = 600;

async function suggest(
  one: Past,
  before: Past["turns"],
  sent: string,
  shelf: Shelf,
  options: Options,
  used: Used,
): Promise<Turn> {
  const messages = before.map(
    ({ author, text }, i): Message => ({
      id: String(i),
      at: new Date(i * 1_000).toISOString(),
      author: { kind: author },
      visibility: "public",
      text,
    }),
  );
  const asked = (openTurn(messages)?.messages ?? []).map(({ text }) => text).join("\n");
  const made = {
    conversationId: one.id,
    asked,
    sent: replyBody(sent),
    draft: "",
    citations: [],
    verdict: null,
    retained: null,
  };
  if (closing(asked)) return { ...made, why: "closing", gap: false };
  const language = one.language ? { language: one.language } : {};
  const found = search(
    shelf.index,
    { turns: before.slice(-12), ...language },
    { limit: 3, today: options.today, ...(shelf.learned ? { learned: shelf.learned } : {}) },
  );
  const sources = found.hits
    .filter(({ passage }) => passage.audience === "public")
    .map(({ passage, sentence }, i): Source => ({ ...passage, n: i + 1, sentence, internal: false }));
  // "Hello" and "yes, please" are no questions.
  const gap = options.articles.length > 0 && found.hits.length === 0 && asked.trim().split(/\s+/).length >= leastWords;
  const task: Task = {
    kind: "draft",
    messages,
    sources,
    examples: nearest(shelf.replies, { turns: before.slice(-6), ...language }, 3),
    language: one.language,
    ...(one.customerName ? { customerName: one.customerName } : {}),
    ...(one.repName ? { repName: one.repName } : {}),
  };
  const size = (kind: Task["kind"]) =>
    promptFor({ ...task, kind }).reduce((sum, { content }) => sum + content.length, 0);
  used.reckonedIn += (size("draft") + size("summary")) / 4;
  if (options.model.abstains?.(task)) {
    used.reckonedOut += usual / 4;
    return { ...made, why: "nothing", gap };
  }
  let raw = "";
  try {
    for await (const piece of options.model.write(task, options.signal)) {
      if ("text" in piece) raw = piece.text;
      if ("usage" in piece) {
        used.in += piece.usage.tokensIn;
        used.out += piece.usage.tokensOut;
      }
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ...made, why: "failed", gap };
  }
  const { text: draft, citations } = finisher({ task, flags: [], model: options.model })(raw, []);
  used.reckonedOut += Math.max(draft.length + 200, usual) / 4;
  const { kind, retained } = compare(draft, sent, { clicked: false });
  return { ...made, draft, citations, why: null, gap, retained, verdict: kind ?? "other" };
}

/** Models whose price is known, from cheap to dear. */
const priced = ["gpt-5-nano", "gpt-4o-mini", "gpt-5-mini", "gpt-4.1", "gpt-5"];

function costOf(used: Used, { model }: Model, conversations: number): Cost {
  const measured = model !== undefined && used.in > 0;
  // Only drafts were written here; a summary takes about as much again to read.
  const tokensIn = measured ? Math.round(used.in * (used.reckonedIn > 0 ? 2 : 1)) : Math.round(used.reckonedIn);
  const tokensOut = measured ? used.out * 2 : Math.round(used.reckonedOut);
  const per1000 = (model ? [model] : priced).map((name) => {
    const usd = priceUsd(name, tokensIn, tokensOut);
    return { model: name, usd: usd === null || conversations === 0 ? null : (usd / conversations) * 1_000 };
  });
  return { measured, tokensIn, tokensOut, per1000 };
}

function grouped(questions: string[]): { question: string; count: number }[] {
  const groups = new Map<string, { question: string; count: number }>();
  for (const question of questions) {
    const key = question
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, " ")
      .trim();
    const group = groups.get(key) ?? { question, count: 0 };
    groups.set(key, { ...group, count: group.count + 1 });
  }
  return [...groups.values()].sort((a, b) => b.count - a.count);
}
