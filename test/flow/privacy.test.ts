/**
 * A customer with marked words goes through everything. Then nothing that is written down elsewhere (logs, jobs, dead letters,
 * bundles, records of secrets) holds a mark; an export gives all of it; and after an erasure the whole table has none, the
 * figures are what they were, and what is delivered again stays out.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import * as Erasure from "@cuecard/core/erasure";
import { Event } from "@cuecard/core/event";
import { append, listed } from "@cuecard/core/store/conversations";
import { customerPk } from "@cuecard/core/store/keys";
import type { Item } from "@cuecard/core/store/port";
import { handler as deadletter } from "@cuecard/functions/deadletter";
import { runOn } from "@cuecard/functions/deps";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ModelServer, startModelServer } from "../openai/server.ts";
import { connect, message, product, until } from "./product.ts";

let model: ModelServer;
beforeAll(async () => {
  model = await startModelServer();
});
const our = product({
  env: () => ({ OPENAI_API_KEY: modelKey, OPENAI_BASE_URL: model.url, CUECARD_MODEL: "gpt-4o-mini" }),
});
afterAll(() => model.stop());

const mark = "zyxmark";
const modelKey = "sk-zyxkey-model-0123456789";
const customerId = `cust-${mark}@example.com`;
const customer = { id: customerId, name: `Zyxmarka Quent`, email: `${mark}@example.com` };
const conversation = `c-privacy`;
const secret = Buffer.from(`zyxkey webhook secret`).toString("base64");
const marked = (text: string) => /zyxmark/i.test(text);
const sent: object[] = [];
let figures: { acceptance: unknown; records: unknown[] };

const admin = async (method: string, path: string, body?: object) =>
  our().call(method, path, { token: await our().login("admin", "ada"), body });
const rep = async (method: string, path: string, body?: object) =>
  our().call(method, path, { token: await our().login("rep", "sam"), body });
const say = async (kind: "customer" | "rep", text: string, extra: object = {}) => {
  const author = kind === "customer" ? { ...customer } : { id: "sam", name: "Sam" };
  const payload = await our().say(conversation, kind, text, {
    conversation: { customer, subject: `Parcel for ${mark}`, tags: [mark] },
    message: { author: { kind, ...author } },
    ...extra,
  });
  sent.push(payload);
};

/** Every item as it lies in the table; what is compressed is opened. */
async function items(): Promise<Item[]> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: process.env.AWS_ENDPOINT_URL_DYNAMODB! }));
  const found: Item[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: tableName(), ...(start ? { ExclusiveStartKey: start } : {}) }),
    );
    found.push(...((page.Items ?? []) as Item[]));
    start = page.LastEvaluatedKey;
  } while (start);
  return found;
}
const tableName = () => (JSON.parse(process.env.SST_RESOURCE_Table!) as { name: string }).name;
/** Items with a mark in a key, an attribute, the packed row, or in what is compressed and still read. */
async function markedItems(): Promise<string[]> {
  const all = await items();
  const current = new Set(all.filter(({ sk }) => sk.startsWith("HEAD#")).map(({ version }) => String(version)));
  return all
    .filter((item) => {
      if (!item.sk.startsWith("CHUNK#")) return marked(JSON.stringify(item));
      if (!current.has(item.sk.split("#")[2]!)) return false;
      return marked(opened(item.bytes as Uint8Array));
    })
    .map(({ pk, sk }) => `${pk} ${sk}`);
}
function opened(bytes: Uint8Array): string {
  try {
    return gunzipSync(bytes).toString("latin1");
  } catch {
    return Buffer.from(bytes).toString("latin1"); // not compressed this way: then as it is
  }
}
const readFigures = async () => ({
  acceptance: (await admin("GET", "/api/reports/acceptance?by=kind")).body.rows,
  records: (await admin("GET", "/api/reports/records?limit=1000")).body.rows,
});
/** Reasons of one's own become "other"; nothing else of a row may change. */
const plain = (rows: unknown[]) =>
  rows.map((row) => ({ ...(row as object), reason: undefined, rejectReason: undefined }));

