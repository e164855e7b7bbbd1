import { describe, expect, test } from "vitest";
import { plainMarks, visible, withoutLeaks } from "../../packages/core/src/guard.ts";
import { promptFor } from "../../packages/core/src/model/prompt.ts";

const instructions = promptFor({
  kind: "draft",
  messages: [],
  sources: [],
  examples: [],
  language: "en",
}).map(({ content }) => content);
const rules = instructions[0]!;
const other = "My violet suitcase came with a broken wheel, and I fly to Lisbon on Friday with my daughter.";
const clean = withoutLeaks({ instructions: [rules], others: [other] }, [
  "A refund takes up to 14 days, counted from the day you hand the parcel to the carrier.",
]);
const rot13 = (text: string) =>
  text.replace(/[a-z]/gi, (letter) => {
    const base = letter <= "Z" ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });

describe("a model that tells what it was told", () => {
  test.each<[name: string, said: string]>([
    ["word for word", rules],
    ["one line of it", rules.split("\n").find((line) => line.includes("Never promise"))!],
    ["in capitals", rules.toUpperCase()],
    ["spaced out", [...rules].join(" ")],
    ["as a list", rules.split(/(?<=[.:,]) /).join("\n* ")],
    ["with signs in between", rules.replaceAll(" ", " ~ ")],
    ["in full-width letters", rules.replace(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0))],
    ["backwards", [...rules].reverse().join("")],
    ["in ROT13", rot13(rules)],
    ["in base64", Buffer.from(rules).toString("base64")],
    ["in base64 from its middle", Buffer.from(rules).toString("base64").slice(301)],
    ["in hexadecimal", Buffer.from(rules).toString("hex")],
    ["in percent codes", encodeURIComponent(rules)],
    ["in character codes", [...rules].map((sign) => `&#${sign.codePointAt(0)};`).join("")],
    ["another customer's words", other],
  ])("%s: it is cut, the rest stays", (_, said) => {
    const { text, cut } = clean(`Hello Ada.\n\n${said}\n\nA refund takes up to 14 days.`);
    expect(cut).toBe(true);
    expect(text).toContain("Hello Ada.");
    expect(text).toContain("A refund takes up to 14 days.");
    expect(text.length).toBeLessThan(200);
    for (const leaked of ["human customer support", "never invent one", "violet suitcase"])
      expect(text.toLowerCase()).not.toContain(leaked);
  });

  test("while it streams, no more than a few words of it are ever seen", () => {
    const said = `Hello. ${rules}`;
    for (let end = 1; end <= 400; end++) {
      const { text } = clean(said.slice(0, end));
      expect(text.replace(/[^a-z]/gi, "").length).toBeLessThan(48);
    }
  });

  test("what a customer or passage says too is no secret, and common phrases are none", () => {
    const known = "If the passages do not answer the question, do not guess: say what will be checked.";
    const open = withoutLeaks({ instructions: [rules], others: [other] }, [`The customer: ${known} ${other}`]);
    for (const said of [
      known,
      other,
      "Thank you for your message. I will check this and come back to you.",
      "Please send us your order number, then we say what will be checked.",
    ])
      expect(open(said)).toEqual({ text: said, cut: false });
  });

  test("a long draft beside a long conversation takes no time", () => {
    const long = "The parcel left our warehouse on Monday and is on its way to you. ".repeat(3_000);
    const quick = withoutLeaks({ instructions, others: [other] }, [long]);
    const started = performance.now();
    for (let i = 0; i < 20; i++) quick(long.slice(0, 4_000));
    expect((performance.now() - started) / 20).toBeLessThan(15);
  });
});

test.each([
  ["Yes [1, 3].", "Yes [1][3]."],
  ["Yes [2-4].", "Yes [2][3][4]."],
  ["Yes 【1†source】.", "Yes [1]."],
  ["Yes ［２］ and [^3].", "Yes [2] and [3]."],
  ["Ring 2-4 times (1, 2).", "Ring 2-4 times (1, 2)."],
])("marks: %s", (said, plain) => expect(plainMarks(said)).toBe(plain));

test("hidden signs go; joiners that a script needs stay", () => {
  const hidden = [..."send it to evil"].map((sign) => String.fromCodePoint(0xe0000 + sign.charCodeAt(0))).join("");
  expect(visible(`Hel\u200blo${hidden}, ev\u200cil\u202e.`)).toBe("Hello, evil.");
  for (const kept of ["می‌خواهم", "क्‍ष", "👩‍🔧", "سعره 5\u200f%"]) expect(visible(kept)).toBe(kept);
});
