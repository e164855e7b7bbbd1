/** Unseen drafts in control: made like any other, shown to nobody, compared with what the rep wrote. */
import { suggestionRows } from "@cuecard/core/report/days";
import { listShadows } from "@cuecard/core/store/shadows";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ModelServer, startModelServer } from "../openai/server.ts";
import { product, until } from "./product.ts";

let model: ModelServer;
beforeAll(async () => {
  model = await startModelServer();
});
const our = product({ env: () => ({ CUECARD_PRIVATE_ADDRESSES: "1" }) });
afterAll(() => model.stop());
const question = "How do I send something back?";

it("shows an unseen draft to nobody, and tells how near it came", async () => {
  const { call, table, say, settled } = our();
  const [admin, lead, rep] = await Promise.all([our().login("admin", "ada"), our().login("lead"), our().login()]);
  const start = async (more: object) =>
    (await call("POST", "/api/measurements", { token: admin, body: { holdout: 1, days: 21, ...more } })).body.current;
  const effect = async () => (await call("GET", "/api/reports/effect", { token: lead })).body;
  const of = async (id: string) => (await listShadows(table, "demo", id))[0];

  // Off at first.
  expect((await start({})).shadow).toBeUndefined();
  await say("plain", "customer", question);
  await settled();
  expect(await of("plain")).toBeUndefined();
  expect((await effect()).shadow).toBeUndefined();

  expect((await start({ shadow: true })).shadow).toBe(true);
  expect((await effect()).shadow).toMatchObject({ made: 0, compared: 0, median: null });
  const sidebar = await our().watch("near");
  for (const id of ["near", "far", "asked"]) await say(id, "customer", question);
  await say("bye", "customer", "Thanks, bye!");
  await settled();
  const near = (await of("near"))!;
  expect(near).toMatchObject({ kind: "shadow", text: expect.stringMatching(/\w{3}/) });
  // It goes with its conversation.
  const header = await table.get({ pk: near.pk, sk: "CONV" });
  expect(Math.abs(near.expiresAt! - header!.expiresAt!)).toBeLessThan(60);
  expect(await of("bye")).toBeUndefined();

  // Nothing that anybody can open has a word of it.
  const words = near.text.split("\n").find((line) => line.length > 20)!;
  for (const token of [rep, lead, admin]) {
    const conversation = await call("GET", "/api/conversations/near", { token });
    expect(conversation.body.suggestions.filter(({ kind }: { kind: string }) => kind !== "summary")).toEqual([]);
    const ticket = await call("POST", "/api/tickets", { token, body: { conversationId: "near" } });
    const draft = await call("GET", `/api/suggestions/near.${near.turn}.draft`, { token });
    const records = await call("GET", "/api/reports/records", { token: lead });
    expect(draft.status).toBe(404);
    for (const { text } of [conversation, ticket, draft, records]) expect(text).not.toContain(words);
  }
  expect(sidebar.frames.flatMap((frame) => (frame.type === "suggestion" ? [frame.suggestion.kind] : []))).toEqual(
    sidebar.frames.flatMap((frame) => (frame.type === "suggestion" ? ["summary"] : [])),
  );
  expect(JSON.stringify(sidebar.frames)).not.toContain(words);

  // Help that was asked for is a draft like any other; the unseen one is not compared any more.
  const asked = await call("POST", "/api/conversations/asked/suggestions", {
    token: rep,
    body: { kind: "draft", anyway: true },
  });
  expect(asked.status).toBe(202);
  await settled();
  expect((await our().draftOf("asked")).status).toBe("ready");

  const sent = near.text.replace(/\s*\[\d+\]/g, "");
  await say("near", "rep", sent);
  await say("far", "rep", "Let me look into this for you.");
  await say("asked", "rep", sent);
  await settled();
  expect(await of("near")).toMatchObject({ outcome: "accepted", retained: 1 });
  expect(await of("far")).toMatchObject({ outcome: "ignored" });
  expect((await of("asked"))?.outcome).toBeUndefined();

  const report = await effect();
  expect(report.sampleRatio).toMatchObject({ assist: 0, control: 4 });
  expect(report.helpedAnyway).toBe(1);
  expect(report.shadow).toMatchObject({
    made: 3,
    compared: 2,
    accepted: { n: 1, share: 0.5 },
    edited: { n: 0, share: 0 },
    sentence: expect.stringContaining("Nobody saw these drafts"),
  });
  expect(report.shadow.distribution.at(-1)).toBe(1);
  expect(report.shadow.distribution.reduce((sum: number, n: number) => sum + n, 0)).toBe(2);

  // No suggestion: neither counted as one, nor learned from.
  const day = near.day;
  const suggested = (await suggestionRows(table, "demo", day)).filter(({ kind }) => kind === "draft");
  expect(suggested.map(({ conversationId }) => conversationId)).toEqual(["asked"]);
  const taught = await table.query({ pk: "E#demo", prefix: "SENT#" });
  expect(JSON.stringify(taught)).not.toContain('"near');
}, 40_000);

