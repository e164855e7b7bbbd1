/** Past conversations by a helpdesk's API: who is asked for what, what is taken, and what a failure leaves. */
import type { Deps } from "@cuecard/core/helpdesk/http";
import { pastReplies } from "@cuecard/core/import/history";
import { readPast } from "@cuecard/core/import/past";
import { describe, expect, test } from "vitest";

const now = Date.parse("2026-03-01T10:00:00Z");
type Reply = { status?: number; body?: unknown; headers?: Record<string, string> };

/** Answers by path and search; a list is answered one after another. */
function api(answers: Record<string, Reply | Reply[]>) {
  const seen: { asked: string; host: string; authorization: string | null }[] = [];
  const slept: number[] = [];
  const deps: Deps = {
    fetch: async (input, init) => {
      const url = new URL(String(input));
      const asked = decodeURIComponent(url.pathname + url.search);
      seen.push({ asked, host: url.host, authorization: new Headers(init?.headers).get("authorization") });
      const found = answers[asked];
      const answer = (Array.isArray(found) ? found.shift() : found) ?? { status: 404 };
      return new Response(JSON.stringify(answer.body ?? {}), {
        status: answer.status ?? 200,
        ...(answer.headers ? { headers: answer.headers } : {}),
      });
    },
    sleep: async (ms) => void slept.push(ms),
    nowMs: () => now,
  };
  return { deps, seen, slept };
}

const tickets = "/api/v2/tickets.json?sort=-updated_at&page[size]=100";
const macros = "/api/v2/macros.json?active=true&page[size]=100";
const users = [
  { id: 1, name: "Ada Byron", role: "end-user" },
  { id: 2, name: "Sam Roe", role: "agent" },
  { id: 3, name: "Ines Vidal", role: "agent" },
];
const comment = (id: number, author: number, body: string, open = true) => ({
  id,
  author_id: author,
  body,
  plain_body: body,
  public: open,
  created_at: new Date(now - 90_000 + id * 1_000).toISOString(),
});
const thread = (id: number, comments: object[]) => ({
  [`/api/v2/tickets/${id}.json`]: { body: { ticket: { id, subject: "Vouchers", requester_id: 1, tags: [] } } },
  [`/api/v2/tickets/${id}/comments.json?sort=-created_at&page[size]=100&include=users`]: {
    body: { comments, users, meta: { has_more: false } },
  },
});
const asked = comment(1, 1, "My voucher will not open, what now?");
const answered = comment(2, 2, "Hi Ada, we reset the voucher, please try again in an hour. Sam Roe");
const none = { body: { macros: [] } };

