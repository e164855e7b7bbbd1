import type { ConversationView, MessageView, Suggestion } from "@cuecard/core/protocol";
import type { Row } from "@cuecard/local/desk/desk";
import { beforeAll, expect, test } from "vitest";
import { callOf, demo } from "./demo-started.ts";
import { until } from "./started.ts";

type Desk = { conversations: Row[]; engine: string; hint: string | null; history: { present: boolean } };
type Thread = { conversation: ConversationView | null; messages: MessageView[] };
type Snapshot = { conversation: ConversationView; suggestions: Suggestion[] };
type Acceptance = { total: { accepted: number; edited: number; ignored: number; clicked: number } };

const one = demo();
let call: ReturnType<typeof callOf>;
beforeAll(async () => {
  const { as, url } = one();
  await (await as("admin"))("PUT", "/api/settings", { holdout: 0 });
  call = callOf(url);
});

const list = async () => (await call("GET", "/dev/desk")) as Desk;
const rowOf = async (id: string) => (await list()).conversations.find((row) => row.id === id)!;
const thread = async (id: string) => (await call("GET", `/dev/desk/${id}`)) as Thread;
const snapshot = async (id: string) => (await (await one().as("rep"))("GET", `/api/conversations/${id}`)) as Snapshot;
const draftOf = (id: string) =>
  until(async () =>
    (await snapshot(id)).suggestions.findLast(({ kind, status }) => kind === "draft" && status === "ready"),
  );

test("shows customers in several languages, one in control, one from a bot, and says where a key goes", async () => {
  const { conversations, engine, hint } = await list();
  expect(new Set(conversations.map(({ language }) => language)).size).toBeGreaterThanOrEqual(4);
  expect(
    conversations
      .map(({ label }) => label)
      .filter(Boolean)
      .sort(),
  ).toEqual(["bot", "control"]);
  expect(engine).toMatch(/no language model/i);
  expect(hint).toContain("OPENAI_API_KEY");
});

test("play, draft, send, count: a sent draft is an accepted one", async () => {
  const { conversationId: id } = (await call("POST", "/dev/desk/play")) as { conversationId: string };
  expect(await rowOf(id)).toMatchObject({ unread: true, status: "open" });
  const { messages } = await thread(id);
  expect(messages).toHaveLength(1);
  const draft = await draftOf(id);

  const before = ((await (await one().as("lead"))("GET", "/api/reports/acceptance")) as Acceptance).total;
  const text = draft.text.replace(/\s?\[\d+\]/g, "");
  await call("POST", `/dev/desk/${id}/send`, { text, visibility: "public" });
  // Nobody has opened the sidebar: what was never shown is not decided.
  const rep = await one().as("rep");
  const unseen = await until(
    async () => ((await rep("GET", `/api/suggestions/${draft.id}`)) as { outcome: string | null }).outcome,
  );
  expect(unseen).toBe("unseen");

  await call("POST", `/dev/desk/${id}/play`, {});
  const second = await until(async () => {
    const newest = await draftOf(id);
    return newest.id === draft.id ? undefined : newest;
  });
  await rep("POST", `/api/suggestions/${second.id}/decision`, { action: "inserted" });
  await call("POST", `/dev/desk/${id}/send`, {
    text: second.text.replace(/\s?\[\d+\]/g, ""),
    visibility: "public",
  });
  await until(async () => ((await rep("GET", `/api/suggestions/${second.id}`)) as Suggestion).decision === "accepted");
  const after = ((await (await one().as("lead"))("GET", "/api/reports/acceptance")) as Acceptance).total;
  expect(after.accepted).toBe(before.accepted + 1);
  expect(after.clicked).toBe(before.clicked + 1);
  expect(await rowOf(id)).toMatchObject({ unread: false });

  await call("POST", `/dev/desk/${id}/resolve`);
  await until(async () => (await rowOf(id)).status === "resolved");
});

test("the labelled customer is in control and gets no draft; all others get theirs", async () => {
  const id = "demo-move-payment-control";
  await call("POST", `/dev/desk/${id}/play`);
  await until(async () =>
    (await snapshot(id)).suggestions.some(({ kind, status }) => kind === "summary" && status === "ready"),
  );
  expect((await snapshot(id)).conversation.arm).toBe("control");
  expect((await snapshot(id)).suggestions.map(({ kind }) => kind)).toEqual(["summary"]);
  expect(await rowOf(id)).toMatchObject({ label: "control", script: 1 });
  expect(await (await one().as("lead"))("GET", "/api/settings")).toMatchObject({ holdout: 0, measurement: null });
});

test("the bot's talk comes in one piece, up to where a person has to answer", async () => {
  const id = "demo-bot-wants-person";
  await call("POST", `/dev/desk/${id}/play`);
  const { messages } = await thread(id);
  expect(messages.map(({ author }) => author.kind)).toEqual(["customer", "bot", "customer", "bot", "customer", "bot"]);
  expect(messages.map(({ at }) => at)).toEqual(messages.map(({ at }) => at).sort());
  expect((await draftOf(id)).flags.map(({ code }) => code)).toContain("wants_human");
});

test("two clicks at once say two different lines; a finished script says so", async () => {
  const id = "demo-login-german";
  await Promise.all([call("POST", `/dev/desk/${id}/play`), call("POST", `/dev/desk/${id}/play`)]);
  expect((await thread(id)).messages.map((message) => message.id)).toEqual([`${id}-0`, `${id}-2`]);
  expect(await rowOf(id)).toMatchObject({ script: 0 });
  await expect(call("POST", `/dev/desk/${id}/play`)).rejects.toThrow(/409 .*"played"/);
});

test("notes stay internal", async () => {
  const id = "demo-voucher-fails";
  await call("POST", `/dev/desk/${id}/play`);
  await call("POST", `/dev/desk/${id}/send`, { text: "Look at this first", visibility: "internal" });
  expect((await thread(id)).messages.at(-1)).toMatchObject({ visibility: "internal", author: { kind: "rep" } });
  expect(await rowOf(id)).toMatchObject({ unread: true });
});

test("serves this machine alone, and says what is wrong", async () => {
  const forwarded = callOf(one().url, undefined, { "x-forwarded-for": "203.0.113.7" });
  for (const [method, path] of [
    ["GET", "/dev/desk"],
    ["POST", "/dev/desk/play"],
    ["DELETE", "/dev/history"],
  ] as const)
    await expect(forwarded(method, path)).rejects.toThrow(/403 .*not_local/);
  await expect(call("POST", "/dev/desk/nobody/play")).rejects.toThrow(/404 .*conversation_unknown/);
  await expect(call("POST", "/dev/desk/demo-login-german/send", { text: " ", visibility: "public" })).rejects.toThrow(
    /400/,
  );
  await expect(call("POST", "/dev/desk/demo-gift-wrapping/resolve")).rejects.toThrow(/409 .*not_started/);
  await expect(call("PUT", "/dev/desk")).rejects.toThrow(/404/);
});
