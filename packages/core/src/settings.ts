/** What a workspace has chosen. A PUT changes the fields it names; what is absent has its default. */
import * as z from "zod";
import { SuggestionKind } from "./protocol.ts";
import * as keys from "./store/keys.ts";
import { change, type Item, type Table } from "./store/port.ts";

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
};

export const SettingsPatch = z
  .object(fields)
  .partial()
  .extend({ modelKey: z.string().min(1).max(500).nullable().optional() });
export type SettingsPatch = z.infer<typeof SettingsPatch>;

const Settings = z.object(fields);
export type Settings = z.infer<typeof Settings>;

export const defaults: Settings = {
  assistWhen: "watched",
  kinds: ["policy", "draft", "summary", "answer", "rewrite"],
  teams: null,
  acceptThreshold: 0.3,
  repLanguage: "en",
  timeZone: "UTC",
  retentionDays: 90,
  dailyBudgetUsd: null,
  repHourCost: null,
  repFigures: "pseudonymous",
  repSees: "workspace",
  holdout: 0,
  primaryMetric: "handleTimeMs",
  model: null,
  embeddingModel: null,
  baseUrl: null,
  firstTokenTimeoutMs: 12_000,
  totalTimeoutMs: 40_000,
  embedOrigins: [],
};

/** One comparison, from a start to an end. A changed share in control begins a new one, with a salt of its own. */
export const Measurement = z.object({
  id: z.string(),
  salt: z.string(),
  /** Share of conversations in control. */
  holdout: z.number(),
  primaryMetric: z.string(),
  startedAt: z.string(),
  endedAt: z.string().optional(),
});
export type Measurement = z.infer<typeof Measurement>;

type SettingsItem = Item & {
  settings?: Partial<Settings>;
  modelKey?: string | null;
  measurement?: Measurement | null;
  past?: Measurement[];
};
export type Loaded = {
  settings: Settings;
  measurement: Measurement | null;
  past: Measurement[];
  sealedModelKey: string | null;
  exists: boolean;
};

export async function load(table: Table, workspace: string): Promise<Loaded> {
  const item = (await table.get(keys.settings(workspace))) as SettingsItem | undefined;
  return {
    settings: { ...defaults, ...item?.settings },
    measurement: item?.measurement ?? null,
    past: item?.past ?? [],
    sealedModelKey: item?.modelKey ?? null,
    exists: item !== undefined,
  };
}

/** `seal` encrypts the write-only key. A changed `holdout` ends the running measurement and starts a new one; 0 starts none. */
export async function save(
  table: Table,
  workspace: string,
  patch: SettingsPatch,
  { nowMs, random, seal }: { nowMs: number; random: () => string; seal: (text: string) => string },
): Promise<Loaded> {
  const { modelKey, ...named } = patch;
  const sealed = typeof modelKey === "string" ? seal(modelKey) : modelKey;
  const salt = random();
  await change<SettingsItem>(table, keys.settings(workspace), (old) => {
    const before = { ...defaults, ...old?.settings };
    const after = { ...before, ...named };
    const item: SettingsItem = { ...keys.settings(workspace), v: 1, ...old, settings: { ...old?.settings, ...named } };
    if (sealed !== undefined) item.modelKey = sealed;
    const running = old?.measurement ?? null;
    const anew = after.holdout !== before.holdout || (running && after.primaryMetric !== before.primaryMetric);
    if (anew) {
      const at = new Date(nowMs).toISOString();
      if (running) item.past = [...(old?.past ?? []), { ...running, endedAt: at }];
      item.measurement =
        after.holdout > 0
          ? { id: `m-${at}`, salt, holdout: after.holdout, primaryMetric: after.primaryMetric, startedAt: at }
          : null;
    }
    return item;
  });
  return load(table, workspace);
}

/** The day on a workspace's calendar, `YYYY-MM-DD`. */
export function dayOf(ms: number, timeZone: string): string {
  return formatter(timeZone).format(ms);
}

const formatters = new Map<string, Intl.DateTimeFormat>();
function formatter(timeZone: string) {
  let made = formatters.get(timeZone);
  if (!made) {
    made = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
    formatters.set(timeZone, made);
  }
  return made;
}

/** `YYYY-MM-DD` moved by whole days. */
export const addDays = (day: string, days: number) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
