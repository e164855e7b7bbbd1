/** A conversation that had begun before Cuecard listened: what stands before its first webhook is read from the helpdesk's API, once. */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { sender } from "@cuecard/local/senders/sender";
import { afterAll, beforeAll, expect, test } from "vitest";
import { product, until } from "./product.ts";

const our = product();
/** Libredesk's API: answers what `thread` holds, after `holds` has let it go. */
const asked: string[] = [];
let thread: object[] = [];
let holds: Promise<void> = Promise.resolve();
let busy = 0;
const api = createServer(async (request, response) => {
  // The name of who wrote is asked for beside it: test/flow/names.test.ts.
  if (/\/(?:contacts|agents|teams)\//.test(request.url!)) return response.writeHead(404).end();
  asked.push(request.url!);
  await holds;
  const json = { "content-type": "application/json" };
  if (busy-- > 0) return response.writeHead(429, { ...json, "retry-after": "0.05" }).end("{}");
  const uuid = request.url!.split("/")[4];
  if (uuid?.startsWith("gone-")) return response.writeHead(404).end();
  const data = request.url!.includes("/messages") ? { results: thread, total_pages: 1 } : { uuid, subject: "Refund" };
  response.writeHead(200, json).end(JSON.stringify({ status: "success", data }));
});
const real = globalThis.fetch;

beforeAll(async () => {
  await new Promise<void>((done) => api.listen(0, "127.0.0.1", done));
  const own = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  // Credentials take https alone; under that name stands this server.
  globalThis.fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    return real(url.hostname === "desk.acme.example" ? `${own}${url.pathname}${url.search}` : input, init);
  };
  const body = { secret: "s", url: "https://desk.acme.example", token: "key:secret" };
  const token = await our().login("admin", "ada");
  expect((await our().call("PUT", "/api/helpdesks/libredesk", { token, body })).status).toBe(200);
});
afterAll(() => {
  globalThis.fetch = real;
  api.closeAllConnections();
  api.close();
});

const ago = (seconds: number) => new Date(Math.floor(Date.now() / 1_000 - seconds) * 1_000).toISOString();
async function said(id: string, messageId: string, at: string, text: string) {
  const event = {
    type: "message.created" as const,
    conversation: { id },
    message: { id: messageId, at, author: { kind: "customer" as const, id: "9" }, visibility: "public" as const, text },
  };
  const { path, body, headers } = (await sender("libredesk", "s")).build(event, {
    nowMs: Date.now(),
    deliveryId: randomUUID(),
  })!;
  return our().call("POST", `/webhooks/demo${path}`, { body, headers });
}
const line = (uuid: string, created_at: string, type: string, text_content: string) => ({
  uuid,
  created_at,
  type,
  conversation_uuid: "x",
  content: text_content,
  text_content,
  content_type: "text",
  private: false,
  sender_id: type === "incoming" ? 9 : 3,
});
const texts = async (id: string) => (await our().conversation(id)).messages.map(({ text }) => text);

test("is read once, off the webhook's path, and waits when the helpdesk asks for it", async () => {
  const id = `mid-${Date.now()}`;
  const [first, second, third] = [ago(300), ago(200), ago(10)];
  thread = [
    line("m1", first, "incoming", "My parcel is lost."),
    line("m2", second, "outgoing", "We look for it."),
    line("m3", third, "incoming", "And now?"),
  ];
  busy = 1;
  let release = () => {};
  holds = new Promise((done) => {
    release = done;
  });
  const answer = await said(id, "m3", third, "And now?");
  // The API has not answered a word yet.
  expect([answer.status, answer.body.status]).toEqual([202, "accepted"]);
  await until(() => asked.length > 0);
  release();
  await until(async () => (await texts(id)).length === 3);
  expect(await texts(id)).toEqual(["My parcel is lost.", "We look for it.", "And now?"]);
  expect((await our().conversation(id)).conversation.subject ?? "Refund").toBe("Refund");
  const before = asked.length;
  expect((await said(id, "m3", third, "And now?")).body.status).toBe("duplicate");
  expect((await said(id, "m4", ago(0), "Hello?")).body.status).toBe("accepted");
  await our().settled();
  expect(asked.length).toBe(before);
}, 30_000);

test("of a conversation that is new nothing is asked for twice", async () => {
  const id = `new-${Date.now()}`;
  thread = [line("n1", ago(20), "incoming", "Hello")];
  await said(id, "n1", thread[0]!["created_at" as never], "Hello");
  await our().settled();
  const before = asked.length;
  await said(id, "n2", ago(0), "Anybody?");
  await our().settled();
  expect(asked.length).toBe(before);
  expect(await texts(id)).toEqual(["Hello", "Anybody?"]);
});

test("of a conversation that the helpdesk does not have nothing is read, and no job fails of it", async () => {
  const id = `gone-${Date.now()}`;
  const failed = () => our().lines.filter((line) => JSON.stringify(line).includes("job failed")).length;
  const before = failed();
  await said(id, "g1", ago(1), "Hello");
  await until(() => asked.some((url) => url.includes(id)));
  await our().settled();
  expect(await texts(id)).toEqual(["Hello"]);
  expect(failed()).toBe(before);
});
