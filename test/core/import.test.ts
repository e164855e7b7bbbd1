/** Articles from files and help centres: formats, paging, limits, what changed, and where nobody may reach. */
import { isPublic } from "@cuecard/core/import/address";
import { centreOf, type Kind, kindOf, type Page } from "@cuecard/core/import/centre";
import { articleOf } from "@cuecard/core/import/files";
import { type Deps, getter } from "@cuecard/core/import/http";
import { passagesOf } from "@cuecard/core/policy";
import { guardedFetch } from "@cuecard/functions/outbound";
import { describe, expect, test } from "vitest";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("files", () => {
  test("Markdown keeps its front matter: language, audience, link and dates", async () => {
    const front =
      "---\ntitle: Fees\nlanguage: de\naudience: internal\nurl: https://x.example/f\nvalid_from: 2026-01-01\nvalid_to: 2026-12-31\n---\n";
    expect(await articleOf("money/fees.md", bytes(`${front}# Gebühren\n\nKeine.`))).toEqual({
      id: "money/fees",
      title: "Fees",
      language: "de",
      audience: "internal",
      url: "https://x.example/f",
      validFrom: "2026-01-01",
      validTo: "2026-12-31",
      text: "# Gebühren\n\nKeine.",
    });
  });

  test("where nothing says the language, the text does", async () => {
    const text = "Die Rückgabe ist innerhalb von dreißig Tagen möglich, wenn die Ware nicht getragen wurde.";
    expect((await articleOf("r.txt", bytes(text))).language).toBe("de");
  });

  test("HTML gives its main part with headings, and its head's facts", async () => {
    const html = `<!doctype html><html lang="fr"><head><title>Retours &amp; échanges</title>
      <link rel="canonical" href="https://x.example/retours"><meta name="audience" content="internal"></head>
      <body><nav>Menu Panier</nav><main><h1>Retours</h1><p>Vous avez <b>30 jours</b>.</p><h2>Frais</h2><ul><li>Gratuit en magasin</li></ul>
      <script>track("x")</script></main><footer>Mentions légales</footer></body></html>`;
    const article = await articleOf("retours.html", bytes(html));
    expect(article).toMatchObject({
      id: "retours",
      title: "Retours & échanges",
      language: "fr",
      audience: "internal",
      url: "https://x.example/retours",
    });
    expect(article.text).not.toMatch(/Menu|track|Mentions/);
    expect(passagesOf(article).map(({ heading, text }) => [heading, text])).toEqual([
      ["Retours", "Vous avez 30 jours."],
      ["Retours › Frais", "Gratuit en magasin"],
    ]);
  });

  test("hostile HTML is read in a moment", async () => {
    const before = performance.now();
    await articleOf("a.html", bytes(`<p>words ${"<nav>".repeat(60_000)}${"<h1".repeat(60_000)}<meta name=".repeat(9)`));
    expect(performance.now() - before).toBeLessThan(3_000);
  });

  test("PDF gives its text; a scan and what is none are refused with the reason", async () => {
    const article = await articleOf("guide.pdf", bytes(pdf("Parcels are stored for seven days at the counter.")));
    expect(article).toMatchObject({ id: "guide", title: "A guide", audience: "public", language: "en" });
    expect(article.text).toContain("Parcels are stored for seven days at the counter.");
    await expect(articleOf("scan.pdf", bytes(pdf("")))).rejects.toThrow(/scan/);
    await expect(articleOf("broken.pdf", bytes("not a pdf"))).rejects.toThrow(/not a PDF/);
    await expect(articleOf("a.md", new Uint8Array([0x80, 0xff, 0x00]))).rejects.toThrow(/UTF-8/);
  });
});

/** The least that is a PDF: one page, one line. */
function pdf(line: string): string {
  const stream = `BT /F1 12 Tf 72 720 Td (${line}) Tj ET`;
  const objects = [
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
    `<</Length ${stream.length}>>\nstream\n${stream}\nendstream`,
    "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    "<</Title(A guide)>>",
  ];
  let out = "%PDF-1.4\n";
  const at = objects.map((object, i) => {
    const start = out.length;
    out += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return String(start).padStart(10, "0");
  });
  const table = out.length;
  out += `xref\n0 ${at.length + 1}\n0000000000 65535 f \n${at.map((offset) => `${offset} 00000 n \n`).join("")}`;
  return `${out}trailer\n<</Size ${at.length + 1}/Root 1 0 R/Info 6 0 R>>\nstartxref\n${table}\n%%EOF`;
}

type Scripted = { status?: number; body?: unknown; headers?: Record<string, string> };

