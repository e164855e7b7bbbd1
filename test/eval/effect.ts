/** Does the comparison tell the truth where the truth is known? Figures for `npm run eval -- --only effect`. */
import { adjustedHeadline } from "./effect-adjusted.ts";
import { brokenAssignment, byConversation, bySwitchback, lookedAtDaily } from "./effect-designs.ts";
import { type Example, examples } from "./effect-examples.ts";
import { type Random, seeded } from "./effect-random.ts";
import { type Reach, reach, type Wait, waits } from "./effect-reach.ts";

type Check = { name: string; value: number; target: string; ok: boolean };
export type EffectEvaluation = {
  lookedAtDaily: ReturnType<typeof lookedAtDaily>;
  brokenAssignment: ReturnType<typeof brokenAssignment>;
  halfInControl: ReturnType<typeof byConversation>;
  tenthInControl: ReturnType<typeof byConversation>;
  switchback: ReturnType<typeof bySwitchback>;
  adjusted: Record<
    "conversation" | "conversationAA" | "switchback" | "switchbackAA",
    ReturnType<typeof adjustedHeadline>
  >;
  reach: Reach[];
  waits: Wait[];
  examples: Example[];
  checks: Check[];
};

/**
 * `runs` measurements of each kind (2,000 unless given; twice as many where coverage is read to half a point). Everything
 * random comes from `random`, seeded with 1 unless given. With 2,000 runs it takes about a minute of one core.
 */
export function evaluateEffect(options: { runs?: number; random?: Random } = {}): EffectEvaluation {
  const plan = { runs: options.runs ?? 2_000, random: options.random ?? seeded(1) };
  const fewer = { ...plan, runs: Math.ceil(plan.runs / 4) };
  // Whole reports, from their rows: 300 of each kind.
  const few = { ...plan, runs: Math.ceil(0.15 * plan.runs) };
  const daily = lookedAtDaily(plan);
  const half = byConversation({ ...plan, runs: 2 * plan.runs });
  const weeks = bySwitchback(plan);
  const found = {
    lookedAtDaily: daily,
    brokenAssignment: brokenAssignment(fewer),
    halfInControl: half,
    tenthInControl: byConversation(fewer, { control: 0.1 }),
    switchback: weeks,
    adjusted: {
      conversation: adjustedHeadline(few, "conversation"),
      conversationAA: adjustedHeadline(few, "conversation", 0),
      switchback: adjustedHeadline(few, "switchback"),
      switchbackAA: adjustedHeadline(few, "switchback", 0),
    },
    reach: reach(),
    waits: waits(),
    examples: examples(),
  };
  const atMost = (name: string, value: number, limit: number) => ({
    name,
    value,
    target: `≤ ${limit}`,
    ok: value <= limit,
  });
  const atLeast = (name: string, value: number, limit: number) => ({
    name,
    value,
    target: `≥ ${limit}`,
    ok: value >= limit,
  });
  const cutOff = Math.abs(half.cuped.varianceCutReported - half.cuped.varianceCutTrue);
  const checks = [
    atMost("A/A, 30 looks: always-valid interval ever excludes zero", daily.always, 0.05),
    atMost("A/A, 30 looks: sample ratio ever raises the alarm", daily.sampleRatioAlarm, 0.001),
    atLeast("A/A, 30 looks: a z test cries wolf (why it is not used)", daily.zTest, 0.2),
    atLeast("by conversation, one look: coverage", half.plain.fixedCovers, 0.94),
    atLeast("by conversation, 30 looks: coverage of always-valid", half.plain.alwaysCovers, 0.95),
    atLeast("within reps, one look: coverage", half.withinReps.fixedCovers, 0.94),
    atLeast("within reps, 30 looks: coverage of always-valid", half.withinReps.alwaysCovers, 0.95),
    atLeast("CUPED, one look: coverage", half.cuped.fixedCovers, 0.94),
    atLeast("ratings, 15 % missing, one look: coverage", half.rating.fixedCovers, 0.94),
    atLeast("ratings, 15 % missing: coverage of always-valid", half.rating.alwaysCovers, 0.95),
    atLeast("switchback, one look: coverage", weeks.withinReps.fixedCovers, 0.94),
    atLeast("switchback, weekly looks: coverage of always-valid", weeks.withinReps.alwaysCovers, 0.95),
    atLeast("within reps, half in control: finds −10 % (always-valid)", half.withinReps.alwaysFinds, 0.8),
    atMost(
      "adjusted headline, A/A, one look: always-valid interval excludes zero",
      Math.max(found.adjusted.conversationAA.alwaysFinds, found.adjusted.switchbackAA.alwaysFinds),
      0.05,
    ),
    atMost("CUPED's variance cut: reported against true", cutOff, 0.08),
    atLeast("printed examples reproduced", found.examples.filter((e) => e.same).length / found.examples.length, 1),
  ];
  return { ...found, checks };
}
