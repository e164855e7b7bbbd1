/** Every article with what became of the drafts that cite it; those that hold no more are marked. */
import type { Settings } from "../settings.ts";
import { dayOf } from "../settings.ts";
import { listArticles } from "../store/articles.ts";
import type { Table } from "../store/port.ts";
import { acceptance } from "./acceptance.ts";

export type ArticleFigures = {
  articleId: string;
  title: string;
  language: string | null;
  audience: "public" | "internal";
  url: string | null;
  source: string | null;
  validFrom: string | null;
  validTo: string | null;
  /** `gone`: drafts of this time cite it, and it is there no more. */
  state: "holds" | "not yet" | "expired" | "gone";
  /** Drafts, answers and rewrites that cite it, shown or not. */
  cited: number;
  accepted: number;
  edited: number;
  refused: number;
  ignored: number;
  rate: number | null;
  low: number;
  high: number;
};

/** `from` and `to` are days of the workspace's calendar, both included. Most cited first. */
export async function articleFigures(
  table: Table,
  workspace: string,
  options: { from: string; to: string; settings: Settings; nowMs: number },
): Promise<{ from: string; to: string; articles: ArticleFigures[] }> {
  const { from, to, settings, nowMs } = options;
  const [articles, report] = await Promise.all([
    listArticles(table, workspace),
    acceptance(table, workspace, { from, to, by: "policy", settings, nowMs }),
  ]);
  const rows = new Map(report.rows.map((row) => [row.key, row]));
  const known = new Map(articles.map((article) => [article.id, article]));
  const today = dayOf(nowMs, settings.timeZone);
  const ids = [...known.keys(), ...[...rows.keys()].filter((id) => id !== "" && !known.has(id))];
  const figures = ids.map((articleId): ArticleFigures => {
    const article = known.get(articleId);
    const row = rows.get(articleId);
    return {
      articleId,
      title: article?.title ?? articleId,
      language: article?.language ?? null,
      audience: article?.audience ?? "public",
      url: article?.url ?? null,
      source: article?.source ?? null,
      validFrom: article?.validFrom ?? null,
      validTo: article?.validTo ?? null,
      state: !article
        ? "gone"
        : article.validTo && article.validTo.slice(0, 10) < today
          ? "expired"
          : article.validFrom && article.validFrom.slice(0, 10) > today
            ? "not yet"
            : "holds",
      cited: row ? row.decided + row.unseen + row.stale + row.superseded : 0,
      accepted: row?.accepted ?? 0,
      edited: row?.edited ?? 0,
      refused: row?.rejected ?? 0,
      ignored: row?.ignored ?? 0,
      rate: row?.rate ?? null,
      low: row?.low ?? 0,
      high: row?.high ?? 1,
    };
  });
  return { from, to, articles: figures.sort((a, b) => b.cited - a.cited || (a.articleId < b.articleId ? -1 : 1)) };
}
