/** The lookup with a provider's embeddings and translations: what they find, what they are asked, and every way in which they fail. */
import { randomUUID } from "node:crypto";
import type { Suggestion } from "@cuecard/core/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type ModelServer, type Recorded, startModelServer } from "../openai/server.ts";
import { product, until } from "./product.ts";

let model: ModelServer;
beforeAll(async () => {
  model = await startModelServer();
});
const our = product({
  env: () => ({
    OPENAI_API_KEY: "sk-test",
    OPENAI_BASE_URL: model.url,
    CUECARD_MODEL: "gpt-4o-mini",
    CUECARD_EMBEDDING_MODEL: "toy-embedding",
  }),
});
afterAll(() => model.stop());

const isTranslation = ({ content }: Recorded) => content.startsWith("Translate the customer's message");
const embeddings = () => model.requests.filter(({ path }) => path === "/v1/embeddings");
const inputs = () => embeddings().flatMap(({ body }) => body.input as string[]);
const translations = () => model.requests.filter(isTranslation);
const warnings = () => our().lines.filter((line) => line.includes("lookup goes on by words"));

const article = (id: string, title: string, text: string) => ({ id, title, text, audience: "public", language: "en" });
const articles = [
  article("x-kayak", "Kayaks", "Kayaks are rented by the hour at the lake. Questions go to help.desk@shop.example."),
  article("x-parcel", "Parcels", "Parcels arrive within three working days."),
  article("x-gift", "Gift cards", "Gift cards are good for three years."),
];
async function put(some: unknown[]): Promise<void> {
  const answer = await our().call("POST", "/api/policies", {
    token: await our().login("admin", "ada"),
    body: { articles: some },
  });
  expect(answer.status).toBe(200);
  await our().settled();
}
async function search(q: string, language = "en") {
  const query = new URLSearchParams({ q, language });
  const { body, status } = await our().call("GET", `/api/policies/search?${query}`, { token: await our().login() });
  expect(status).toBe(200);
  return body as { passages: { articleId: string }[]; confidence: number };
}
async function passagesFor(text: string, extra = {}): Promise<{ id: string; policy: Suggestion; draft: Suggestion }> {
  const id = `c-${randomUUID().slice(0, 8)}`;
  await our().say(id, "customer", text, extra);
  const draft = await our().draftOf(id);
  const { suggestions } = await our().conversation(id);
  return { id, draft, policy: suggestions.find(({ kind }) => kind === "policy")! };
}
/** A server that failed is left alone for ten seconds: another key is another server. */
let keys = 0;
const anew = () => our().settings({ baseUrl: null, modelKey: `sk-${++keys}` });

beforeAll(async () => {
  model.plan({ text: "Hello, I will look into it." });
  await put(articles);
  await until(() => inputs().some((text) => text.startsWith("Gift cards\n")));
  await our().settled();
});
beforeEach(async () => {
  our().lines.length = 0;
  model.reset();
  model.plan({ text: "Hello, I will look into it." });
  await our().settings({ assistWhen: "always", dailyBudgetUsd: null, kinds: ["policy", "draft", "answer"] });
  await anew();
});
afterEach(() => {
  for (const secret of ["canoe", "help.desk@", "planted@", "paczka"])
    expect(our().lines.filter((line) => line.includes(secret))).toEqual([]);
});

test("a synonym that stands in no article is found, by a customer's question and by a rep's search", async () => {
  const { policy } = await passagesFor("Do you have a canoe?");
  expect(policy.citations[0]).toMatchObject({ articleId: "x-kayak" });
  const found = await search("canoes");
  expect(found.passages[0]?.articleId).toBe("x-kayak");
  expect(found.confidence).toBeGreaterThan(0.5);
  await our().settings({ embeddingModel: "" });
  const words = await search("canoes");
  expect(words.confidence).toBeLessThan(0.5);
  await our().settings({ embeddingModel: null });
});

test("a rep's own question is answered from what it means", async () => {
  const { id } = await passagesFor("Hello, I have a question about my order.");
  const token = await our().login();
  await our().call("POST", `/api/conversations/${id}/suggestions`, {
    token,
    body: { kind: "answer", question: "Canoes?" },
  });
  const answering = await until(() => model.requests.find(({ content }) => content.includes("Answer the rep's own")));
  expect(answering.content).toContain("Kayaks are rented by the hour");
});

test("small talk still finds nothing", async () => {
  for (const text of ["Hi there, how is your day?", "Thanks a lot, see you!"])
    expect((await search(text)).confidence).toBeLessThan(0.5);
});