/** A help centre that answers what the test wrote down, by address. */
function scripted(answers: Record<string, Scripted | Scripted[]>) {
  const asked: { url: string; headers: Record<string, string> }[] = [];
  const slept: number[] = [];
  const deps: Deps = {
    async fetch(url, { headers }) {
      asked.push({ url: url.href, headers });
      const found = answers[decodeURIComponent(url.href)];
      const one = Array.isArray(found) ? found.shift() : found;
      if (!one) throw new RangeError(`nobody expected ${decodeURIComponent(url.href)}`);
      const { status = 200, body, headers: own = {} } = one;
      return new Response(status === 304 ? null : JSON.stringify(body ?? {}), { status, headers: own });
    },
    sleep: async (ms) => void slept.push(ms),
    now: () => Date.parse("2026-03-01T00:00:00Z"),
  };
  return { deps, asked, slept };
}

async function read(kind: Kind, url: string, deps: Deps, token?: string, known = new Map()): Promise<Page[]> {
  const centre = await centreOf(kind);
  const { base, headers } = centre.open(new URL(url), token);
  const pages: Page[] = [];
  for await (const page of centre.pages(getter(headers, deps), base, base.href, known)) pages.push(page);
  return pages;
}

const zendesk = "https://help.acme.example/api/v2/help_center";
const row = (id: number, more: object = {}) => ({
  id,
  title: `Article ${id}`,
  body: `<h2>How</h2><p>Text ${id}</p>`,
  html_url: `https://help.acme.example/hc/en-us/articles/${id}`,
  locale: "en-us",
  draft: false,
  updated_at: "2026-01-01T00:00:00Z",
  user_segment_id: null,
  ...more,
});

describe("Zendesk Guide", () => {
  test("every language and every page; drafts left out, restricted articles internal", async () => {
    const { deps, asked } = scripted({
      [`${zendesk}/locales.json`]: { body: { locales: ["en-us", "de"], default_locale: "en-us" } },
      [`${zendesk}/en-us/articles.json?page[size]=100`]: {
        // The API calls itself by its own host: the firm's name is kept, and the token with it.
        body: {
          articles: [row(1), row(2, { draft: true })],
          meta: { has_more: true },
          links: {
            next: "https://acme.zendesk.com/api/v2/help_center/en-us/articles.json?page[size]=100&page[after]=x",
          },
        },
      },
      [`${zendesk}/en-us/articles.json?page[size]=100&page[after]=x`]: {
        body: { articles: [row(3, { user_segment_id: 77 })], meta: { has_more: false }, links: { next: null } },
      },
      [`${zendesk}/de/articles.json?page[size]=100`]: {
        body: { articles: [row(1, { locale: "de", title: "Artikel" })], meta: { has_more: false } },
      },
    });
    const pages = await read("zendesk", "https://help.acme.example/hc", deps, "bot@acme.example:t0ken");
    const articles = pages.flatMap(({ articles: all }) => all);
    expect(articles.map(({ id, audience, language }) => [id, audience, language])).toEqual([
      ["zendesk-1-en-us", "public", "en-US"],
      ["zendesk-3-en-us", "internal", "en-US"],
      ["zendesk-1-de", "public", "de"],
    ]);
    expect(articles[0]).toMatchObject({
      title: "Article 1",
      text: "## How\n\nText 1",
      url: "https://help.acme.example/hc/en-us/articles/1",
      source: "https://help.acme.example/",
    });
    const basic = `Basic ${Buffer.from("bot@acme.example/token:t0ken").toString("base64")}`;
    expect(
      asked.every(
        ({ url, headers }) => url.startsWith("https://help.acme.example/") && headers.authorization === basic,
      ),
    ).toBe(true);
  });

  test("waits as long as it is told, and reads no page again that has not changed", async () => {
    const list = `${zendesk}/en-us/articles.json?page[size]=100`;
    const { deps, slept, asked } = scripted({
      [list]: [
        { status: 429, headers: { "retry-after": "37" } },
        { status: 503 },
        { body: { articles: [row(1)], meta: { has_more: false } }, headers: { etag: 'W/"a"' } },
        { status: 304 },
      ],
    });
    const [page] = await read("zendesk", "https://help.acme.example/hc/en-us", deps);
    expect(slept).toEqual([37_000, 2_000]);
    const known = new Map([[page!.url, { etag: page!.etag!, ids: page!.ids }]]);
    const [again] = await read("zendesk", "https://help.acme.example/hc/en-us", deps, undefined, known);
    expect(asked.at(-1)!.headers["if-none-match"]).toBe('W/"a"');
    expect(again).toMatchObject({ ids: ["zendesk-1-en-us"], articles: [] });
  });

  test("gives up in words when it is refused, down, or no help centre", async () => {
    const at = `${zendesk}/locales.json`;
    const all = (one: Scripted) =>
      read("zendesk", "https://help.acme.example/", scripted({ [at]: Array(9).fill(one) }).deps);
    await expect(all({ status: 403 })).rejects.toThrow(/token/);
    await expect(all({ status: 500 })).rejects.toThrow(/answered 500/);
    await expect(all({ status: 429, headers: { "retry-after": "3600" } })).rejects.toMatchObject({ kind: "limit" });
    await expect(all({ body: { hello: 1 } })).rejects.toThrow(/not understood/);
    await expect(all({ status: 302, headers: { location: at } })).rejects.toThrow(/redirects/);
  });
});

