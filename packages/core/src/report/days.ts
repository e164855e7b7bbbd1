/**
 * A report is a pure function of the records. Open days are computed from the index; a day closes once everything that
 * may still happen in it has happened, and only then is its result kept.
 */
import { gunzipSync, gzipSync } from "node:zlib";
import { type OutcomeRow, unpackOutcome } from "../outcome.ts";
import { addDays, dayOf, type Loaded, load } from "../settings.ts";
import * as keys from "../store/keys.ts";
import type { Item, Stored, Table } from "../store/port.ts";
import { type SuggestionRow, unpack } from "../store/row.ts";
import { type ShadowRow, shadowRows } from "../store/shadows.ts";
import { newer, shape } from "../store/shape.ts";
import { type Known, withBefore } from "./before.ts";
import { type Cell, cellsOf, packCells, unpackCells } from "./cells.ts";
import { forget, keep, keepEmpty, kept, share, underWay } from "./kept.ts";
import { type OutcomeCell, outcomeCellsOf, packOutcomes, unpackOutcomes } from "./outcomes.ts";
import { packShadows, type ShadowCell, shadowCellsOf, unpackShadows } from "./shadow.ts";

export type { OutcomeCell } from "./outcomes.ts";

/** Seven days to resolve, seven to come back: the day closes on the 15th. */
export const closesAfterDays = 15;

export type Result = {
  cells: Cell[];
  outcomes: OutcomeCell[];
  /** Why reps refused, and how often. */
  reasons?: Record<string, number>;
  /** The same by article that the refused draft cites. */
  refusals?: Record<string, Record<string, number>>;
  /** Drafts that nobody saw. */
  shadows?: ShadowCell[];
};
/** `readMs`: when it was read, if that was not just now. */
export type Day = Result & { day: string; closed: boolean; readMs?: number };

type DayItem = Stored & { day: string; packed: Uint8Array; rows: number; simulated?: boolean };

/** All rows of one day from the index. */
export async function suggestionRows(
  table: Table,
  workspace: string,
  day: string,
  team?: string,
): Promise<SuggestionRow[]> {
  return whole(table, keys.suggestionsOfDay(workspace, day), unpack, team);
}
export async function outcomeRows(table: Table, workspace: string, day: string): Promise<OutcomeRow[]> {
  return whole(table, keys.outcomesOfDay(workspace, day), unpackOutcome);
}

/** Each page is unpacked while others are on their way. */
async function whole<Row>(table: Table, gpk: string, unpacked: (row: string) => Row, team?: string): Promise<Row[]> {
  const rows: Row[] = [];
  let after: string | undefined;
  do {
    const page = await table.index({
      gpk,
      keys: false,
      ...(team === undefined ? {} : { prefix: `${team}#` }),
      ...(after ? { after } : {}),
    });
    for (const { row } of page.rows) rows.push(unpacked(row));
    after = page.next;
  } while (after);
  return rows;
}

export function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = from; day <= to && days.length < 1_000; day = addDays(day, 1)) days.push(day);
  return days;
}

/** What a day's rows come to. */
export function resultOf(
  rows: SuggestionRow[],
  outcomes: OutcomeRow[],
  measurements: Known[],
  shadows: ShadowRow[] = [],
): Result {
  // Reps write what they like, "constructor" too.
  const reasons: Record<string, number> = Object.create(null);
  const refusals: Record<string, Record<string, number>> = Object.create(null);
  for (const { reason, articles } of rows) {
    if (!reason) continue;
    reasons[reason] = (reasons[reason] ?? 0) + 1;
    for (const article of articles) {
      refusals[article] ??= Object.create(null) as Record<string, number>;
      refusals[article][reason] = (refusals[article][reason] ?? 0) + 1;
    }
  }
  return {
    cells: cellsOf(rows),
    outcomes: outcomeCellsOf(outcomes, measurements),
    reasons,
    refusals,
    ...(shadows.length > 0 ? { shadows: shadowCellsOf(shadows) } : {}),
  };
}

/** Not looked for where none were ever made. */
export const shadowsOf = async (
  table: Table,
  workspace: string,
  day: string,
  measurements: Known[],
): Promise<ShadowRow[]> => (measurements.some(({ shadow }) => shadow) ? shadowRows(table, workspace, day) : []);

/** Those of a workspace with what their rows are adjusted by. */
export const measurementsOf = (table: Table, workspace: string, { measurement, past }: Loaded): Promise<Known[]> =>
  withBefore(table, workspace, measurement ? [...past, measurement] : past);

