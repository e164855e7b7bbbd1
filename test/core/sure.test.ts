/** When passages are shown and when not, in the demo's own base of articles: a rep who is shown nonsense stops looking. */
import { build, search } from "@cuecard/core/lookup/lookup";
import { readArticles } from "@cuecard/local/demo";
import { beforeAll, describe, expect, it } from "vitest";

let index: ReturnType<typeof build>;
beforeAll(async () => {
  index = build(await readArticles());
});
const isShown = (text: string, language = "en") =>
  search(index, { turns: [{ author: "customer", text }], language }).hits.length > 0;

describe("passages are shown", () => {
  it.each([
    "How long does a refund take?",
    "Where is my parcel?",
    "Can I change my e-mail address?",
    "I want to close my account",
    "my card was declined, why?",
    "Why was I charged a late fee?",
    "How do I return an item?",
    "The colour of the shoes is wrong, can I return them?",
  ])("for %s", (text) => expect(isShown(text)).toBe(true));

  it.each([
    ["de", "Wie lange dauert eine Rückerstattung?"],
    ["fr", "Combien de temps prend un remboursement ?"],
    ["es", "¿Cuánto tarda un reembolso?"],
  ])("in %s", (language, text) => expect(isShown(text, language)).toBe(true));
});

describe("nothing is shown", () => {
  it.each([
    "Who won the world cup in 1998?",
    "What is the capital of France?",
    "What is the meaning of life?",
    "Can you write me a poem about autumn?",
    "Can you recommend a good pizza place in Berlin?",
    "When does the next train to Munich leave?",
    "How tall is the Eiffel tower?",
    "Is it going to rain tomorrow?",
    "How do I cook rice?",
    "Thanks, bye!",
  ])("for %s", (text) => expect(isShown(text)).toBe(false));
});

describe("a base of a single article", () => {
  const one = build([
    {
      id: "a",
      title: "Parking",
      text: "The car park closes at ten in the evening.",
      language: "en",
      audience: "public",
    },
  ]);
  it("shows it to whoever asks for it, and to nobody else", () => {
    const hits = (text: string) => search(one, { turns: [{ author: "customer", text }], language: "en" }).hits.length;
    expect(hits("When does the car park close?")).toBe(1);
    expect(hits("How long does a refund take?")).toBe(0);
  });
});
