/** Days as they were read, in this process: a closed one for good, a large open one for some seconds, and those just being read. */
import type { Table } from "../store/port.ts";
import type { Day } from "./days.ts";

/** Below this many rows an open day is read in a moment, so its figures are always of this second. */
const largeRows = 2_000;
/** How long an open day is kept: the longer, the more there is to read. */
const msARow = 3;
const longestMs = 60_000;
/** About two years of two workspaces; the oldest entry goes first. */
const capacity = 1_500;

type Entry = { day: Day; untilMs: number };
const entries = new WeakMap<Table, Map<string, Entry>>();

const of = (table: Table) => {
  const map = entries.get(table) ?? new Map<string, Entry>();
  entries.set(table, map);
  return map;
};
const keyOf = (workspace: string, day: string) => `${workspace}\n${day}`;

/** Without `nowMs` closed days alone. */
export function kept(table: Table, workspace: string, day: string, nowMs: number | undefined): Day | undefined {
  const entry = of(table).get(keyOf(workspace, day));
  return entry && (nowMs ?? Number.POSITIVE_INFINITY) <= entry.untilMs ? entry.day : undefined;
}

export function keep(table: Table, workspace: string, day: Day, open?: { nowMs: number; rows: number }): void {
  const map = of(table);
  const key = keyOf(workspace, day.day);
  map.delete(key);
  if (open && open.rows < largeRows) return;
  if (map.size >= capacity) map.delete(map.keys().next().value!);
  if (!open) map.set(key, { day, untilMs: Number.POSITIVE_INFINITY });
  else
    map.set(key, {
      day: { ...day, readMs: open.nowMs },
      untilMs: open.nowMs + Math.min(longestMs, open.rows * msARow),
    });
}

/** A day on which nothing happened never closes, and nothing begins on it any more: a year's Sundays are not read for each figure. */
export function keepEmpty(table: Table, workspace: string, day: Day, nowMs: number): void {
  of(table).set(keyOf(workspace, day.day), { day, untilMs: nowMs + longestMs });
}

export const forget = (table: Table, workspace: string, day: string): void => {
  of(table).delete(keyOf(workspace, day));
};

type Reading = { day: Promise<Day>; nowMs: number };
const readings = new WeakMap<Table, Map<string, Reading>>();

/** What another report is reading at this moment, said to be of the moment at which that began. */
export function underWay(
  table: Table,
  workspace: string,
  day: string,
  nowMs: number | undefined,
): Promise<Day> | undefined {
  const reading = readings.get(table)?.get(keyOf(workspace, day));
  if (!reading || nowMs === undefined) return undefined;
  return reading.day.then((read) => (read.closed ? read : { ...read, readMs: reading.nowMs }));
}

/** Lets others join in a reading until it ends, well or not. */
export function share(table: Table, workspace: string, day: string, nowMs: number, read: Promise<Day>): Promise<Day> {
  const map = readings.get(table) ?? new Map<string, Reading>();
  readings.set(table, map);
  const key = keyOf(workspace, day);
  const reading = { day: read, nowMs };
  map.set(key, reading);
  return read.finally(() => {
    if (map.get(key) === reading) map.delete(key);
  });
}
