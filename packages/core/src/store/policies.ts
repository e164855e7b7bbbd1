/** Past replies, and the search indexes made of them and of the articles. The sources are written first, then the index. */

import * as z from "zod";
import { ExternalId } from "../event.ts";
import { build, learn, pack, packLearned } from "../lookup/lookup.ts";
import { learnReplies, packReplies } from "../lookup/replies.ts";
import type { Article } from "../policy.ts";
import { examplesOf, type PastReply, pairsOf } from "../teaching/past.ts";
import { formOf } from "../teaching/template.ts";
import { listArticles } from "./articles.ts";
import * as keys from "./keys.ts";
import { listLessons, markBuilt, markChanged, unbuilt } from "./lessons.ts";
import * as packed from "./packed.ts";
import type { Item, Table } from "./port.ts";

/** A past reply as it comes in; redacted already, `{name}` and `{order}` for what differs. */
export const ReplyExample = z.object({
  id: ExternalId,
  question: z.string().max(20_000),
  reply: z.string().max(20_000),
  language: z.string().max(35).optional(),
  articles: z.array(ExternalId).max(20).optional(),
  /** The conversation it was sent in. */
  from: ExternalId.optional(),
  /** A saved reply, written for everybody: its words and numbers are the team's own. */
  saved: z.boolean().optional(),
});

/** Sixteen at a time; the mark that something is new once, after all of them. */
export async function putExamples(table: Table, workspace: string, examples: PastReply[]): Promise<void> {
  for (let i = 0; i < examples.length; i += 16)
    await Promise.all(
      examples
        .slice(i, i + 16)
        .map((example) =>
          table.put({ pk: keys.examplesPk(workspace), sk: `EX#${example.id}`, v: 1, example: redacted(example) }),
        ),
    );
  if (examples.length > 0) await markChanged(table, workspace, JSON.stringify(examples));
}
/** Whoever sends them may have redacted them already; nothing is kept that was not. A greeting is known by its line. */
const redacted = (example: PastReply): PastReply =>
  example.saved
    ? example
    : {
        ...example,
        question: example.question.split("\n").map(turnForm).join("\n"),
        reply: formOf(example.reply, { customer: {}, reps: [] }),
      };
const turnForm = (line: string) => {
  const mark = line.startsWith("> ") ? "> " : "";
  return mark + formOf(line.slice(mark.length), { customer: {}, reps: [] });
};

async function listExamples(table: Table, workspace: string): Promise<PastReply[]> {
  return (
    (await table.query({ pk: keys.examplesPk(workspace), prefix: "EX#", limit: maxImported })) as (Item & {
      example: PastReply;
    })[]
  ).map(({ example }) => example);
}

/** Imported replies that are read; a worker that starts unpacks all of them. */
const maxImported = 20_000;

export type What = "policies" | "replies" | "learned";
type Deps = { now: () => number; random: () => string };

const recipes: Record<
  What,
  { sources(table: Table, workspace: string, nowMs: number): Promise<unknown[]>; make(sources: never): Uint8Array }
> = {
  policies: { sources: listArticles, make: (articles: Article[]) => pack(build(articles)) },
  replies: {
    sources: async (table, workspace, nowMs) => examplesOf(await past(table, workspace, nowMs)),
    make: (examples: ReturnType<typeof examplesOf>) => packReplies(learnReplies(examples)),
  },
  learned: {
    sources: async (table, workspace, nowMs) => pairsOf(await past(table, workspace, nowMs)),
    make: (pairs: ReturnType<typeof pairsOf>) => packLearned(learn(pairs)),
  },
};

async function past(table: Table, workspace: string, nowMs: number) {
  const [lessons, imported, articles] = await Promise.all([
    listLessons(table, workspace, nowMs),
    listExamples(table, workspace),
    listArticles(table, workspace),
  ]);
  return { lessons, imported, articles };
}

/**
 * Makes an index anew from what is stored. Done again when the sources changed meanwhile, so of two that cross the later
 * one holds everything. Gives false when the current index was made of the same sources.
 */
export async function rebuild(table: Table, workspace: string, what: What, deps: Deps): Promise<boolean> {
  let written = false;
  for (let round = 0; round < 5; round++) {
    const sources = await recipes[what].sources(table, workspace, deps.now());
    const source = keys.sha256(JSON.stringify(sources));
    if ((await packed.head(table, workspace, what))?.source === source) return written;
    const bytes = recipes[what].make(sources as never);
    await packed.write(table, workspace, what, deps.random(), source, bytes, deps.now());
    written = true;
  }
  return written;
}

/** Builds in what decisions and imports have taught since the last time. Once an hour, and after an import. */
export async function rebuildLearned(table: Table, workspace: string, deps: Deps): Promise<boolean> {
  const news = await unbuilt(table, workspace);
  if (news === undefined) return false;
  await rebuild(table, workspace, "replies", deps);
  await rebuild(table, workspace, "learned", deps);
  await markBuilt(table, workspace, news);
  return true;
}
