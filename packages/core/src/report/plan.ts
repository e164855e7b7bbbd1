/** Before a measurement starts: what past volume lets it find, and what is fixed from what came before. */
import { definitions, leastClusters, type Metric } from "../effect.ts";
import { tunedForPeriods } from "../effect-compare.ts";
import { type Design, type Fixed, isoWeek, measurementId } from "../measurement.ts";
import type { OutcomeRow } from "../outcome.ts";
import { addDays, dayOf, type Loaded } from "../settings.ts";
import { normalQuantile } from "../stats/distributions.ts";
import { add, type Moments, none, variance } from "../stats/moments.ts";
import { alwaysHalfWidth } from "../stats/power.ts";
import { limitsFrom } from "../stats/winsorise.ts";
import type { Table } from "../store/port.ts";
import { beforeOf, putBefore } from "./before.ts";
import { type Day, daysBetween, outcomeRows, readDays } from "./days.ts";
import { type MetricName, type Unbounded, unbounded } from "./outcomes.ts";

/** How far back volume is looked at: four whole weeks that ended yesterday. */
export const pastDays = 28;
/** Enough values for a limit that one conversation does not move. */
const leastForLimits = 200;
const mostForLimits = 20_000;

export type Volume = {
  from: string;
  to: string;
  conversations: number;
  conversationsPerDay: number;
  /** Of the metric; null while there are too few values. The spread is that within reps, of what is drawn. */
  mean: number | null;
  sd: number | null;
  /** Units with a value that a day brings: conversations, or rep-weeks. */
  unitsPerDay: number;
};

export type Planned = {
  holdout: number;
  days: number;
  /** The smallest true difference that shows four times in five, in the metric's unit; null: not known. */
  finds: number | null;
  /** The same ÷ the mean. */
  relative: number | null;
};

export type Plan = {
  design: Design;
  primaryMetric: Metric;
  past: Volume;
  options: Planned[];
  /** What was asked for, when a share or days were given. */
  asked?: Planned;
  sentence: string;
};

export async function plan(
  table: Table,
  workspace: string,
  { settings }: Loaded,
  ask: {
    design: Design;
    primaryMetric: Metric;
    holdout?: number | undefined;
    days?: number | undefined;
    nowMs: number;
  },
): Promise<Plan> {
  const { design, primaryMetric } = ask;
  const to = addDays(dayOf(ask.nowMs, settings.timeZone), -1);
  const past = volume(await readDays(table, workspace, addDays(to, 1 - pastDays), to, ask.nowMs), ask);
  const at = (holdout: number, days: number): Planned => planned(past, design, holdout, days);
  const options = [0.5, 0.2, 0.1, 0.05].flatMap((holdout) =>
    [7, 14, 21, 28, 42, 63, 91].map((days) => at(holdout, days)),
  );
  return {
    design,
    primaryMetric,
    past,
    options,
    ...(ask.holdout === undefined && ask.days === undefined
      ? {}
      : { asked: at(ask.holdout ?? settings.holdout ?? 0.5, ask.days ?? 21) }),
    sentence: sentence(past, design, primaryMetric),
  };
}

/** A pure function of past days, whatever arm their conversations were in. */
export function volume(days: Day[], { design, primaryMetric }: { design: Design; primaryMetric: Metric }): Volume {
  const name = primaryMetric as MetricName;
  const strata = new Map<string, Moments>();
  const weeks = new Map<string, { rep: string; n: number; sum: number }>();
  let all = none;
  let conversations = 0;
  for (const { day, outcomes } of days)
    for (const { rep, arm, measurement, conversations: n, moments } of outcomes) {
      conversations += n;
      all = add(all, moments[name]);
      const stratum = JSON.stringify([rep, arm, measurement]);
      strata.set(stratum, add(strata.get(stratum) ?? none, moments[name]));
      const week = JSON.stringify([rep, isoWeek(day)]);
      const known = weeks.get(week) ?? { rep: rep ?? "", n: 0, sum: 0 };
      weeks.set(week, { ...known, n: known.n + moments[name].n, sum: known.sum + moments[name].sum });
    }
  const busy = [...weeks.values()].filter(({ n }) => n > 0);
  const active = days.filter(({ outcomes }) => outcomes.length > 0);
  // Since the first day with anything: a workspace of a week has not had four.
  const span = active.length === 0 ? 0 : days.length - days.indexOf(active[0]!);
  const perDay = (n: number) => (span === 0 ? 0 : n / span);
  return {
    from: days[0]?.day ?? "",
    to: days.at(-1)?.day ?? "",
    conversations,
    conversationsPerDay: perDay(conversations),
    mean: all.n > 0 ? all.sum / all.n : null,
    sd: design === "switchback" ? betweenWeeks(busy) : withinStrata([...strata.values()]),
    unitsPerDay: perDay(design === "switchback" ? busy.length : all.n),
  };
}

function withinStrata(strata: Moments[]): number | null {
  let [squares, df] = [0, 0];
  for (const one of strata) {
    const v = variance(one);
    if (v === null) continue;
    squares += v * (one.n - 1);
    df += one.n - 1;
  }
  return df >= 30 ? Math.sqrt(squares / df) : null;
}

