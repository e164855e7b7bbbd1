/** What stands beside the verdict: the primary metric with little weight to enormous values, and what an hour of a rep gets done. */
import { type ArmMoments, definitions, type Input, leastClusters, leastConversations, type Metric } from "../effect.ts";
import { compare, tunedForPeriods } from "../effect-compare.ts";
import { ownerOf } from "../measurement.ts";
import type { Measurement } from "../settings.ts";
import { addPairs, type Moments, none, noPairs, type PairMoments } from "../stats/moments.ts";
import { differenceOfRatios } from "../stats/ratio.ts";
import { type Period, switchback } from "../stats/switchback.ts";
import { type OutcomeCell, type Unbounded, unbounded } from "./outcomes.ts";

type Interval = { difference: number; low: number; high: number };

export type SecondOpinion = {
  metric: Metric;
  /** Assist − control of the values within `limits`, in the metric's unit; null without limits or too few values. */
  winsorised: Interval | null;
  limits: { low: number; high: number } | null;
  /** By how many per cent a typical value differs (shares, −0.1 for 10 % less); never minutes saved. */
  typical: Interval | null;
};

type ArmsOf = (cells: OutcomeCell[], measurement: Measurement, of: (cell: OutcomeCell) => Moments) => ArmMoments;

export function secondOpinion(
  cells: OutcomeCell[],
  measurement: Measurement,
  armsOf: ArmsOf,
): SecondOpinion | undefined {
  const metric = unbounded.find((name) => name === measurement.primaryMetric);
  if (!metric) return undefined;
  const interval = (of: "limited" | "logs"): Interval | null => {
    const arms = armsOf(cells, measurement, (cell) => cell[of]?.[metric as Unbounded] ?? none);
    const { result, units } = compare(definitions[metric], arms, measurement);
    const least = measurement.design === "switchback" ? leastClusters : leastConversations;
    if ("unknown" in result || units.assist < least || units.control < least) return null;
    return { difference: result.difference, low: result.always.low, high: result.always.high };
  };
  const logs = interval("logs");
  return {
    metric,
    winsorised: measurement.limits?.[metric] ? interval("limited") : null,
    limits: measurement.limits?.[metric] ?? null,
    typical: logs && {
      difference: Math.expm1(logs.difference),
      low: Math.expm1(logs.low),
      high: Math.expm1(logs.high),
    },
  };
}

export type PerHour = {
  assist: number | null;
  control: number | null;
  /** Assist − control with its always-valid interval; null while it is not known. In a switchback within reps, by week. */
  difference: Interval | null;
};

/** Conversations resolved for each hour of handling, whether or not these were the same conversations. */
export function perRepHour(cells: OutcomeCell[], { design, tunedFor }: Pick<Input, "design" | "tunedFor">): PerHour {
  const of = (arm: OutcomeCell["arm"]) =>
    cells.filter((cell) => cell.arm === arm).reduce((sum, { hours = noPairs }) => addPairs(sum, hours), noPairs);
  const [assist, control] = [of("assist"), of("control")];
  const rate = ({ x, y }: typeof assist) => (x > 0 ? y / x : null);
  const known = { assist: rate(assist), control: rate(control), difference: null };
  const options = tunedFor === undefined ? {} : { tunedFor };
  const result = design === "switchback" ? byWeek(cells, options) : byConversation(assist, control, options);
  if ("unknown" in result) return known;
  return { ...known, difference: { difference: result.difference, low: result.always.low, high: result.always.high } };
}

const byConversation = (assist: PairMoments, control: PairMoments, options: { tunedFor?: number }) =>
  Math.min(assist.n, control.n) < leastConversations ? tooFew : differenceOfRatios(assist, control, options);

const tooFew = { unknown: "too few yet" };

/** A week's rate weighs as many hours as it has, and is compared with the same rep's other weeks. */
function byWeek(cells: OutcomeCell[], { tunedFor = tunedForPeriods }: { tunedFor?: number }) {
  const weeks = new Map<string, Period>();
  for (const { unit, arm, hours = noPairs } of cells) {
    if (!unit) continue;
    const { n, sum } = weeks.get(unit) ?? { n: 0, sum: 0 };
    weeks.set(unit, { rep: ownerOf(unit), arm, n: n + hours.x, sum: sum + hours.y });
  }
  const periods = [...weeks.values()].filter(({ n }) => n > 0);
  const inArm = (arm: OutcomeCell["arm"]) => periods.filter((one) => one.arm === arm).length;
  if (Math.min(inArm("assist"), inArm("control")) < leastClusters) return tooFew;
  return switchback(periods, { tunedFor });
}
