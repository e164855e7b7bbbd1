/** The lookup with help from outside: what is sent, what is asked once, what is skipped, and that the words alone do when it fails. */
import { AppError } from "@cuecard/core/error";
import { type Aids, searchAided } from "@cuecard/core/lookup/aided";
import { build, type Query, search } from "@cuecard/core/lookup/lookup";
import { sparingly } from "@cuecard/core/lookup/sparingly";
import { keyOf, measure, probes, textOf, vectorsOf } from "@cuecard/core/lookup/vectors";
import type { Article } from "@cuecard/core/policy";
import { expect, test } from "vitest";
import { meant } from "../openai/answers.ts";

const article = (id: string, title: string, text: string, language?: string): Article => ({
  id,
  title,
  text,
  audience: "public",
  ...(language ? { language } : {}),
});
const english = [
  article("refund", "Refunds", "A refund takes five working days after the parcel is back with us.", "en"),
  article("shipping", "Delivery times", "Parcels within the country arrive within three working days.", "en"),
  article("invoice", "Invoices", "Every invoice can be downloaded from the list of orders.", "en"),
];
const index = build(english);
const polish = "Kiedy dostanę z powrotem swoje pieniądze za te buty?";
const customer = (text: string, language?: string): Query => ({
  turns: [{ author: "customer", text }],
  ...(language ? { language } : {}),
});

function aids(say: Partial<Pick<Aids, "translate" | "meaning">> = {}) {
  const log: string[] = [];
  const failures: unknown[] = [];
  const given: Aids = {
    async translate(text, into) {
      log.push(`${into}: ${text}`);
      return "How long does a refund take?";
    },
    failed: (_, error) => void failures.push(error),
    ...say,
  };
  return { given, log, failures };
}

test("a question in a language no article is in is looked up in theirs", async () => {
  const { given, log } = aids();
  const found = await searchAided(index, customer(polish, "pl"), {}, given);
  expect(log).toEqual([`en: ${polish}`]);
  expect(found.hits[0]?.passage.articleId).toBe("refund");
  expect(search(index, customer(polish, "pl")).hits).toEqual([]);
});

test("where nobody says the language, the words do", async () => {
  const { given, log } = aids();
  await searchAided(index, customer(polish), {}, given);
  await searchAided(index, customer("How long does a refund take, please?"), {}, given);
  expect(log).toHaveLength(1);
});

test.each<[string, Article[], Query]>([
  ["the language of the articles", english, customer("Where is the refund?", "en-GB")],
  [
    "a language that many articles are in",
    [...english, article("zwrot", "Zwroty", "Zwrot trwa pięć dni.", "pl")],
    customer(polish, "pl"),
  ],
  [
    "articles without a tag, in the customer's language",
    [article("r", "Zwroty", "Zwrot pieniędzy za odesłane buty trwa pięć dni roboczych od otrzymania paczki.")],
    customer(polish, "pl"),
  ],
  ["no question", english, { turns: [{ author: "rep", text: "Hello" }], language: "pl" }],
])("nothing is translated for %s", async (_, articles, query) => {
  const { given, log } = aids();
  await searchAided(build(articles), query, {}, given);
  expect(log).toEqual([]);
});

test("articles without a tag in another language: it is read off their words", async () => {
  const untagged = english.map(({ language: _language, ...rest }) => rest);
  const { given, log } = aids();
  const found = await searchAided(build(untagged), customer(polish, "pl"), {}, given);
  expect(log).toHaveLength(1);
  expect(found.hits[0]?.passage.articleId).toBe("refund");
});

test("the surer of the two is shown: a bad translation does not hide what the words found", async () => {
  const few = [...Array.from({ length: 8 }, (_, n) => ({ ...english[n % 3]!, id: `e${n}` }))];
  const base = build([...few, article("zwrot", "Zwrot pieniędzy", "Zwrot pieniędzy za buty trwa pięć dni.", "pl")]);
  const { given } = aids({ translate: async () => "Banana banana." });
  const found = await searchAided(base, customer("Ile trwa zwrot pieniędzy za buty?", "pl"), {}, given);
  expect(found.hits[0]?.passage.articleId).toBe("zwrot");
});

test("personal data is replaced in what is sent, and put back in what is looked up", async () => {
  const sent: string[] = [];
  const { given } = aids({
    async translate(text) {
      sent.push(text);
      return `Refund for ${/\[EMAIL_1\]/.exec(text)?.[0]}`;
    },
  });
  const text = "Jestem Ada Byron, proszę o zwrot na ada@home.example, kiedy on będzie?";
  await searchAided(index, customer(text, "pl"), {}, { ...given, names: ["Ada Byron"] });
  expect(sent).toHaveLength(1);
  expect(sent[0]).not.toMatch(/Ada|Byron|home\.example/);
});

test("both fail: what the words alone find, and two failures told", async () => {
  const fails = async () => {
    throw new AppError("upstream", "translation_slow", "");
  };
  const vectors = { ...vectorsOf("toy", 256, new Map()), scale: { base: 0, noise: 0.1, fits: 0.5 } };
  const { given, failures } = aids({ translate: fails, meaning: { vectors, embed: fails } });
  const query = customer("Refund? Kiedy dostanę swoje pieniądze?", "pl");
  expect(await searchAided(index, query, {}, given)).toEqual(search(index, query));
  expect(failures).toHaveLength(2);
});

test("a short question takes the customer's words before it along", async () => {
  const sent: string[] = [];
  const texts = [...probes(index.passages).talk, ...english.map(({ title }) => title), ...index.passages.map(textOf)];
  const rows = new Map(texts.map((text) => [keyOf("toy", text), meant(text)]));
  const meaning = {
    vectors: measure(index.passages, vectorsOf("toy", 256, rows)),
    async embed(text: string) {
      sent.push(text);
      return meant(text);
    },
  };
  const turns: Query["turns"] = [
    { author: "customer", text: "When will you reimburse me?" },
    { author: "rep", text: "For the shoes?" },
    { author: "customer", text: "Yes" },
  ];
  const found = await searchAided(index, { turns, language: "en" }, {}, { ...aids().given, meaning });
  expect(sent).toEqual(["When will you reimburse me?\nYes"]);
  expect(found.best[0]?.passage.articleId).toBe("refund");
});

test("the same is asked once; after a failure nothing for a while", async () => {
  let nowMs = 0;
  let calls = 0;
  const ask = sparingly<number>({ now: () => nowMs, capacity: 2, pauseMs: 1_000 });
  const good = async () => ++calls;
  expect(await Promise.all([ask("a", good), ask("a", good)])).toEqual([1, 1]);
  const bad = async () => {
    calls++;
    throw new Error("down");
  };
  await expect(ask("b", bad)).rejects.toThrow("down");
  await expect(ask("c", good)).rejects.toMatchObject({ code: "paused" });
  expect(await ask("a", good)).toBe(1);
  nowMs = 1_000;
  expect(await ask("b", good)).toBe(3);
  expect(await ask("c", good)).toBe(4);
  // Room for two: the oldest is asked again.
  expect(await ask("a", good)).toBe(5);
});
