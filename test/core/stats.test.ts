import { createRequire } from "node:module";
import { alwaysCritical, alwaysValid, sequentialSampleRatio } from "@cuecard/core/stats/always-valid";
import { benjaminiHochberg } from "@cuecard/core/stats/benjamini-hochberg";
import { cuped } from "@cuecard/core/stats/cuped";
import { differenceOfMeans, stratified } from "@cuecard/core/stats/difference";
import { logBeta, logGamma, normalCdf, normalQuantile, tCritical, tTwoSided } from "@cuecard/core/stats/distributions";
import { of, ofPairs } from "@cuecard/core/stats/moments";
import { alwaysHalfWidth, unitsFor } from "@cuecard/core/stats/power";
import { deltaMethod, differenceOfRatios, ratioOfMeans } from "@cuecard/core/stats/ratio";
import { designEffect, wilson } from "@cuecard/core/stats/wilson";
import { limitsFrom, logTime, quantile, winsorise } from "@cuecard/core/stats/winsorise";
import { describe, expect, it } from "vitest";
import { examples, sleep } from "../eval/effect-examples.ts";

const jstat = createRequire(import.meta.url)("jstat");

function known<T extends object>(result: T | { unknown: string }): T {
  if ("unknown" in result) throw new Error(result.unknown);
  return result;
}

describe("worked examples others have printed", () => {
  it.each(examples())("$source", ({ got, printed }) => expect(got).toBe(printed));
});

describe("distributions", () => {
  it("agree with another library", () => {
    for (let x = -8; x <= 8; x += 0.37) expect(normalCdf(x)).toBeCloseTo(jstat.normal.cdf(x, 0, 1), 14);
    for (const df of [1, 2, 3.5, 10, 99, 1234])
      for (const level of [0.5, 0.9, 0.95, 0.99])
        expect(tCritical(level, df) / jstat.studentt.inv((1 + level) / 2, df)).toBeCloseTo(1, 6);
    expect(logBeta(52.5, 47.5)).toBeCloseTo(jstat.betaln(52.5, 47.5), 9);
  });

  it("reach into the tails", () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12);
    expect(normalQuantile(1e-10)).toBeCloseTo(-6.361340902404056, 10);
    expect(normalCdf(-10)).toBeCloseTo(7.61985302416e-24, 34);
    expect(Math.exp(logGamma(0.5)) ** 2).toBeCloseTo(Math.PI, 12);
    expect(tTwoSided(tCritical(0.95, 7), 7)).toBeCloseTo(0.05, 12);
  });
});

describe("wilson", () => {
  it("knows nothing of nobody, little of one, and widens with a design effect", () => {
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
    expect(wilson(1, 1).low).toBeCloseTo(0.2065, 4);
    expect(wilson(80, 200, { designEffect: 4 })).toEqual(wilson(20, 50));
  });

  it("widens for reps who differ, and not for reps who do not", () => {
    expect(
      designEffect([
        { successes: 5, n: 50 },
        { successes: 45, n: 50 },
      ]),
    ).toBeCloseTo(64, 10); // 2·(2·20²)/(100·¼)
    expect(
      designEffect([
        { successes: 25, n: 50 },
        { successes: 25, n: 50 },
      ]),
    ).toBe(1);
    expect(designEffect([{ successes: 25, n: 50 }])).toBe(1);
  });
});

describe("differenceOfMeans", () => {
  it("says in words why it knows nothing", () => {
    expect(differenceOfMeans(of([]), of([1, 2]))).toEqual({ unknown: "no values in assist yet" });
    expect(differenceOfMeans(of([1, 2]), of([3]))).toEqual({ unknown: "one value in an arm is too few" });
    expect(differenceOfMeans(of([2, 2]), of([3, 3]))).toHaveProperty("unknown");
    expect(differenceOfMeans(of([1e200, -1e200]), of([3, 4]))).toHaveProperty("unknown");
  });
});

describe("stratified", () => {
  it("compares within reps: a fast rep with much assist makes no effect", () => {
    const strata = [
      { assist: of([10, 12, 11, 10, 12, 11]), control: of([11, 11]) },
      { assist: of([100, 102]), control: of([101, 101, 102, 100, 101, 101]) },
    ];
    const { difference, leftOut } = known(stratified([...strata, { assist: of([5]), control: of([]) }]));
    expect(difference).toBeCloseTo(0, 10);
    expect(leftOut).toBe(1);
    expect(
      known(differenceOfMeans(of([10, 12, 11, 10, 12, 11, 100, 102]), of([11, 11, 101, 101, 102, 100, 101, 101])))
        .difference,
    ).toBeLessThan(-40);
  });

  it("equals Welch's comparison with one stratum, but for the degrees of freedom", () => {
    const arms = { assist: of(sleep.first), control: of(sleep.second) };
    const [one, plain] = [known(stratified([arms])), known(differenceOfMeans(arms.assist, arms.control))];
    expect([one.difference, one.se]).toEqual([plain.difference, plain.se].map((v) => expect.closeTo(v, 12)));
  });
});