beforeAll(async () => {
  await our().settings({ assistWhen: "always" });
  await admin("PUT", "/api/helpdesks/zendesk", { secret, token: "zyxkey-api-token" });
  await admin("PUT", "/api/settings", { modelKey });
  model.plan({ when: () => true, text: `Hello Zyxmarka, the parcel ${mark}-draft is on its way. [1]` });
  const socket = await connect(our(), await our().login("rep", "sam"));
  socket.send(JSON.stringify({ action: "watch", conversationId: conversation }));
  await say(
    "customer",
    `Hello, this is Zyxmarka Quent, ${mark}@example.com. Where is my ${mark}-text parcel and my refund?`,
  );
  const draft = await our().draftOf(conversation);
  socket.send(JSON.stringify({ action: "shown", suggestionId: draft.id }));
  await until(async () => (await our().suggestion(draft.id)).shownAt);
  const path = `/api/conversations/${conversation}/suggestions`;
  for (const ask of [
    { kind: "answer", question: `How long does the ${mark}-question refund take?` },
    { kind: "rewrite", text: `Dear ${mark}-own, be patient.`, instruction: `shorter, ${mark}-instruction` },
  ])
    expect((await rep("POST", path, ask)).status).toBe(202);
  await our().settled();
  await rep("POST", `/api/suggestions/${draft.id}/decision`, { action: "inserted" });
  const { suggestions } = await our().conversation(conversation);
  for (const { id, kind } of suggestions)
    if (kind !== "draft")
      await rep("POST", `/api/suggestions/${id}/decision`, {
        action: "rejected",
        reason: `${mark}-reason`,
        note: `${mark}-note`,
      });
  await say("rep", `${draft.text.replace(/\s?\[\d+\]/g, "")} And ${mark}-reply, five days, dear Zyxmarka.`);
  await say("rep", `Internal: ${mark}-internal`, { visibility: "internal" });
  await say("customer", `Thank you, ${mark}-thanks. How do I return the ${mark}-second one?`);
  await our().settled();
  for (const type of ["conversation.resolved", "conversation.rated"]) {
    const event = {
      type,
      conversation: { id: conversation, customer, subject: mark },
      at: new Date().toISOString(),
      ...(type.endsWith("rated") ? { rating: { score: 4, comment: `${mark}-comment` } } : {}),
    };
    sent.push(event);
    expect((await our().hook(event)).status).toBe(202);
  }
  await our().settled();
  // A job that failed for good, as the queue would hand it over.
  const body = JSON.stringify({ type: "event", workspace: "demo", conversationId: conversation, sk: "MSG#x" });
  await deadletter({ Records: [{ body, messageId: "dead-1" }] } as never);
  const { rebuildLearned } = await import("@cuecard/core/store/policies");
  await rebuildLearned(our().table, "demo", { now: Date.now, random: () => `v-${Math.random()}` });
  figures = await readFigures();
  socket.close();
}, 60_000);

