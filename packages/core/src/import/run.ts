/** Brings articles of one source into the policy base: what changed is written, what is gone is removed, the rest is left alone. */
import { AppError } from "../error.ts";
import type { Article } from "../policy.ts";
import { listArticles, putArticle, removeArticle } from "../store/articles.ts";
import { type Counts, type ImportSource, noteSource, readSource, tokenPlace } from "../store/imports.ts";
import type { Table } from "../store/port.ts";
import type { Place } from "../vault.ts";
import { centreOf, type Kind, type KnownPage } from "./centre.ts";
import { getter, type Deps as HttpDeps } from "./http.ts";

/** Ids of articles whose text is another now or gone: drafts that cite them must say so. */
export type Imported = { counts: Counts; touched: string[] };

export const none = (): Imported => ({ counts: { created: 0, changed: 0, same: 0, removed: 0 }, touched: [] });

/** Sixteen at a time: the base is written in seconds, and the table stays free for others. */
const atOnce = 16;

export async function putAll(table: Table, workspace: string, articles: Article[], into: Imported, nowMs: number) {
  for (let i = 0; i < articles.length; i += atOnce)
    await Promise.all(
      articles.slice(i, i + atOnce).map(async (article) => {
        const result = await putArticle(table, workspace, article, nowMs);
        into.counts[result]++;
        if (result === "changed") into.touched.push(article.id);
      }),
    );
}

/** Takes out the articles of `source` that were not among those just read. Only after all of it was read. */
export async function removeMissing(
  table: Table,
  workspace: string,
  source: string,
  keep: Set<string>,
  into: Imported,
) {
  const gone = (await listArticles(table, workspace)).filter((one) => one.source === source && !keep.has(one.id));
  for (const { id } of gone) {
    await removeArticle(table, workspace, id);
    into.counts.removed++;
    into.touched.push(id);
  }
  return gone.map(({ id }) => id);
}

export type Deps = HttpDeps & { table: Table; open(sealed: string, place: Place): string };

/** A page's tag is kept for so many pages: their item must stay below 400 KB. */
const maxKnownPages = 60;

/**
 * Reads a help centre. What came before a failure is kept; nothing is removed unless every page was read. The source says
 * how it went, so the failure itself goes no further: gives what changed until then.
 */
export async function importCentre(deps: Deps, workspace: string, id: string): Promise<Imported> {
  const { table, now } = deps;
  const item = await readSource(table, workspace, id);
  const imported = none();
  if (!item || item.kind === "folder" || !item.url) return imported;
  const { source, kind } = item;
  const at = () => new Date(now()).toISOString();
  try {
    const { ids, pages } = await readPages(deps, workspace, { ...item, kind, url: item.url }, imported);
    await removeMissing(table, workspace, source, ids, imported);
    await noteSource(table, workspace, { source, kind }, () => ({
      lastTriedAt: at(),
      lastOkAt: at(),
      error: undefined,
      counts: imported.counts,
      articles: ids.size,
      pages,
    }));
  } catch (error) {
    if (!(error instanceof AppError) && !deps.signal?.aborted) throw error;
    const { code, message } =
      error instanceof AppError
        ? error
        : { code: "import_slow", message: "The help centre could not be read in time." };
    await noteSource(table, workspace, { source, kind }, () => ({
      lastTriedAt: at(),
      error: { code, message, at: at() },
      counts: imported.counts,
      // Half of the pages are new: all are asked for whole next time.
      pages: {},
    }));
  }
  return imported;
}

async function readPages(
  deps: Deps,
  workspace: string,
  item: ImportSource & { kind: Kind; url: string },
  imported: Imported,
): Promise<{ ids: Set<string>; pages: Record<string, KnownPage> }> {
  const centre = await centreOf(item.kind);
  const { base, headers } = centre.open(
    new URL(item.url),
    item.token ? deps.open(item.token, tokenPlace(workspace, item.source)) : undefined,
  );
  const known = new Map(Object.entries(item.pages ?? {}));
  const ids = new Set<string>();
  const pages: Record<string, KnownPage> = {};
  for await (const page of centre.pages(getter(headers, deps), base, item.source, known)) {
    deps.signal?.throwIfAborted();
    await putAll(deps.table, workspace, page.articles, imported, deps.now());
    imported.counts.same += page.ids.length - page.articles.length;
    for (const id of page.ids) ids.add(id);
    const { url, etag, next } = page;
    if (etag && Object.keys(pages).length < maxKnownPages)
      pages[url] = { etag, ids: page.ids, ...(next === undefined ? {} : { next }) };
  }
  return { ids, pages };
}
