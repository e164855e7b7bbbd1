import { type Arm, clustered } from "@cuecard/core/stats/clustered";
import { differenceOfMeans } from "@cuecard/core/stats/difference";
import { of } from "@cuecard/core/stats/moments";
import { type Period, switchback } from "@cuecard/core/stats/switchback";
import { describe, expect, it } from "vitest";
import { seeded } from "../eval/effect-random.ts";

type Row = { cluster: string; rep: string; arm: Arm; value: number };
type Matrix = number[][];

const times = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((s, v, k) => s + v * b[k]![j]!, 0)));
const transposed = (a: Matrix): Matrix => a[0]!.map((_, j) => a.map((row) => row[j]!));
const identity = (n: number): Matrix =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)));

function inverse(a: Matrix): Matrix {
  const n = a.length;
  const m = a.map((row, i) => [...row, ...identity(n)[i]!]);
  for (let c = 0; c < n; c++) {
    const pivot = m.slice(c).reduce((best, row, i) => (Math.abs(row[c]!) > Math.abs(m[best]![c]!) ? i + c : best), c);
    [m[c], m[pivot]] = [m[pivot]!, m[c]!];
    const by = m[c]![c]!;
    m[c] = m[c]!.map((v) => v / by);
    for (let r = 0; r < n; r++) if (r !== c) m[r] = m[r]!.map((v, j) => v - m[r]![c]! * m[c]![j]!);
  }
  return m.map((row) => row.slice(n));
}

/** Inverse square root of a positive matrix by Denman and Beavers' iteration. */
function inverseRoot(a: Matrix): Matrix {
  let [y, z] = [a, identity(a.length)];
  for (let i = 0; i < 60; i++) {
    const [yi, zi] = [inverse(y), inverse(z)];
    const mid = (p: Matrix, q: Matrix) => p.map((row, r) => row.map((v, c) => (v + q[r]![c]!) / 2));
    [y, z] = [mid(y, zi), mid(z, yi)];
  }
  return z;
}

/** CR2 and Satterthwaite's df straight from Pustejovsky & Tipton's matrices: slow, and owing nothing to closed forms. */
function byMatrices(rows: Row[], x: Matrix, coefficient: number) {
  const clusters = [...new Set(rows.map((r) => r.cluster))].map((c) =>
    rows.flatMap((r, i) => (r.cluster === c ? [i] : [])),
  );
  const bread = inverse(times(transposed(x), x));
  const y = rows.map((r) => [r.value]);
  const beta = times(bread, times(transposed(x), y));
  const residual = times(x, beta).map(([fit], i) => [y[i]![0]! - fit!]);
  const hat = times(times(x, bread), transposed(x));
  const maker = identity(rows.length).map((row, i) => row.map((v, j) => v - hat[i]![j]!));
  const vectors = clusters.map((index) => {
    const own = index.map((i) => index.map((j) => maker[i]![j]!));
    const weights = times(
      times(
        inverseRoot(own),
        index.map((i) => x[i]!),
      ),
      bread,
    ).map((row) => row[coefficient]!);
    return { index, weights, full: rows.map((_, j) => index.reduce((s, i, k) => s + weights[k]! * maker[i]![j]!, 0)) };
  });
  const variance = vectors.reduce(
    (s, v) => s + v.index.reduce((t, i, k) => t + v.weights[k]! * residual[i]![0]!, 0) ** 2,
    0,
  );
  const gram = vectors.map((g) => vectors.map((h) => g.full.reduce((s, v, i) => s + v * h.full[i]!, 0)));
  const trace = gram.reduce((s, row, i) => s + row[i]!, 0);
  const df = trace ** 2 / gram.flat().reduce((s, v) => s + v * v, 0);
  return { difference: beta[coefficient]![0]!, se: Math.sqrt(variance), df };
}

function known<T extends object>(result: T | { unknown: string }): T {
  if ("unknown" in result) throw new Error(result.unknown);
  return result;
}

/** Three reps, four uneven weeks each, whole weeks in one arm. */
const weeks: Row[] = [
  ["a", "assist", [3, 4, 5.5]],
  ["a", "control", [6, 7]],
  ["a", "assist", [2]],
  ["a", "control", [5, 8, 6, 7.5]],
  ["b", "assist", [12, 15]],
  ["b", "control", [14]],
  ["b", "control", [18, 11, 13]],
  ["b", "assist", [10, 9.5]],
  ["c", "assist", [1, 2, 1.5, 3]],
  ["c", "control", [2]],
  ["c", "assist", [0.5, 4]],
  ["c", "control", [3, 2.5]],
].flatMap(([rep, arm, values], i) =>
  (values as number[]).map((value) => ({ cluster: `w${i}`, rep: rep as string, arm: arm as Arm, value })),
);

