/** Days as they were read, in this process: a closed one for good, a large open one for some seconds. */
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

export const forget = (table: Table, workspace: string, day: string): void => {
  of(table).delete(keyOf(workspace, day));
};