describe("always valid", () => {
  it("follows the formula", () => {
    const rho2 = (-2 * Math.log(0.05) + Math.log(-2 * Math.log(0.05) + 1)) / 5000;
    const n = 6240;
    const half =
      Math.sqrt(n) * Math.sqrt(((2 * (n * rho2 + 1)) / (n * n * rho2)) * Math.log(Math.sqrt(n * rho2 + 1) / 0.05));
    expect(alwaysCritical(n)).toBeCloseTo(half, 12);
    expect(alwaysCritical(n)).toBeGreaterThan(1.96);
  });

  it("is about tightest where it was tuned", () => {
    const perRootN = (n: number) => alwaysCritical(n, { tunedFor: 1000 });
    expect(perRootN(1000)).toBeLessThan(alwaysCritical(1000, { tunedFor: 100 }));
    expect(perRootN(1000)).toBeLessThan(alwaysCritical(1000, { tunedFor: 10_000 }));
  });

  it("has a p-value of exactly alpha where the interval touches zero", () => {
    const estimate = 2 * alwaysCritical(700);
    expect(alwaysValid(estimate, 2, 700).p).toBeCloseTo(0.05, 12);
    expect(alwaysValid(0, 2, 700).p).toBe(1);
  });
});

describe("sequentialSampleRatio", () => {
  it("finds arms that do not fit, and lets chance pass", () => {
    expect(sequentialSampleRatio(5000, 5000, 0.5)).toEqual({ p: 1, mismatch: false });
    expect(sequentialSampleRatio(5060, 4940, 0.5).mismatch).toBe(false);
    expect(sequentialSampleRatio(5300, 4700, 0.5).mismatch).toBe(true);
    expect(sequentialSampleRatio(9000, 1000, 0.1).mismatch).toBe(false);
    expect(sequentialSampleRatio(0, 0, 0.5)).toEqual({ p: 1, mismatch: false });
    expect(sequentialSampleRatio(10, 1, 0)).toEqual({ p: 0, mismatch: true });
  });

  it("equals the product of its one-step predictions", () => {
    // The mixture predicts control next with (50 + control so far) ÷ (100 + all so far).
    let factor = 1;
    const arms = [1, 1, 0, 1, 1, 1, 0, 1];
    arms.forEach((control, n) => {
      const seen = arms.slice(0, n).reduce((sum, x) => sum + x, 0);
      const chance = (50 + seen) / (100 + n);
      factor *= (control ? chance : 1 - chance) / 0.5;
    });
    expect(sequentialSampleRatio(2, 6, 0.5).p).toBeCloseTo(Math.min(1, 1 / factor), 10);
  });
});

describe("benjaminiHochberg", () => {
  it("adjusts in the order given", () => {
    expect(benjaminiHochberg([0.04, 0.01])).toEqual([0.04, 0.02]);
  });
});

describe("cuped", () => {
  it("takes off what a covariate explains, and is the regression on arm and covariate", () => {
    const x = [1, 2, 3, 4, 5, 6, 7, 8];
    const noise = [0.1, -0.2, 0.05, 0.1, -0.1, 0.2, -0.05, -0.1];
    const y = x.map((v, i) => 3 * v + noise[i]! + (i % 2 ? -1 : 0));
    const arm = (odd: number) => ofPairs(x.flatMap((v, i) => (i % 2 === odd ? [{ x: v, y: y[i]! }] : [])));
    const result = known(cuped(arm(1), arm(0)));
    expect(result.theta).toBeCloseTo(2.99, 1);
    expect(result.difference).toBeCloseTo(-1, 0);
    expect(result.varianceCut).toBeGreaterThan(0.99);
  });

  it("changes nothing when the covariate is one number", () => {
    const pairs = (values: number[]) => ofPairs(values.map((y) => ({ y, x: 7 })));
    const result = known(cuped(pairs(sleep.first), pairs(sleep.second)));
    expect(result.varianceCut).toBeCloseTo(0, 10);
  });
});

describe("ratios", () => {
  it("gives the ratio of means with an interval above zero", () => {
    const { ratio, low, high } = known(ratioOfMeans(of([8, 9, 10]), of([9, 10, 11])));
    expect(ratio).toBeCloseTo(0.9, 12);
    expect(low).toBeGreaterThan(0);
    expect(Math.sqrt(low * high)).toBeCloseTo(0.9, 12);
  });

  it("is the plain mean where every unit holds one", () => {
    const { ratio, se } = known(deltaMethod(ofPairs(sleep.first.map((y) => ({ y, x: 1 })))));
    expect(ratio).toBeCloseTo(0.75, 12);
    expect(se).toBeCloseTo(1.78901 / Math.sqrt(10), 5); // Student's sd of the first drug
    expect(differenceOfRatios(ofPairs([]), ofPairs([]))).toHaveProperty("unknown");
  });
});

describe("power", () => {
  it("asks for more where the effect is smaller, and gives up on none", () => {
    const design = { sd: 1, controlShare: 0.5 };
    expect(unitsFor(0.05, design)!).toBeGreaterThan(unitsFor(0.1, design)!);
    expect(unitsFor(0.1, { sd: 1, controlShare: 0.1 })!).toBeGreaterThan(2 * unitsFor(0.1, design)!);
    expect(unitsFor(0, design)).toBeNull();
    const n = unitsFor(0.1, design)!;
    expect(alwaysHalfWidth(design, n)).toBeLessThan(0.1);
  });
});

describe("winsorising", () => {
  it("draws its limits from earlier values only, and leaves the middle alone", () => {
    const limits = limitsFrom(Array.from({ length: 101 }, (_, i) => i))!;
    expect(limits).toEqual({ low: 0, high: 99 });
    expect([-5, 50, 1e9].map((v) => winsorise(v, limits))).toEqual([0, 50, 99]);
    expect(limitsFrom([])).toBeNull();
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect([0, 1, Math.E].map(logTime)).toEqual([0, 0, 1]);
  });
});