describe("Zendesk", () => {
  test("what is over is read page by page, newest first, with macros; notes, the unanswered and the deleted are not", async () => {
    const next = "https://acme.zendesk.com/api/v2/tickets.json?page[after]=x";
    const { deps, seen } = api({
      [tickets]: {
        body: {
          tickets: [
            { id: 10, status: "solved" },
            { id: 11, status: "open" },
            { id: 12, status: "closed" },
          ],
          meta: { has_more: true },
          links: { next },
        },
      },
      "/api/v2/tickets.json?page[after]=x": {
        body: {
          tickets: [
            { id: 13, status: "closed" },
            { id: 14, status: "closed" },
          ],
          meta: { has_more: false },
        },
      },
      [macros]: {
        body: {
          macros: [
            {
              id: 7,
              title: "Voucher",
              active: true,
              actions: [
                { field: "status", value: "solved" },
                { field: "comment_value", value: ["channel:all", "It is reset, {{ticket.requester.first_name}}."] },
              ],
            },
            {
              id: 8,
              title: "Rich",
              active: true,
              actions: [{ field: "comment_value_html", value: "<p>Both &amp; all.</p>" }],
            },
            { id: 9, title: "Off", active: false, actions: [{ field: "comment_value", value: "Never." }] },
            { id: 6, title: "Tags alone", active: true, actions: [{ field: "current_tags", value: "a" }] },
          ],
        },
      },
      ...thread(10, [
        comment(4, 3, "Ines Vidal here, is it well now?"),
        comment(3, 2, "Ask Bo first.", false),
        answered,
        asked,
      ]),
      ...thread(12, [asked]),
      ...thread(13, [answered, asked]),
    });
    const past = await readPast(new URL("https://acme.zendesk.com/agent"), "lea@acme.com:key", 100, deps);
    expect(past.error).toBeUndefined();
    expect(past.conversations).toEqual([
      {
        id: "zendesk-10",
        turns: [
          { author: "customer", text: asked.body },
          { author: "rep", text: answered.body },
          { author: "rep", text: "Ines Vidal here, is it well now?" },
        ],
        customerName: "Ada Byron",
        colleagues: ["Sam Roe", "Ines Vidal"],
      },
      expect.objectContaining({ id: "zendesk-13" }),
    ]);
    expect(past.saved).toEqual([
      { id: "zendesk-macro-7", title: "Voucher", reply: "It is reset, {{ticket.requester.first_name}}." },
      { id: "zendesk-macro-8", title: "Rich", reply: "Both & all." },
    ]);
    expect(new Set(seen.map(({ host }) => host))).toEqual(new Set(["acme.zendesk.com"]));
    expect(seen[0]!.authorization).toBe(`Basic ${Buffer.from("lea@acme.com/token:key").toString("base64")}`);
    expect(JSON.stringify(past.conversations.flatMap((one) => pastReplies(one)))).not.toMatch(
      /Ada|Byron|Sam|Roe|Ines|Vidal/,
    );
  });

  test("no more than were asked for, and a wait is waited out", async () => {
    const list = { body: { tickets: [10, 13, 14].map((id) => ({ id, status: "closed" })) } };
    const { deps, seen, slept } = api({
      [macros]: none,
      [tickets]: [{ status: 429, headers: { "retry-after": "7" } }, list],
      ...thread(10, [answered, asked]),
      ...thread(13, [answered, asked]),
      ...thread(14, [answered, asked]),
    });
    const { conversations } = await readPast(new URL("https://acme.zendesk.com"), "oauth", 2, deps);
    expect(conversations.map(({ id }) => id)).toEqual(["zendesk-10", "zendesk-13"]);
    expect(slept).toEqual([7_000]);
    expect(seen.some(({ asked: path }) => path.includes("tickets/14"))).toBe(false);
    expect(seen[0]!.authorization).toBe("Bearer oauth");
  });

  test("a failure on the way keeps what was read, and says itself", async () => {
    const next = "https://acme.zendesk.com/api/v2/tickets.json?page[after]=x";
    const { deps } = api({
      [macros]: none,
      [tickets]: { body: { tickets: [{ id: 10, status: "closed" }], meta: { has_more: true }, links: { next } } },
      "/api/v2/tickets.json?page[after]=x": { status: 403 },
      ...thread(10, [answered, asked]),
    });
    const { conversations, error } = await readPast(new URL("https://acme.zendesk.com"), "oauth", 10, deps);
    expect(conversations).toHaveLength(1);
    expect(error?.message).toMatch(/403/);
  });
});

test("Intercom's closed conversations, by cursor, in their region", async () => {
  const conversation = {
    id: "c1",
    created_at: now / 1_000 - 90,
    source: {
      id: "s1",
      type: "conversation",
      body: "<p>Where is it?</p>",
      author: { type: "user", id: "u1", name: "Ada Byron" },
    },
    conversation_parts: {
      conversation_parts: [
        {
          id: "p1",
          part_type: "comment",
          body: "<p>It left today, Ada.</p>",
          created_at: now / 1_000 - 60,
          author: { type: "admin", id: "5", name: "Sam Roe" },
        },
        {
          id: "p2",
          part_type: "note",
          body: "<p>Late again.</p>",
          created_at: now / 1_000 - 50,
          author: { type: "admin", id: "5", name: "Sam Roe" },
        },
      ],
    },
  };
  const { deps, seen } = api({
    "/conversations?per_page=150": {
      body: { conversations: [{ id: "c0", state: "open" }], pages: { next: { starting_after: "abc" } } },
    },
    "/conversations?per_page=150&starting_after=abc": {
      body: { conversations: [{ id: "c1", state: "closed" }], pages: { next: null } },
    },
    "/conversations/c1?display_as=plaintext": { body: conversation },
  });
  const { conversations, error } = await readPast(new URL("https://api.eu.intercom.io"), "tok", 10, deps);
  expect(error).toBeUndefined();
  expect(conversations).toEqual([
    {
      id: "intercom-c1",
      turns: [
        { author: "customer", text: "Where is it?" },
        { author: "rep", text: "It left today, Ada." },
      ],
      customerName: "Ada Byron",
      colleagues: ["Sam Roe"],
    },
  ]);
  expect(new Set(seen.map(({ host, authorization }) => `${host} ${authorization}`))).toEqual(
    new Set(["api.eu.intercom.io Bearer tok"]),
  );
});

test("an address that is no such helpdesk, and a missing token, are refused before anything is asked", async () => {
  const { deps, seen } = api({});
  for (const address of ["https://example.com", "https://acme.zendesk.com.evil.test", "https://zendesk.com"])
    await expect(readPast(new URL(address), "t", 1, deps)).rejects.toMatchObject({
      code: "history_address",
      path: "history",
    });
  await expect(readPast(new URL("https://acme.zendesk.com"), undefined, 1, deps)).rejects.toMatchObject({
    code: "token_missing",
  });
  expect(seen).toEqual([]);
});
