/** Where a webhook gives an id alone, the helpdesk's API says the name: once, off the webhook's path, and never of somebody who was erased. */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ServerFrame } from "@cuecard/core/protocol";
import * as keys from "@cuecard/core/store/keys";
import { sender } from "@cuecard/local/senders/sender";
import { afterAll, beforeAll, expect, test } from "vitest";
import { product, until } from "./product.ts";

const our = product();
/** Zendesk's API. `first` answers the first times instead, by path. */
const asked: string[] = [];
const people: Record<string, object> = {};
const groups: Record<string, object> = {};
const first: Record<string, { status: number; headers?: Record<string, string>; times: number }> = {};
let holds: Promise<void> = Promise.resolve();
const api = createServer(async (request, response) => {
  const path = request.url!;
  asked.push(path);
  await holds;
  const json = { "content-type": "application/json" };
  const other = first[path];
  if (other && other.times-- > 0) return response.writeHead(other.status, { ...json, ...other.headers }).end("{}");
  const [, what, id] = /^\/api\/v2\/(users|groups)\/(.+)\.json$/.exec(path) ?? [];
  const found = what === "users" ? people[id!] : groups[id!];
  if (!found) return response.writeHead(404, json).end("{}");
  response.writeHead(200, json).end(JSON.stringify({ [what === "users" ? "user" : "group"]: found }));
});
const real = globalThis.fetch;

beforeAll(async () => {
  await new Promise<void>((done) => api.listen(0, "127.0.0.1", done));
  const own = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  globalThis.fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    return real(url.hostname === "acme.zendesk.com" ? `${own}${url.pathname}${url.search}` : input, init);
  };
  const body = { secret: "s", subdomain: "acme", email: "bot@acme.example", token: "t" };
  const token = await our().login("admin", "ada");
  expect((await our().call("PUT", "/api/helpdesks/zendesk", { token, body })).status).toBe(200);
});
afterAll(() => {
  globalThis.fetch = real;
  api.closeAllConnections();
  api.close();
});

let counter = 0;
type Told = { customer?: string; rep?: string; team?: string; at?: string; text?: string };
async function wrote(id: string, { customer, rep, team, at = new Date().toISOString(), text = "Hello?" }: Told) {
  const event = {
    type: "message.created" as const,
    conversation: {
      id,
      subject: "Refund",
      ...(customer ? { customer: { id: customer } } : {}),
      ...(rep ? { assignee: { id: rep } } : {}),
      ...(team ? { team } : {}),
    },
    message: {
      id: `${++counter}`,
      at,
      author: { kind: "customer" as const, id: customer ?? "1" },
      visibility: "public" as const,
      text,
    },
  };
  const { path, body, headers } = (await sender("zendesk", "s")).build(event, {
    nowMs: Date.now(),
    deliveryId: randomUUID(),
  })!;
  return our().call("POST", `/webhooks/demo${path}`, { body, headers });
}
const shown = async (id: string) => (await our().conversation(id)).conversation ?? {};
const asksFor = (path: string) => asked.filter((one) => one === path).length;
/** An erasure leaves a job for minutes later, so the queue is not empty any more: long enough for what is on it now. */
const soon = () => new Promise((done) => setTimeout(done, 700));
const erase = async (id: string) =>
  our().call("DELETE", `/api/customers/${id}`, { token: await our().login("admin", "ada") });

test("names come after the webhook was answered, reach who is watching, and are asked for once", async () => {
  people["100"] = { id: 100, name: "Ada Byron", email: "ada@example.com" };
  people["200"] = { id: 200, name: "Sam Lee", email: "sam@acme.example" };
  groups["84"] = { id: 84, name: "Payments" };
  let release = () => {};
  holds = new Promise((done) => {
    release = done;
  });
  const sidebar = await our().watch("n1");
  const answer = await wrote("n1", { customer: "100", rep: "200", team: "84" });
  expect([answer.status, answer.body.status]).toEqual([202, "accepted"]);
  await until(() => asked.length > 0);
  await until(async () => (await shown("n1")).customer);
  expect((await shown("n1")).customer).toEqual({});
  release();
  const named = await sidebar.next(
    (frame): frame is Extract<ServerFrame, { type: "conversation" }> =>
      frame.type === "conversation" &&
      frame.conversation.customer?.name === "Ada Byron" &&
      frame.conversation.assignee?.name === "Sam Lee" &&
      frame.conversation.teamName === "Payments",
  );
  // The id stays what it was: keys, settings and filters go by it.
  expect(named.conversation).toMatchObject({ team: "84", assignee: { id: "200" } });
  await wrote("n1", { customer: "100", rep: "200", team: "84" });
  await wrote("n2", { customer: "100", rep: "200", team: "84" });
  await our().settled();
  expect(await shown("n2")).toMatchObject({
    customer: { name: "Ada Byron" },
    assignee: { id: "200", name: "Sam Lee" },
    team: "84",
    teamName: "Payments",
  });
  expect(["users/100", "users/200", "groups/84"].map((path) => asksFor(`/api/v2/${path}.json`))).toEqual([1, 1, 1]);
}, 30_000);

