/** The product against a language model's server: what it sends, what it makes of the answer, and every way in which that server fails. */
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type ModelServer, type Plan, type Recorded, startModelServer } from "../openai/server.ts";
import { product, type Sidebar, until } from "./product.ts";

let model: ModelServer;
beforeAll(async () => {
  model = await startModelServer();
});
const our = product({
  env: () => ({ OPENAI_API_KEY: "sk-test", OPENAI_BASE_URL: model.url, CUECARD_MODEL: "gpt-4o-mini" }),
});
afterAll(() => model.stop());

const ask = "I returned my shoes ten days ago and still have no refund. How long does a refund take?";
const isDraft = ({ content }: Recorded) => content.includes("Write the reply the rep could send now");
const isSummary = ({ content }: Recorded) => content.includes("Summarise the conversation");
const drafts = () => model.requests.filter(isDraft);
const draft = (plan: Plan) => model.plan({ ...plan, when: isDraft });
const conversation = () => `c-${randomUUID().slice(0, 8)}`;
const good = "Hello Ada,\n\nA refund is on its way to you. [1]\n\nKind regards";

/** A conversation that is watched, with a first message. */
async function asked(text = ask, extra = {}): Promise<{ id: string; sidebar: Sidebar }> {
  const id = conversation();
  const sidebar = await our().watch(id);
  await our().say(id, "customer", text, extra);
  return { id, sidebar };
}

beforeEach(async () => {
  our().lines.length = 0;
  model.reset();
  model.plan({ when: isSummary, text: "Asked: about a refund." });
  await our().settings({
    assistWhen: "always",
    dailyBudgetUsd: null,
    model: null,
    firstTokenTimeoutMs: 3_000,
    totalTimeoutMs: 10_000,
  });
});
afterEach(() => {
  // No line of any test here may hold what a customer, rep or model wrote.
  for (const secret of ["returned my shoes", "on its way", "not json", "ada.private", "4111"])
    expect(our().lines.filter((line) => line.includes(secret))).toEqual([]);
});

test("the draft streams: the first words are there long before the last, and every frame is whole", async () => {
  const words = Array.from({ length: 60 }, (_, i) => `word${i}`).join(" ");
  draft({ text: `${words} end.`, tokensPerSecond: 60 });
  const { sidebar } = await asked();
  const ready = await sidebar.suggestion("draft", "ready");
  const frames = sidebar.frames.flatMap((frame) =>
    frame.type === "suggestion" && frame.suggestion.id === ready.id
      ? [{ ...frame.suggestion, receivedAt: frame.receivedAt }]
      : [],
  );
  const first = frames.find(({ text }) => text !== "")!;
  const last = frames.at(-1)!;
  expect(frames.length).toBeGreaterThan(6);
  expect(first.text.length).toBeLessThan(ready.text.length / 3);
  expect(last.receivedAt - first.receivedAt).toBeGreaterThan(400);
  for (const [i, { text, seq }] of frames.entries()) {
    expect(ready.text.startsWith(text)).toBe(true);
    if (i > 0) expect(seq).toBeGreaterThan(frames[i - 1]!.seq);
  }
  expect(ready).toMatchObject({ engine: "gpt-4o-mini", text: `${words} end.` });
  expect(ready.flags).not.toContainEqual({ code: "no_model" });
});

test("usage and cost are kept, and the exact text that was sent is there for admins alone", async () => {
  draft({ text: good });
  const { sidebar } = await asked();
  const { id } = await sidebar.suggestion("draft", "ready");
  const suggestion = await our().suggestion(id);
  expect(suggestion.tokensIn).toBeGreaterThan(100);
  expect(suggestion.tokensOut).toBeGreaterThan(5);
  expect(suggestion.usd).toBeCloseTo((suggestion.tokensIn * 0.15 + suggestion.tokensOut * 0.6) / 1e6, 12);
  expect(suggestion.sent).toBeUndefined();
  const admin = await our().call("GET", `/api/suggestions/${id}`, { token: await our().login("admin", "ada") });
  expect(admin.body.sent).toBe(drafts()[0]!.content);
  const { body } = await our().call("GET", "/api/reports/cost", { token: await our().login("lead", "lea") });
  expect(body.rows).toContainEqual(expect.objectContaining({ kind: "draft", model: "gpt-4o-mini" }));
  expect(body.totalUsd).toBeGreaterThan(0);
});

