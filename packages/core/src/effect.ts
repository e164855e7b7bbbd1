/** What a measurement says, in words a lead may repeat. It claims nothing that chance, peeking or uneven arms could have made. */
import * as z from "zod";
import { compare, tunedFor } from "./effect-compare.ts";
import * as Words from "./effect-words.ts";
import { sequentialSampleRatio } from "./stats/always-valid.ts";
import { benjaminiHochberg } from "./stats/benjamini-hochberg.ts";
import type { PairArms } from "./stats/cuped.ts";
import type { Arms, Difference } from "./stats/difference.ts";
import { mean } from "./stats/moments.ts";
import { unitsFor } from "./stats/power.ts";
import type { Period } from "./stats/switchback.ts";

export const Metric = z.enum([
  "handleTimeMs",
  "firstReplyMs",
  "resolutionMs",
  "replies",
  "resolved",
  "reopened7d",
  "contactedAgain7d",
  "escalated",
  "rating",
]);
export type Metric = z.infer<typeof Metric>;

export type Definition = {
  name: string;
  unit: "ms" | "replies" | "share" | "points";
  better: "lower" | "higher";
  about: "speed" | "quality";
  /** The smallest difference worth waiting for: a share of control's mean, or an amount in the metric's unit. */
  worth: { relative: number } | { absolute: number };
};

const time = { unit: "ms", better: "lower", about: "speed", worth: { relative: 0.1 } } as const;
const rate = { unit: "share", about: "quality", worth: { absolute: 0.03 } } as const;

export const definitions: Record<Metric, Definition> = {
  handleTimeMs: { ...time, name: "Handle time" },
  firstReplyMs: { ...time, name: "Time to first reply" },
  resolutionMs: { ...time, name: "Time to resolution" },
  replies: {
    name: "Replies per conversation",
    unit: "replies",
    better: "lower",
    about: "speed",
    worth: { relative: 0.1 },
  },
  resolved: { ...rate, name: "Resolved", better: "higher" },
  reopened7d: { ...rate, name: "Reopened within 7 days", better: "lower" },
  contactedAgain7d: { ...rate, name: "Wrote again within 7 days", better: "lower" },
  escalated: { ...rate, name: "Escalated", better: "lower" },
  rating: { name: "Rating", unit: "points", better: "higher", about: "quality", worth: { absolute: 0.1 } },
};

/**
 * What is known of one metric. `assist` and `control` hold every conversation with a value; `byRep` the same ones split by
 * rep, which makes the comparison within reps; `periods` one entry a rep and week, for a switchback. Rates are 0 and 1.
 */
export type ArmMoments = Arms & {
  byRep?: Arms[];
  periods?: Period[];
  /** The same values (y) with what was known of them before the draw (x), to be compared after that is taken off. */
  foreseen?: { byRep: PairArms[]; periods: (Period & { x: number })[] };
};

export type Verdict = "better" | "worse" | "no_difference_seen" | "not_known_yet";

export type MetricVerdict = {
  metric: Metric;
  name: string;
  unit: Definition["unit"];
  better: Definition["better"];
  role: "primary" | "guardrail" | "other";
  assist: { n: number; mean: number | null };
  control: { n: number; mean: number | null };
  /** Assist − control; null until there is an interval to read it with. */
  difference: number | null;
  /** `difference` ÷ control's mean. */
  relative?: number;
  /** The always-valid 95 % interval. */
  low: number | null;
  high: number | null;
  /** The interval for a single look fixed beforehand: narrower, and wrong for who looks daily. */
  fixed: { low: number; high: number } | null;
  /** The always-valid p-value. */
  p: number | null;
  /** The always-valid interval without what was known before, where the figures above are adjusted by it. */
  plain?: { difference: number; low: number; high: number };
  /** Share of the variance that the adjustment took away, 0 to 1; below 0 where it added some. */
  varianceCut?: number;
  verdict: Verdict;
  /** Whether the interval leaves out every harm as large as the smallest difference worth knowing. */
  harmRuledOut: boolean;
  words: string;
  /** Conversations (rep-weeks in a switchback) still to come until a difference worth knowing would show, four times in five. */
  moreConversations?: number;
};

export type Input = {
  metrics: Partial<Record<Metric, ArmMoments>>;
  primary: Metric;
  guardrails: Metric[];
  /** Randomised units drawn into each arm, whatever became of them, and the share promised to control. */
  sampleRatio: { assist: number; control: number; controlShare: number };
  design?: "conversation" | "switchback";
  /** N* of the always-valid intervals in randomised units, fixed when the measurement starts. */
  tunedFor?: number;
};

export type Judgement = {
  sentence: string;
  metrics: MetricVerdict[];
  sampleRatio: Input["sampleRatio"] & { p: number; mismatch: boolean };
  /** Why a saving is not to be counted. */
  withdrawn?: string;
};

/** No interval before an arm has this many: the asymptotics behind it do not hold for fewer. */
export const leastConversations = 100;
export const leastClusters = 20;
/** Share of false discoveries among the metrics that are neither primary nor a warning. */
const falseDiscoveries = 0.05;

