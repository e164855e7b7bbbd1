/** A small storm, with one kill: what was answered is there once, everything has an end, and nobody saw what was not theirs. */
import { chaos } from "@cuecard/local/chaos/chaos";
import { expect, it } from "vitest";

it("loses nothing", { timeout: 150_000 }, async () => {
  const told: string[] = [];
  const report = await chaos({ events: 60, seed: 7, kills: 1, progress: (line) => told.push(line) });
  expect(told.filter((line) => !/^killed/.test(line))).toEqual([]);
  expect(report).toMatchObject({
    events: 60,
    accepted: 60,
    lost: 0,
    storedTwice: 0,
    unfinished: 0,
    decisionsLost: 0,
    reportMismatches: 0,
    leaks: 0,
    kills: 1,
  });
  expect(report.suggestions).toBeGreaterThan(5);
  expect((report.faults.throttled ?? 0) + (report.faults.failed ?? 0)).toBeGreaterThan(0);
});
