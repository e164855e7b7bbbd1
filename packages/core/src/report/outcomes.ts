/** Counts and sums of outcomes: by measurement, arm, rep and drawn unit, so that two arms can be compared without their rows. */
import type { OutcomeRow } from "../outcome.ts";
import { add, addPairs, type Moments, none, noPairs, type PairMoments } from "../stats/moments.ts";
import { logTime, winsorise } from "../stats/winsorise.ts";
import { foreseen, type Known } from "./before.ts";

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
  /** At the time of the draw; absent in days that were closed before teams were kept here. */
  team?: string;
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
  /** y: the primary metric; x: what was foreseen of it. Of measurements that adjust. */
  foreseen?: PairMoments;
};

const of = <Name extends string>(names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, none])) as Record<Name, Moments>;
const one = (value: number): Moments => ({ n: 1, sum: value, sumSq: value * value });
const pair = (y: number, x: number): PairMoments => ({ n: 1, y, x, yy: y * y, xx: x * x, xy: x * y });
export const hourMs = 3_600_000;

/** `measurements` are asked for what was fixed at their starts: limits, and what was known before. */
export function outcomeCellsOf(rows: Iterable<OutcomeRow>, measurements: Known[] = []): OutcomeCell[] {
  const fixed = new Map(measurements.map((one) => [one.id, one]));
  const cells = new Map<string, Required<OutcomeCell>>();
  for (const row of rows) {
    const { measurement, arm, rep, team, unit = null, exempt = null } = row;
    const key = JSON.stringify([measurement, arm, rep, team, unit, exempt]);
    let cell = cells.get(key);
    if (!cell) {
      const empty = {
        moments: of(metrics),
        limited: of(unbounded),
        logs: of(unbounded),
        hours: noPairs,
        foreseen: noPairs,
      };
      cell = { measurement, arm, rep, team, unit, exempt, conversations: 0, anyway: 0, ...empty };
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
      const limit = fixed.get(measurement ?? "")?.limits?.[name];
      if (limit) cell.limited[name] = add(cell.limited[name], one(winsorise(value, limit)));
      cell.logs[name] = add(cell.logs[name], one(logTime(value)));
    }
    const before = fixed.get(measurement ?? "")?.before;
    const value = before ? row[before.metric] : null;
    if (before && value !== null) cell.foreseen = addPairs(cell.foreseen, pair(value, foreseen(before, row)));
    // Nobody answered: no hour was spent, and nothing is left out.
    cell.hours = addPairs(cell.hours, pair(row.resolved, (row.handleTimeMs ?? 0) / hourMs));
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
  cells.map(({ moments, limited, logs, hours, foreseen, ...cell }) => [
    cell,
    metrics.map((name) => packed(moments[name])),
    unbounded.map((name) => packed(limited?.[name])),
    unbounded.map((name) => packed(logs?.[name])),
    packedPairs(hours),
    packedPairs(foreseen),
  ]);

const packedPairs = ({ n, y, x, yy, xx, xy }: PairMoments = noPairs) => [n, y, x, yy, xx, xy];
const unpackedPairs = ([n = 0, y = 0, x = 0, yy = 0, xx = 0, xy = 0]: number[] = []): PairMoments => ({
  n,
  y,
  x,
  yy,
  xx,
  xy,
});

type Packed = [Omit<OutcomeCell, "moments">, number[][], number[][]?, number[][]?, number[]?, number[]?];
export const unpackOutcomes = (stored: unknown): OutcomeCell[] =>
  (stored as Packed[]).map(([cell, moments, limited, logs, hours, foreseen]) => ({
    ...cell,
    moments: all(metrics, moments),
    limited: all(unbounded, limited),
    logs: all(unbounded, logs),
    hours: unpackedPairs(hours),
    foreseen: unpackedPairs(foreseen),
  }));
