/** Conversations with suggestions against conversations without: the whole measurement, by intent to treat. */
import { type ArmMoments, type Input, type Judgement, judge, type Metric } from "../effect.ts";
import { ownerOf } from "../measurement.ts";
import { gapCapMs } from "../outcome.ts";
import { dayOf, type Loaded, type Measurement } from "../settings.ts";
import type { PairArms } from "../stats/cuped.ts";
import type { Arms } from "../stats/difference.ts";
import { add, addPairs, type Moments, none, noPairs } from "../stats/moments.ts";
import type { Period } from "../stats/switchback.ts";
import type { Table } from "../store/port.ts";
import { asOf, type Day, readDays } from "./days.ts";
import { type Money, money } from "./money.ts";
import { check, isNarrow, type Only, only } from "./only.ts";
import { metrics, type OutcomeCell } from "./outcomes.ts";
import { listReps, naming, type Pseudonym, tenureOn } from "./reps.ts";
import { type PerHour, perRepHour, type SecondOpinion, secondOpinion } from "./second.ts";
import { type ShadowFigures, shadowFigures } from "./shadow.ts";

export const guardrails: Metric[] = ["reopened7d", "contactedAgain7d", "escalated", "rating"];

type Judged = Pick<Judgement, "sentence" | "metrics"> & {
  sampleRatio: Judgement["sampleRatio"] | null;
  withdrawn?: string;
};

export type Comparison = {
  /** null: nothing was ever compared here. */
  measurement: Omit<Measurement, "salt"> | null;
  running: boolean;
  from: string;
  to: string;
  asOf: string;
  /** Another window than the measurement's own: to look around in, never a verdict. */
  exploration: boolean;
  /** Control conversations in which a rep asked for help anyway; they stay in control. */
  helpedAnyway: number;
  /** Left out, as decided before the draw, by why. */
  exempt: Record<string, number>;
  simulated: boolean;
  /** No gap of handling counts for more. */
  gapCapMs: number;
  money?: Money;
  resolvedPerRepHour?: PerHour;
  /** The primary metric once more, with little weight to enormous values. */
  secondOpinion?: SecondOpinion;
  /** Drafts in control that nobody saw, beside what reps wrote. */
  shadow?: ShadowFigures;
  /** The same comparison by the rep's tenure on the day; exploration. */
  groups?: ({ key: string; label: string } & Judged)[];
} & Judged;

export type Options = {
  from?: string | undefined;
  to?: string | undefined;
  /** A past measurement; else the running one, else the last. */
  id?: string | undefined;
  by?: "tenure" | undefined;
  /** One rep or team alone: exploration. */
  only?: Only;
  /** Needed to find a rep where reps are not named. */
  pseudonym?: Pseudonym;
  nowMs: number;
};

export function chosen({ measurement, past }: Loaded, id: string | undefined): Measurement | null {
  if (id === undefined) return measurement ?? past.at(-1) ?? null;
  return [measurement, ...past].find((one) => one?.id === id) ?? null;
}

