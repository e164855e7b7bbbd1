import { expect, it } from "vitest";
import { evaluateEffect } from "../eval/effect.ts";
import { seeded } from "../eval/effect-random.ts";
import { needsFiles } from "../eval/main.ts";

it("needs no folder of data sets, while the others do", () => {
  expect([needsFiles("effect"), needsFiles("lookup"), needsFiles("redaction"), needsFiles()]).toEqual([
    false,
    true,
    true,
    true,
  ]);
});

it("finds the truth in a small evaluation, and the same figures again from the same seed", () => {
  const once = evaluateEffect({ runs: 40, random: seeded(3) });
  expect(once.lookedAtDaily.always).toBeLessThanOrEqual(0.05);
  expect(once.lookedAtDaily.zTest).toBeGreaterThan(0.1);
  expect(once.halfInControl.withinReps.fixedCovers).toBeGreaterThan(0.85);
  expect(once.halfInControl.withinReps.alwaysFinds).toBeGreaterThan(0.8);
  expect(once.switchback.withinReps.fixedCovers).toBeGreaterThan(0.85);
  expect(once.switchback.perRow.fixedCovers).toBeLessThan(once.switchback.withinReps.fixedCovers);
  expect(once.adjusted.conversation.varianceCutReported).toBeGreaterThan(0.1);
  expect(once.adjusted.switchback.alwaysFinds).toBeGreaterThan(0.3);
  expect(evaluateEffect({ runs: 3, random: seeded(4) })).toEqual(evaluateEffect({ runs: 3, random: seeded(4) }));
}, 30_000);
