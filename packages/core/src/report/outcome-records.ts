/** The conversations behind a comparison: which arm each was in, and what became of it. No text. */
import type { OutcomeRow } from "../outcome.ts";
import type { Table } from "../store/port.ts";
import { daysBetween, outcomeRows } from "./days.ts";
import { check, type Only, teamOf } from "./only.ts";
import type { Names } from "./records.ts";

export type OutcomeFilter = { measurement?: string; arm?: OutcomeRow["arm"] } & Only;
export type OutcomeRecord = Omit<OutcomeRow, "unit" | "repAtDraw" | "topic"> & {
  day: string;
  repLabel: string;
  teamLabel?: string;
};

/** The latest day first. `cursor` is what the page before gave; a page has at most `limit` rows. */
export async function outcomeRecords(
  table: Table,
  workspace: string,
  names: Names,
  options: { from: string; to: string; filter: OutcomeFilter; limit: number; cursor?: string },
): Promise<{ rows: OutcomeRecord[]; next?: string }> {
  const { from, to, filter, limit, cursor = "" } = options;
  check(filter, names.settings);
  const [fromDay = "", skip] = cursor.split(":");
  const rows: OutcomeRecord[] = [];
  for (const day of daysBetween(from, to).reverse()) {
    if (fromDay && day > fromDay) continue;
    const all = (await outcomeRows(table, workspace, day))
      .map((row) => named(row, day, names))
      .filter(
        ({ measurement, arm, rep, team }) =>
          (filter.measurement === undefined || measurement === filter.measurement) &&
          (filter.arm === undefined || arm === filter.arm) &&
          (filter.rep === undefined || rep === filter.rep) &&
          (filter.team === undefined || team === filter.team),
      )
      .sort((a, b) => (a.conversationId < b.conversationId ? -1 : 1));
    for (let i = day === fromDay ? Number(skip) || 0 : 0; i < all.length; i++) {
      if (rows.length === limit) return { rows, next: `${day}:${i}` };
      rows.push(all[i]!);
    }
  }
  return { rows };
}

/** A unit names a rep's week and what was known at the draw names the rep: both stay inside. */
function named(
  row: OutcomeRow,
  day: string,
  { reps, name, settings, team: teamName = () => undefined }: Names,
): OutcomeRecord {
  const { unit: _unit, repAtDraw: _rep, topic: _topic, ...rest } = row;
  const team = teamOf(row, day, reps);
  const called = teamName(team);
  const { key, label } = settings.repFigures === "team" ? { key: team, label: called ?? team } : name(row.rep);
  return { ...rest, day, team, rep: key, repLabel: label, ...(called ? { teamLabel: called } : {}) };
}
