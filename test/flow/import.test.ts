/** `npm run import` against a running Cuecard: folders, a help centre, history; what changed, what is gone, whose draft must know. */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { noteSource } from "@cuecard/core/store/imports";
import { handler as nightly } from "@cuecard/functions/nightly";
import { type Asked, importInto } from "@cuecard/local/import/into";
import { signIn } from "@cuecard/local/replay/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { product, until } from "./product.ts";

const our = product({ env: () => ({ CUECARD_IMPORT_PRIVATE: "1" }) });
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cuecard-import-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
const file = (name: string, text: string | Uint8Array) => writeFile(join(folder, name), text);

/** What the command does, without a process of its own. */
const load = async (asked: Asked) => importInto(await signIn(our().url, "import", "admin", "demo"), asked);

/** The command as a person runs it. */
async function run(...args: string[]) {
  const child = spawn(
    join("node_modules", ".bin", "tsx"),
    ["packages/local/src/commands/import.ts", ...args, "--url", our().url, "--json"],
    { env: { ...process.env, CUECARD_URL: "" }, stdio: ["ignore", "pipe", "pipe"] },
  );
  let out = "";
  let said = "";
  child.stdout.on("data", (part) => {
    out += part;
  });
  child.stderr.on("data", (part) => {
    said += part;
  });
  const [code] = await once(child, "close");
  return { code, said, ...JSON.parse(out || "{}") };
}
const as = async (role: "lead" | "admin", method: string, path: string, body?: unknown) =>
  (await our().call(method, path, { token: await our().login(role, role === "lead" ? "lea" : "ada"), body })).body;
const source = async (part: string) =>
  (await as("lead", "GET", "/api/imports")).imports.find((one: { source: string }) => one.source.includes(part));

describe("a folder", () => {
  test("is read, read again for what changed, and a file that cannot be read is named while the rest goes on", async () => {
    await file(
      "kayaks.md",
      "---\nid: kayak-hire\ntitle: Kayak hire\nvalid_to: 2999-01-01\n---\nKayaks are hired out by the hour.",
    );
    await file(
      "canoes.html",
      "<html lang=en><title>Canoes</title><body><p>Canoes hold three people.</p></body></html>",
    );
    await file("oars.txt", "Oars are lent for free.");
    await file("notes.xyz", "?");
    await file("sealed.txt", new Uint8Array([0xff, 0x00, 0x01]));
    const first = await run(folder);
    expect(first.said).toContain("not read: sealed.txt");
    await rm(join(folder, "sealed.txt"));
    expect(first).toMatchObject({ code: 1, created: 3, changed: 0, same: 0, removed: 0, skipped: ["notes.xyz"] });
    expect(await as("lead", "GET", "/api/policies/kayak-hire")).toMatchObject({
      audience: "public",
      validTo: "2999-01-01",
    });

    await file("oars.txt", "Oars cost one coin.");
    await file("broken.pdf", "this is none");
    await rm(join(folder, "canoes.html"));
    const second = await load({ from: folder });
    expect(second).toMatchObject({ created: 0, changed: 1, same: 1, removed: 0 });
    expect(second.unread).toEqual([{ name: "broken.pdf", reason: expect.stringContaining("not a PDF") }]);
    expect((await source(folder)).unread).toHaveLength(1);

    await rm(join(folder, "broken.pdf"));
    const third = await load({ from: folder });
    expect(third).toMatchObject({ changed: 0, same: 2, removed: 1, gone: ["canoes"] });
    expect(await as("lead", "GET", "/api/policies/canoes")).toMatchObject({ error: { code: "policy_unknown" } });
    expect((await source(folder)).lastOkAt).toBeTruthy();
    expect(await as("lead", "GET", "/api/policies/late-fees"), "others are left alone").toMatchObject({
      id: "late-fees",
    });
  });

  test("goes in by HTTP as well: Markdown, HTML and PDF, each by its name", async () => {
    const files = [
      { name: "a.md", text: "# Sails\n\nSails are mended in winter." },
      { name: "b.html", text: "<h1>Ropes</h1><p>Ropes are sold by the metre.</p>" },
      { name: "c.pdf", base64: Buffer.from("none").toString("base64") },
    ];
    const answer = await as("admin", "POST", "/api/imports", { source: "http", files });
    expect(answer).toMatchObject({ created: 2, unread: [{ name: "c.pdf" }] });
    expect(
      await as("admin", "POST", "/api/imports", { source: "http", files: files.slice(0, 1), complete: true }),
    ).toMatchObject({
      same: 1,
      removed: 1,
    });
    const { passages } = await as("lead", "GET", "/api/policies/search?q=when%20are%20sails%20mended");
    expect(passages[0]).toMatchObject({ articleId: "a", title: "Sails" });
  });
});