/**
 * Every day from `from` to `to`, both included, in order. With `nowMs` a large open day may come from some seconds ago, and
 * says so; a closed one is read once a process. A page asks for several reports at once: they share one reading.
 */
export async function readDays(
  table: Table,
  workspace: string,
  from: string,
  to: string,
  nowMs?: number,
): Promise<Day[]> {
  const days = daysBetween(from, to);
  const known = new Map<string, Day | Promise<Day>>();
  for (const day of days) {
    const hit = kept(table, workspace, day, nowMs) ?? underWay(table, workspace, day, nowMs);
    if (hit) known.set(day, hit);
  }
  const missing = days.filter((day) => !known.has(day));
  if (missing.length > 0) {
    const reading = reader(table, workspace, missing, nowMs);
    // Eight at a time: enough to hide the round trips, little enough to leave the table to the reps.
    const line: Promise<unknown>[] = [];
    for (const [i, day] of missing.entries()) {
      const read = Promise.all([reading, line[i - atOnce]]).then(([one]) => one(day));
      line.push(read);
      known.set(day, nowMs === undefined ? read : share(table, workspace, day, nowMs, read));
    }
  }
  return Promise.all(days.map((day) => known.get(day)!));
}

const atOnce = 8;

/** Asks once for everything that these days have in common; then reads each. */
async function reader(
  table: Table,
  workspace: string,
  days: string[],
  nowMs: number | undefined,
): Promise<(day: string) => Promise<Day>> {
  const [items, loaded] = await Promise.all([
    table.query({
      pk: keys.workspacePk(workspace),
      from: `DAY#${days[0]}`,
      to: `DAY#${days.at(-1)}`,
    }) as Promise<unknown> as Promise<DayItem[]>,
    load(table, workspace),
  ]);
  const closed = new Map(items.map((item) => [item.day, item]));
  const measurements = await measurementsOf(table, workspace, loaded);
  const lastOpen = nowMs === undefined ? undefined : addDays(dayOf(nowMs, loaded.settings.timeZone), -closesAfterDays);
  return async (day) => {
    const item = closed.get(day);
    if (item) {
      const result = { day, closed: true, ...unpackDay(item.packed) };
      // What is made up may be taken away again.
      if (!item.simulated) keep(table, workspace, result);
      return result;
    }
    const [rows, outcomes, shadows] = await Promise.all([
      suggestionRows(table, workspace, day),
      outcomeRows(table, workspace, day),
      shadowsOf(table, workspace, day, measurements),
    ]);
    const result = { day, closed: false, ...resultOf(rows, outcomes, measurements, shadows) };
    const size = rows.length + outcomes.length;
    if (nowMs !== undefined && size === 0 && day < lastOpen!) keepEmpty(table, workspace, result, nowMs);
    else if (nowMs !== undefined) keep(table, workspace, result, { nowMs, rows: size });
    return result;
  };
}

/** The time of the oldest part of what was read. */
export const asOf = (days: Day[], nowMs: number): string =>
  new Date(days.reduce((oldest, { readMs }) => Math.min(oldest, readMs ?? nowMs), nowMs)).toISOString();

export function packDay({ cells, outcomes, reasons = {}, refusals = {}, shadows = [] }: Result): Uint8Array {
  const more = shadows.length > 0 ? [packShadows(shadows)] : [];
  return gzipSync(JSON.stringify([shape, packCells(cells), packOutcomes(outcomes), reasons, refusals, ...more]));
}

function unpackDay(packed: Uint8Array): Result {
  const [version, cells, outcomes, reasons = {}, refusals = {}, shadows = []] = JSON.parse(
    gunzipSync(packed).toString(),
  ) as [number, unknown, unknown, Record<string, number>?, Record<string, Record<string, number>>?, unknown[]?];
  if (version > shape) throw newer(version);
  return {
    cells: unpackCells(cells),
    outcomes: unpackOutcomes(outcomes),
    reasons,
    refusals,
    ...(shadows.length > 0 ? { shadows: unpackShadows(shadows) } : {}),
  };
}

/** Keeps a day's result. Computed from the records alone, so doing it twice writes the same. */
export async function putDay(
  table: Table,
  workspace: string,
  day: string,
  result: Result,
  extra: Partial<DayItem> = {},
): Promise<void> {
  const rows = result.cells.filter(({ article }) => article === null).reduce((sum, { counts }) => sum + counts.made, 0);
  await table.put({
    ...keys.closedDay(workspace, day),
    v: 1,
    day,
    rows,
    packed: packDay(result),
    ...extra,
  } as unknown as Item);
  forget(table, workspace, day);
}
