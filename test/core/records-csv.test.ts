/** The file a lead opens in a spreadsheet: ids, teams and reasons come from outside, and are words there, never formulas. */
import { csv } from "@cuecard/core/report/records";
import { expect, test } from "vitest";

const formulas = [
  '=HYPERLINK("https://evil.example","x")',
  "+1+1",
  "-2+3",
  "@SUM(A1)",
  "\t=1",
  "\r=1",
  "\n=1",
  "  =1+1",
  "\uFF1D1+1",
];
const row = (more: object) =>
  ({ createdAt: "2026-03-02T09:00:00.000Z", ...more }) as unknown as Parameters<typeof csv>[0][number];
const cellsOf = (more: object) => {
  const [, line = ""] = csv([row(more)]).split(/\r\n(?=2026)/);
  return [...line.matchAll(/(?:^|,)("(?:[^"]|"")*"|[^,"]*)/g)].map(([, cell = ""]) => cell.replace(/^"|"$/g, ""));
};

test.each(formulas)("%j is words, as a text and in a list", (text) => {
  const cells = cellsOf({ reason: text, team: text, conversationId: text, articles: [text, "b"], flags: [text] });
  expect(cells.filter((cell) => cell.startsWith("'"))).toHaveLength(5);
  expect(cells.filter((cell) => /^\s*[=+\-@\uFF1D]/.test(cell))).toEqual([]);
});

test("figures stay figures, and what breaks a line stays in its cell", () => {
  const cells = cellsOf({ retained: -0.5, readyMs: 0, reason: 'two\r\nlines, "quoted"', shown: true });
  expect(cells).toHaveLength(26);
  expect(cells).toContain("-0.5");
  expect(cells).toContain('two\r\nlines, ""quoted""');
});
