/** How many of the drafts that reps saw they sent, as they were or edited: counts, rates and intervals by group. */
import { isoWeek } from "../measurement.ts";
import type { Settings } from "../settings.ts";
import { designEffect, wilson } from "../stats/wilson.ts";
import type { Table } from "../store/port.ts";
import { add, bins, type Cell, type Counts, zero } from "./cells.ts";
import { asOf, type Day, readDays } from "./days.ts";
import { type Only, only, teamOf } from "./only.ts";
import { listReps, type Naming, naming, type Pseudonym, type Rep, tenureOn } from "./reps.ts";

export const groupings = [
  "rep",
  "team",
  "kind",
  "policy",
  "language",
  "model",
  "tenure",
  "promptVersion",
  "day",
  "week",
] as const;
export type By = (typeof groupings)[number];

export type Row = {
  key: string;
  label: string;
  shown: number;
  accepted: number;
  edited: number;
  rejected: number;
  ignored: number;
  unseen: number;
  stale: number;
  superseded: number;
  clicked: number;
  failed: number;
  /** Drafts, answers and rewrites with figures marked that stand in no source; and of those, how many were sent all the same. */
  unsupported: number;
  unsupportedSent: number;
  decided: number;
  /** (accepted + edited) ÷ decided; null while nothing is decided. The interval is 95 %, widened where it spans reps. */
  rate: number | null;
  low: number;
  high: number;
  /** Mean share of a draft's words in the replies that used it. */
  retainedShare: number | null;
  /** Replies that used a draft, by the tenth of its words they kept: ten counts. */
  retained: number[];
  /** Mean from shown to click, ms. */
  decideMs: number | null;
};

export type Acceptance = {
  from: string;
  to: string;
  asOf: string;
  by: By;
  timeZone: string;
  rows: Row[];
  total: Row;
  simulated: number;
};

export async function acceptance(
  table: Table,
  workspace: string,
  {
    from,
    to,
    by,
    only: wish = {},
    settings,
    nowMs,
    title = () => undefined,
    team = () => undefined,
    pseudonym,
  }: {
    from: string;
    to: string;
    by: By;
    /** One rep or team alone. */
    only?: Only;
    settings: Settings;
    nowMs: number;
    title?: (articleId: string) => string | undefined;
    /** What a team is called, where `key` is its id in the helpdesk. */
    team?: (id: string) => string | undefined;
    /** Needed by rep, where reps are not named. */
    pseudonym?: Pseudonym;
  },
): Promise<Acceptance> {
  const [days, reps] = await Promise.all([readDays(table, workspace, from, to, nowMs), listReps(table, workspace)]);
  const name = naming(workspace, reps, settings.repFigures, pseudonym);
  return {
    from,
    to,
    asOf: asOf(days, nowMs),
    by,
    timeZone: settings.timeZone,
    ...group(only(days, wish, { reps, name, settings }), by, { reps, name, settings, title, team }),
  };
}

type Names = {
  reps: Map<string, Rep>;
  name: Naming;
  settings: Settings;
  title: (articleId: string) => string | undefined;
  team?: (id: string) => string | undefined;
};

/** A pure function of the days' cells. */
export function group(days: Day[], by: By, names: Names): Pick<Acceptance, "rows" | "total" | "simulated"> {
  const groups = new Map<string, { label: string; counts: Counts; byRep: Map<string, Counts> }>();
  const total = { label: "all", counts: zero(), byRep: new Map<string, Counts>() };
  let simulated = 0;
  for (const { day, cells } of days)
    for (const cell of cells) {
      const decides = cell.kind !== "policy" && cell.kind !== "summary";
      if (cell.article === null && decides) {
        put(total, cell);
        if (cell.simulated) simulated += cell.counts.made;
      }
      if ((by === "policy") !== (cell.article !== null)) continue;
      if (!decides && by !== "kind") continue;
      const { key, label } = keyOf(cell, by, day, names);
      const group = groups.get(key) ?? { label, counts: zero(), byRep: new Map<string, Counts>() };
      groups.set(key, group);
      put(group, cell);
    }
  const rows = [...groups].map(([key, { label, counts, byRep }]) => rowOf(key, label, counts, byRep));
  rows.sort(
    by === "day" || by === "week"
      ? (a, b) => (a.key < b.key ? -1 : 1)
      : (a, b) => b.decided - a.decided || b.shown - a.shown || (a.key < b.key ? -1 : 1),
  );
  return { rows, total: rowOf("", "all", total.counts, total.byRep), simulated };
}

function put(group: { counts: Counts; byRep: Map<string, Counts> }, { counts, rep }: Cell) {
  add(group.counts, counts);
  if (rep !== null) group.byRep.set(rep, add(group.byRep.get(rep) ?? zero(), counts));
}

function keyOf(
  cell: Cell,
  by: By,
  day: string,
  { reps, name, settings, title, team: teamName = () => undefined }: Names,
): { key: string; label: string } {
  const plain = (value: string | null, none: string) => ({ key: value ?? "", label: value || none });
  const team = () => {
    const id = teamOf(cell, day, reps);
    return { key: id, label: teamName(id) ?? (id || "no team") };
  };
  if (by === "rep") return settings.repFigures === "team" ? team() : name(cell.rep);
  if (by === "team") return team();
  if (by === "kind") return plain(cell.kind, "");
  if (by === "language") return plain(cell.language, "not known");
  if (by === "model") return plain(cell.engine, "");
  if (by === "tenure") return plain(cell.rep === null ? "unknown" : tenureOn(reps.get(cell.rep), day), "");
  if (by === "promptVersion") return plain(cell.promptVersion, "none");
  if (by === "day") return plain(day, "");
  if (by === "week") return plain(isoWeek(day), "");
  return { key: cell.article ?? "", label: title(cell.article ?? "") ?? cell.article ?? "" };
}

const used = ({ accepted, edited }: Counts) => accepted + edited;
const decidedOf = ({ accepted, edited, rejected, ignored }: Counts) => accepted + edited + rejected + ignored;

function rowOf(key: string, label: string, counts: Counts, byRep: Map<string, Counts>): Row {
  const { shown, accepted, edited, rejected, ignored, unseen, stale, superseded, clicked, failed } = counts;
  const { unsupported, unsupportedSent } = counts;
  const decided = decidedOf(counts);
  const clusters = [...byRep.values()].map((one) => ({ successes: used(one), n: decidedOf(one) }));
  const { low, high } = wilson(used(counts), decided, {
    designEffect: clusters.length > 1 ? designEffect(clusters) : 1,
  });
  return {
    key,
    label,
    shown,
    accepted,
    edited,
    rejected,
    ignored,
    unseen,
    stale,
    superseded,
    clicked,
    failed,
    unsupported,
    unsupportedSent,
    decided,
    rate: decided > 0 ? used(counts) / decided : null,
    low,
    high,
    retainedShare: counts.retainedN > 0 ? counts.retainedSum / counts.retainedN : null,
    retained: bins.map((name) => counts[name]),
    decideMs: counts.decideN > 0 ? counts.decideMs / counts.decideN : null,
  };
}
