import { Event } from "@cuecard/core/event";
import { type Deps, fetched, names } from "@cuecard/core/helpdesk/client";
import { retryAfterMs } from "@cuecard/core/helpdesk/http";
import { describe, expect, it } from "vitest";
import { now } from "./deliveries.ts";

type Answer = { status?: number; headers?: Record<string, string>; body?: unknown; throws?: Error };

/** An API that answers what the test wrote down, in order, and throws on a request it did not expect. */
function api(script: [request: string, answer: Answer][], overrides: Partial<Deps> = {}) {
  const seen: { url: string; headers: Headers; body: unknown }[] = [];
  const slept: number[] = [];
  const rest = [...script];
  const deps: Deps = {
    fetch: async (input, init) => {
      const [expected, answer] = rest.shift() ?? [];
      const asked = `${init?.method} ${input}`;
      if (asked !== expected || !answer) throw new RangeError(`asked ${asked}, expected ${expected}`);
      seen.push({ url: String(input), headers: new Headers(init?.headers), body: init?.body });
      if (answer.throws) throw answer.throws;
      const body = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body ?? {});
      return new Response(body, {
        status: answer.status ?? 200,
        ...(answer.headers ? { headers: answer.headers } : {}),
      });
    },
    sleep: async (ms) => void slept.push(ms),
    nowMs: () => now,
    ...overrides,
  };
  return { deps, seen, slept, done: () => rest.length === 0 };
}

const said = (events: Event[]) =>
  events.map((event) => {
    expect(Event.parse(event)).toEqual(event);
    if (event.type !== "message.created" && event.type !== "message.edited") return event.type;
    const { id, author, visibility, text } = event.message;
    return `${id} ${author.kind}${visibility === "internal" ? " (internal)" : ""}: ${text}`;
  });

const zendesk = { subdomain: "acme", email: "bot@example.com", token: "t", ownUserId: "900" };
const ticketUrl = "GET https://acme.zendesk.com/api/v2/tickets/5158.json";
const commentsUrl =
  "GET https://acme.zendesk.com/api/v2/tickets/5158/comments.json?sort=-created_at&page[size]=100&include=users";
const ticket = {
  ticket: {
    id: 5158,
    subject: "Cannot login",
    requester_id: 8446,
    assignee_id: 8447,
    group_id: 84,
    tags: ["mobile"],
    via: { channel: "web" },
  },
};
const comment = (id: number, author_id: number, rest: object = {}) => ({
  id,
  type: "Comment",
  author_id,
  body: `text ${id}`,
  html_body: `<p>text ${id}</p>`,
  plain_body: `text ${id}`,
  public: true,
  attachments: [],
  created_at: new Date(now - 100_000 + id * 1000).toISOString(),
  ...rest,
});
const users = [
  { id: 8446, name: "Ada", email: "ada@example.com", role: "end-user" },
  { id: 8447, name: "Sam", email: "sam@example.com", role: "agent" },
];
const thread = { what: "thread", conversationId: "5158" } as const;