describe("a help centre", () => {
  let server: Server;
  let rows: { id: number; title: string; body: string }[] = [];
  let down = false;
  let url: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (down) return response.writeHead(403).end();
      const body = request.url?.includes("locales.json")
        ? { locales: ["en"] }
        : { articles: rows.map((row) => ({ ...row, locale: "en", user_segment_id: null })), meta: { has_more: false } };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(() => void server.close());

  test("is read now and again each night; a failure keeps what is there and shows", async () => {
    rows = [
      { id: 1, title: "Life jackets", body: "<p>Everybody on board wears a life jacket.</p>" },
      { id: 2, title: "Dogs", body: "<p>Dogs sail for free.</p>" },
    ];
    expect(await load({ from: url })).toMatchObject({ created: 2, same: 0 });
    const first = await source(url);
    expect(first).toMatchObject({ kind: "zendesk", nightly: true, articles: 2, error: null, tokenSet: false });

    rows = [{ id: 1, title: "Life jackets", body: "<p>Everybody on deck wears a life jacket.</p>" }];
    await nightly({});
    expect((await source(url)).lastOkAt, "not twice a day").toBe(first.lastOkAt);
    await yesterday(url);
    await nightly({});
    const second = await source(url);
    expect(second.counts).toEqual({ created: 0, changed: 1, same: 0, removed: 1 });
    expect((await as("lead", "GET", "/api/policies/zendesk-1-en")).text).toContain("on deck");

    down = true;
    await yesterday(url);
    await nightly({});
    expect(await source(url)).toMatchObject({ error: { code: "import_refused" }, articles: 1 });
    expect(await as("lead", "GET", "/api/policies/zendesk-1-en")).toMatchObject({ title: "Life jackets" });
    expect(await load({ from: url })).toMatchObject({ error: expect.stringContaining("refused") });

    const { id } = await source(url);
    expect(await as("admin", "DELETE", `/api/imports/${id}`)).toEqual({ id });
    expect(await source(url)).toBeUndefined();
    expect(await as("lead", "GET", "/api/policies/zendesk-1-en"), "its articles stay").toMatchObject({
      title: "Life jackets",
    });
  });

  const yesterday = (part: string) =>
    noteSource(our().table, "demo", { source: part, kind: "zendesk" }, () => ({
      lastOkAt: "2020-01-01T00:00:00.000Z",
    }));

  test("reps may not add one, and nobody an insecure one where private addresses are not allowed", async () => {
    const token = await our().login("rep");
    expect((await our().call("POST", "/api/imports", { token, body: { url } })).status).toBe(403);
    process.env.CUECARD_IMPORT_PRIVATE = "0";
    for (const wrong of [url, "http://example.com", "https://169.254.169.254/", "https://[::1]/"])
      expect(await as("admin", "POST", "/api/imports", { url: wrong }), wrong).toMatchObject({
        error: { path: "url" },
      });
    process.env.CUECARD_IMPORT_PRIVATE = "1";
  });
});

describe("an article that changed", () => {
  const ask = "I returned my shoes ten days ago and still have no refund. How long does a refund take?";

  test("marks the open drafts that cite it, in the sidebar at once; decided ones are left alone", async () => {
    await our().settings({ assistWhen: "always" });
    const [id, decided] = [`c-${randomUUID().slice(0, 8)}`, `c-${randomUUID().slice(0, 8)}`];
    const sidebar = await our().watch(id);
    await our().say(id, "customer", ask);
    const draft = await sidebar.suggestion("draft", "ready");
    await our().say(decided, "customer", ask);
    const other = await our().draftOf(decided);
    await our().say(decided, "rep", "I rang the warehouse for you, they have found it and send the money today.");
    await until(async () => (await our().suggestion(other.id)).outcome);
    const article = await as("lead", "GET", `/api/policies/${draft.citations[0]!.articleId}`);
    await as("lead", "PUT", `/api/policies/${article.id}`, {
      ...article,
      text: `${article.text}\n\nFrom today on it takes a day more.`,
    });
    const flagged = await sidebar.next(
      (frame): frame is never =>
        frame.type === "suggestion" &&
        frame.suggestion.id === draft.id &&
        frame.suggestion.flags.some(({ code }) => code === "article_changed"),
    );
    expect(flagged).toBeTruthy();
    expect((await our().suggestion(draft.id)).flags).toContainEqual({ code: "article_changed" });
    expect((await our().suggestion(other.id)).flags).not.toContainEqual({ code: "article_changed" });
  });

  test("so does one whose last day was yesterday", async () => {
    const id = `c-${randomUUID().slice(0, 8)}`;
    await our().say(id, "customer", ask);
    const draft = await our().draftOf(id);
    const articleId = draft.citations[0]!.articleId;
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    const key = { pk: "P#demo", sk: `ART#${articleId}` };
    const item = (await our().table.get(key))!;
    // As if it had been put long ago: nobody touched it when its day ended.
    await our().table.put({ ...item, article: { ...(item.article as object), validTo: yesterday } });
    await nightly({});
    await until(async () =>
      (await our().suggestion(draft.id)).flags.some(({ code }: { code: string }) => code === "article_changed"),
    );
  });
});

