/** What a workspace has chosen. A PUT changes the fields it names; what is absent has its default. */
import { type Course, ended, type Fixed, isRunning, type Measurement, measurementId } from "./measurement.ts";
import type { Settings, SettingsPatch } from "./settings-form.ts";
import * as keys from "./store/keys.ts";
import { change, type Item, type Table } from "./store/port.ts";

export { ended, type Measurement } from "./measurement.ts";
export type { Settings, SettingsPatch } from "./settings-form.ts";

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
  digestUrl: null,
};

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

/**
 * `seal` encrypts the write-only key. A changed `holdout`, or another primary metric while one runs, ends the running
 * measurement and starts a new one; a holdout of 0 starts none. `fixed` is what the records before the start say.
 */
export async function save(
  table: Table,
  workspace: string,
  patch: SettingsPatch,
  {
    nowMs,
    random,
    seal,
    fixed = {},
  }: { nowMs: number; random: () => string; seal: (text: string) => string; fixed?: Fixed },
): Promise<Loaded> {
  const { modelKey, ...named } = patch;
  const sealed = typeof modelKey === "string" ? seal(modelKey) : modelKey;
  const salt = random();
  await change<SettingsItem>(table, keys.settings(workspace), (old) => {
    const before = { ...defaults, ...old?.settings };
    const after = { ...before, ...named };
    const item: SettingsItem = { ...keys.settings(workspace), v: 1, ...old, settings: { ...old?.settings, ...named } };
    if (sealed !== undefined) item.modelKey = sealed;
    const running = isRunning(old?.measurement ?? null, nowMs);
    const anew = after.holdout !== before.holdout || (running && after.primaryMetric !== before.primaryMetric);
    if (anew) Object.assign(item, begun(item, salt, { ...after, fixed }, nowMs));
    return item;
  });
  return load(table, workspace);
}

type Plan = Pick<Settings, "holdout" | "primaryMetric" | "timeZone"> &
  Pick<Measurement, "design" | "endsAt" | "exempt" | "shadow"> & { fixed: Fixed };

function begun(item: SettingsItem, salt: string, plan: Plan, nowMs: number): Required<Course> {
  const { holdout, primaryMetric, timeZone, design = "conversation", endsAt, exempt, shadow, fixed } = plan;
  const { past } = ended(item, nowMs);
  if (holdout === 0) return { measurement: null, past };
  const startedAt = new Date(nowMs).toISOString();
  const measurement = {
    id: measurementId(nowMs),
    salt,
    holdout,
    primaryMetric,
    startedAt,
    design,
    timeZone,
    ...(endsAt === undefined ? {} : { endsAt }),
    ...(exempt === undefined ? {} : { exempt }),
    ...(shadow ? { shadow } : {}),
    ...fixed,
  };
  return { measurement, past };
}

/** Ends the running measurement and starts this one. Its share in control becomes the settings' `holdout`. */
export async function start(
  table: Table,
  workspace: string,
  plan: Omit<Plan, "timeZone">,
  { nowMs, salt }: { nowMs: number; salt: string },
): Promise<Loaded> {
  await change<SettingsItem>(table, keys.settings(workspace), (old) => {
    const { holdout, primaryMetric } = plan;
    const { timeZone } = { ...defaults, ...old?.settings };
    const item = { ...keys.settings(workspace), v: 1, ...old, settings: { ...old?.settings, holdout, primaryMetric } };
    return { ...item, ...begun(item, salt, { ...plan, timeZone }, nowMs) };
  });
  return load(table, workspace);
}

/** Ends the running measurement; from then on nobody is in control. With `due`, only one whose time is over. */
export async function end(table: Table, workspace: string, nowMs: number, due = false): Promise<Loaded> {
  await change<SettingsItem>(table, keys.settings(workspace), (old) =>
    !old?.measurement || (due && isRunning(old.measurement, nowMs))
      ? undefined
      : { ...old, settings: { ...old.settings, holdout: 0 }, ...ended(old, nowMs) },
  );
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
