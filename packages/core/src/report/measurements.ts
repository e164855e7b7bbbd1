/** Measurements from plan to end: what runs, what ran, and what is proposed after it. */
import * as z from "zod";
import { Metric } from "../effect.ts";
import { AppError } from "../error.ts";
import { isRunning } from "../measurement.ts";
import { Design, Exempt } from "../measurement-form.ts";
import * as Settings from "../settings.ts";
import type { Table } from "../store/port.ts";
import { comparison } from "./comparison.ts";
import { fixedAtStart, plan } from "./plan.ts";

const dayMs = 86_400_000;
const days = z.number().int().min(1).max(730);

export const Start = z
  .object({
    design: Design.default("conversation"),
    /** Share in control. */
    holdout: z.number().gt(0).max(1),
    primaryMetric: Metric.default("handleTimeMs"),
    endsAt: z.iso.datetime({ offset: true }).optional(),
    days: days.optional(),
    exempt: Exempt.optional(),
    /** Make drafts in control that nobody sees. */
    shadow: z.boolean().optional(),
  })
  .strict();
export type Start = z.infer<typeof Start>;

export const Ask = z.object({
  design: Design.default("conversation"),
  primaryMetric: Metric.default("handleTimeMs"),
  holdout: z.coerce.number().gt(0).lt(1).optional(),
  days: z.coerce.number().pipe(days).optional(),
});

/** Ends what runs and starts this. Throws `input` for an end that is not after now. */
export async function start(
  table: Table,
  workspace: string,
  wish: Start,
  { nowMs, salt }: { nowMs: number; salt: string },
): Promise<Settings.Loaded> {
  const { design, holdout, primaryMetric, exempt, shadow } = wish;
  const endMs = wish.endsAt ? Date.parse(wish.endsAt) : wish.days ? nowMs + wish.days * dayMs : undefined;
  if (endMs !== undefined && endMs <= nowMs)
    throw new AppError("input", "invalid_field", "A measurement ends after it starts.", "endsAt");
  const loaded = await Settings.load(table, workspace);
  const fixed = await fixedAtStart(table, workspace, loaded, {
    design,
    primaryMetric,
    days: endMs === undefined ? undefined : (endMs - nowMs) / dayMs,
    nowMs,
  });
  return Settings.start(
    table,
    workspace,
    {
      design,
      holdout,
      primaryMetric,
      fixed,
      ...(endMs === undefined ? {} : { endsAt: new Date(endMs).toISOString() }),
      ...(exempt ? { exempt } : {}),
      ...(shadow ? { shadow } : {}),
    },
    { nowMs, salt },
  );
}

export type Proposal = {
  after: string;
  /** Shares in control to go on with; 0: none. */
  holdouts: number[];
  /** What a quarter of a year with the first of them would find, ÷ the mean. */
  finds: number | null;
  sentence: string;
};

/** To keep watch. */
const watchShare = 0.05;

type Told = Omit<Settings.Measurement, "salt">;
const told = ({ salt: _salt, ...rest }: Settings.Measurement): Told => rest;

export async function list(
  table: Table,
  workspace: string,
  nowMs: number,
): Promise<{ current: Told | null; past: Told[]; proposal: Proposal | null }> {
  const loaded = await Settings.load(table, workspace);
  const { measurement, past } = loaded;
  const running = isRunning(measurement, nowMs) ? measurement : null;
  const over = running || !loaded.measurement ? past : Settings.ended(loaded, nowMs).past;
  return {
    current: running && told(running),
    past: over.map(told).reverse(),
    proposal: running ? null : await propose(table, workspace, loaded, nowMs),
  };
}

/** After a measurement: a few per cent in control to keep watch, or none. */
async function propose(
  table: Table,
  workspace: string,
  loaded: Settings.Loaded,
  nowMs: number,
): Promise<Proposal | null> {
  const last = loaded.measurement ?? loaded.past.at(-1);
  if (!last || last.id.startsWith("simulated")) return null;
  const found = await comparison(table, workspace, loaded, { id: last.id, nowMs });
  const primary = found.metrics.find(({ role }) => role === "primary");
  const { asked } = await plan(table, workspace, loaded, {
    design: "conversation",
    primaryMetric: primary?.metric ?? "handleTimeMs",
    holdout: watchShare,
    days: 91,
    nowMs,
  });
  const finds = asked?.relative ?? null;
  const watch = `${100 * watchShare} % in control keep watch${finds === null ? "" : `, and in a quarter of a year would notice a change of ${Math.round(100 * finds)} %`}; or none.`;
  const open = !primary || primary.verdict === "not_known_yet";
  const said = found.withdrawn
    ? `${found.withdrawn} Before going on, find out why.`
    : open
      ? "It ended before anything was known; a longer one, with half in control, would learn more."
      : "It found what it was for.";
  return { after: last.id, holdouts: [watchShare, 0], finds, sentence: `${said} From here on, ${watch}` };
}
