/** What settings may be. Apart from `settings.ts`, which every function needs at its start, and which checks nothing: what is stored was checked. */
import * as z from "zod";
import { SuggestionKind } from "./suggestion-kind.ts";

const zone = z.string().refine((timeZone) => {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone }));
  } catch {
    return false;
  }
}, "is not a time zone");

const fields = {
  assistWhen: z.enum(["watched", "always", "asked", "off"]),
  kinds: z.array(SuggestionKind),
  /** Teams that get suggestions; null: all. */
  teams: z.array(z.string().max(200)).max(500).nullable(),
  /** Share of a draft's words that must survive for `edited`, after a click. */
  acceptThreshold: z.number().min(0.05).max(1),
  repLanguage: z.string().min(2).max(35),
  timeZone: zone,
  retentionDays: z.number().int().min(16).max(3_650),
  dailyBudgetUsd: z.number().min(0).nullable(),
  repHourCost: z.number().min(0).nullable(),
  repFigures: z.enum(["named", "pseudonymous", "team"]),
  /** Whose conversations a rep sees. */
  repSees: z.enum(["workspace", "team", "own"]),
  holdout: z.number().min(0).max(1),
  primaryMetric: z.string().max(40),
  model: z.string().max(200).nullable(),
  embeddingModel: z.string().max(200).nullable(),
  baseUrl: z.url().nullable(),
  firstTokenTimeoutMs: z.number().int().min(500).max(30_000),
  totalTimeoutMs: z.number().int().min(1_000).max(50_000),
  /** Origins of the helpdesk pages that may hold the sidebar in a frame. */
  embedOrigins: z.array(z.url()).max(50),
  /** Where the week's figures are sent on Mondays, as JSON with a `text` that chat tools show. */
  digestUrl: z
    .url({ protocol: /^https$/ })
    .max(2_000)
    .nullable(),
};

/** It goes into a header, which takes no other signs. */
export const ModelKey = z
  .string()
  .max(500)
  .regex(/^[\x21-\x7e]+$/, "is no key: a key has letters, digits and plain signs, without blanks");

export const SettingsPatch = z.object(fields).partial().extend({ modelKey: ModelKey.nullable().optional() });
export type SettingsPatch = z.infer<typeof SettingsPatch>;

const Settings = z.object(fields);
export type Settings = z.infer<typeof Settings>;
