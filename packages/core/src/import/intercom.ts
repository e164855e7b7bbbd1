/** Intercom Articles: `GET /articles` with a token of the workspace (developers.intercom.com, Articles, version 2.14). */
import * as z from "zod";
import { AppError } from "../error.ts";
import type { Article } from "../policy.ts";
import { type Centre, languageOf, type Page, unreadable } from "./centre.ts";
import { markdownOf } from "./html.ts";

const version = "2.14";
const perPage = 100;
const maxPages = 1_000;

const Content = z.object({
  title: z.string().nullish(),
  body: z.string().nullish(),
  state: z.string().nullish(),
  url: z.string().nullish(),
  updated_at: z.number().nullish(),
});
const Row = Content.extend({
  id: z.union([z.number(), z.string()]).transform(String),
  default_locale: z.string().nullish(),
  translated_content: z.record(z.string(), z.unknown()).nullish(),
});
const List = z.object({
  data: z.array(Row),
  total_count: z.number().int().min(0),
  pages: z.object({ total_pages: z.number().int().min(0) }).nullish(),
});

export const centre: Centre = {
  open(url, token) {
    if (!token)
      throw new AppError(
        "input",
        "token_missing",
        "Intercom's articles need an access token: set CUECARD_IMPORT_TOKEN.",
        "token",
      );
    const host = /^api(\.(eu|au))?\.intercom\.io$/i.test(url.hostname) ? url.hostname : "api.intercom.io";
    // A port stands only in tests and in front of a proxy of one's own.
    const origin = url.port ? url.origin : `https://${host}`;
    return {
      base: new URL("/articles", origin),
      headers: { authorization: `Bearer ${token}`, "intercom-version": version },
    };
  },

  async *pages(get, base, source, known) {
    const seen = new Set<string>();
    for (let n = 1; n <= maxPages; n++) {
      const url = new URL(base);
      url.search = new URLSearchParams({ page: String(n), per_page: String(perPage) }).toString();
      const before = known.get(url.href);
      const got = await get(url, before?.etag);
      if (!got.changed) {
        const { next, ids } = before!;
        for (const id of ids) seen.add(id.split("-")[1]!);
        yield { url: url.href, articles: [], ...before! };
        if (next === undefined) return;
        continue;
      }
      const list = List.safeParse(got.json);
      if (!list.success) throw unreadable("no list of articles");
      const { data, pages, total_count: total } = list.data;
      for (const { id } of data) seen.add(id);
      const articles: Article[] = [];
      for (const row of data) articles.push(...(await articlesOf(row, source)));
      const last = n >= (pages?.total_pages ?? Math.ceil(total / perPage));
      // An article removed while we read moves the others up: one may have slipped between two pages.
      if (last && seen.size < total)
        throw new AppError("upstream", "import_moving", "The articles changed while they were read.");
      const page: Page = {
        url: url.href,
        ids: articles.map(({ id }) => id),
        articles,
        ...(got.etag ? { etag: got.etag } : {}),
        ...(last ? {} : { next: String(n + 1) }),
      };
      yield page;
      if (last) return;
    }
    throw unreadable("its pages never end");
  },
};

/** One a language: the default's own fields, then the translations. Drafts are left out. */
async function articlesOf(row: z.infer<typeof Row>, source: string): Promise<Article[]> {
  const contents: [locale: string, content: z.infer<typeof Content>][] = [];
  for (const [locale, value] of Object.entries(row.translated_content ?? {})) {
    const content = Content.safeParse(value);
    if (languageOf(locale) && content.success && locale !== "type") contents.push([locale, content.data]);
  }
  const own = row.default_locale ?? "";
  if (!contents.some(([locale]) => locale === own)) contents.unshift([own, row]);
  const articles: Article[] = [];
  for (const [locale, { title, body, state, url, updated_at: at }] of contents) {
    if (state !== "published") continue;
    const language = languageOf(locale);
    articles.push({
      id: `intercom-${row.id}-${locale || "default"}`.slice(0, 200),
      title: (title ?? "").slice(0, 1_000),
      text: await markdownOf(body ?? ""),
      audience: "public",
      ...(language ? { language } : {}),
      ...(url && /^https?:\/\//.test(url) ? { url: url.slice(0, 2_000) } : {}),
      ...(at ? { updatedAt: new Date(at * 1_000).toISOString() } : {}),
      source,
    });
  }
  return articles;
}
