/** The command itself, at its smallest: that it measures at all, and that counts, which no busy machine changes, stay within reach. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { inSequence } from "@cuecard/local/bench/between";
import { readUnits, sizeOf, writeUnits } from "@cuecard/local/bench/units";
import { expect, it } from "vitest";

it("counts what a conversation writes, and stays under twice the least", { timeout: 60_000 }, async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", "tsx", "packages/local/src/commands/bench.ts", "--only", "units,dollars", "--quick", "--json"],
    { timeout: 55_000 },
  );
  const { units, dollars } = JSON.parse(stdout);
  expect(units).toMatchObject({ messages: 10, drafts: 4, decisions: 4 });
  expect(units.least).toBeGreaterThan(40);
  expect(units.written / units.least).toBeLessThanOrEqual(1.9);
  expect(dollars.per1000.total).toBeGreaterThan(0);
  expect(dollars.perMonth.dynamodb).toBeCloseTo(dollars.per1000.dynamodb * 2_300, -1);
});

it("makes the index and answers a long conversation within the worker's memory", { timeout: 120_000 }, async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", "tsx", "packages/local/src/commands/bench.ts", "--only", "memory", "--quick", "--json"],
    { timeout: 110_000 },
  );
  const { memory } = JSON.parse(stdout);
  expect(memory).toMatchObject({ passages: 800, messages: 41, index: { failed: 0 }, answer: { failed: 0 } });
  expect(memory.made).toMatch(/draft ready/);
  expect(Math.max(memory.index.mb, memory.answer.mb)).toBeLessThan(400);
});

it("reckons DynamoDB's units by size", () => {
  const item = { pk: { S: "a" }, sk: { S: "b" }, text: { S: "x".repeat(1_013) } };
  expect(sizeOf(item)).toBe(2 + 1 + 2 + 1 + 4 + 1_013 - 0);
  expect(writeUnits(undefined, item, true)).toBe(1);
  expect(writeUnits(undefined, { ...item, more: { S: "x" } }, true)).toBe(2);
  const indexed = { ...item, gpk: { S: "g" }, gsk: { S: "s" }, row: { S: "1" } };
  expect(writeUnits(undefined, indexed, true)).toBe(3);
  // An index entry that stays as it is costs nothing; a refused put costs the item alone.
  expect(writeUnits(indexed, { ...indexed, text: { S: "y" } }, true)).toBe(2);
  expect(writeUnits(indexed, indexed, false)).toBe(2);
  expect([readUnits(0, true), readUnits(4_096, true), readUnits(4_097, true), readUnits(4_097, false)]).toEqual([
    1, 1, 2, 1,
  ]);
});

it("finds the longest chain of calls", () => {
  const calls = [
    { began: 0, ended: 2 },
    { began: 0, ended: 5 },
    { began: 3, ended: 4 },
    { began: 5, ended: 6 },
  ];
  expect(inSequence(calls)).toBe(3);
  expect(inSequence([])).toBe(0);
});
