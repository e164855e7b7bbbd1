import { alwaysValid, sequentialSampleRatio } from "@cuecard/core/stats/always-valid";
import { benjaminiHochberg } from "@cuecard/core/stats/benjamini-hochberg";
import { type Cell, clusteredCells } from "@cuecard/core/stats/clustered";
import { cuped } from "@cuecard/core/stats/cuped";
import { differenceOfMeans, merged, stratified } from "@cuecard/core/stats/difference";
import { add, addPairs, type Moments, mean, of, ofPairs, variance } from "@cuecard/core/stats/moments";
import { deltaMethod, differenceOfRatios, ratioOfMeans } from "@cuecard/core/stats/ratio";
import { switchback } from "@cuecard/core/stats/switchback";
import { designEffect, wilson } from "@cuecard/core/stats/wilson";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const anyNumber = fc.double({ noNaN: true, noDefaultInfinity: true });
const values = fc.array(
  fc.oneof(anyNumber, fc.integer({ min: -3, max: 3 }), fc.double({ min: 0, max: 1e7, noNaN: true })),
  { maxLength: 12 },
);
const usual = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 30 });
const pairs = fc.array(fc.record({ y: anyNumber, x: fc.oneof(anyNumber, fc.constant(0)) }), { maxLength: 12 });

/** Every number in a result, however deep. */
function numbers(result: unknown): number[] {
  if (typeof result === "number") return [result];
  return typeof result === "object" && result !== null ? Object.values(result).flatMap(numbers) : [];
}

function allFinite(result: unknown) {
  expect(numbers(result).filter((v) => !Number.isFinite(v))).toEqual([]);
}

function near(a: number, b: number, scale = 1) {
  expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-7 * Math.max(scale, Math.abs(a), Math.abs(b)));
}

describe("no input gives NaN or infinity", () => {
  it("in differences of means", () =>
    fc.assert(
      fc.property(values, values, (a, c) => {
        allFinite(differenceOfMeans(of(a), of(c)));
        allFinite(ratioOfMeans(of(a), of(c)));
      }),
    ));

  it("in strata", () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(values, values), { maxLength: 6 }), (strata) =>
        allFinite(stratified(strata.map(([a, c]) => ({ assist: of(a), control: of(c) })))),
      ),
    ));

  it("in pairs", () =>
    fc.assert(
      fc.property(pairs, pairs, (a, c) => {
        allFinite(cuped(ofPairs(a), ofPairs(c)));
        allFinite(deltaMethod(ofPairs(a)));
        allFinite(differenceOfRatios(ofPairs(a), ofPairs(c)));
      }),
    ));

  const cell = fc.record({
    cluster: fc.constantFrom("1", "2", "3", "4", "5"),
    arm: fc.constantFrom("assist" as const, "control" as const),
    n: fc.integer({ min: 0, max: 9 }),
    sum: anyNumber,
  });

  it("in clusters and switchbacks", () =>
    fc.assert(
      fc.property(fc.uniqueArray(cell, { maxLength: 10, selector: (c) => c.cluster + c.arm }), (cells) => {
        allFinite(clusteredCells(cells));
        allFinite(switchback(cells.map((c) => ({ ...c, rep: c.cluster }))));
        allFinite(switchback(cells.map((c) => ({ ...c, rep: "one" }))));
      }),
    ));

  it("in rates and sample ratios", () =>
    fc.assert(
      fc.property(fc.nat(1e7), fc.nat(1e7), fc.double({ min: 0, max: 1, noNaN: true }), (a, b, p) => {
        allFinite(wilson(Math.min(a, b), Math.max(a, b)));
        allFinite(
          designEffect([
            { successes: a, n: a + b },
            { successes: b, n: a },
          ]),
        );
        allFinite(sequentialSampleRatio(a, b, p));
      }),
    ));
});

describe("moments", () => {
  it("of parts add up to the moments of the whole", () =>
    fc.assert(
      fc.property(usual, usual, (a, b) => {
        const [merge, whole] = [add(of(a), of(b)), of([...a, ...b])];
        expect(merge.n).toBe(whole.n);
        near(mean(merge) ?? 0, mean(whole) ?? 0, 1e6);
        near(variance(merge) ?? 0, variance(whole) ?? 0, 1e12);
      }),
    ));

  it("of pairs do too", () =>
    fc.assert(
      fc.property(usual, usual, (a, b) => {
        const pair = (y: number, i: number) => ({ y, x: i });
        const [merge, whole] = [
          addPairs(ofPairs(a.map(pair)), ofPairs(b.map(pair))),
          ofPairs([...a.map(pair), ...b.map(pair)]),
        ];
        for (const key of Object.keys(whole) as (keyof typeof whole)[]) near(merge[key], whole[key], 1e13);
      }),
    ));

  it("refuses what is not a number, naming the place", () => {
    expect(() => of([1, Number.NaN])).toThrow(expect.objectContaining({ kind: "input", path: "[1]" }));
    expect(() => ofPairs([{ y: 1, x: Number.POSITIVE_INFINITY }])).toThrow(expect.objectContaining({ path: "[0]" }));
  });
});