export async function comparison(
  table: Table,
  workspace: string,
  loaded: Loaded,
  options: Options,
): Promise<Comparison> {
  const { settings } = loaded;
  const { nowMs, by, only: wish = {}, pseudonym } = options;
  check(wish, settings);
  const measurement = chosen(loaded, options.id);
  const today = dayOf(nowMs, settings.timeZone);
  if (!measurement)
    return {
      measurement,
      running: false,
      from: options.from ?? today,
      to: options.to ?? today,
      asOf: new Date(nowMs).toISOString(),
      exploration: false,
      helpedAnyway: 0,
      exempt: {},
      simulated: false,
      gapCapMs,
      sentence:
        "Nothing is being compared yet. Put a share of the conversations into control to learn whether suggestions help.",
      metrics: [],
      sampleRatio: null,
    };
  const over = measurement.endedAt ?? measurement.endsAt;
  const endMs = Math.min(nowMs, over === undefined ? nowMs : Date.parse(over));
  const start = dayOf(Date.parse(measurement.startedAt), settings.timeZone);
  const end = dayOf(endMs, settings.timeZone);
  const from = options.from ?? start;
  const to = options.to ?? end;
  const [all, reps] = await Promise.all([
    readDays(table, workspace, from < start ? start : from, to > end ? end : to, nowMs),
    by === "tenure" || isNarrow(wish) ? listReps(table, workspace) : undefined,
  ]);
  const name = reps && naming(workspace, reps, settings.repFigures, pseudonym);
  const days = reps && name ? only(all, wish, { reps, name, settings }) : all;
  const exploration = from !== start || to !== end || isNarrow(wish);
  const compared = compare(days, measurement);
  const cells = own(days, measurement);
  const { salt: _salt, ...told } = measurement;
  return {
    measurement: told,
    running: measurement.endedAt === undefined && endMs === nowMs,
    from,
    to,
    asOf: asOf(days, nowMs),
    exploration,
    helpedAnyway: cells.reduce((sum, { anyway, exempt }) => sum + (exempt ? 0 : anyway), 0),
    exempt: Object.fromEntries(
      [...new Set(cells.flatMap(({ exempt }) => exempt ?? []))].map((why) => [
        why,
        cells.filter(({ exempt }) => exempt === why).reduce((sum, { conversations }) => sum + conversations, 0),
      ]),
    ),
    simulated: measurement.id.startsWith("simulated"),
    gapCapMs,
    ...(measurement.shadow && !isNarrow(wish)
      ? {
          shadow: shadowFigures(
            days.flatMap(({ shadows = [] }) => shadows).filter((cell) => cell.measurement === measurement.id),
          ),
        }
      : {}),
    ...compared,
    ...(exploration ? { sentence: `Exploration, not a verdict. ${compared.sentence}` } : {}),
    ...(exploration
      ? {}
      : {
          money: money(compared, days, {
            measurement,
            repHourCost: settings.repHourCost,
            window: { fromMs: Date.parse(measurement.startedAt), toMs: endMs },
          }),
        }),
    ...(reps && by === "tenure"
      ? {
          groups: byTenure(days, (rep, day) => tenureOn(reps.get(rep ?? ""), day)).map(([label, part]) => ({
            key: label,
            label,
            ...judge(inputOf(eligible(part, measurement), measurement)),
          })),
        }
      : {}),
  };
}

const own = (days: Day[], { id }: Measurement) =>
  days.flatMap(({ outcomes }) => outcomes).filter(({ measurement }) => measurement === id);
/** Of the measurement, and not left out beforehand. */
const eligible = (days: Day[], measurement: Measurement) => own(days, measurement).filter(({ exempt }) => !exempt);

/** The verdict and what stands beside it: a pure function of the days. */
export function compare(days: Day[], measurement: Measurement) {
  const cells = eligible(days, measurement);
  const input = inputOf(cells, measurement);
  const second = secondOpinion(cells, measurement, armsOf);
  return {
    ...judge(input),
    resolvedPerRepHour: perRepHour(cells, input),
    ...(second ? { secondOpinion: second } : {}),
  };
}

