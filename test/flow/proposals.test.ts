/** What a lead does with the policy base: sees how each article fares, and accepts or drops what good replies propose. */
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Extra } from "./product.ts";
import { product, until } from "./product.ts";

const our = product();
const as = async (role: "rep" | "lead", method: string, path: string, body?: unknown) =>
  our().call(method, path, { token: await our().login(role, role === "lead" ? "lea" : "sam"), body });
const proposals = async () =>
  (await as("lead", "GET", "/api/proposals")).body.proposals as {
    id: string;
    conversationId: string;
    text: string;
    title: string;
    question: string;
    asked: number;
  }[];
const of = async (id: string) => (await proposals()).find(({ conversationId }) => conversationId === id);
const state = (id: string, type: string, more: object = {}) =>
  our().hook({ type, at: new Date().toISOString(), conversation: { id, customer: { id: `cust-${id}` } }, ...more });

const odd = "Do you engrave names into bicycle bells, and how much longer would the making take?";
const good = "Hello Ada, yes, our workshop engraves bells with up to twelve letters. It takes two days longer. Sam";

/** A question that no article answers, and a reply of the rep's own; resolved unless told otherwise. */
async function answered(text = good, extra: Extra = {}, resolve = true) {
  await our().settings({ assistWhen: "always" });
  const id = `c-${randomUUID().slice(0, 8)}`;
  await our().say(id, "customer", odd, extra);
  await until(async () => (await our().conversation(id)).suggestions.find(({ kind }) => kind === "policy"));
  await our().say(id, "rep", text, extra);
  if (resolve)
    await state(id, "conversation.resolved", extra.conversation ? { conversation: { id, ...extra.conversation } } : {});
  await our().settled();
  return id;
}

describe("a proposed article", () => {
  test("comes from a good reply to a question without a policy, names nobody, and is searched once accepted", async () => {
    const id = await answered();
    const proposal = (await of(id))!;
    expect(proposal.title).toContain("engrave names into bicycle bells");
    expect(proposal.text).toContain("engraves bells with up to twelve letters");
    expect(`${proposal.text} ${proposal.question}`).not.toMatch(/Ada|Sam\b/);

    const blank = await as("lead", "POST", `/api/proposals/${proposal.id}`, { action: "accept" });
    expect(blank).toMatchObject({ status: 400, body: { error: { code: "blank", path: "text" } } });
    const text = "Our workshop engraves bells with up to twelve letters. It takes two days longer.";
    const done = await as("lead", "POST", `/api/proposals/${proposal.id}`, {
      action: "accept",
      title: "Engraving bells",
      text,
    });
    expect(done).toMatchObject({ status: 200, body: { articleId: `proposal-${proposal.id}` } });
    const { body } = await as(
      "rep",
      "GET",
      `/api/policies/search?q=${encodeURIComponent("how long does engraving a bell take")}`,
    );
    expect(body.passages[0]).toMatchObject({ title: "Engraving bells", text });
    expect(await of(id)).toBeUndefined();
    expect((await as("lead", "POST", `/api/proposals/${proposal.id}`, { action: "drop" })).status).toBe(409);
    await as("lead", "DELETE", `/api/policies/proposal-${proposal.id}`);
  });

  test("is dropped for good, and is none of a rep's business", async () => {
    const id = await answered();
    const proposal = (await of(id))!;
    expect((await as("rep", "POST", `/api/proposals/${proposal.id}`, { action: "drop" })).status).toBe(403);
    expect((await as("lead", "POST", `/api/proposals/${proposal.id}`, { action: "drop" })).status).toBe(200);
    await state(id, "conversation.resolved");
    await our().settled();
    expect(await of(id)).toBeUndefined();
    expect((await as("lead", "GET", `/api/policies/proposal-${proposal.id}`)).status).toBe(404);
  });

  test("does not come from an open, reopened, badly rated, short or replayed answer", async () => {
    const open = await answered(good, {}, false);
    const reopened = await answered();
    await state(reopened, "conversation.reopened");
    const rated = await answered();
    await state(rated, "conversation.rated", { rating: { score: 1 } });
    const again = await answered();
    await our().say(again, "customer", "That did not work at all, the bell came back without a letter on it.");
    const short = await answered("Yes, we do.");
    const replayed = await answered(good, { conversation: { tags: ["replay"] } });
    await our().settled();
    const ids = (await proposals()).map(({ conversationId }) => conversationId);
    for (const id of [open, reopened, rated, again, short, replayed]) expect(ids).not.toContain(id);
  });

  test("tells how often much the same was asked", async () => {
    const [one, two] = [await answered(), await answered()];
    expect((await of(one))!.asked).toBeGreaterThanOrEqual(2);
    expect((await of(two))!.asked).toBeGreaterThanOrEqual(2);
  });
});

test("every article stands in the list with how often it was cited, accepted and refused", async () => {
  await our().settings({ assistWhen: "always" });
  const ask = "I returned my shoes ten days ago and still have no refund. How long does a refund take?";
  const id = `c-${randomUUID().slice(0, 8)}`;
  const sidebar = await our().watch(id);
  await our().say(id, "customer", ask);
  const draft = await sidebar.suggestion("draft", "ready");
  await sidebar.shown(draft.id);
  const figures = async () =>
    (await as("lead", "GET", "/api/reports/articles")).body.articles as Record<string, number | string>[];
  const cited = draft.citations[0]!.articleId;
  const find = async () => (await figures()).find(({ articleId }) => articleId === cited)!;
  const before = await find();
  await our().say(id, "rep", draft.text);
  await until(async () => (await our().suggestion(draft.id)).outcome === "accepted");
  const other = `c-${randomUUID().slice(0, 8)}`;
  await our().say(other, "customer", ask);
  const second = await our().draftOf(other);
  await as("rep", "POST", `/api/suggestions/${second.id}/decision`, { action: "rejected", reason: "wrong" });
  await until(async () => Number((await find()).refused) > Number(before.refused));
  const after = await find();
  expect(after).toMatchObject({ accepted: Number(before.accepted) + 1, state: "holds" });
  expect(Number(after.cited)).toBeGreaterThanOrEqual(Number(before.cited) + 1);
  const { body } = await as("lead", "GET", "/api/policies");
  const listed = new Set((await figures()).map(({ articleId }) => articleId));
  expect(body.articles.filter((one: { id: string }) => !listed.has(one.id))).toEqual([]);
  expect((await as("rep", "GET", "/api/reports/articles")).status).toBe(403);
});