export function judge(input: Input): Judgement {
  const { assist, control, controlShare } = input.sampleRatio;
  const sampleRatio = { ...input.sampleRatio, ...sequentialSampleRatio(assist, control, controlShare) };
  const metrics = Metric.options
    .filter((metric) => input.metrics[metric] !== undefined)
    .map((metric) => measure(metric, input.metrics[metric]!, input));
  const claimed = sampleRatio.mismatch ? metrics.map(silenced) : withoutChanceFinds(metrics);
  const spoken = claimed.map((m) => ({ ...m, words: Words.metric(m, definitions[m.metric]) }));
  const withdrawn = sampleRatio.mismatch ? undefined : Words.withdrawal(spoken);
  const sentence = Words.sentence(spoken, definitions, sampleRatio, withdrawn);
  return { sentence, metrics: spoken, sampleRatio, ...(withdrawn === undefined ? {} : { withdrawn }) };
}

function measure(metric: Metric, arms: ArmMoments, input: Input): MetricVerdict {
  const definition = definitions[metric];
  const { result, units, plain } = compare(definition, arms, input);
  const least = input.design === "switchback" ? leastClusters : leastConversations;
  const enough = units.assist >= least && units.control >= least;
  const means = { assist: mean(arms.assist), control: mean(arms.control) };
  const role = metric === input.primary ? "primary" : input.guardrails.includes(metric) ? "guardrail" : "other";
  const known: MetricVerdict = {
    metric,
    name: definition.name,
    unit: definition.unit,
    better: definition.better,
    role,
    assist: { n: arms.assist.n, mean: means.assist },
    control: { n: arms.control.n, mean: means.control },
    difference: null,
    low: null,
    high: null,
    fixed: null,
    p: null,
    verdict: "not_known_yet",
    harmRuledOut: false,
    words: "",
  };
  const share = input.sampleRatio.controlShare;
  if (!enough || "unknown" in result) {
    const more = Math.max((least - units.assist) / (1 - share), (least - units.control) / share);
    return Number.isFinite(more) && more > 0 ? { ...known, moreConversations: drawn(more, units, input) } : known;
  }
  const { difference, always, fixed } = result;
  const worth = worthKnowing(definition, means.control);
  const relative = difference / (means.control ?? 0);
  const zeroInside = always.low <= 0 && always.high >= 0;
  const more = zeroInside ? unitsToCome(result, units, worth, input) : 0;
  return {
    ...known,
    difference,
    ...(Number.isFinite(relative) ? { relative } : {}),
    low: always.low,
    high: always.high,
    fixed: { low: fixed.low, high: fixed.high },
    p: always.p,
    ...(plain
      ? {
          plain: { difference: plain.difference, low: plain.always.low, high: plain.always.high },
          varianceCut: 1 - (result.se / plain.se) ** 2,
        }
      : {}),
    verdict: !zeroInside
      ? difference < 0 === (definition.better === "lower")
        ? "better"
        : "worse"
      : Math.max(-always.low, always.high) < worth
        ? "no_difference_seen"
        : "not_known_yet",
    harmRuledOut: (definition.better === "lower" ? always.high : -always.low) < worth,
    ...(more ? { moreConversations: more } : {}),
  };
}

/** The smallest difference worth waiting for, in the metric's unit. */
export function worthKnowing({ worth }: Definition, controlMean: number | null): number {
  return "relative" in worth ? worth.relative * Math.abs(controlMean ?? 0) : worth.absolute;
}

/** From the standard error reached so far: the spread of one unit that would have given it. */
function unitsToCome(
  result: Difference,
  units: { assist: number; control: number },
  worth: number,
  input: Input,
): number {
  const n = units.assist + units.control;
  const controlShare = units.control / n;
  const sd = result.se * Math.sqrt(n * controlShare * (1 - controlShare));
  const needed = unitsFor(worth, { sd, controlShare }, { tunedFor: tunedFor(input) });
  return needed === null ? 0 : drawn(Math.max(0, needed - n), units, input);
}

/** Few customers rate: so many units with a value take so many more units drawn. */
function drawn(withValue: number, units: { assist: number; control: number }, { sampleRatio }: Input): number {
  const share = (units.assist + units.control) / (sampleRatio.assist + sampleRatio.control);
  return Math.ceil(share > 0 && share < 1 ? withValue / share : withValue);
}

function silenced(m: MetricVerdict): MetricVerdict {
  return { ...m, verdict: "not_known_yet", harmRuledOut: false, moreConversations: undefined };
}

/** Praise outside the primary metric has to pass Benjamini-Hochberg; a warning needs no such proof. */
function withoutChanceFinds(metrics: MetricVerdict[]): MetricVerdict[] {
  const others = metrics.filter((m) => m.role !== "primary" && m.p !== null);
  const adjusted = benjaminiHochberg(others.map((m) => m.p!));
  return metrics.map((m) => {
    const q = adjusted[others.indexOf(m)];
    return m.verdict === "better" && q !== undefined && q > falseDiscoveries ? { ...m, verdict: "not_known_yet" } : m;
  });
}
