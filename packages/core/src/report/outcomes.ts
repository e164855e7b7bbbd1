/** Counts and sums of outcomes: by measurement, arm, rep and drawn unit, so that two arms can be compared without their rows. */
import type { OutcomeRow } from "../outcome.ts";
import type { Measurement } from "../settings.ts";
import { add, addPairs, type Moments, none, noPairs, type PairMoments } from "../stats/moments.ts";
import { logTime, winsorise } from "../stats/winsorise.ts";

/** The order is part of the stored form: append, never reorder. */
export const metrics = [
  "handleTimeMs",
  "firstReplyMs",
  "resolutionMs",
  "replies",
  "resolved",
  "reopened7d",
  "contactedAgain7d",
  "escalated",
  "rating",
] as const;
export type MetricName = (typeof metrics)[number];

/** Metrics without an upper end: a few enormous values weigh much, so they get a second opinion. */
export const unbounded = ["handleTimeMs", "firstReplyMs", "resolutionMs", "replies"] as const;
export type Unbounded = (typeof unbounded)[number];

export type OutcomeCell = {
  measurement: string | null;
  arm: "assist" | "control";
  rep: string | null;
  /** Of a switchback: the week that was drawn. */
  unit?: string | null;
  /** Why the measurement leaves these out. */
  exempt?: string | null;
  conversations: number;
  anyway: number;
  moments: Record<MetricName, Moments>;
  /** Within the limits fixed at the measurement's start. */
  limited?: Record<Unbounded, Moments>;
  /** Of logarithms. */
  logs?: Record<Unbounded, Moments>;
  /** y: resolved or not; x: hours of handling. */
  hours?: PairMoments;
};

const of = <Name extends string>(names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, none])) as Record<Name, Moments>;
const one = (value: number): Moments => ({ n: 1, sum: value, sumSq: value * value });
export const hourMs = 3_600_000;

/** `measurements` are asked for the limits that were fixed at their starts. */
export function outcomeCellsOf(rows: Iterable<OutcomeRow>, measurements: Measurement[] = []): OutcomeCell[] {
  const limits = new Map(measurements.map((one) => [one.id, one.limits]));
  const cells = new Map<string, Required<OutcomeCell>>();
  for (const row of rows) {
    const { measurement, arm, rep, unit = null, exempt = null } = row;
    const key = JSON.stringify([measurement, arm, rep, unit, exempt]);
    let cell = cells.get(key);
    if (!cell) {
      const empty = { moments: of(metrics), limited: of(unbounded), logs: of(unbounded), hours: noPairs };
      cell = { measurement, arm, rep, unit, exempt, conversations: 0, anyway: 0, ...empty };
      cells.set(key, cell);
    }
    cell.conversations++;
    if (row.anyway) cell.anyway++;
    for (const name of metrics) {
      const value = row[name];
      if (value !== null) cell.moments[name] = add(cell.moments[name], one(value));
    }
    for (const name of unbounded) {
      const value = row[name];
      if (value === null) continue;
      const limit = limits.get(measurement ?? "")?.[name];
      if (limit) cell.limited[name] = add(cell.limited[name], one(winsorise(value, limit)));
      cell.logs[name] = add(cell.logs[name], one(logTime(value)));
    }
    // Nobody answered: no hour was spent, and nothing is left out.
    const [x, y] = [(row.handleTimeMs ?? 0) / hourMs, row.resolved];
    cell.hours = addPairs(cell.hours, { n: 1, x, y, xx: x * x, yy: y * y, xy: x * y });
  }
  return [...cells.values()];
}

const packed = ({ n, sum, sumSq }: Moments = none) => [n, sum, sumSq];
const unpacked = (numbers: number[] | undefined): Moments => ({
  n: numbers?.[0] ?? 0,
  sum: numbers?.[1] ?? 0,
  sumSq: numbers?.[2] ?? 0,
});
const all = <Name extends string>(names: readonly Name[], lists: number[][] | undefined) =>
  Object.fromEntries(names.map((name, i) => [name, unpacked(lists?.[i])])) as Record<Name, Moments>;

/** The stored form. */
export const packOutcomes = (cells: OutcomeCell[]): unknown[] =>
  cells.map(({ moments, limited, logs, hours = noPairs, ...cell }) => [
    cell,
    metrics.map((name) => packed(moments[name])),
    unbounded.map((name) => packed(limited?.[name])),
    unbounded.map((name) => packed(logs?.[name])),
    [hours.n, hours.y, hours.x, hours.yy, hours.xx, hours.xy],
  ]);

type Packed = [Omit<OutcomeCell, "moments">, number[][], number[][]?, number[][]?, number[]?];
export const unpackOutcomes = (stored: unknown): OutcomeCell[] =>
  (stored as Packed[]).map(([cell, moments, limited, logs, [n = 0, y = 0, x = 0, yy = 0, xx = 0, xy = 0] = []]) => ({
    ...cell,
    moments: all(metrics, moments),
    limited: all(unbounded, limited),
    logs: all(unbounded, logs),
    hours: { n, y, x, yy, xx, xy },
  }));
