import { withoutCitations } from "@cuecard/core/text";
import { keySentence, plain, segments } from "@cuecard/web/marks";
import fc from "fast-check";
import { expect, test } from "vitest";

const pieces = fc.array(
  fc.constantFrom("[1]", "[2, 3]", "[12]", "[1](x)", " ", "\u00a0", "a", "€", "[", "]", "9", "\n", "😀"),
);
const texts = pieces.map((parts) => parts.join(""));

test("Insert gives the text that attribution compares", () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(plain(text)).toBe(withoutCitations(text));
    }),
  );
});

test("the parts of a text, put together again, are the text", () => {
  const flags = fc.array(
    fc.record({
      code: fc.constant("unsupported"),
      start: fc.integer({ min: -5, max: 40 }),
      end: fc.integer({ min: -5, max: 40 }),
    }),
  );
  fc.assert(
    fc.property(texts, flags, (text, flags) => {
      const rest = segments(text, flags)
        .map((part) => (part.kind === "cite" ? "" : part.text))
        .join("");
      expect(rest).toBe(text.replace(/\[\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*\](?!\()/g, ""));
    }),
  );
});

test("a flag names its words, a mark its passages", () => {
  expect(segments("The 9 € come [1, 2].", [{ code: "unsupported", start: 4, end: 7 }])).toEqual([
    { kind: "text", text: "The " },
    { kind: "flag", code: "unsupported", text: "9 €" },
    { kind: "text", text: " come " },
    { kind: "cite", ns: [1, 2] },
    { kind: "text", text: "." },
  ]);
});

test("half a mark at the end of a stream waits", () => {
  expect(segments("scanned [1", [], true)).toEqual([{ kind: "text", text: "scanned " }]);
});

test("the sentence that shares words with the question leads", () => {
  const passage = "We ship daily. A refund takes 5.5 days. Write to us.";
  const { start, end } = keySentence(passage, "When does my refund arrive?");
  expect(passage.slice(start, end)).toBe("A refund takes 5.5 days.");
  expect(keySentence("", "x")).toEqual({ start: 0, end: 0 });
});