const ones = (rows: Row[]): Matrix => rows.map((r) => [1, r.arm === "assist" ? 1 : 0]);

describe("clustered", () => {
  it("equals CR2 by matrices where a cluster lies in one arm", () => {
    const { difference, se, df } = known(clustered(weeks));
    const expected = byMatrices(weeks, ones(weeks), 1);
    expect([difference, se, df]).toEqual(
      [expected.difference, expected.se, expected.df].map((v) => expect.closeTo(v, 8)),
    );
  });

  it("equals CR2 by matrices where clusters are reps with both arms", () => {
    const rows = weeks.map((r) => ({ ...r, cluster: r.rep }));
    const { difference, se, df } = known(clustered(rows));
    const expected = byMatrices(rows, ones(rows), 1);
    expect([difference, se, df]).toEqual(
      [expected.difference, expected.se, expected.df].map((v) => expect.closeTo(v, 8)),
    );
  });

  it("is Welch's standard error where every cluster holds one value", () => {
    const [a, c] = [
      [1, 5, 2, 8],
      [3, 9, 4],
    ];
    const rows = [
      ...a.map((value) => ({ arm: "assist" as const, value })),
      ...c.map((value) => ({ arm: "control" as const, value })),
    ];
    const { se } = known(clustered(rows.map((row, i) => ({ ...row, cluster: `${i}` }))));
    expect(se).toBeCloseTo(known(differenceOfMeans(of(a), of(c))).se, 12);
  });

  it("says so when an arm has fewer than two clusters", () => {
    expect(clustered([])).toHaveProperty("unknown");
    expect(clustered(weeks.filter((r) => r.arm === "assist" || r.cluster === "w1"))).toHaveProperty("unknown");
  });
});

function periods(rows: Row[]): Period[] {
  return [...new Set(rows.map((r) => r.cluster))].map((c) => {
    const own = rows.filter((r) => r.cluster === c);
    return { rep: own[0]!.rep, arm: own[0]!.arm, n: own.length, sum: own.reduce((s, r) => s + r.value, 0) };
  });
}

describe("switchback", () => {
  it("equals CR2 by matrices of a regression with one intercept a rep", () => {
    const { difference, se, df } = known(switchback(periods(weeks)));
    const reps = ["a", "b", "c"];
    const x = weeks.map((r) => [r.arm === "assist" ? 1 : 0, ...reps.map((rep) => (r.rep === rep ? 1 : 0))]);
    const expected = byMatrices(weeks, x, 0);
    expect([difference, se, df]).toEqual(
      [expected.difference, expected.se, expected.df].map((v) => expect.closeTo(v, 8)),
    );
  });

  it("leaves out, and counts, who was seen in one arm only", () => {
    const more = switchback([...periods(weeks), { rep: "d", arm: "assist", n: 7, sum: 1e6 }]);
    expect(known(more)).toMatchObject({
      difference: known(switchback(periods(weeks))).difference,
      reps: 3,
      leftOut: 7,
    });
  });

  it.each([0.1, 1, 3, 240_000.5])(
    "claims nothing where every value is %d, whatever the last digits of sums do",
    (value) => {
      for (const seed of [1, 2, 3, 4, 5]) {
        const random = seeded(seed);
        const periods = Array.from({ length: 160 }, (_, i): Period => {
          const values = Array.from({ length: 1 + Math.floor(random() * 30) }, () => value);
          const sum = values.reduce((all, one) => all + one, 0);
          return { rep: `r${i % 20}`, arm: random() < 0.5 ? "assist" : "control", n: values.length, sum };
        });
        expect(switchback(periods)).toEqual({ unknown: expect.stringContaining("every value is the same") });
        const rows = periods.flatMap(({ arm, n }, i) =>
          Array.from({ length: n }, () => ({ cluster: `c${i}`, arm, value })),
        );
        expect(clustered(rows)).toEqual({ unknown: expect.stringContaining("every value is the same") });
      }
    },
  );

  it("says so when too little is comparable", () => {
    expect(switchback([])).toHaveProperty("unknown");
    expect(switchback(periods(weeks.filter((r) => r.rep === "a" && r.cluster !== "w1")))).toHaveProperty("unknown");
  });
});
