/** With a language model, through the whole product: summaries that go on, handovers, bots, rewrites. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type ModelServer, type Recorded, startModelServer } from "../openai/server.ts";
import { product } from "./product.ts";

let model: ModelServer;
beforeAll(async () => {
  model = await startModelServer();
});
const our = product({
  env: () => ({ OPENAI_API_KEY: "sk-test", OPENAI_BASE_URL: model.url, CUECARD_MODEL: "gpt-4o-mini" }),
});
afterAll(() => model.stop());

const isSummary = ({ content }: Recorded) => content.includes("Summarise the conversation");
const isDraft = ({ content }: Recorded) => content.includes("Write the reply the rep could send now");
const isRewrite = ({ content }: Recorded) => content.includes("Rewrite the text in <text>");
const part = (content: string, name: string) => new RegExp(`<${name}>\\n([\\s\\S]*?)\\n</${name}>`).exec(content)?.[1];
const good = "Hello Ada,\n\nA refund takes up to 14 days. [1]\n\nKind regards";
const conversation = () => `c-${randomUUID().slice(0, 8)}`;
const request = async (id: string, body: object) => {
  const answer = await our().call("POST", `/api/conversations/${id}/suggestions`, { token: await our().login(), body });
  expect(answer.status).toBe(202);
  await our().settled();
  return our().suggestion(answer.body.suggestionId);
};

beforeEach(async () => {
  model.reset();
  model.plan({ when: isDraft, text: good });
  model.plan({ when: isSummary, text: "Asked: FIRST-SUMMARY about a refund." });
  await our().settings({ assistWhen: "always" });
});

test("the second summary reads the first and what is new, and not the conversation again", async () => {
  const id = conversation();
  await our().say(id, "customer", "OPENING-WORDS: how long does a refund take?");
  await our().settled();
  await our().say(id, "rep", "REP-WORDS: up to 14 days, Ada.");
  await our().say(id, "customer", "SECOND-WORDS: and how long does the refund to my card take?");
  await our().settled();
  const [first, ...rest] = model.requests.filter(isSummary);
  const second = rest.at(-1)!;
  expect(part(first!.content, "conversation")).toContain("OPENING-WORDS");
  expect(first!.content).not.toMatch(/<earlier>\n/);
  expect(part(second.content, "earlier")).toContain("FIRST-SUMMARY");
  expect(part(second.content, "conversation")).toMatch(/REP-WORDS[\s\S]*SECOND-WORDS/);
  expect(part(second.content, "conversation")).not.toContain("OPENING-WORDS");
  // A draft still reads everything while it fits.
  expect(part(model.requests.filter(isDraft).at(-1)!.content, "conversation")).toContain("OPENING-WORDS");
});

test("to hand over, the whole conversation is summed up in answer to the rep's wish", async () => {
  const id = conversation();
  await our().say(id, "customer", "OPENING-WORDS: how long does a refund take?");
  await our().settled();
  const made = await request(id, { kind: "summary", instruction: "hand over to a colleague" });
  expect(made).toMatchObject({ kind: "summary", status: "ready" });
  const last = model.requests.filter(isSummary).at(-1)!.content;
  expect(last).toContain("hand over to a colleague");
  expect(part(last, "conversation")).toContain("OPENING-WORDS");
});

test("after a bot the summary opens with what was asked, tried and promised", async () => {
  const id = conversation();
  await our().say(id, "customer", "My parcel is late.");
  await our().say(id, "bot", "A voucher comes within 3 days, I promise.");
  await our().say(id, "customer", "How long does a refund take?");
  await our().settled();
  const last = model.requests.filter(isSummary).at(-1)!.content;
  expect(last).toMatch(/begin with what was asked, what the bot tried, and what it promised/);
  expect(last).toContain("A voucher comes within 3 days");
});

test.each(["shorter", "friendlier", "more formal", "simpler", "translate to de", "Say that Sam will call."])(
  "rewrite, %s: based on the draft, with its passages, and its citation resolves",
  async (instruction) => {
    const id = conversation();
    await our().say(id, "customer", "How long does a refund take?");
    await our().settled();
    const draft = await our().draftOf(id);
    model.plan({ when: isRewrite, text: "Up to 14 days. [1] [7]" });
    const made = await request(id, { kind: "rewrite", basedOn: draft.id, instruction });
    expect(made).toMatchObject({ status: "ready", text: "Up to 14 days. [1]", basedOn: draft.id });
    expect(made.citations[0].articleId).toBe(draft.citations[0]!.articleId);
    const sent = model.requests.filter(isRewrite).at(-1)!.content;
    expect(sent).toContain("A refund takes up to 14 days. [1]");
  },
);

test("a conversation of 200 turns that is opened late is read from its start, once; after that its cost is flat", async () => {
  const id = conversation();
  await our().settings({ assistWhen: "off" });
  await our().say(id, "customer", "OPENING-WORDS: my order NORDLICHT came broken.");
  for (let turn = 1; turn < 200; turn++) {
    await our().say(
      id,
      "rep",
      `REP-${turn}: I looked at part ${turn} of it, please tell me more about what you saw there.`,
    );
    await our().say(
      id,
      "customer",
      `TURN-${turn}: part ${turn} is broken too, as you can see in what I wrote before this.`,
    );
  }
  await our().settled();
  await our().settings({ assistWhen: "always" });
  await our().say(id, "customer", "LAST-WORDS: so how long does a refund take?");
  await our().settled();
  const first = model.requests.filter(isSummary).at(-1)!.content;
  expect(part(first, "conversation")).toMatch(/OPENING-WORDS[\s\S]*TURN-1:[\s\S]*TURN-100:[\s\S]*LAST-WORDS/);
  await our().say(id, "rep", "REP-200: up to 14 days.");
  await our().say(id, "customer", "AFTER-WORDS: and how long does the refund to my card take?");
  await our().settled();
  const second = model.requests.filter(isSummary).at(-1)!.content;
  expect(part(second, "earlier")).toContain("FIRST-SUMMARY");
  expect(part(second, "conversation")).not.toMatch(/TURN-1\d\d:/);
  expect(second.length).toBeLessThan(2_000);
  const draft = model.requests.filter(isDraft).at(-1)!.content;
  expect(part(draft, "earlier")).toContain("FIRST-SUMMARY");
  expect(part(draft, "conversation")).toContain("AFTER-WORDS");
  expect(draft.length).toBeLessThan(30_000);
}, 60_000);
