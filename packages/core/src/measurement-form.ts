/** What a comparison may be; `measurement.ts` says what follows from it. */
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
