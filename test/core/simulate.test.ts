import type { Measurement } from "@cuecard/core/measurement";
import { reps, scripts } from "@cuecard/local/simulate/centre";
import { direct } from "@cuecard/local/simulate/direct";
import { verdictOf } from "@cuecard/local/simulate/verdict";
import { describe, expect, it } from "vitest";

const startMs = Date.parse("2026-03-02T00:00:00Z");

async function simulated(effect: number, seed: number, conversations = 3_000, more: Partial<Measurement> = {}) {
  const team = reps(more.design === "switchback" ? 25 : 10, effect, seed, "2026-03-02");
  const measurement: Measurement = {
    id: "m",
    salt: `salt ${seed}`,
    holdout: 0.5,
    primaryMetric: "handleTimeMs",
    startedAt: new Date(startMs).toISOString(),
    ...more,
  };
  const { truth, found } = await direct(scripts(conversations, team, seed, "c"), startMs, measurement);
  return { ...verdictOf(truth, found), judged: found };
}

describe("a simulated contact centre", () => {
  it("has the effect it was asked for, and the report finds it", async () => {
    const runs = await Promise.all([1, 2, 3].map((seed) => simulated(-0.2, seed)));
    for (const { truth, finds, wrong } of runs) {
      expect(truth.relative).toBeCloseTo(-0.2, 1);
      expect([finds, wrong]).toEqual([true, false]);
    }
    expect(runs.filter(({ covers }) => covers === false).length).toBeLessThanOrEqual(1);
  });

  it("has none where none was asked for, and the report claims none", async () => {
    const runs = await Promise.all([5, 6, 7].map((seed) => simulated(0, seed)));
    expect(runs.map(({ finds, wrong }) => finds || wrong)).toEqual([false, false, false]);
  });

  it("is found by drawing weeks as well", async () => {
    const { finds, judged } = await simulated(-0.3, 9, 5_000, { design: "switchback" });
    expect(finds).toBe(true);
    expect(judged.sampleRatio.assist + judged.sampleRatio.control).toBe(100); // 25 reps, four weeks
  });

  it("is the same again from the same seed", async () => {
    expect(await simulated(-0.1, 3, 500)).toEqual(await simulated(-0.1, 3, 500));
  });
});
