/** Conversations with suggestions against conversations without: the whole measurement, by intent to treat. */
import { type Judgement, judge, type Metric } from "../effect.ts";
import { dayOf, type Loaded, type Measurement } from "../settings.ts";
import { add, type Moments, none } from "../stats/moments.ts";
import type { Table } from "../store/port.ts";
import { type MetricName, metrics, type OutcomeCell, readDays } from "./days.ts";

export const guardrails: Metric[] = ["reopened7d", "contactedAgain7d", "escalated", "rating"];

export type Comparison = {
  /** null: nothing was ever compared here. */
  measurement: Measurement | null;
  running: boolean;
  from: string;
  to: string;
  asOf: string;
  /** Another window than the measurement's own: to look around in, never a verdict. */
  exploration: boolean;
  /** Control conversations in which a rep asked for help anyway; they stay in control. */
  helpedAnyway: number;
  simulated: boolean;
} & Pick<Judgement, "sentence" | "metrics"> & { sampleRatio: Judgement["sampleRatio"] | null; withdrawn?: string };

export async function comparison(
  table: Table,
  workspace: string,
  loaded: Loaded,
  options: { from?: string; to?: string; nowMs: number },
): Promise<Comparison> {
  const { settings, past } = loaded;
  const measurement = loaded.measurement ?? past.at(-1) ?? null;
  const today = dayOf(options.nowMs, settings.timeZone);
  const asOf = new Date(options.nowMs).toISOString();
  const running = loaded.measurement !== null;
  if (!measurement)
    return {
      measurement,
      running,
      from: options.from ?? today,
      to: options.to ?? today,
      asOf,
      exploration: false,
      helpedAnyway: 0,
      simulated: false,
      sentence:
        "Nothing is being compared yet. Put a share of the conversations into control to learn whether suggestions help.",
      metrics: [],
      sampleRatio: null,
    };
  const start = dayOf(Date.parse(measurement.startedAt), settings.timeZone);
  const end = measurement.endedAt ? dayOf(Date.parse(measurement.endedAt), settings.timeZone) : today;
  const from = options.from ?? start;
  const to = options.to ?? end;
  const days = await readDays(table, workspace, from < start ? start : from, to > end ? end : to);
  const cells = days.flatMap(({ outcomes }) => outcomes).filter((cell) => cell.measurement === measurement.id);
  const judged = judge(inputOf(cells, measurement));
  return {
    measurement,
    running,
    from,
    to,
    asOf,
    exploration: options.from !== undefined || options.to !== undefined,
    helpedAnyway: cells.reduce((sum, { anyway }) => sum + anyway, 0),
    simulated: measurement.id.startsWith("simulated"),
    ...judged,
  };
}

/** Errors lie at the conversation, compared within reps. */
export function inputOf(cells: OutcomeCell[], measurement: Measurement) {
  const size = (arm: OutcomeCell["arm"]) =>
    cells.filter((cell) => cell.arm === arm).reduce((sum, { conversations }) => sum + conversations, 0);
  const sum = (some: OutcomeCell[], arm: OutcomeCell["arm"], name: MetricName): Moments =>
    some.filter((cell) => cell.arm === arm).reduce((all, cell) => add(all, cell.moments[name]), none);
  const reps = [...new Set(cells.map(({ rep }) => rep))];
  const arms = (name: MetricName) => ({
    assist: sum(cells, "assist", name),
    control: sum(cells, "control", name),
    byRep: reps.map((rep) => {
      const own = cells.filter((cell) => cell.rep === rep);
      return { assist: sum(own, "assist", name), control: sum(own, "control", name) };
    }),
  });
  return {
    metrics: Object.fromEntries(metrics.map((name) => [name, arms(name)])),
    primary: measurement.primaryMetric as Metric,
    guardrails,
    sampleRatio: { assist: size("assist"), control: size("control"), controlShare: measurement.holdout },
  };
}