describe("Zendesk's thread", () => {
  it("is read newest first, page by page, and given oldest first", async () => {
    const next = "https://acme.zendesk.com/api/v2/tickets/5158/comments.json?page[after]=x";
    const { deps, seen, done } = api([
      [ticketUrl, { body: ticket }],
      [
        commentsUrl,
        {
          body: {
            comments: [comment(4, 900), comment(3, 8447, { public: false }), comment(2, 8447)],
            users,
            meta: { has_more: true },
            links: { next },
          },
        },
      ],
      [`GET ${next}`, { body: { comments: [comment(1, 8446)], users, meta: { has_more: false } } }],
    ]);
    const events = await fetched("zendesk", thread, zendesk, deps);
    expect(said(events)).toEqual(["1 customer: text 1", "2 rep: text 2", "3 rep (internal): text 3"]);
    expect(events[0]?.conversation).toEqual({
      id: "5158",
      subject: "Cannot login",
      channel: "web",
      customer: { id: "8446", name: "Ada", email: "ada@example.com" },
      assignee: { id: "8447", name: "Sam", email: "sam@example.com" },
      team: "84",
      tags: ["mobile"],
    });
    expect(seen[0]?.headers.get("authorization")).toBe(
      `Basic ${Buffer.from("bot@example.com/token:t").toString("base64")}`,
    );
    expect(done()).toBe(true);
  });

  it("tells a note that became private as an edit, at the time of its event", async () => {
    const { deps } = api([
      [ticketUrl, { body: ticket }],
      [commentsUrl, { body: { comments: [comment(2, 8447, { public: false }), comment(1, 8446)], users } }],
    ]);
    const at = "2026-01-08T14:29:59.000Z";
    const events = await fetched("zendesk", { what: "message", conversationId: "5158", id: "2", at }, zendesk, deps);
    expect(events).toMatchObject([{ type: "message.edited", at, message: { id: "2", visibility: "internal" } }]);
  });

  it("takes nobody for the customer whose user it was not told", async () => {
    const { deps } = api([
      [ticketUrl, { body: ticket }],
      [commentsUrl, { body: { comments: [comment(1, 77), comment(2, 8446), comment(3, -1)] } }],
    ]);
    expect(said(await fetched("zendesk", thread, zendesk, deps))).toEqual([
      "1 rep: text 1",
      "2 customer: text 2",
      "3 bot: text 3",
    ]);
  });

  it("does not carry its token to another host", async () => {
    const { deps, done } = api([
      [ticketUrl, { body: ticket }],
      [
        commentsUrl,
        {
          body: {
            comments: [comment(1, 8446)],
            users,
            meta: { has_more: true },
            links: { next: "https://evil.example/x" },
          },
        },
      ],
    ]);
    expect(said(await fetched("zendesk", thread, zendesk, deps))).toEqual(["1 customer: text 1"]);
    expect(done()).toBe(true);
  });

  it.each(["", "acme.evil.example/", "acme.zendesk.com@evil.example", "a b"])(
    "is not asked of the subdomain %j",
    async (subdomain) => {
      const { deps } = api([]);
      await expect(fetched("zendesk", thread, { ...zendesk, subdomain }, deps)).rejects.toMatchObject({
        kind: "input",
        path: "subdomain",
      });
    },
  );
});

describe("a helpdesk's API", () => {
  const comments: [string, Answer] = [commentsUrl, { body: { comments: [], users: [] } }];

  it("is given the time it asks for", async () => {
    const { deps, slept } = api([
      [ticketUrl, { status: 429, headers: { "retry-after": "7" } }],
      [ticketUrl, { status: 503 }],
      [ticketUrl, { throws: new TypeError("fetch failed") }],
      [ticketUrl, { body: ticket }],
      comments,
    ]);
    await expect(fetched("zendesk", thread, zendesk, deps)).resolves.toEqual([]);
    expect(slept).toEqual([7000, 1000, 2000]);
  });

  it("is left to the queue when it asks for longer than the job may wait", async () => {
    const { deps, slept } = api([[ticketUrl, { status: 429, headers: { "retry-after": "60" } }]]);
    await expect(fetched("zendesk", thread, zendesk, deps)).rejects.toMatchObject({
      kind: "limit",
      code: "helpdesk_busy",
    });
    expect(slept).toEqual([]);
  });

  it("is asked four times at most", async () => {
    const down: [string, Answer] = [ticketUrl, { status: 500, body: "Ada's secret" }];
    const { deps, done } = api([down, down, down, down]);
    const failed = fetched("zendesk", thread, zendesk, deps);
    await expect(failed).rejects.toMatchObject({
      kind: "upstream",
      code: "helpdesk_down",
      message: expect.not.stringContaining("Ada"),
    });
    expect(done()).toBe(true);
  });

  it.each([
    [401, "upstream", "helpdesk_refused"],
    [403, "upstream", "helpdesk_refused"],
    [404, "missing", "helpdesk_gone"],
  ])("is asked once when it answers %i", async (status, kind, code) => {
    const { deps } = api([[ticketUrl, { status }]]);
    await expect(fetched("zendesk", thread, zendesk, deps)).rejects.toMatchObject({ kind, code });
  });

  it.each([["<html>"], [{}], [[]], [null], [{ ticket: { id: null } }]])(
    "may answer %j, and fails by name",
    async (body) => {
      const { deps } = api([[ticketUrl, { body }]]);
      await expect(fetched("zendesk", thread, zendesk, deps)).rejects.toMatchObject({ name: "AppError" });
    },
  );

  it("is left alone once the job is over", async () => {
    const { deps } = api([[ticketUrl, { throws: new DOMException("over", "AbortError") }]], {
      signal: AbortSignal.abort(),
    });
    await expect(fetched("zendesk", thread, zendesk, deps)).rejects.toMatchObject({ name: "AbortError" });
  });

  it.each([
    ["7", 7000],
    ["0.5", 500],
    ["Thu, 08 Jan 2026 14:30:30 GMT", 30_000],
    ["Thu, 08 Jan 2026 14:29:00 GMT", 0],
    ["soon", undefined],
  ])("says Retry-After: %s", (value, ms) => {
    expect(retryAfterMs(new Headers({ "retry-after": value }), now)).toBe(ms);
    expect(retryAfterMs(new Headers({ "x-ratelimit-retry-after": value }), now)).toBe(ms);
  });

  it.each(names)("of %s is not called without its credentials", async (name) => {
    const { deps } = api([]);
    await expect(fetched(name, thread, {}, deps)).rejects.toMatchObject({ kind: "input", code: "credential_missing" });
  });
});

