/**
 * One comparison, from a start to an end. None of it changes while it runs: whoever wants it otherwise ends it and starts
 * another, with a salt of its own.
 */
import * as z from "zod";

/** Whom a measurement leaves out, known before the arm is drawn. They get suggestions and are counted apart. */
export const Exempt = z.object({
  tags: z.array(z.string().max(200)).max(100).default([]),
  teams: z.array(z.string().max(200)).max(100).default([]),
  /** Reps in their first days; 0: nobody. */
  newRepDays: z.number().int().min(0).max(3_650).default(0),
});
export type Exempt = z.infer<typeof Exempt>;

/** What is drawn: a conversation, or a rep's whole week. */
export const Design = z.enum(["conversation", "switchback"]);
export type Design = z.infer<typeof Design>;

export const Measurement = z.object({
  id: z.string(),
  salt: z.string(),
  /** Share of conversations (of rep-weeks in a switchback) in control. */
  holdout: z.number(),
  primaryMetric: z.string(),
  startedAt: z.string(),
  endedAt: z.string().optional(),
  design: Design.optional(),
  /** From then on nothing more is drawn; absent: until somebody ends it. */
  endsAt: z.string().optional(),
  exempt: Exempt.optional(),
  /** On whose calendar a switchback's weeks begin, whatever the settings say later. */
  timeZone: z.string().optional(),
  /** By metric: values beyond count as the limit, in the second opinion alone. Drawn from what came before the start. */
  limits: z.record(z.string(), z.object({ low: z.number(), high: z.number() })).optional(),
  /** N* of the always-valid intervals, in randomised units. */
  tunedFor: z.number().optional(),
  /** The primary metric is compared after what was known before is taken off (CUPED); decided at the start, for good. */
  adjusted: z.boolean().optional(),
  /** In control drafts are made unseen, and compared with what the rep wrote. */
  shadow: z.boolean().optional(),
});
export type Measurement = z.infer<typeof Measurement>;

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
