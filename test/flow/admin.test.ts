/** What the admin's page stands on: whether the model answers, and when a helpdesk was last heard of. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type ModelServer, startModelServer } from "../openai/server.ts";
import { product } from "./product.ts";

let model: ModelServer;
let elsewhere: ModelServer;
beforeAll(async () => {
  [model, elsewhere] = await Promise.all([startModelServer(), startModelServer()]);
});
const key = "sk-of-the-stage";
const our = product({
  env: () => ({ OPENAI_API_KEY: key, OPENAI_BASE_URL: model.url, CUECARD_MODEL: "gpt-4o-mini" }),
});
afterAll(() => Promise.all([model.stop(), elsewhere.stop()]));

beforeEach(async () => {
  model.reset();
  elsewhere.reset();
  await our().settings({ modelKey: null, baseUrl: null, model: null, firstTokenTimeoutMs: 12_000 });
  await our().settings({ totalTimeoutMs: 40_000 });
});

/** Waits out the second in which another test is refused. */
async function tested(body: object = {}) {
  await new Promise((resolve) => setTimeout(resolve, 1_010));
  return again(body);
}
const again = async (body: object = {}) =>
  our().call("POST", "/api/model/test", { token: await our().login("admin", "ada"), body });

test("a test is one tiny request, and says how long it took and which model answered", async () => {
  model.plan({ text: "ok" });
  const { status, body, text } = await tested();
  expect(status).toBe(200);
  expect(body).toEqual({ ok: true, ms: expect.any(Number), model: expect.any(String) });
  expect(model.requests).toHaveLength(1);
  expect(model.requests[0]!.content.length).toBeLessThan(100);
  expect(text).not.toContain(key);
});

test.each([
  ["a refused key", { status: 401 }, /refused the key/],
  ["an unknown model", { status: 404 }, /no such model/],
  ["a provider in trouble", { status: 500 }, /error \(500\)/],
  ["silence", "silent", /in time/],
] as const)("%s is said in words, and nothing is tried twice", async (_, fault, words) => {
  await our().settings({ firstTokenTimeoutMs: 500, totalTimeoutMs: 1_000 });
  model.plan({ fault });
  const { status, body } = await tested();
  expect([status, body.ok]).toEqual([200, false]);
  expect(body.error).toMatch(words);
  expect(model.requests).toHaveLength(1);
});

test("what is typed is tried without being saved", async () => {
  elsewhere.plan({ text: "ok" });
  const typed = { baseUrl: elsewhere.url, model: "mistral", modelKey: "sk-typed" };
  expect((await tested(typed)).body.ok).toBe(true);
  expect([model.requests.length, elsewhere.requests.length]).toEqual([0, 1]);
  const settings = await our().call("GET", "/api/settings", { token: await our().login("lead", "lea") });
  expect(settings.body).toMatchObject({ baseUrl: null, model: null, modelKeySet: false });
});

test("a key that is kept is sent to no address but the saved one", async () => {
  for (const modelKey of [null, "sk-of-the-workspace"]) {
    await our().settings({ modelKey });
    const { status, body } = await tested({ baseUrl: elsewhere.url });
    expect([status, body.error.code]).toEqual([400, "key_needed"]);
  }
  expect(elsewhere.requests).toEqual([]);
});

test("a second test within the second is refused", async () => {
  model.plan({ text: "ok" });
  await tested();
  const { status, body } = await again();
  expect([status, body.error.code]).toEqual([429, "too_soon"]);
  expect(model.requests).toHaveLength(1);
});

test("a helpdesk is seen once it has sent something it signed, and no oftener noted than once a minute", async () => {
  const seen = async () => {
    const { body } = await our().call("GET", "/api/helpdesks", { token: await our().login("admin", "ada") });
    return body.helpdesks.find(({ helpdesk }: { helpdesk: string }) => helpdesk === "standard").lastSeenAt;
  };
  expect(await seen()).toBeNull();
  await our().hook({ type: "message.created" }, { key: "whsec_c29tZWJvZHkgZWxzZSdzIHNlY3JldA==" });
  expect(await seen()).toBeNull();
  model.plan({ text: "ok" });
  const before = Date.now();
  await our().say(`c-${randomUUID()}`, "customer", "Where is my refund?");
  const first = await seen();
  expect(Date.parse(first)).toBeGreaterThanOrEqual(before);
  await our().say(`c-${randomUUID()}`, "customer", "And now?");
  expect(await seen()).toBe(first);
  await our().settled();
});