const person = (id: number, type: string) => ({ id, type, first: type, last: "", email: `${type}@example.com` });

describe("Help Scout's thread", () => {
  const origin = "https://api.helpscout.net";
  const credentials = { appId: "a", appApiSecret: "s" };
  const at = { createdAt: "2026-01-08T14:25:30Z" };
  const threads = (page: number) => `GET ${origin}/v3/conversations/10/threads?page=${page}`;
  const conversation: [string, Answer] = [
    `GET ${origin}/v2/conversations/10`,
    { body: { id: 10, subject: "Order", primaryCustomer: person(1, "customer"), userUpdatedAt: at.createdAt } },
  ];
  const token: [string, Answer] = [
    `POST ${origin}/v2/oauth2/token`,
    { body: { access_token: "T", expires_in: 172_800 } },
  ];
  const what = { what: "thread", conversationId: "10" } as const;

  it("has people, AI users, notes and merges told apart", async () => {
    const list = [
      {
        id: 5,
        type: "lineitem",
        action: { type: "merged", associatedEntities: { originalConversation: 9 } },
        createdAt: "2026-01-08T14:25:34Z",
      },
      {
        id: 4,
        type: "note",
        state: "published",
        body: "Fraud?",
        createdBy: person(2, "user"),
        createdAt: "2026-01-08T14:25:33Z",
      },
      {
        id: 3,
        type: "message",
        state: "published",
        body: "<p>Hello</p>",
        createdBy: person(3, "system_user"),
        createdAt: "2026-01-08T14:25:32Z",
      },
    ];
    const older = [
      {
        id: 2,
        type: "message",
        state: "published",
        body: "<div>On its way.<br>Sam</div>",
        createdBy: person(2, "user"),
        createdAt: "2026-01-08T14:25:31Z",
      },
      { id: 6, type: "message", state: "draft", body: "Not sent", createdBy: person(2, "user"), ...at },
      { id: 1, type: "customer", state: "published", body: "Where is it?", createdBy: person(1, "customer"), ...at },
    ];
    const { deps, seen } = api([
      token,
      conversation,
      [threads(1), { body: { _embedded: { threads: list }, page: { totalPages: 2 } } }],
      [threads(2), { body: { _embedded: { threads: older }, page: { totalPages: 2 } } }],
    ]);
    expect(said(await fetched("helpscout", what, credentials, deps))).toEqual([
      "1 customer: Where is it?",
      "2 rep: On its way.\nSam",
      "3 bot: Hello",
      "4 rep (internal): Fraud?",
      "conversation.merged",
    ]);
    expect(seen[0]?.body).toBe("grant_type=client_credentials&client_id=a&client_secret=s");
    expect(seen[1]?.headers.get("authorization")).toBe("Bearer T");
  });

  it("is read with a token that is kept until shortly before its end", async () => {
    const tokens = new Map();
    const empty: [string, Answer] = [threads(1), { body: {} }];
    const first = api([token, conversation, empty], { tokens });
    await fetched("helpscout", what, credentials, first.deps);
    const second = api([conversation, empty], { tokens });
    await fetched("helpscout", what, credentials, second.deps);
    const late = api([token, conversation, empty], { tokens, nowMs: () => now + 172_800_000 - 299_000 });
    await fetched("helpscout", what, credentials, late.deps);
    expect([first.done(), second.done(), late.done()]).toEqual([true, true, true]);
  });
});