test("429 and 500 are waited out; the rep notices nothing", async () => {
  draft({ text: good });
  draft({ fault: { status: 500 }, times: 1 });
  draft({ fault: { status: 429, retryAfterSeconds: 1 }, times: 1 });
  const { sidebar } = await asked();
  const ready = await sidebar.suggestion("draft", "ready");
  expect(ready.text).toContain("on its way");
  const [first, second] = drafts();
  expect(drafts()).toHaveLength(3);
  expect(second!.atMs - first!.atMs).toBeGreaterThanOrEqual(950);
});

const faults: [name: string, plan: Plan, reason: RegExp, settings?: Record<string, unknown>][] = [
  ["500 each time", { fault: { status: 500 } }, /error \(500\)/],
  ["429 each time", { fault: { status: 429, retryAfterSeconds: 0 } }, /busy/],
  ["a refused key", { fault: { status: 401 } }, /key/],
  ["no answer", { fault: "silent" }, /in time/, { firstTokenTimeoutMs: 700 }],
  ["too slow to end", { text: `${good} `.repeat(30), tokensPerSecond: 30 }, /too long/, { totalTimeoutMs: 1_500 }],
  ["cut off", { text: good, fault: "cut" }, /cannot be reached|broke off|error/],
  ["ended politely in the middle", { text: good, fault: "unfinished" }, /broke off/],
  ["an error inside the stream", { text: good, fault: "error" }, /error/],
  ["nothing", { fault: "empty" }, /nothing/],
  ["nonsense", { fault: "nonsense" }, /could not be read|broke off/],
];
test.each(faults)(
  "%s: the draft fails in sight, with a reason, and a retry works",
  async (_, plan, reason, settings) => {
    if (settings) await our().settings(settings);
    draft(plan);
    const { id, sidebar } = await asked();
    const failed = await sidebar.suggestion("draft", "failed", 15_000);
    expect(failed.reason).toMatch(reason);
    expect((await our().suggestion(failed.id)).status).toBe("failed");
    await sidebar.suggestion("summary", "ready");

    await our().settings({ firstTokenTimeoutMs: 3_000, totalTimeoutMs: 10_000 });
    draft({ text: good });
    const token = await our().login();
    const { status, body } = await our().call("POST", `/api/conversations/${id}/suggestions`, {
      token,
      body: { kind: "draft" },
    });
    expect([status, body.suggestionId]).toEqual([202, failed.id]);
    const ready = await sidebar.suggestion("draft", "ready");
    expect(ready).toMatchObject({ id: failed.id, text: expect.stringContaining("on its way") });
    expect(ready.seq).toBeGreaterThan(failed.seq);
    expect(ready.reason).toBeUndefined();
  },
);

test("what identifies the customer never reaches the provider, and is back in the draft", async () => {
  const personal = {
    email: "ada.private@example.org",
    phone: "+44 20 7946 0958",
    card: "4111 1111 1111 1111",
    iban: "DE89 3704 0044 0532 0130 00",
  };
  draft({
    text: ({ content }) => {
      const last = content.slice(content.indexOf("<conversation>"));
      const marks = [...new Set(last.match(/\[[A-Z]+_\d+\]/g) ?? [])];
      return `Hello, we wrote down: ${marks.join(" and ")}.`;
    },
  });
  const { sidebar } = await asked(
    `Ada Byron here, refund please! Write to ${personal.email}, call ${personal.phone}, card ${personal.card}, IBAN ${personal.iban}.`,
  );
  const ready = await sidebar.suggestion("draft", "ready");
  for (const value of [...Object.values(personal), "Byron"]) {
    expect(ready.text).toContain(value);
    for (const request of model.requests) {
      expect(request.content).not.toContain(value);
      expect(JSON.stringify(request.body)).not.toContain(value.replaceAll(" ", ""));
    }
  }
});