test("reports and their rows show the names, and keep the ids as keys", async () => {
  await our().settings({ assistWhen: "always", repFigures: "named" });
  people["201"] = { id: 201, name: "Kim Okafor" };
  groups["85"] = { id: 85, name: "Delivery" };
  await wrote("n-report", { customer: "100", rep: "201", team: "85", text: "How long does a refund take?" });
  await our().draftOf("n-report");
  await until(async () => (await shown("n-report")).teamName);
  await our().settled();
  const token = await our().login("lead", "lea");
  const rows = async (by: string) => (await our().call("GET", `/api/reports/acceptance?by=${by}`, { token })).body.rows;
  expect(await rows("team")).toContainEqual(expect.objectContaining({ key: "85", label: "Delivery" }));
  expect(await rows("rep")).toContainEqual(expect.objectContaining({ key: "201", label: "Kim Okafor" }));
  const records = (await our().call("GET", "/api/reports/records?by=team&key=85", { token })).body.rows;
  expect(records[0]).toMatchObject({ team: "85", teamLabel: "Delivery" });
  await our().settings({ repFigures: "team" });
  expect(await rows("rep")).toContainEqual(expect.objectContaining({ key: "85", label: "Delivery" }));
  await our().settings({ assistWhen: "watched", repFigures: "named" });
}, 30_000);

test("many events at once ask once, and the helpdesk's wish to wait is kept", async () => {
  people["101"] = { id: 101, name: "Grace Hopper" };
  const path = "/api/v2/users/101.json";
  first[path] = { status: 429, headers: { "retry-after": "0.3" }, times: 1 };
  const begun = performance.now();
  await Promise.all(Array.from({ length: 8 }, (_, i) => wrote(`burst-${i}`, { customer: "101" })));
  await until(async () => (await shown("burst-0")).customer?.name);
  expect(performance.now() - begun).toBeGreaterThan(295);
  await until(async () => {
    const all = await Promise.all(Array.from({ length: 8 }, (_, i) => shown(`burst-${i}`)));
    return all.every(({ customer }) => customer?.name === "Grace Hopper");
  }, 20_000);
  // The one that was told to wait, and the one that was answered.
  expect(asksFor(path)).toBe(2);
}, 40_000);

test("somebody the helpdesk does not know any more is remembered as unknown", async () => {
  const path = "/api/v2/users/404.json";
  await wrote("gone-1", { customer: "404" });
  await until(() => asksFor(path) === 1);
  await our().settled();
  await wrote("gone-1", { customer: "404" });
  await wrote("gone-2", { customer: "404" });
  await our().settled();
  expect(asksFor(path)).toBe(1);
  expect((await shown("gone-2")).customer).toEqual({});
}, 30_000);

test("refused by the helpdesk: no job dies of it, and nothing is lost", async () => {
  const path = "/api/v2/groups/86.json";
  first[path] = { status: 403, times: 9 };
  await wrote("refused", { customer: "100", team: "86" });
  await until(() => asksFor(path) === 1);
  await our().settled();
  expect(await shown("refused")).toMatchObject({ team: "86" });
  expect((await shown("refused")).teamName).toBeUndefined();
  expect(asksFor(path)).toBe(1);
}, 30_000);

test("whichever event comes first, the same name stands in the end", async () => {
  people["102"] = { id: 102, name: "First Customer" };
  people["103"] = { id: 103, name: "Second Customer" };
  const [early, late] = [new Date(Date.now() - 60_000).toISOString(), new Date(Date.now() - 30_000).toISOString()];
  await wrote("order-1", { customer: "102", at: early });
  await our().settled();
  await wrote("order-1", { customer: "103", at: late });
  await wrote("order-2", { customer: "103", at: late });
  await our().settled();
  await wrote("order-2", { customer: "102", at: early });
  await until(async () => (await shown("order-1")).customer?.name === "Second Customer");
  await our().settled();
  expect((await shown("order-2")).customer).toEqual({ name: "Second Customer" });
}, 30_000);

test("a name is part of the export, goes with an erasure, and is not read again for what was before it", async () => {
  people["104"] = { id: 104, name: "Mary Shelley", email: "mary@example.com" };
  const at = new Date(Date.now() - 5_000).toISOString();
  await wrote("erased-1", { customer: "104", at });
  await until(async () => (await shown("erased-1")).customer?.name);
  const token = await our().login("admin", "ada");
  const told = await our().call("GET", "/api/customers/104", { token });
  expect(told.body.called).toMatchObject([{ helpdesk: "zendesk", name: "Mary Shelley", email: "mary@example.com" }]);
  await erase("104");
  const left = await our().table.query({ pk: keys.customerPk("demo", "104") });
  expect(JSON.stringify(left)).not.toMatch(/mary/i);
  expect(left.some(({ sk }) => sk.startsWith("NAMED#"))).toBe(false);
  const conversation = await our().table.query({ pk: keys.conversationPk("demo", "erased-1") });
  expect(JSON.stringify(conversation)).not.toMatch(/mary/i);
  const before = asksFor("/api/v2/users/104.json");
  await wrote("erased-1", { customer: "104", at: new Date(Date.now() - 4_000).toISOString() });
  await soon();
  expect(asksFor("/api/v2/users/104.json")).toBe(before);
  expect((await shown("erased-1")).customer).toBeUndefined();
}, 30_000);

test("erased while the helpdesk is being asked: what it answers is not kept", async () => {
  people["105"] = { id: 105, name: "Emmy Noether" };
  let release = () => {};
  holds = new Promise((done) => {
    release = done;
  });
  await wrote("erased-2", { customer: "105", at: new Date(Date.now() - 5_000).toISOString() });
  await until(() => asksFor("/api/v2/users/105.json") === 1);
  await erase("105");
  release();
  holds = Promise.resolve();
  await soon();
  const all = [
    ...(await our().table.query({ pk: keys.customerPk("demo", "105") })),
    ...(await our().table.query({ pk: keys.conversationPk("demo", "erased-2") })),
  ];
  expect(JSON.stringify(all)).not.toMatch(/emmy|NAMED#/i);
}, 30_000);