function byTenure(days: Day[], tenure: (rep: string | null, day: string) => string): [string, Day[]][] {
  const groups = new Map<string, Day[]>();
  for (const day of days)
    for (const cell of day.outcomes) {
      const label = tenure(cell.rep, day.day);
      groups.set(label, [...(groups.get(label) ?? []), { ...day, outcomes: [cell] }]);
    }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A rep with fewer conversations than bring five into the smaller arm is compared together with the others like that. */
const fewInArm = 5;

/** One metric's moments: over all, within reps, and by drawn week. */
export function armsOf(
  cells: OutcomeCell[],
  { holdout }: Measurement,
  momentsOf: (cell: OutcomeCell) => Moments,
): Arms & { byRep: Arms[]; periods: Period[] } {
  const all = { assist: none, control: none };
  const reps = new Map<string | null, Arms>();
  const periods = new Map<string, Period>();
  for (const cell of cells) {
    const { arm, rep, unit } = cell;
    const moments = momentsOf(cell);
    all[arm] = add(all[arm], moments);
    const stratum = reps.get(rep) ?? { assist: none, control: none };
    reps.set(rep, { ...stratum, [arm]: add(stratum[arm], moments) });
    if (!unit) continue;
    const period = periods.get(unit) ?? { rep: ownerOf(unit), arm, n: 0, sum: 0 };
    periods.set(unit, { ...period, n: period.n + moments.n, sum: period.sum + moments.sum });
  }
  return { ...all, byRep: pooled([...reps.values()], holdout, none, add), periods: [...periods.values()] };
}

/** Judged by all of a rep's conversations, never by how the draw fell: who is pooled does not depend on an arm. */
function pooled<M extends { n: number }>(
  strata: { assist: M; control: M }[],
  holdout: number,
  empty: M,
  plus: (a: M, b: M) => M,
): { assist: M; control: M }[] {
  const least = fewInArm / Math.min(holdout, 1 - holdout);
  const size = ({ assist, control }: { assist: M; control: M }) => assist.n + control.n;
  const rest = strata
    .filter((one) => size(one) < least)
    .reduce((sum, { assist, control }) => ({ assist: plus(sum.assist, assist), control: plus(sum.control, control) }), {
      assist: empty,
      control: empty,
    });
  return [...strata.filter((one) => size(one) >= least), ...(size(rest) > 0 ? [rest] : [])];
}

/** The primary metric's values beside what was known of them before the draw, in the strata and weeks of `armsOf`. */
function foreseenOf(cells: OutcomeCell[], { holdout }: Measurement): NonNullable<ArmMoments["foreseen"]> {
  const reps = new Map<string | null, PairArms>();
  const periods = new Map<string, Period & { x: number }>();
  for (const { arm, rep, unit, foreseen = noPairs } of cells) {
    const stratum = reps.get(rep) ?? { assist: noPairs, control: noPairs };
    reps.set(rep, { ...stratum, [arm]: addPairs(stratum[arm], foreseen) });
    if (!unit) continue;
    const { n, sum, x } = periods.get(unit) ?? { n: 0, sum: 0, x: 0 };
    const { n: more, y, x: known } = foreseen;
    periods.set(unit, { rep: ownerOf(unit), arm, n: n + more, sum: sum + y, x: x + known });
  }
  return { byRep: pooled([...reps.values()], holdout, noPairs, addPairs), periods: [...periods.values()] };
}

/** Errors lie at what was drawn: the conversation, compared within reps, or the rep's week. */
export function inputOf(cells: OutcomeCell[], measurement: Measurement): Input {
  const size = (arm: OutcomeCell["arm"]) => {
    const some = cells.filter((cell) => cell.arm === arm);
    return measurement.design === "switchback"
      ? new Set(some.map(({ unit }) => unit)).size
      : some.reduce((sum, { conversations }) => sum + conversations, 0);
  };
  return {
    metrics: Object.fromEntries(
      metrics.map((name) => [
        name,
        {
          ...armsOf(cells, measurement, ({ moments }) => moments[name]),
          ...(measurement.adjusted && name === measurement.primaryMetric
            ? { foreseen: foreseenOf(cells, measurement) }
            : {}),
        },
      ]),
    ),
    primary: measurement.primaryMetric as Metric,
    guardrails,
    sampleRatio: { assist: size("assist"), control: size("control"), controlShare: measurement.holdout },
    ...(measurement.design === undefined ? {} : { design: measurement.design }),
    ...(measurement.tunedFor === undefined ? {} : { tunedFor: measurement.tunedFor }),
  };
}