it("Intercom's thread is its source and its parts", async () => {
  const item = {
    id: "525",
    created_at: 1767880000,
    source: {
      id: "4039",
      type: "conversation",
      body: "Where is my order?",
      author: { type: "user", id: "u1", name: "Ada" },
    },
    conversation_parts: {
      conversation_parts: [
        {
          id: "133",
          part_type: "comment",
          body: "On its way.",
          created_at: 1767882330,
          author: { type: "admin", id: "7", name: "Sam" },
        },
        { id: "134", part_type: "close", body: null, created_at: 1767882331, author: { type: "admin", id: "7" } },
      ],
    },
  };
  const { deps, seen } = api([
    ["GET https://api.eu.intercom.io/conversations/525?display_as=plaintext", { body: item }],
  ]);
  const events = await fetched(
    "intercom",
    { what: "thread", conversationId: "525" },
    { token: "t", region: "eu" },
    deps,
  );
  expect(said(events)).toEqual(["4039 customer: Where is my order?", "133 rep: On its way."]);
  expect(seen[0]?.headers.get("intercom-version")).toBe("2.16");
});

describe("Front's API", () => {
  const origin = "https://api2.frontapp.com";
  const conversation: [string, Answer] = [
    `GET ${origin}/conversations/cnv_1`,
    { body: { id: "cnv_1", subject: "Order", assignee: null } },
  ];
  const message = {
    id: "msg_2",
    type: "email",
    is_inbound: false,
    created_at: 1767882330.12,
    text: "On its way.",
    author: { id: "tea_1", first_name: "Sam", type: "user" },
  };

  it("gives the message a webhook left out", async () => {
    const { deps } = api([conversation, [`GET ${origin}/messages/msg_2`, { body: message }]]);
    const what = { what: "message", conversationId: "cnv_1", id: "msg_2" } as const;
    expect(said(await fetched("front", what, { token: "t" }, deps))).toEqual(["msg_2 rep: On its way."]);
  });

  it("gives messages and comments, drafts aside", async () => {
    const from = { role: "from", handle: "ada@example.com" };
    const inbound = {
      ...message,
      id: "msg_1",
      is_inbound: true,
      created_at: 1767882300,
      text: "Where?",
      author: null,
      recipients: [from],
    };
    const next = `${origin}/conversations/cnv_1/messages?limit=100&page_token=x`;
    const { deps } = api([
      conversation,
      [
        `GET ${origin}/conversations/cnv_1/messages?limit=100`,
        { body: { _results: [{ ...message, is_draft: true }, message], _pagination: { next } } },
      ],
      [`GET ${next}`, { body: { _results: [inbound], _pagination: { next: null } } }],
      [
        `GET ${origin}/conversations/cnv_1/comments?limit=100`,
        { body: { _results: [{ id: "com_1", body: "Fraud?", author: message.author, posted_at: 1767882331 }] } },
      ],
    ]);
    const events = await fetched("front", { what: "thread", conversationId: "cnv_1" }, { token: "t" }, deps);
    expect(said(events)).toEqual(["msg_1 customer: Where?", "msg_2 rep: On its way.", "com_1 rep (internal): Fraud?"]);
  });
});

