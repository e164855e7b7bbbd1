/**
 * A report is a pure function of the records. Open days are computed from the index; a day closes once everything that
 * may still happen in it has happened, and only then is its result kept.
 */
import { gunzipSync, gzipSync } from "node:zlib";
import { type OutcomeRow, unpackOutcome } from "../outcome.ts";
import { addDays } from "../settings.ts";
import { add, type Moments, none } from "../stats/moments.ts";
import * as keys from "../store/keys.ts";
import type { Item, Stored, Table } from "../store/port.ts";
import { type SuggestionRow, unpack } from "../store/row.ts";
import { type Cell, cellsOf, packCells, unpackCells } from "./cells.ts";

/** Seven days to resolve, seven to come back: the day closes on the 15th. */
export const closesAfterDays = 15;

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

/** Conversations of one arm, measurement and rep: how many, and the moments of each metric. */
export type OutcomeCell = {
  measurement: string | null;
  arm: "assist" | "control";
  rep: string | null;
  conversations: number;
  anyway: number;
  moments: Record<MetricName, Moments>;
};

export type Day = { day: string; closed: boolean; cells: Cell[]; outcomes: OutcomeCell[] };

type DayItem = Stored & { day: string; packed: Uint8Array; rows: number; simulated?: boolean };

export function outcomeCellsOf(rows: Iterable<OutcomeRow>): OutcomeCell[] {
  const cells = new Map<string, OutcomeCell>();
  for (const row of rows) {
    const key = JSON.stringify([row.measurement, row.arm, row.rep]);
    const cell = cells.get(key) ?? {
      measurement: row.measurement,
      arm: row.arm,
      rep: row.rep,
      conversations: 0,
      anyway: 0,
      moments: Object.fromEntries(metrics.map((name) => [name, none])) as Record<MetricName, Moments>,
    };
    cell.conversations++;
    if (row.anyway) cell.anyway++;
    for (const name of metrics) {
      const value = row[name];
      if (value !== null) cell.moments[name] = add(cell.moments[name], { n: 1, sum: value, sumSq: value * value });
    }
    cells.set(key, cell);
  }
  return [...cells.values()];
}

/** All rows of one day from the index. */
export async function suggestionRows(
  table: Table,
  workspace: string,
  day: string,
  team?: string,
): Promise<SuggestionRow[]> {
  return (await whole(table, keys.suggestionsOfDay(workspace, day), team)).map(unpack);
}
export async function outcomeRows(table: Table, workspace: string, day: string): Promise<OutcomeRow[]> {
  return (await whole(table, keys.outcomesOfDay(workspace, day))).map(unpackOutcome);
}

async function whole(table: Table, gpk: string, team?: string): Promise<string[]> {
  const rows: string[] = [];
  let after: string | undefined;
  do {
    const page = await table.index({
      gpk,
      ...(team === undefined ? {} : { prefix: `${team}#` }),
      ...(after ? { after } : {}),
    });
    rows.push(...page.rows.map(({ row }) => row));
    after = page.next;
  } while (after);
  return rows;
}

export function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = from; day <= to && days.length < 1_000; day = addDays(day, 1)) days.push(day);
  return days;
}

/** Every day from `from` to `to`, both included, in order. */
export async function readDays(table: Table, workspace: string, from: string, to: string): Promise<Day[]> {
  const items = (await table.query({
    pk: keys.workspacePk(workspace),
    from: `DAY#${from}`,
    to: `DAY#${to}`,
  })) as unknown as DayItem[];
  const closed = new Map(items.map((item) => [item.day, item]));
  const days = daysBetween(from, to);
  const result: Day[] = [];
  // Eight at a time: enough to hide the round trips, little enough to leave the table to the reps.
  for (let i = 0; i < days.length; i += 8)
    result.push(
      ...(await Promise.all(
        days.slice(i, i + 8).map(async (day) => {
          const item = closed.get(day);
          if (item) return { day, closed: true, ...unpackDay(item.packed) };
          const [rows, outcomes] = await Promise.all([
            suggestionRows(table, workspace, day),
            outcomeRows(table, workspace, day),
          ]);
          return { day, closed: false, cells: cellsOf(rows), outcomes: outcomeCellsOf(outcomes) };
        }),
      )),
    );
  return result;
}

export function packDay({ cells, outcomes }: Pick<Day, "cells" | "outcomes">): Uint8Array {
  const packedOutcomes = outcomes.map(({ moments, ...cell }) => [
    cell,
    metrics.map((name) => [moments[name].n, moments[name].sum, moments[name].sumSq]),
  ]);
  return gzipSync(JSON.stringify([1, packCells(cells), packedOutcomes]));
}

function unpackDay(packed: Uint8Array): Pick<Day, "cells" | "outcomes"> {
  const [, cells, outcomes] = JSON.parse(gunzipSync(packed).toString()) as [
    number,
    unknown,
    [Omit<OutcomeCell, "moments">, number[][]][],
  ];
  return {
    cells: unpackCells(cells),
    outcomes: outcomes.map(([cell, moments]) => ({
      ...cell,
      moments: Object.fromEntries(
        metrics.map((name, i) => [
          name,
          { n: moments[i]?.[0] ?? 0, sum: moments[i]?.[1] ?? 0, sumSq: moments[i]?.[2] ?? 0 },
        ]),
      ) as OutcomeCell["moments"],
    })),
  };
}

/** Keeps a day's result. Computed from the records alone, so doing it twice writes the same. */
export async function putDay(
  table: Table,
  workspace: string,
  day: string,
  result: Pick<Day, "cells" | "outcomes">,
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
}