describe("Intercom Articles", () => {
  const url = (page: number) => `https://api.intercom.io/articles?page=${page}&per_page=100`;
  const one = (id: string, more: object = {}) => ({
    id,
    title: `T${id}`,
    body: `<p>B${id}</p>`,
    state: "published",
    default_locale: "en",
    url: `https://intercom.help/acme/en/articles/${id}`,
    updated_at: 1_767_225_600,
    ...more,
  });

  test("every page and translation; drafts left out; the token goes to Intercom alone", async () => {
    const french = {
      type: "article_content",
      title: "F",
      body: "<p>Oui</p>",
      state: "published",
      url: "https://intercom.help/acme/fr/articles/1",
    };
    const { deps, asked } = scripted({
      [url(1)]: {
        body: {
          data: [
            one("1", {
              translated_content: { type: "article_translated_content", fr: french, de: { ...french, state: "draft" } },
            }),
          ],
          total_count: 3,
          pages: { total_pages: 2 },
        },
      },
      [url(2)]: { body: { data: [one("2"), one("3", { state: "draft" })], total_count: 3, pages: { total_pages: 2 } } },
    });
    const articles = (await read("intercom", "https://acme.intercom.help/", deps, "tok")).flatMap(
      (page) => page.articles,
    );
    expect(articles.map(({ id, language, text }) => [id, language, text])).toEqual([
      ["intercom-1-en", "en", "B1"],
      ["intercom-1-fr", "fr", "Oui"],
      ["intercom-2-en", "en", "B2"],
    ]);
    expect(asked[0]!.headers).toMatchObject({ authorization: "Bearer tok", "intercom-version": expect.any(String) });
    expect(kindOf(new URL("https://acme.intercom.help/en/"))).toBe("intercom");
    await expect(read("intercom", "https://api.intercom.io", deps)).rejects.toThrow(/CUECARD_IMPORT_TOKEN/);
  });

  test("is not believed when an article slipped between two pages", async () => {
    const { deps } = scripted({
      [url(1)]: { body: { data: [one("1")], total_count: 3, pages: { total_pages: 2 } } },
      [url(2)]: { body: { data: [one("1")], total_count: 3, pages: { total_pages: 2 } } },
    });
    await expect(read("intercom", "https://api.intercom.io", deps, "tok")).rejects.toThrow(/changed while/);
  });

  test("a redirect to another place does not get the token", async () => {
    const { deps, asked } = scripted({
      [url(1)]: { status: 302, headers: { location: "https://evil.example/articles" } },
      "https://evil.example/articles": { body: { data: [], total_count: 0 } },
    });
    await read("intercom", "https://api.intercom.io", deps, "tok");
    expect(asked[1]!.url).toBe("https://evil.example/articles");
    expect(asked[1]!.headers.authorization).toBeUndefined();
  });
});

describe("addresses", () => {
  const inside =
    "127.0.0.1 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255 ::1 :: fe80::1 fd00::1 fc00::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::a00:1 2002:a00:1:: 2001:db8::1 ff02::1 localhost";
  test.each(inside.split(" "))("%s is not of the public internet", (address) => expect(isPublic(address)).toBe(false));
  test.each("1.1.1.1 93.184.216.34 172.32.0.1 2606:4700:4700::1111 ::ffff:8.8.8.8".split(" "))("%s is", (address) =>
    expect(isPublic(address)).toBe(true),
  );

  test("nothing is fetched from inside, by address or by name, nor without encryption", async () => {
    const ask = (url: string, address = "10.0.0.1") =>
      guardedFetch({
        privateToo: false,
        resolve: async () => [
          { address: "8.8.8.8", family: 4 },
          { address, family: 4 },
        ],
      })(new URL(url), {
        headers: {},
        signal: AbortSignal.timeout(2_000),
      });
    for (const url of [
      "https://127.0.0.1/",
      "https://[::1]/",
      "https://169.254.169.254/latest",
      "https://0x7f.1/",
      "https://2130706433/",
    ])
      await expect(ask(url), url).rejects.toMatchObject({ code: "address_private" });
    await expect(ask("https://help.example/"), "one of its addresses is private").rejects.toMatchObject({
      code: "address_private",
    });
    await expect(ask("http://example.com/")).rejects.toMatchObject({ code: "address_insecure" });
    await expect(ask("file:///etc/passwd")).rejects.toMatchObject({ code: "address_insecure" });
  });
});