test("citations resolve to what was given alone; what no source says is marked; foreign links are out", async () => {
  const text =
    "Hello, refunds are booked [1] as written [7][99]. You get $9,876.00 on 31 March 2031. See https://evil.example/pay and [this](https://evil.example/x) ![p](https://evil.example/p.png).";
  draft({ text });
  const { sidebar } = await asked();
  const ready = await sidebar.suggestion("draft", "ready");
  expect(ready.text).toContain("booked [1] as written.");
  expect(ready.citations.map(({ n }) => n)).toEqual([1]);
  expect(ready.text).not.toMatch(/evil|\[7\]|\[99\]/);
  const marked = ready.flags.flatMap(({ code, start, end }) =>
    code === "unsupported" ? [ready.text.slice(start, end)] : [],
  );
  expect(marked.join(" ")).toContain("9,876.00");
  expect(marked.join(" ")).toContain("31 March 2031");
  expect(drafts()[0]!.content).not.toMatch(/https?:\/\//);
});

test("internal notes, bots aside, and internal articles never reach a draft's request", async () => {
  draft({ text: good });
  const { id, sidebar } = await asked();
  await sidebar.suggestion("draft", "ready");
  await our().say(id, "rep", "NOTE-7731: this customer lies, do not refund.", { visibility: "internal" });
  model.plan({ when: isSummary, text: "Asked: twice." });
  draft({ text: good });
  const before = model.requests.length;
  await our().say(
    id,
    "customer",
    "What goodwill can you offer me, and what are your fraud signals and goodwill limits?",
  );
  await until(() => drafts().length > 1);
  await our().settled();
  expect(model.requests.length).toBeGreaterThan(before);
  for (const { content } of model.requests) {
    expect(content).not.toContain("NOTE-7731");
    expect(content).not.toMatch(/\(internal\)/);
  }
});

test("a rep's question may be answered from internal articles; the customer's conversation is not quoted as instruction", async () => {
  draft({ text: good });
  model.plan({
    when: ({ content }) => content.includes("Answer the rep's own question"),
    text: "Up to the limit. [1] [2] [3]",
  });
  const { id, sidebar } = await asked();
  await sidebar.suggestion("draft", "ready");
  const token = await our().login();
  await our().call("POST", `/api/conversations/${id}/suggestions`, {
    token,
    body: { kind: "answer", question: "What are our goodwill limits?" },
  });
  const answer = await sidebar.suggestion("answer", "ready");
  expect(answer.text).toContain("[1]");
  expect(answer.citations.map(({ articleId, internal }) => `${articleId} ${internal ?? false}`)).toContain(
    "internal-goodwill-limits true",
  );
  // What rests on it cannot become a reply.
  const rewrite = await our().call("POST", `/api/conversations/${id}/suggestions`, {
    token,
    body: { kind: "rewrite", basedOn: answer.id, instruction: "shorter" },
  });
  expect(rewrite).toMatchObject({ status: 409, body: { error: { code: "internal" } } });
});

test("a link that stands in one article alone and leads to another site is taken out, and the rep is told", async () => {
  const admin = await our().login("admin");
  const put = async (id: string, text: string) => {
    await our().call("PUT", `/api/policies/${id}`, {
      token: admin,
      body: { title: "Umbrella repairs", text, url: "https://help.shop.example/umbrella" },
    });
    await until(async () => {
      const { body } = await our().call("GET", "/api/policies/search?q=umbrella+repairs", { token: admin });
      return body.passages.some(({ articleId }: { articleId: string }) => articleId === id);
    });
  };
  await put(
    "tampered",
    "Umbrella repairs take nine days: https://evil.example/pay or https://my.shop.example/repairs.",
  );
  // A worker looks for a newer index once in a while: until then it answers from the one before.
  const drafted = async (text: string) => {
    draft({ text });
    const { sidebar } = await asked("How long do umbrella repairs take?");
    return sidebar.suggestion("draft", "ready");
  };
  const both = "Nine days: https://evil.example/pay or https://my.shop.example/repairs [1]\n\nKind regards";
  await until(async () => (await drafted(both)).text.includes("https://my.shop.example/repairs"));
  const ready = await drafted(both);
  expect(ready.text).not.toContain("evil");
  expect(ready.flags.map(({ code }) => code)).toContain("link_cut");
  // A site that two articles link to is one the team sends its customers to.
  await put("second", "Umbrella repairs are paid at https://evil.example/pay too.");
  await until(async () => (await drafted(both)).text.includes("https://evil.example/pay"));
  for (const id of ["tampered", "second"]) await our().call("DELETE", `/api/policies/${id}`, { token: admin });
});

test("when the day's budget is used up the embedded engine goes on, and says so", async () => {
  draft({ text: good });
  const first = await asked();
  await first.sidebar.suggestion("draft", "ready");
  await our().settled();
  await our().settings({ dailyBudgetUsd: 0.000_001 });
  const before = model.requests.length;
  const { sidebar } = await asked();
  const ready = await sidebar.suggestion("draft", "ready");
  expect(ready.engine).toBe("embedded");
  expect(ready.flags.map(({ code }) => code)).toEqual(expect.arrayContaining(["budget", "no_model"]));
  await our().settled();
  expect(model.requests.length).toBe(before);
});

test("the stage's key goes to the stage's address alone", async () => {
  const other = await startModelServer({ otherwise: { text: good } });
  try {
    await our().settings({ baseUrl: other.url });
    const { sidebar } = await asked();
    expect((await sidebar.suggestion("draft", "ready")).engine).toBe("embedded");
    await our().settled();
    expect(other.requests).toEqual([]);
  } finally {
    await our().settings({ baseUrl: null });
    await other.stop();
  }
});

test("the customer writes again while the draft streams: the older run stops, and hangs up", async () => {
  draft({ text: `${good} `.repeat(40), tokensPerSecond: 40 });
  const { id, sidebar } = await asked();
  const older = await sidebar.suggestion("draft", "streaming");
  await until(() => drafts().length === 1);
  draft({ text: "Hello Ada, here is the second answer." });
  await our().say(id, "customer", "Forget it, where do I send the parcel?");
  const stale = await sidebar.suggestion("draft", "stale");
  expect(stale.id).toBe(older.id);
  const ready = await sidebar.suggestion("draft", "ready");
  expect(ready.text).toContain("second answer");
  await until(() => drafts()[0]!.abandoned, 5_000);
  await our().settled();
  expect(await our().suggestion(older.id)).toMatchObject({ status: "stale", outcome: "stale" });
});

test("a reply that is sent while its draft still streams decides it once it is whole", async () => {
  draft({ text: good, tokensPerSecond: 8 });
  const { id, sidebar } = await asked();
  const streaming = await sidebar.suggestion("draft", "streaming");
  sidebar.send({ action: "shown", suggestionId: streaming.id });
  await until(async () => Boolean((await our().suggestion(streaming.id)).shownAt));
  await until(async () =>
    sidebar.frames.some((frame) => frame.type === "suggestion" && frame.suggestion.text.includes("refund")),
  );
  await our().say(id, "rep", "Hello, we have looked into it and a colleague will ring you this afternoon, promised.");
  await sidebar.suggestion("draft", "ready");
  await until(async () => (await our().suggestion(streaming.id)).outcome === "ignored");
});