describe("Freshdesk's thread", () => {
  const origin = "https://acme.freshdesk.com/api/v2/tickets/452";
  const credentials = { domain: "acme.freshdesk.com", apiKey: "k", ownUserId: "99" };
  const what = { what: "thread", conversationId: "452" } as const;
  const freshTicket = {
    id: 452,
    subject: "Order",
    description_text: "Where?",
    requester_id: 1,
    requester: { id: 1, name: "Ada", email: "ada@example.com" },
    responder_id: 7,
    status: 4,
    created_at: "2026-01-08T14:00:00Z",
    stats: { resolved_at: "2026-01-08T14:29:00Z", reopened_at: null },
  };
  const reply = (id: number, rest: object = {}) => ({
    id,
    ticket_id: 452,
    body_text: `text ${id}`,
    incoming: false,
    private: false,
    user_id: 7,
    created_at: "2026-01-08T14:10:00Z",
    ...rest,
  });

  it("begins with the description, and ends with how the ticket stands", async () => {
    const { deps } = api([
      [`GET ${origin}?include=requester,stats`, { body: freshTicket }],
      [
        `GET ${origin}/conversations?per_page=100&page=1`,
        {
          body: [
            reply(1),
            reply(2, { private: true }),
            reply(3, { user_id: 99, private: true }),
            reply(4, { incoming: true, user_id: 1 }),
          ],
        },
      ],
    ]);
    expect(said(await fetched("freshdesk", what, credentials, deps))).toEqual([
      "description customer: Where?",
      "1 rep: text 1",
      "2 rep (internal): text 2",
      "4 customer: text 4",
      "conversation.resolved",
    ]);
  });

  it("is read to its last page", async () => {
    const { deps, done } = api([
      [
        `GET ${origin}?include=requester,stats`,
        { body: { ...freshTicket, status: 2, stats: { reopened_at: "2026-01-08T14:29:00Z" } } },
      ],
      [`GET ${origin}/conversations?per_page=100&page=1`, { body: Array.from({ length: 100 }, (_, n) => reply(n)) }],
      [`GET ${origin}/conversations?per_page=100&page=2`, { body: [] }],
    ]);
    const events = await fetched("freshdesk", what, credentials, deps);
    expect(events).toHaveLength(102);
    expect(events.at(-1)?.type).toBe("conversation.reopened");
    expect(done()).toBe(true);
  });
});

