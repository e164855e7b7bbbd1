/**
 * One comparison, from a start to an end. None of it changes while it runs: whoever wants it otherwise ends it and starts
 * another, with a salt of its own.
 */
import type { Measurement } from "./measurement-form.ts";

export type { Design, Measurement } from "./measurement-form.ts";

/** What is fixed at the start from the records that came before it. */
export type Fixed = Pick<Measurement, "limits" | "tunedFor" | "adjusted">;

export const measurementId = (startMs: number) => `m-${new Date(startMs).toISOString()}`;

export const isRunning = (measurement: Measurement | null, nowMs: number): measurement is Measurement =>
  measurement !== null && (measurement.endsAt === undefined || nowMs < Date.parse(measurement.endsAt));

/** The running measurement of a workspace and those before it, the latest last. */
export type Course = { measurement?: Measurement | null; past?: Measurement[] };

/** With the running one ended, now or when its time was over. */
export function ended({ measurement, past = [] }: Course, nowMs: number): Required<Course> {
  if (!measurement) return { measurement: null, past };
  const now = new Date(nowMs).toISOString();
  const endedAt = measurement.endsAt !== undefined && measurement.endsAt < now ? measurement.endsAt : now;
  return { measurement: null, past: [...past, { ...measurement, endedAt }] };
}

/** ISO 8601's week of a day `YYYY-MM-DD`, as `2026-W01`: weeks begin on Mondays and belong to the year of their Thursday. */
export function isoWeek(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 3 - ((date.getUTCDay() + 6) % 7));
  const year = date.getUTCFullYear();
  const week = 1 + Math.floor((date.getTime() - Date.UTC(year, 0, 1)) / 86_400_000 / 7);
  return `${year}-W${String(week).padStart(2, "0")}`;
}

/**
 * The unit that a switchback draws. Without an assignee at the first customer message it is the team's week: drawing such
 * conversations one by one would mix two levels of chance in one comparison.
 */
export const unitOf = (week: string, rep: string | undefined, team: string | undefined): string =>
  `${week} ${rep === undefined ? `team ${team ?? ""}` : `rep ${rep}`}`;
/** Whose weeks are compared with each other: the unit without its week. */
export const ownerOf = (unit: string): string => unit.slice(unit.indexOf(" ") + 1);