describe("history", () => {
  test("teaches on the first day, enters no report, and holds nobody's data", async () => {
    const report = async () => (await as("lead", "GET", "/api/reports/acceptance?by=kind")).rows;
    const before = await report();
    const dialogue = (n: number) => ({
      id: `old-${n}`,
      agent: "Sam Roe",
      customer: "Quentin Harrow",
      events: [
        {
          t: 0,
          speaker: "customer",
          type: "message",
          text: "My zorbing voucher will not open at the counter, what now?",
        },
        {
          t: 9,
          speaker: "agent",
          type: "message",
          text: "Hi Quentin, we reset the voucher for you, please try the zorbing voucher again in an hour. Sam Roe",
        },
        { t: 20, type: "close" },
      ],
    });
    const lines = [
      ...[1, 2, 3].map(dialogue),
      { reply: "Zorbing is closed in winter, {{ticket.requester.first_name}}.", title: "Zorbing season" },
    ];
    await file("history.jsonl", lines.map((line) => JSON.stringify(line)).join("\n"));
    expect(await load({ history: join(folder, "history.jsonl") })).toMatchObject({ replies: 4 });
    // A worker that is at it goes on with the index it has while the new one loads.
    const draft = await until(async () => {
      const id = `c-${randomUUID().slice(0, 8)}`;
      await our().say(id, "customer", "My zorbing voucher will not open at the counter, what now?");
      const one = await our().draftOf(id);
      return one.text.includes("we reset the voucher for you, please try the zorbing voucher again in an hour") && one;
    });
    expect(draft.text).not.toMatch(/Quentin|Harrow/);
    const made = (rows: { key: string; shown: number; decided: number }[]) =>
      rows.map(({ key, shown, decided }) => [key, shown, decided]);
    expect(made(await report())).toEqual(made(before));
  });

  test("comes from a helpdesk's API too; a failure keeps what was read and is said", async () => {
    const comments = [
      {
        id: 2,
        author_id: 9,
        body: "Abseiling gear is returned to the hut, please.",
        public: true,
        created_at: "2026-01-02T10:00:00Z",
      },
      {
        id: 1,
        author_id: 1,
        body: "Where do I return abseiling gear?",
        public: true,
        created_at: "2026-01-01T10:00:00Z",
      },
    ];
    const answers: [part: string, body: object][] = [
      [
        "macros.json",
        { macros: [{ id: 7, title: "Abseiling", actions: [{ field: "comment_value", value: "Bring a helmet." }] }] },
      ],
      ["comments.json", { comments, users: [] }],
      ["/tickets/10.json", { ticket: { id: 10, requester_id: 1 } }],
      ["page[after]", { error: "no" }],
      [
        "/tickets.json",
        { tickets: [{ id: 10, status: "closed" }], meta: { has_more: true }, links: { next: "?page[after]=x" } },
      ],
    ];
    const done = await importInto(
      await signIn(our().url, "import", "admin", "demo"),
      { history: "https://acme.zendesk.com", token: "lea@acme.com:key" },
      {
        fetch: async (input) => {
          const [part, body] = answers.find(([one]) => decodeURIComponent(String(input)).includes(one))!;
          return Response.json(body, { status: part === "page[after]" ? 403 : 200 });
        },
        sleep: async () => undefined,
        nowMs: Date.now,
      },
    );
    expect(done.replies).toBe(2);
    expect(done.error).toMatch(/403.* 1 past conversations/);
  });

  test("from an address that is no helpdesk is refused in words", async () => {
    const { code, said } = await run("--history", "https://example.com");
    expect(code).toBe(1);
    expect(said).toMatch(/NAME\.zendesk\.com/);
  });
});
