/** Policy articles, past replies, and the search indexes made of them. The sources are written first, then the index. */

import * as z from "zod";
import { ExternalId } from "../event.ts";
import { build, type Index, pack, unpack } from "../lookup/lookup.ts";
import { buildReplies, type Example, packReplies, type ReplyIndex, unpackReplies } from "../lookup/replies.ts";
import type { Article } from "../policy.ts";
import * as keys from "./keys.ts";
import * as packed from "./packed.ts";
import type { Item, Table } from "./port.ts";

/** A past reply as it comes in; redacted already, `{name}` and `{order}` for what differs. */
export const ReplyExample = z.object({
  id: ExternalId,
  question: z.string().max(20_000),
  reply: z.string().max(20_000),
  language: z.string().max(35).optional(),
  articles: z.array(ExternalId).max(20).optional(),
});

type ArticleItem = Item & { article: Article; updatedAt: string };

export async function putArticle(
  table: Table,
  workspace: string,
  article: Article,
  nowMs: number,
): Promise<"created" | "changed" | "same"> {
  const key = keys.article(workspace, article.id);
  const old = (await table.get(key)) as ArticleItem | undefined;
  if (old && JSON.stringify(old.article) === JSON.stringify(article)) return "same";
  await table.put({ ...key, v: 1, article, updatedAt: new Date(nowMs).toISOString() });
  return old ? "changed" : "created";
}

export async function getArticle(table: Table, workspace: string, id: string): Promise<Article | undefined> {
  return ((await table.get(keys.article(workspace, id))) as ArticleItem | undefined)?.article;
}

export async function removeArticle(table: Table, workspace: string, id: string): Promise<boolean> {
  return (await table.remove(keys.article(workspace, id))) !== undefined;
}

export async function listArticles(table: Table, workspace: string): Promise<Article[]> {
  return ((await table.query({ pk: keys.articlesPk(workspace), prefix: "ART#" })) as ArticleItem[]).map(
    ({ article }) => article,
  );
}

export async function putExample(table: Table, workspace: string, example: Example): Promise<void> {
  await table.put({ pk: keys.examplesPk(workspace), sk: `EX#${example.id}`, v: 1, example });
}
async function listExamples(table: Table, workspace: string): Promise<Example[]> {
  return (
    (await table.query({ pk: keys.examplesPk(workspace), prefix: "EX#" })) as (Item & { example: Example })[]
  ).map(({ example }) => example);
}

export type What = "policies" | "replies";

/**
 * Makes an index anew from what is stored. Done again when the sources changed meanwhile, so of two that cross the later
 * one holds everything. Gives false when the current index was made of the same sources.
 */
export async function rebuild(
  table: Table,
  workspace: string,
  what: What,
  deps: { now: () => number; random: () => string },
): Promise<boolean> {
  let written = false;
  for (let round = 0; round < 5; round++) {
    const sources = what === "policies" ? await listArticles(table, workspace) : await listExamples(table, workspace);
    const source = keys.sha256(JSON.stringify(sources));
    if ((await packed.head(table, workspace, what))?.source === source) return written;
    const bytes =
      what === "policies" ? pack(build(sources as Article[])) : packReplies(buildReplies(sources as Example[]));
    await packed.write(table, workspace, what, deps.random(), source, bytes, deps.now());
    written = true;
  }
  return written;
}

export type Library = {
  policies(table: Table, workspace: string): Promise<Index | undefined>;
  replies(table: Table, workspace: string): Promise<ReplyIndex | undefined>;
};

/** One copy of the indexes a process, loaded when first asked for. */
export const library = (): Library => ({
  policies: packed.cached("policies", unpack),
  replies: packed.cached("replies", unpackReplies),
});
