/** Passages as vectors: what is kept of a number in a byte, what nearness counts for, and when nothing is shown. */
import { build, search, type Turn } from "@cuecard/core/lookup/lookup";
import {
  keyOf,
  meaningOf,
  measure,
  packVectors,
  probes,
  textOf,
  unpackVectors,
  vectorsOf,
} from "@cuecard/core/lookup/vectors";
import type { Article } from "@cuecard/core/policy";
import fc from "fast-check";
import { expect, test } from "vitest";
import { meant } from "../openai/answers.ts";

const article = (id: string, title: string, text: string): Article => ({
  id,
  title,
  text,
  audience: "public",
  language: "en",
});
const articles = [
  article("refund", "Refunds", "A refund takes five working days after the parcel is back with us."),
  article("shipping", "Delivery times", "Parcels within the country arrive within three working days."),
  article("password", "Passwords", "Choose a new password on the sign-in page; the link is good for an hour."),
  article("invoice", "Invoices", "Every invoice can be downloaded from the list of orders."),
  article("warranty", "Warranty", "Broken devices are repaired for two years after the purchase."),
];
const index = build(articles);
const vectors = (id = "toy") => {
  const { talk, titles } = probes(index.passages);
  const texts = [...talk, ...titles, ...index.passages.map(textOf)];
  return measure(index.passages, vectorsOf(id, 256, new Map(texts.map((text) => [keyOf(id, text), meant(text)]))));
};
const asked = (text: string): { turns: Turn[]; language: string } => ({
  turns: [{ author: "customer", text }],
  language: "en",
});
const by = (text: string, own = vectors()) => {
  const meaning = meaningOf(index.passages, own, meant(text));
  return search(index, asked(text), meaning ? { meaning } : {});
};

test("a question whose words no article has finds its article by meaning alone", () => {
  const question = "When will you reimburse me?";
  expect(search(index, asked(question)).hits).toEqual([]);
  expect(by(question).hits[0]?.passage.articleId).toBe("refund");
});

test.each([
  "Hi, how are you?",
  "Thanks a lot, bye!",
  "Can you recommend a good film?",
  "It is snowing here, is it where you are?",
  "My sister has got a puppy.",
])("%s is answered by nothing, with vectors too", (text) => {
  expect(by(text).hits).toEqual([]);
});

test("what the words alone find stays found, and first", () => {
  for (const text of ["How long does a refund take?", "I need a new password", "Where is my invoice?"]) {
    const words = search(index, asked(text));
    const both = by(text);
    expect(both.best[0]?.passage.articleId).toBe(words.best[0]?.passage.articleId);
    expect(both.confidence).toBeGreaterThanOrEqual(words.confidence - 1e-6);
  }
});

test("a passage without a vector is found by its words, and a vector of another length is not compared", () => {
  const own = vectors();
  const refund = keyOf("toy", textOf(index.passages[0]!));
  const rest = new Map(
    [...own.rowOf]
      .filter(([key]) => key !== refund)
      .map(([key, row]) => [key, own.values.subarray(row * 256, (row + 1) * 256)]),
  );
  const fewer = measure(index.passages, vectorsOf("toy", 256, rest));
  expect(by("How long does a refund take?", fewer).hits[0]?.passage.articleId).toBe("refund");
  expect(by("When will you reimburse me?", fewer).hits).toEqual([]);
  expect(meaningOf(index.passages, own, new Array(64).fill(0.1))).toBeUndefined();
  expect(meaningOf(index.passages, vectorsOf("toy", 256, new Map()), meant("refund"))).toBeUndefined();
});

test("one byte a number: cosines stay within a hundredth, through packing too", () => {
  const passage = { ...index.passages[0]! };
  const number = fc.float({ min: -1, max: 1, noNaN: true });
  const vector = fc.array(number, { minLength: 48, maxLength: 48 }).filter((list) => Math.hypot(...list) > 0.5);
  const cosine = (a: number[], b: number[]) =>
    a.reduce((sum, value, i) => sum + value * b[i]!, 0) / (Math.hypot(...a) * Math.hypot(...b));
  fc.assert(
    fc.property(vector, vector, (a, b) => {
      const scale = { base: 0, noise: 0.1, fits: 0.5 };
      const made = { ...vectorsOf("m", 48, new Map([[keyOf("m", textOf(passage)), a]])), scale };
      const { near } = meaningOf([passage], unpackVectors(packVectors(made)), b)!;
      expect(near[0]).toBeCloseTo(cosine(a, b), 1.7);
      expect(packVectors(unpackVectors(packVectors(made)))).toEqual(packVectors(made));
    }),
    { numRuns: 60 },
  );
  expect(() => unpackVectors(Buffer.from("something else"))).toThrow("another version");
});
