/** The rows behind every figure. No text of a message or draft. */
import { isoWeek } from "../measurement.ts";
import type { Settings } from "../settings.ts";
import type { Table } from "../store/port.ts";
import type { SuggestionRow } from "../store/row.ts";
import type { By } from "./acceptance.ts";
import { daysBetween, suggestionRows } from "./days.ts";
import { check, type Only, teamOf } from "./only.ts";
import { type Naming, type Rep, tenureOn } from "./reps.ts";

export type Filter = { by?: By; key?: string; outcome?: string; reason?: string | undefined } & Only;
/** `teamLabel`: what the helpdesk calls the team, where the row has its id. */
export type ReportRecord = SuggestionRow & { repKey: string; repLabel: string; teamLabel?: string; tenure: string };
export type Page = { rows: ReportRecord[]; next?: string };

export type Names = {
  reps: Map<string, Rep>;
  name: Naming;
  settings: Settings;
  /** What a team is called, where the row has its id in the helpdesk. */
  team?: (id: string) => string | undefined;
};

/** Newest first. `cursor` is what the page before gave; a page has at most `limit` rows. */
export async function records(
  table: Table,
  workspace: string,
  names: Names,
  options: { from: string; to: string; filter?: Filter; limit: number; cursor?: string },
): Promise<Page> {
  const [fromDay, skipText] = (options.cursor ?? "").split(":");
  check(options.filter ?? {}, names.settings);
  let skip = Number(skipText ?? 0) || 0;
  const rows: ReportRecord[] = [];
  for (const day of daysBetween(options.from, options.to).reverse()) {
    if (fromDay && day > fromDay) continue;
    const all = (await suggestionRows(table, workspace, day))
      .map((row) => named(row, day, names))
      .filter((row) => matches(row, day, options.filter ?? {}))
      .sort((a, b) => (a.createdAt > b.createdAt ? -1 : a.createdAt < b.createdAt ? 1 : a.id < b.id ? -1 : 1));
    for (let i = day === fromDay ? skip : 0; i < all.length; i++) {
      if (rows.length === options.limit) return { rows, next: `${day}:${i}` };
      rows.push(all[i]!);
    }
    skip = 0;
  }
  return { rows };
}

function named(
  row: SuggestionRow,
  day: string,
  { reps, name, settings, team: teamName = () => undefined }: Names,
): ReportRecord {
  const team = teamOf(row, day, reps);
  const called = teamName(team);
  const { key, label } = settings.repFigures === "team" ? { key: team, label: called ?? team } : name(row.rep);
  const tenure = row.rep === null ? "unknown" : tenureOn(reps.get(row.rep), day);
  return { ...row, team, rep: key, repKey: key, repLabel: label, ...(called ? { teamLabel: called } : {}), tenure };
}

/** `day` is the one that the row is counted on, whatever the calendar says since. */
function matches(row: ReportRecord, day: string, { by, key, outcome, reason, rep, team }: Filter): boolean {
  if ((rep !== undefined && row.repKey !== rep) || (team !== undefined && row.team !== team)) return false;
  if (
    outcome !== undefined &&
    !(outcome === "shown"
      ? row.shown
      : outcome === "clicked"
        ? row.clicked !== null
        : outcome === "failed"
          ? row.status === "failed"
          : outcome === "unsupported"
            ? row.flags.includes(outcome)
            : row.outcome === outcome)
  )
    return false;
  if (reason !== undefined && row.reason !== reason) return false;
  if (by !== "kind" && by !== undefined && (row.kind === "policy" || row.kind === "summary")) return false;
  if (by === undefined || key === undefined) return true;
  if (by === "rep") return row.repKey === key;
  if (by === "team") return row.team === key;
  if (by === "kind") return row.kind === key;
  if (by === "policy") return row.articles.includes(key);
  if (by === "language") return (row.language ?? "") === key;
  if (by === "model") return row.engine === key;
  if (by === "tenure") return row.tenure === key;
  if (by === "promptVersion") return (row.promptVersion ?? "") === key;
  if (by === "day") return day === key;
  if (by === "week") return isoWeek(day) === key;
  return true;
}

const columns = [
  "createdAt",
  "conversationId",
  "id",
  "kind",
  "status",
  "outcome",
  "clicked",
  "retained",
  "shown",
  "rep",
  "team",
  "language",
  "engine",
  "promptVersion",
  "arm",
  "articles",
  "flags",
  "reason",
  "firstMs",
  "readyMs",
  "decideMs",
  "tokensIn",
  "tokensOut",
  "usd",
  "decidedAt",
  "simulated",
] as const;

export function csv(rows: ReportRecord[]): string {
  return `${[columns.join(","), ...rows.map((row) => columns.map((name) => cell(row[name])).join(","))].join("\r\n")}\r\n`;
}

/** Quoted where needed. Ids and reasons are somebody's words: what a spreadsheet would reckon is made harmless, a list as well as a text. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = Array.isArray(value) ? value.join(" ") : String(value);
  const safe =
    typeof value !== "number" && /^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