describe("while it is kept", () => {
  test("it is there to be found: the searches below can fail", async () => {
    expect((await markedItems()).length).toBeGreaterThan(10);
    expect(model.requests.length).toBeGreaterThan(2);
  });

  test("the model's provider gets placeholders for what identifies", () => {
    for (const { content } of model.requests) {
      expect(content).not.toContain(`${mark}@example.com`);
      expect(content).not.toMatch(/Zyxmarka|Quent/);
      expect(content).not.toContain(`${mark}-internal`);
    }
  });

  test("logs, queued jobs and dead letters carry ids, never text", async () => {
    expect(our().lines.length).toBeGreaterThan(0);
    expect(our().lines.filter(marked)).toEqual([]);
    const names = (await readdir(our().dataFolder)).filter((name) => !name.startsWith("table"));
    expect(names).toContain("queue.jsonl");
    for (const name of names)
      expect([name, marked(await readFile(join(our().dataFolder, name), "utf8"))]).toEqual([name, false]);
    const letters = (await items()).filter(({ pk }) => pk === "D");
    expect(letters.length).toBe(1);
    expect(letters.filter((letter) => marked(JSON.stringify(letter)))).toEqual([]);
  });

  test("secrets lie sealed in the table, and come out of no route", async () => {
    expect((await items()).filter((item) => /zyxkey/.test(JSON.stringify(item)))).toEqual([]);
    for (const path of ["/api/settings", "/api/helpdesks", "/api/audit", "/api/me", "/openapi.json"])
      expect((await admin("GET", path)).text).not.toMatch(/zyxkey|sealed/);
    expect(our().lines.filter((line) => line.includes("zyxkey"))).toEqual([]);
  });

  test("pages and handlers are built without anything of this machine", async () => {
    const dist = new URL("../../packages/web/dist/", import.meta.url);
    for (const entry of await readdir(dist, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const text = await readFile(join(entry.parentPath, entry.name), "utf8");
      for (const kept of [modelKey, our().secret, process.env.SST_RESOURCE_SessionKey!, our().dataFolder])
        expect([entry.name, text.includes(kept)]).toEqual([entry.name, false]);
    }
  });

  test("an export gives all of it, to admins alone", async () => {
    const path = `/api/customers/${encodeURIComponent(customerId)}`;
    expect((await rep("GET", path)).status).toBe(403);
    const { body, text } = await admin("GET", path);
    expect(body.conversations.map(({ conversationId }: { conversationId: string }) => conversationId)).toEqual([
      conversation,
    ]);
    for (const part of ["text", "draft", "question", "own", "instruction", "reply", "internal", "thanks", "note"])
      expect([part, text.includes(`${mark}-${part}`)]).toEqual([part, true]);
    expect(text).toContain("Zyxmarka Quent");
  });
});

describe("after the erasure", () => {
  test("no item, index entry, job or letter holds a mark; the figures are what they were", async () => {
    const path = `/api/customers/${encodeURIComponent(customerId)}`;
    const { status, body } = await admin("DELETE", path);
    expect([status, body]).toMatchObject([
      200,
      {
        status: "done",
        conversations: 1,
        remains: expect.arrayContaining([expect.objectContaining({ untilDays: 35 })]),
      },
    ]);
    await until(async () => (await markedItems()).length === 0, 8_000).catch(() => undefined);
    expect(await markedItems()).toEqual([]);
    const queue = await readFile(join(our().dataFolder, "queue.jsonl"), "utf8");
    expect(marked(queue)).toBe(false);
    const after = await readFigures();
    expect(after.acceptance).toEqual(figures.acceptance);
    expect(plain(after.records)).toEqual(plain(figures.records));
    const exported = await admin("GET", path);
    expect(exported.body).toMatchObject({ erasedAt: expect.any(String) });
    expect(exported.text.replaceAll(customerId, "")).not.toMatch(/zyxmark/i);
  });

  test("everything that is delivered again or late stays out, whether or not it names the customer, and changes no figure", async () => {
    const first = sent[0] as { conversation: object; message: object };
    const { conversation: facts } = first;
    const at = (sent.at(-1) as { at: string }).at;
    const late = [
      { type: "message.created", conversation: facts, message: { ...first.message, id: "m-late" } },
      { type: "message.edited", at, conversation: facts, message: { ...first.message, text: `${mark}-edited` } },
      { type: "message.redacted", at, conversation: facts, message: { id: "m-late" } },
      { type: "conversation.assigned", at, conversation: { ...facts, assignee: { id: "bo", name: `${mark}-bo` } } },
      { type: "conversation.resolved", at, conversation: facts },
      { type: "conversation.reopened", at, conversation: facts },
      { type: "conversation.merged", at, conversation: facts, into: `c-${mark}` },
      { type: "conversation.rated", at, conversation: facts, rating: { score: 1 } },
    ];
    expect(late.map(({ type }) => type).sort()).toEqual(Event.options.map(({ shape }) => shape.type.value).sort());
    // What this process listed in the last minute it does not look up again: the second pass is for that.
    await later(61_000, async () => {
      for (const event of [...sent, ...late].flatMap((one) => [one, unnamed(one)]))
        expect([event, (await our().hook(event)).body]).toEqual([event, { status: "ignored" }]);
      // Somebody writes there again: that opens no way for what is older.
      expect((await our().hook(unnamed(message(conversation, "customer", "Hello once more")))).status).toBe(202);
      for (const event of late.flatMap((one) => [one, unnamed(one)]))
        expect([event, (await our().hook(event)).body]).toEqual([event, { status: "ignored" }]);
    });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(await markedItems()).toEqual([]);
    const queue = await readFile(join(our().dataFolder, "queue.jsonl"), "utf8");
    expect(marked(queue)).toBe(false);
    expect(our().lines.filter(marked)).toEqual([]);
    expect((await readFigures()).acceptance).toEqual(figures.acceptance);
  });

  test("the second pass finds what another handler wrote meanwhile", async () => {
    const [state] = (await our().table.query({ pk: `C#demo#${conversation}`, prefix: "SUG#" })).filter(
      ({ sk }) => sk.split("#").length === 3,
    );
    await our().table.put({
      ...state!,
      sk: `${state!.sk}#text`,
      v: 1,
      text: `late ${mark}`,
      citations: [],
      flags: [],
    } as Item);
    expect((await markedItems()).length).toBe(1);
    await Erasure.eraseAgain(our().table, "demo", customerPk("demo", customerId));
    expect(await markedItems()).toEqual([]);
  });

  test("the audit says who did it, and not to whom", async () => {
    const { body, text } = await admin("GET", "/api/audit");
    expect(body.entries).toContainEqual(expect.objectContaining({ action: "customer.erased", repId: "ada" }));
    expect(text).not.toContain(mark);
  });

  test("what the same person writes later is kept, until an erasure is asked for again", async () => {
    const again = `c-privacy-later`;
    await our().say(again, "customer", "Hello once more", { conversation: { customer: { id: customerId } } });
    await until(async () => (await our().conversation(again)).messages.length === 1);
    const before = { ...(sent[0] as { message: object }), conversation: { id: again, customer: { id: customerId } } };
    expect((await our().hook(before)).body).toEqual({ status: "ignored" });
    await Erasure.eraseAgain(our().table, "demo", customerPk("demo", customerId));
    expect((await our().conversation(again)).messages[0]!.text).toBe("Hello once more");
    expect((await admin("DELETE", `/api/customers/${encodeURIComponent(customerId)}`)).status).toBe(200);
    expect((await our().conversation(again)).messages[0]!.text).toBe("");
  });
});

/** The same event from a helpdesk that does not say whose conversation it is. */
function unnamed(event: object): object {
  const { conversation, message } = event as {
    conversation: { customer?: object };
    message?: { author?: { kind: string; id?: string } };
  };
  const author = message?.author?.kind === "customer" ? { author: { kind: "customer" } } : {};
  return {
    ...event,
    conversation: { ...conversation, customer: undefined },
    ...(message ? { message: { ...message, ...author } } : {}),
  };
}

/** Runs with the server's clock moved on, then back; what is signed here is signed by that clock, too. */
async function later<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const real = Date.now;
  Date.now = () => real() + ms;
  runOn(Date.now);
  try {
    return await work();
  } finally {
    Date.now = real;
    runOn(real);
  }
}

