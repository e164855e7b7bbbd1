/** Zendesk Guide: `/api/v2/help_center/{locale}/articles.json`, open to all for public articles (developer.zendesk.com, Help Center API). */
import * as z from "zod";
import { AppError } from "../error.ts";
import type { Article } from "../policy.ts";
import { type Centre, languageOf, type Page, unreadable } from "./centre.ts";
import { markdownOf } from "./html.ts";

const Row = z.object({
  id: z.union([z.number(), z.string()]).transform(String),
  title: z.string().nullish(),
  body: z.string().nullish(),
  html_url: z.string().nullish(),
  locale: z.string(),
  draft: z.boolean().nullish(),
  updated_at: z.string().nullish(),
  /** null: everybody may read it. */
  user_segment_id: z.union([z.number(), z.string()]).nullish(),
  user_segment_ids: z.array(z.unknown()).nullish(),
});
const List = z.object({
  articles: z.array(Row),
  meta: z.object({ has_more: z.boolean() }).nullish(),
  links: z.object({ next: z.string().nullish() }).nullish(),
  next_page: z.string().nullish(),
});
const Locales = z.object({ locales: z.array(z.string()).min(1) });

/** 100 an answer is the most; a help centre of more pages than this is a loop. */
const maxPages = 2_000;

export const centre: Centre = {
  open(url, token) {
    const base = new URL(url.pathname.match(/^\/hc\/[\w-]+/)?.[0] ?? "/", url.origin);
    if (!token) return { base, headers: {} };
    // "email:token" of an API token, as Zendesk's own pages write it; else an OAuth token.
    const at = token.indexOf(":");
    if (at === 0) throw new AppError("input", "token_invalid", "A Zendesk token reads email:token.", "token");
    const headers: Record<string, string> = {
      authorization:
        at < 0
          ? `Bearer ${token}`
          : `Basic ${Buffer.from(`${token.slice(0, at).replace(/\/token$/, "")}/token:${token.slice(at + 1)}`).toString("base64")}`,
    };
    return { base, headers };
  },

  async *pages(get, base, source, known) {
    const own = /^\/hc\/([\w-]+)/.exec(base.pathname)?.[1];
    let locales = [own ?? ""];
    if (!own) {
      const got = await get(new URL("/api/v2/help_center/locales.json", base));
      const list = Locales.safeParse(got.changed && got.json);
      if (!list.success) throw unreadable("no list of languages");
      locales = list.data.locales;
    }
    let count = 0;
    for (const locale of locales) {
      let next: URL | undefined = new URL(
        `/api/v2/help_center/${encodeURIComponent(locale)}/articles.json?page[size]=100`,
        base,
      );
      while (next) {
        if (++count > maxPages) throw unreadable("its pages never end");
        const page: Page = await read(next);
        yield page;
        // The API names its own host, which a help centre under the firm's name does not share: only the path counts.
        const to: URL | undefined = page.next ? new URL(page.next) : undefined;
        next = to && new URL(to.pathname + to.search, base);
      }
    }

    async function read(url: URL): Promise<Page> {
      const before = known.get(url.href);
      const got = await get(url, before?.etag);
      if (!got.changed) return { url: url.href, articles: [], ...before! };
      const list = List.safeParse(got.json);
      if (!list.success) throw unreadable("no list of articles");
      const { articles: rows, meta, links, next_page: nextPage } = list.data;
      const articles: Article[] = [];
      for (const row of rows) if (!row.draft) articles.push(await article(row, source));
      const following = meta ? (meta.has_more ? links?.next : undefined) : nextPage;
      if (meta?.has_more && !(following && URL.canParse(following))) throw unreadable("a next page without an address");
      return {
        url: url.href,
        ids: articles.map(({ id }) => id),
        articles,
        ...(got.etag ? { etag: got.etag } : {}),
        ...(following ? { next: following } : {}),
      };
    }
  },
};

async function article(row: z.infer<typeof Row>, source: string): Promise<Article> {
  const language = languageOf(row.locale);
  return {
    id: `zendesk-${row.id}-${row.locale}`.slice(0, 200),
    title: (row.title ?? "").slice(0, 1_000),
    text: await markdownOf(row.body ?? ""),
    // Only some may read it there, so no customer is quoted it here.
    audience: row.user_segment_id == null && !row.user_segment_ids?.length ? "public" : "internal",
    ...(language ? { language } : {}),
    ...(row.html_url && /^https?:\/\//.test(row.html_url) ? { url: row.html_url.slice(0, 2_000) } : {}),
    ...(row.updated_at ? { updatedAt: row.updated_at.slice(0, 40) } : {}),
    source,
  };
}
