/** What a rep gets without a language model: short, fitting, and never a sentence that stands in no source. */

import type { Message } from "@cuecard/core/event";
import { languageOf } from "@cuecard/core/intake";
import { build, search } from "@cuecard/core/lookup/lookup";
import { compose, firstName } from "@cuecard/core/model/extractive";
import { phrasesFor } from "@cuecard/core/model/phrases";
import type { Source, Task } from "@cuecard/core/model/port";
import { sourcesOf } from "@cuecard/core/passages";
import { readArticles, readJson } from "@cuecard/local/demo";
import { expect, test } from "vitest";

type Talk = {
  id: string;
  channel: string;
  customer: { name: string };
  events: { t: number; by?: "customer" | "rep" | "bot"; text?: string; visibility?: string }[];
};

const source = (n: number, text: string, fields: Partial<Source> = {}): Source => ({
  n,
  articleId: `a${n}`,
  title: `Article ${n}`,
  heading: "",
  text,
  sentence: text.split(/(?<=\.) /)[0]!,
  internal: false,
  language: "en",
  ...fields,
});
const said = (n: number, kind: "customer" | "rep" | "bot", text: string): Message => ({
  id: `m${n}`,
  at: new Date(1_760_000_000_000 + n * 60_000).toISOString(),
  author: { kind },
  visibility: "public",
  text,
});
const task = (fields: Partial<Task>): Task => ({
  kind: "draft",
  messages: [said(1, "customer", "How long does a refund take, and do you ship boots to Norway?")],
  sources: [],
  examples: [],
  language: "en",
  customerName: "Nora Whitfield",
  ...fields,
});
const refund = source(1, 'A refund takes up to 14 days. See "Refunds by card". It goes to your card.');
const shipping = source(2, "We ship boots and shoes to Norway within 6 days. Gift cards never expire.");

test("two passages for the two parts of a question, no cross-reference, nothing that answers neither", () => {
  const { text, flags } = compose(task({ sources: [refund, shipping, source(3, "Passwords have 12 characters.")] }));
  expect(text).toContain("A refund takes up to 14 days.");
  expect(text).toContain("We ship boots and shoes to Norway within 6 days.");
  expect(text).not.toMatch(/See "|Passwords/);
  expect(flags).toEqual([{ code: "no_model" }]);
});

test("where no passage shares anything with the question nothing is written", () => {
  const { text } = compose(
    task({
      messages: [said(1, "customer", "Perfect, I'll think about it over the weekend.")],
      sources: [source(1, "Change your password and sign out of all devices.")],
    }),
  );
  expect(text).toBe("");
});

test("what the rep has said already is not said again", () => {
  const messages = [
    said(1, "customer", "How long does a refund take?"),
    said(2, "rep", "Hello Nora, a refund takes up to 14 days."),
    said(3, "customer", "And to which card does the refund go?"),
  ];
  const { text } = compose(
    task({ messages, sources: [source(1, "A refund takes up to 14 days. The refund goes to your card.")] }),
  );
  expect(text).toContain("The refund goes to your card. [1]");
  expect(text).not.toContain("14 days");
});

test("a mail is greeted and closed, a chat greeted once, and by the first name", () => {
  const mail = compose(task({ sources: [refund], channel: "email", repName: "Robin" })).text;
  expect(mail).toMatch(/^Hello Nora,\n\nThank you/);
  expect(mail).toMatch(/Kind regards\nRobin$/);
  expect(compose(task({ sources: [refund], channel: "chat" })).text).toMatch(/^Hello Nora,\n\nA refund/);
  const later = [
    said(0, "customer", "Hi"),
    said(1, "rep", "Hi, how can I help?"),
    said(2, "customer", "How long does a refund take?"),
  ];
  expect(compose(task({ messages: later, sources: [refund], channel: "chat" })).text).toMatch(/^A refund/);
  expect(["Byron, Ada", "Dr. Ada Byron", "J. Ada Byron", "李小龍", "ada@example.com"].map(firstName)).toEqual([
    "Ada",
    "Ada",
    "Ada",
    "李小龍",
    "ada@example.com",
  ]);
});

test("passages in the customer's language come first; where there are none the rep is told", () => {
  const german = source(2, "Eine Erstattung dauert bis zu 14 Tage.", { language: "de" });
  const messages = [said(1, "customer", "Wie lange dauert eine Erstattung? How long does a refund take?")];
  const own = compose(task({ messages, language: "de", sources: [refund, german] }));
  expect(own.text).toContain("Eine Erstattung dauert bis zu 14 Tage. [2]");
  expect(own.text).not.toContain("A refund");
  expect(own.flags).not.toContainEqual({ code: "other_language" });
  expect(compose(task({ messages, language: "de", sources: [refund] })).flags).toContainEqual({
    code: "other_language",
  });
});

test("in all of the demo's conversations every sentence stands in a source, and no draft is long", async () => {
  const index = build(await readArticles());
  const talks = (await readJson("conversations.json")) as Talk[];
  let drafts = 0;
  for (const { id, channel, customer, events } of talks) {
    const messages: Message[] = [];
    let language: string | undefined;
    for (const [i, { by, text = "", visibility }] of events.entries()) {
      if (!by || visibility === "internal") continue;
      messages.push(said(i, by, text));
      if (by !== "customer") continue;
      language = (await languageOf(text)) ?? language;
      const turns = messages.map((one) => ({ author: one.author.kind, text: one.text }));
      const sources = sourcesOf(search(index, { turns, ...(language ? { language } : {}) }, { limit: 5 })).filter(
        ({ internal }) => !internal,
      );
      const made = compose(
        task({
          messages: [...messages],
          sources,
          language,
          customerName: customer.name,
          repName: "Robin Vale",
          channel,
        }),
      );
      if (made.text === "") continue;
      drafts++;
      expect(made.text.length, id).toBeLessThan(900);
      expect(made.text, id).not.toContain(
        customer.name.split(" ").length > 1 && !phrasesFor(language).formal ? customer.name : "\0",
      );
      const known = sources.map((one) => one.text.replace(/\s+/g, " ")).join("\n");
      for (const block of made.text.split("\n\n").filter((one) => /\[\d\]$/.test(one)))
        for (const sentence of block.replace(/ \[\d\]$/, "").split(/(?<=[.!?؟。]) /))
          expect(known, `${id}: ${sentence}`).toContain(sentence);
    }
  }
  expect(drafts).toBeGreaterThan(35);
});