describe("a customer with many conversations", () => {
  test("is erased in portions that go on by themselves, also after one was cut off", async () => {
    const id = "cust-many";
    const seen = listed();
    for (let n = 0; n < 120; n++) {
      const at = new Date(Date.now() - 60_000 + n).toISOString();
      const author = { kind: "customer" as const, id };
      await append(
        our().table,
        "demo",
        {
          type: "message.created",
          conversation: { id: `many-${n}`, customer: { id, name: "Zyxmarka" } },
          message: { id: `m-${n}`, at, author, visibility: "public", text: `${mark} ${n}` },
        },
        Date.now(),
        Math.floor(Date.now() / 1_000) + 86_400,
        seen,
      );
    }
    const first = await admin("GET", `/api/customers/${id}?limit=50`);
    const second = await admin("GET", `/api/customers/${id}?limit=50&after=${first.body.next}`);
    const third = await admin("GET", `/api/customers/${id}?limit=50&after=${second.body.next}`);
    const ids = [first, second, third].flatMap(({ body }) =>
      body.conversations.map((one: { conversationId: string }) => one.conversationId),
    );
    expect(new Set(ids).size).toBe(120);
    expect(third.body.next).toBeUndefined();

    // As if the first run had died after three.
    const list = await Erasure.begin(our().table, "demo", id, Date.now());
    expect(await Erasure.erase(our().table, "demo", list, 3)).toEqual({ erased: 3, more: true });
    const { status, body } = await admin("DELETE", `/api/customers/${id}`);
    expect([status, body.status, body.conversations]).toEqual([202, "running", 50]);
    await until(async () => (await markedItems()).length === 0, 15_000).catch(() => undefined);
    expect(await markedItems()).toEqual([]);
    expect(await Erasure.erase(our().table, "demo", list)).toEqual({ erased: 0, more: false });
  }, 40_000);
});