/** Of a rep's weeks around the rep's own mean, each weighing what it holds: what the comparison of weeks has for noise. */
function betweenWeeks(weeks: { rep: string; n: number; sum: number }[]): number | null {
  const reps = new Map<string, { n: number; sum: number }>();
  for (const { rep, n, sum } of weeks) {
    const own = reps.get(rep) ?? { n: 0, sum: 0 };
    reps.set(rep, { n: own.n + n, sum: own.sum + sum });
  }
  const df = weeks.length - reps.size;
  if (df < leastClusters / 2) return null;
  const size = weeks.reduce((sum, { n }) => sum + n, 0) / weeks.length;
  const squares = weeks.reduce((sum, { rep, n, sum: own }) => {
    const { n: all, sum: total } = reps.get(rep)!;
    return sum + (own - (n * total) / all) ** 2;
  }, 0);
  return Math.sqrt(squares / df) / size;
}

const power = normalQuantile(0.8);

export function planned({ mean, sd, unitsPerDay }: Volume, design: Design, holdout: number, days: number): Planned {
  const n = unitsPerDay * days;
  if (sd === null || !(n >= 2) || !(holdout > 0 && holdout < 1)) return { holdout, days, finds: null, relative: null };
  const spread = { sd, controlShare: holdout };
  const se = sd / Math.sqrt(n * holdout * (1 - holdout));
  const finds = alwaysHalfWidth(spread, n, { tunedFor: tuned(design, n) }) + power * se;
  return { holdout, days, finds, relative: mean ? finds / Math.abs(mean) : null };
}

/** Tightest when the measurement is to end; within reason, as volume changes. */
const tuned = (design: Design, units: number) =>
  design === "switchback"
    ? Math.min(5_000, Math.max(50, Math.round(units || tunedForPeriods)))
    : Math.min(200_000, Math.max(500, Math.round(units)));

const longestWeeks = 104;

/** "Half in control for 3 weeks, or 10 % for 9, finds ±7 %." */
function sentence(past: Volume, design: Design, metric: Metric): string {
  const half = planned(past, design, 0.5, 21);
  if (half.finds === null)
    return "There are too few past conversations to say what a measurement would find. Come back after a week of them.";
  const { name, worth, unit } = definitions[metric];
  const size =
    "relative" in worth
      ? half.relative === null
        ? "too little"
        : `±${(100 * half.relative).toFixed(half.relative < 0.1 ? 1 : 0)} %`
      : unit === "share"
        ? `±${(100 * half.finds).toFixed(1)} points`
        : `±${half.finds.toFixed(2)} ${unit}`;
  const weeks = (holdout: number) => {
    for (let n = 1; n <= longestWeeks; n++) {
      const { finds } = planned(past, design, holdout, 7 * n);
      if (finds !== null && finds <= half.finds!) return n;
    }
    return undefined;
  };
  const tenth = weeks(0.1);
  const what = design === "switchback" ? "Half of the rep-weeks in control" : "Half in control";
  const small = tenth === undefined ? "" : `, or 10 % for ${tenth},`;
  return `${what} for 3 weeks${small} finds ${size} of ${name.toLowerCase()}, four times in five.`;
}

/** Limits for the second opinion, what the headline is adjusted by, and where the intervals are to be tightest: all from what came before the start. What it is adjusted by is kept beside the measurement that starts at `nowMs`. */
export async function fixedAtStart(
  table: Table,
  workspace: string,
  { settings }: Loaded,
  {
    design,
    primaryMetric,
    days,
    nowMs,
  }: { design: Design; primaryMetric: Metric; days: number | undefined; nowMs: number },
): Promise<Fixed> {
  const today = dayOf(nowMs, settings.timeZone);
  const from = addDays(today, -pastDays);
  const rows: OutcomeRow[] = [];
  const values = Object.fromEntries(unbounded.map((name) => [name, [] as number[]])) as Record<Unbounded, number[]>;
  for (const day of daysBetween(from, today).reverse()) {
    for (const row of await outcomeRows(table, workspace, day)) {
      rows.push(row);
      for (const name of unbounded) {
        const value = row[name];
        if (value !== null && !row.simulated) values[name].push(value);
      }
    }
    if (values.replies.length >= mostForLimits) break;
  }
  const limits = Object.fromEntries(
    unbounded.flatMap((name) => {
      const drawn = values[name].length >= leastForLimits ? limitsFrom(values[name]) : null;
      return drawn ? [[name, drawn]] : [];
    }),
  );
  const before = beforeOf(rows, primaryMetric as MetricName);
  const fixed: Fixed = {
    ...(Object.keys(limits).length > 0 ? { limits } : {}),
    ...(before ? { adjusted: true } : {}),
  };
  if (before) await putBefore(table, workspace, measurementId(nowMs), before);
  if (days === undefined) return fixed;
  const past = volume(await readDays(table, workspace, from, addDays(today, -1), nowMs), { design, primaryMetric });
  return past.unitsPerDay > 0 ? { ...fixed, tunedFor: tuned(design, past.unitsPerDay * days) } : fixed;
}