test("of a changed base only what changed is sent, and no personal data ever", async () => {
  await put([{ ...articles[1]!, text: "Parcels arrive within four working days. Write to planted@shop.example." }]);
  await until(() => inputs().length > 0);
  await our().settled();
  expect(embeddings()).toHaveLength(1);
  expect(inputs()).toHaveLength(1);
  expect(inputs()[0]).toContain("four working days");
  expect(inputs()[0]).toContain("[EMAIL_1]");
  await put([articles[1]!]);
  const { draft } = await passagesFor("Please book a canoe for planted@home.example, I am Ada Byron.");
  expect(draft.status).toBe("ready");
  const all = model.requests.map(({ body }) => JSON.stringify(body)).join("\n");
  for (const secret of ["planted@", "help.desk@", "Ada Byron"]) expect(all).not.toContain(secret);
  const before = embeddings().length;
  await put([articles[1]!]);
  expect(embeddings().length).toBe(before);
});

test.each([
  ["429", { fault: { status: 429 } } as const, "embedding_busy"],
  ["500", { fault: { status: 500 } } as const, "embedding_error"],
  ["no answer", { fault: "silent" } as const, "embedding_slow"],
  ["nonsense", { fault: "nonsense" } as const, "embedding_nonsense"],
  ["a late answer", { firstTokenMs: 2_000 } as const, "embedding_slow"],
])("%s: the words alone decide, soon, and the log has a code", async (_, plan, code) => {
  model.plan({ ...plan, embeds: true });
  const beganMs = performance.now();
  const found = await search(`For how long are kayaks rented at the lake ${randomUUID()}`);
  expect(performance.now() - beganMs).toBeLessThan(1_500);
  expect(found.passages[0]?.articleId).toBe("x-kayak");
  expect(warnings().some((line) => line.includes(code))).toBe(true);
  const asked = embeddings().length;
  await search("kayaks, again");
  expect(embeddings().length).toBe(asked);
});

test("vectors of another size are ignored, and of another model until they are made", async () => {
  model.plan({ embeds: true, size: 64 });
  const other = await search(`For how long are kayaks rented at the lake ${randomUUID()}`);
  expect(other.passages[0]?.articleId).toBe("x-kayak");
  expect(warnings().some((line) => line.includes("embedding_size"))).toBe(true);
  model.reset();
  model.plan({ text: "Hello." });
  await our().settings({ embeddingModel: "toy-embedding-2" });
  const meanwhile = await search("For how long are kayaks rented at the lake?");
  expect(meanwhile.passages[0]?.articleId).toBe("x-kayak");
  await until(() => inputs().length > 10);
  await our().settled();
  // The older vectors are at hand until the newer ones are loaded.
  await until(async () => (await search("canoes")).passages[0]?.articleId === "x-kayak");
  await our().settings({ embeddingModel: null });
  await put([{ ...articles[2]!, text: "Gift cards are good for four years." }]);
  await until(() => embeddings().at(-1)?.body.model === "toy-embedding");
  await our().settled();
});

test("a Polish question finds an English article once it is translated, once a turn, and the draft stays Polish", async () => {
  model.plan({ when: isTranslation, text: "For how long are kayaks rented at the lake?" });
  const text = "Dzień dobry, na jak długo mogę wypożyczyć łódkę nad jeziorem w przyszłym tygodniu?";
  const { id, policy, draft } = await passagesFor(text);
  expect(policy.citations[0]).toMatchObject({ articleId: "x-kayak" });
  expect(translations()).toHaveLength(1);
  const content = model.requests.find(({ content }) => content.includes("Write the reply the rep"))?.content;
  expect(content).toMatch(/Polish|\bpl\b/);
  expect(draft.language).toBe("pl");
  const token = await our().login();
  await our().call("POST", `/api/conversations/${id}/suggestions`, {
    token,
    body: { kind: "draft", instruction: "shorter" },
  });
  await our().settled();
  expect(translations()).toHaveLength(1);
  const { body } = await our().call("GET", "/api/reports/cost", { token: await our().login("lead", "lea") });
  expect(body.rows).toContainEqual(expect.objectContaining({ kind: "lookup: translation", model: "gpt-4o-mini" }));
  expect(body.rows).toContainEqual(
    expect.objectContaining({ kind: "lookup: articles", model: "toy-embedding", usd: null }),
  );
  expect(body.totalUsd).toBeNull();
});

test("a translation that fails or is late costs its patience at most, and the draft comes", async () => {
  model.plan({ when: isTranslation, fault: "silent" });
  const { draft } = await passagesFor("Kiedy dojdzie moja paczka? Czekam już od tygodnia i nikt nie odpowiada.");
  expect(draft.status).toBe("ready");
  expect(warnings().some((line) => line.includes("translation_slow"))).toBe(true);
});

test("over the budget nothing is asked", async () => {
  await our().settings({ dailyBudgetUsd: 0 });
  const found = await search(`Czy mogę wypożyczyć kayaks rented lake ${randomUUID()}`, "pl");
  expect(found.passages[0]?.articleId).toBe("x-kayak");
  expect(model.requests).toEqual([]);
});
