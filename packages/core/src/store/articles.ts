/** Policy articles as they came; apart from the indexes made of them, which load all that searching needs. */
import type { Article } from "../policy.ts";
import * as keys from "./keys.ts";
import type { Item, Table } from "./port.ts";

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