describe("intervals", () => {
  const arms = fc.tuple(usual, usual).map(([a, c]) => ({ assist: of(a), control: of(c) }));
  const flipped = ({ assist, control }: { assist: Moments; control: Moments }) => ({
    assist: control,
    control: assist,
  });

  it("contain their estimate; the always-valid one contains the fixed one from 30 values on", () =>
    fc.assert(
      fc.property(arms, (both) => {
        const r = differenceOfMeans(both.assist, both.control);
        if ("unknown" in r) return;
        for (const { low, high, p } of [r.fixed, r.always]) {
          expect(low).toBeLessThanOrEqual(r.difference);
          expect(high).toBeGreaterThanOrEqual(r.difference);
          expect(p).toBeGreaterThanOrEqual(0);
          expect(p).toBeLessThanOrEqual(1);
        }
        if (Math.min(both.assist.n, both.control.n) >= 15) expect(r.always.low).toBeLessThanOrEqual(r.fixed.low);
      }),
    ));

  it("turn their sign when the arms are swapped", () =>
    fc.assert(
      fc.property(fc.array(arms, { minLength: 1, maxLength: 5 }), (strata) => {
        const compare = (s: typeof strata) => [stratified(s), differenceOfMeans(merged(s).assist, merged(s).control)];
        const [there, back] = [compare(strata), compare(strata.map(flipped))];
        there.forEach((a, i) => {
          const b = back[i]!;
          expect("unknown" in a).toBe("unknown" in b);
          if ("unknown" in a || "unknown" in b) return;
          near(a.difference, -b.difference, 1e6);
          near(a.always.low, -b.always.high, 1e6);
          near(a.fixed.low, -b.fixed.high, 1e6);
          near(a.always.p, b.always.p);
        });
      }),
    ));

  it("exclude zero exactly when the p-value is below alpha", () =>
    fc.assert(
      fc.property(fc.double({ min: -9, max: 9, noNaN: true }), fc.integer({ min: 2, max: 1e6 }), (z, n) => {
        const { low, high, p } = alwaysValid(z, 1, n);
        if (Math.abs(p - 0.05) > 1e-9) expect(low > 0 || high < 0).toBe(p < 0.05);
      }),
    ));

  it("of clusters do not depend on the order of the clusters", () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.double({ min: 0, max: 100, noNaN: true })), {
          minLength: 4,
          maxLength: 12,
        }),
        (list) => {
          const cells: Cell[] = list.map(([n, sum], i) => ({
            cluster: `${i}`,
            arm: i % 2 ? "assist" : "control",
            n,
            sum,
          }));
          const [a, b] = [clusteredCells(cells), clusteredCells([...cells].reverse())];
          if ("unknown" in a || "unknown" in b) return;
          near(a.se, b.se);
          near(a.df, b.df);
          expect(a.df).toBeLessThanOrEqual(list.length - 1);
        },
      ),
    ));
});

describe("rates", () => {
  const counts = fc.nat(100_000).chain((n) => fc.tuple(fc.nat(n), fc.constant(n)));

  it("lie in their interval, which lies in 0 to 1 and mirrors", () =>
    fc.assert(
      fc.property(counts, fc.double({ min: 1, max: 50, noNaN: true }), ([k, n], designEffect) => {
        const { low, high } = wilson(k, n, { designEffect });
        const mirror = wilson(n - k, n, { designEffect });
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        if (n > 0) expect(k / n >= low - 1e-12 && k / n <= high + 1e-12).toBe(true);
        near(low, 1 - mirror.high);
        expect(high - low).toBeGreaterThanOrEqual(wilson(k, n).high - wilson(k, n).low - 1e-12);
      }),
    ));
});

describe("benjaminiHochberg", () => {
  it("keeps the order of p-values, never lowers one, never passes 1", () =>
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }), (ps) => {
        const qs = benjaminiHochberg(ps);
        ps.forEach((p, i) => {
          expect(qs[i]!).toBeGreaterThanOrEqual(p);
          expect(qs[i]!).toBeLessThanOrEqual(1);
          ps.forEach((other, j) => {
            if (p < other) expect(qs[i]!).toBeLessThanOrEqual(qs[j]!);
          });
        });
      }),
    ));
});