describe("Chatwoot's thread", () => {
  const credentials = { url: "https://chat.example.com/", accountId: "1", token: "t", ownUserId: "900" };
  const origin = "GET https://chat.example.com/api/v1/accounts/1/conversations/42";
  const what = { what: "earlier", conversationId: "42", at: "2026-01-08T14:29:00.000Z" } as const;
  const conversation = {
    id: 42,
    labels: ["billing"],
    meta: { channel: "Channel::WebWidget", sender: { id: 100, name: "Ada" }, assignee: { id: 5, name: "Sam" } },
  };
  const line = (id: number, message_type: number, rest: object = {}) => ({
    id,
    content: `text ${id}`,
    message_type,
    private: false,
    created_at: Math.floor(now / 1_000) - 1_000 + id,
    sender: message_type === 0 ? { id: 100, name: "Ada", type: "contact" } : { id: 5, name: "Sam", type: "user" },
    ...rest,
  });

  it("is read back page by page; activity and our own notes are left out", async () => {
    const { deps, seen, done } = api([
      [origin, { body: conversation }],
      [
        `${origin}/messages`,
        { body: { meta: {}, payload: Array.from({ length: 20 }, (_, n) => line(21 + n, n % 2)) } },
      ],
      [
        `${origin}/messages?before=21`,
        {
          body: {
            payload: [
              line(1, 0),
              line(2, 1, { private: true }),
              line(3, 2),
              line(4, 1, { private: true, sender: { id: 900, type: "user" } }),
              line(5, 3, { sender: null }),
              line(6, 1, { sender: { id: 7, type: "agent_bot" } }),
            ],
          },
        },
      ],
    ]);
    const events = await fetched("chatwoot", what, credentials, deps);
    expect(said(events).slice(0, 5)).toEqual([
      "1 customer: text 1",
      "2 rep (internal): text 2",
      "5 bot: text 5",
      "6 bot: text 6",
      "21 customer: text 21",
    ]);
    expect(events).toHaveLength(24);
    expect(events[0]?.conversation).toMatchObject({ channel: "Channel::WebWidget", assignee: { id: "5" } });
    expect(seen[0]?.headers.get("api_access_token")).toBe("t");
    expect(done()).toBe(true);
  });

  it("waits when it is told to, and says that it is refused", async () => {
    const busy = { status: 429, headers: { "retry-after": "3" } };
    const patient = api([
      [origin, busy],
      [origin, { body: conversation }],
      [`${origin}/messages`, { body: { payload: [line(1, 0)] } }],
    ]);
    expect(said(await fetched("chatwoot", what, credentials, patient.deps))).toEqual(["1 customer: text 1"]);
    expect(patient.slept).toEqual([3_000]);
    const refused = api([[origin, { status: 401 }]]);
    await expect(fetched("chatwoot", what, credentials, refused.deps)).rejects.toMatchObject({ kind: "upstream" });
    await expect(
      fetched("chatwoot", what, { ...credentials, url: "http://chat.example.com" }, refused.deps),
    ).rejects.toMatchObject({ kind: "input", path: "url" });
  });
});

describe("Libredesk's thread", () => {
  const credentials = { url: "https://desk.example.com", token: "key:secret" };
  const origin = "GET https://desk.example.com/api/v1/conversations/u-1";
  const what = { what: "earlier", conversationId: "u-1", at: "2026-01-08T14:29:00.000Z" } as const;
  const contact = { id: 9, first_name: "Ada", last_name: "Byron", email: "ada@example.com" };
  const line = (n: number, type: string, rest: object = {}) => ({
    uuid: `m-${n}`,
    created_at: new Date(now - 100_000 + n * 1_000).toISOString(),
    type,
    conversation_uuid: "u-1",
    content: `<p>text ${n}</p>`,
    text_content: `text ${n}`,
    content_type: "html",
    private: false,
    sender_id: type === "incoming" ? 9 : 3,
    author: type === "incoming" ? contact : { id: 3, first_name: "Sam", last_name: "" },
    ...rest,
  });

  it("is read to its last page, with what its messages leave out of the conversation", async () => {
    const { deps, seen, done } = api([
      [origin, { body: { status: "success", data: { uuid: "u-1", subject: "Refund", contact, assigned_user_id: 3 } } }],
      [
        `${origin}/messages?page=1&page_size=100`,
        { body: { data: { results: [line(4, "outgoing"), line(3, "activity")], total_pages: 2 } } },
      ],
      [
        `${origin}/messages?page=2&page_size=100`,
        { body: { data: { results: [line(2, "outgoing", { private: true }), line(1, "incoming")], total_pages: 2 } } },
      ],
    ]);
    const events = await fetched("libredesk", what, credentials, deps);
    expect(said(events)).toEqual(["m-1 customer: text 1", "m-2 rep (internal): text 2", "m-4 rep: text 4"]);
    expect(events[0]?.conversation).toMatchObject({ subject: "Refund", customer: { id: "9" }, assignee: { id: "3" } });
    expect(seen[0]?.headers.get("authorization")).toBe("token key:secret");
    expect(done()).toBe(true);
  });

  it("that is empty gives nothing", async () => {
    const { deps } = api([
      [origin, { body: { data: { uuid: "u-1" } } }],
      [`${origin}/messages?page=1&page_size=100`, { body: { data: { results: null } } }],
    ]);
    expect(await fetched("libredesk", what, credentials, deps)).toEqual([]);
  });
});