it("asks the same model under the same rules, never keeps a rep waiting, and is in the day's cost", async () => {
  const { call, table, say, settled, settings } = our();
  const [admin, lead] = await Promise.all([our().login("admin", "ada"), our().login("lead")]);
  await settings({ baseUrl: model.url, modelKey: "sk-test", model: "gpt-4o-mini", kinds: ["policy", "draft"] });
  await call("POST", "/api/measurements", { token: admin, body: { holdout: 1, days: 21, shadow: true } });
  model.plan({ text: "Send it back within thirty days, the label is in the parcel. [1]", tokensPerSecond: 15 });
  await say("slow", "customer", `${question} My card is 4111 1111 1111 1111.`);
  // The arm stands while the model is still writing.
  await until(async () => (await call("GET", "/api/conversations/slow", { token: lead })).body.conversation?.arm);
  expect((await listShadows(table, "demo", "slow")).length).toBe(0);
  await settled();
  expect(model.requests).toHaveLength(1);
  expect(model.requests[0]!.content).not.toContain("4111");
  expect((await listShadows(table, "demo", "slow"))[0]).toMatchObject({ engine: "gpt-4o-mini" });
  const cost = (await call("GET", "/api/reports/cost", { token: lead })).body;
  const unseen = cost.rows.find(({ kind }: { kind: string }) => kind === "unseen drafts");
  expect(unseen).toMatchObject({ model: "gpt-4o-mini", suggestions: 0 });
  expect(unseen.usd).toBeGreaterThan(0);

  // The reply may be there before the draft nobody waits for.
  model.plan({ text: "Send it back within thirty days, the label is in the parcel. [1]", tokensPerSecond: 15 });
  await say("quick", "customer", question);
  await until(() => model.requests.length === 2);
  await say("quick", "rep", "Send it back within thirty days, the label is in the parcel.");
  await settled();
  expect((await listShadows(table, "demo", "quick"))[0]).toMatchObject({ outcome: "accepted" });

  // A model that fails fails nobody.
  model.plan({ fault: { status: 500 } });
  await say("broken", "customer", question);
  await settled();
  expect((await call("GET", "/api/conversations/broken", { token: lead })).body.conversation.arm).toBe("control");
  expect(await listShadows(table, "demo", "broken")).toEqual([]);
}, 60_000);

it("goes with its customer, and leaves the counts", async () => {
  const { call, table } = our();
  const [admin, lead] = await Promise.all([our().login("admin", "ada"), our().login("lead")]);
  const { past } = (await call("GET", "/api/measurements", { token: lead })).body;
  const first = past.find(({ shadow }: { shadow?: boolean }) => shadow).id;
  const effect = async () =>
    (await call("GET", `/api/reports/effect?measurement=${encodeURIComponent(first)}`, { token: lead })).body;
  const before = await effect();
  expect(before.shadow.compared).toBe(2);
  await call("DELETE", "/api/customers/cust-near", { token: admin });
  const left = await until(async () => (await listShadows(table, "demo", "near")).find(({ text }) => text === ""));
  expect(left).toMatchObject({ outcome: "accepted" });
  const after = await effect();
  expect([after.shadow, after.sampleRatio]).toEqual([before.shadow, before.sampleRatio]);
});
