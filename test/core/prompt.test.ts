/** What a language model gets to read: bounded, in one order, and whole where it matters. */
import { readFileSync } from "node:fs";
import type { Message } from "@cuecard/core/event";
import { finisher } from "@cuecard/core/model/finish";
import type { Source, Task } from "@cuecard/core/model/port";
import { instructions, promptFor } from "@cuecard/core/model/prompt";
import { expect, test } from "vitest";

const message = (n: number, kind: "customer" | "rep" | "bot", text: string): Message => ({
  id: `m${n}`,
  at: new Date(1_760_000_000_000 + n * 60_000).toISOString(),
  author: { kind },
  visibility: "public",
  text,
});
const source: Source = {
  n: 1,
  articleId: "refunds",
  title: "Refunds",
  heading: "",
  text: "A refund takes up to 14 days.",
  sentence: "A refund takes up to 14 days.",
  internal: false,
};
const task = (fields: Partial<Task> = {}): Task => ({
  kind: "draft",
  messages: [message(1, "customer", "Where is my refund?")],
  sources: [source],
  examples: [],
  language: "en",
  ...fields,
});
const talk = (turns: number) =>
  Array.from({ length: turns }, (_, i) =>
    message(i, i % 2 ? "rep" : "customer", `turn-${i}: ${"the parcel left on 3 March and costs €4.90, ".repeat(8)}`),
  );
const asked = (fields: Partial<Task>) => promptFor(task(fields))[1]!.content;

test("the first message is the same for every run, kind and workspace, so that a provider's cache holds it", () => {
  const firsts = (["draft", "answer", "rewrite", "summary"] as const).flatMap((kind) =>
    [task({ kind }), task({ kind, messages: talk(50), customerName: "Ada Byron", language: "ar" })].map(
      (one) => promptFor(one)[0],
    ),
  );
  expect(new Set(firsts.map((first) => JSON.stringify(first))).size).toBe(1);
  expect(firsts[0]).toEqual({ role: "system", content: instructions[0] });
});

test("200 turns: the prompt stays bounded, opens with the opening and ends with the end", () => {
  const long = asked({ messages: talk(200), summary: { text: "SUMMARY-SO-FAR", covers: 190 } });
  expect(long.length).toBeLessThan(27_000);
  for (const part of ["turn-0:", "turn-199:", "SUMMARY-SO-FAR"]) expect(long).toContain(part);
  expect(long).not.toContain("turn-40:");
  expect(asked({ messages: talk(10), summary: { text: "SUMMARY-SO-FAR", covers: 8 } })).not.toContain("SUMMARY-SO-FAR");
  expect(asked({ messages: talk(10), more: true, summary: { text: "SUMMARY-SO-FAR", covers: 8 } })).toContain(
    "SUMMARY-SO-FAR",
  );
  // A pasted log does not push the question out.
  const pasted = [message(1, "customer", "x".repeat(200_000)), message(2, "customer", "Where is my refund?")];
  expect(asked({ messages: pasted })).toContain("Where is my refund?");
  expect(asked({ messages: pasted }).length).toBeLessThan(27_000);
});

test("200 turns cost us no more than a few times what 20 do", () => {
  const time = (turns: number) => {
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 5; round++) {
      const started = performance.now();
      const one = task({ messages: talk(turns) });
      promptFor(one);
      const finish = finisher({ task: one, flags: [], model: { instructions } });
      for (let frame = 1; frame <= 20; frame++)
        finish("A refund takes up to 14 days [1], that is €4.90. ".repeat(frame), []);
      best = Math.min(best, performance.now() - started);
    }
    return best;
  };
  time(20);
  const [short, long] = [time(20), time(200)];
  // Reading 200 turns for figures, once, is what grows; each frame again would be twenty times that.
  expect(long).toBeLessThan(short * 6 + 60);
});

test("a summary goes on from the last one: what it reads does not grow with the conversation", () => {
  const after = (turns: number) =>
    asked({ kind: "summary", messages: talk(turns), summary: { text: "SUMMARY-SO-FAR", covers: turns - 2 } });
  expect(after(60)).toContain("SUMMARY-SO-FAR");
  expect(after(60)).toContain("turn-59:");
  expect(after(60)).not.toContain("turn-57:");
  expect(Math.abs(after(60).length - after(6).length)).toBeLessThan(20);
  // Asked for in so many words, to hand over, it reads everything again.
  const handover = asked({
    kind: "summary",
    messages: talk(20),
    summary: { text: "SUMMARY-SO-FAR", covers: 18 },
    instruction: "hand over to a colleague",
  });
  expect(handover).toContain("turn-0:");
});

test("a conversation that a bot had first opens with what was asked, tried and promised", () => {
  const had = [
    message(1, "customer", "Late!"),
    message(2, "bot", "I will send a voucher."),
    message(3, "customer", "Well?"),
  ];
  expect(asked({ kind: "summary", messages: had })).toMatch(/bot tried, and what it promised/);
  expect(asked({ kind: "summary" })).not.toMatch(/bot tried/);
});

test.each([
  ["shorter", /half as long/],
  ["longer", /Make it longer/],
  ["friendlier", /warmer/],
  ["more formal", /more formal and polite/],
  ["simpler", /everyday words/],
  ["clearer", /spelling and grammar/],
  ["translate to tr", /translate to tr/],
  ["Mention that Sam called on Monday.", /Mention that Sam called on Monday\./],
])(
  "rewrite, %s: the wish arrives, with the text, its passages, and the order to keep the marks",
  (instruction, wish) => {
    const base = "A refund takes up to 14 days. [1]";
    const content = asked({ kind: "rewrite", base, instruction, language: "de" });
    expect(content).toMatch(wish);
    expect(content).toContain(`<text>\n${base}\n</text>`);
    expect(content).toContain("[1] Refunds");
    expect(content).toMatch(/Keep every fact, number, name and citation mark/);
    expect(content).not.toMatch(/BCP 47/);
    const done = finisher({ task: task({ kind: "rewrite", base, instruction }), flags: [], model: {} });
    expect(done("Up to 14 days. [1]", [])).toMatchObject({
      text: "Up to 14 days. [1]",
      citations: [{ n: 1 }],
      flags: [],
    });
  },
);

test("every wish that the sidebar's buttons send is one we know the meaning of", () => {
  const strings = readFileSync(new URL("../../packages/web/src/strings.ts", import.meta.url), "utf8");
  const buttons = [...(/changes: \{([^}]+)\}/.exec(strings)?.[1] ?? "").matchAll(/^\s*"?([\w ]+)"?:/gm)].map(
    ([, name]) => name!,
  );
  expect(buttons.length).toBeGreaterThan(3);
  for (const wish of buttons)
    expect(asked({ kind: "rewrite", base: "x", instruction: wish })).not.toContain(`wish: ${wish}`);
});
