/** Which comparison a metric gets: the one whose errors lie at the level that was randomised. */
import type { ArmMoments, Definition, Input } from "./effect.ts";
import { tunedForUnits } from "./stats/always-valid.ts";
import { adjust, slopeOf } from "./stats/cuped.ts";
import {
  type Arms,
  type Difference,
  differenceOfMeans,
  intervals,
  stratified,
  type Unknown,
} from "./stats/difference.ts";
import { switchback } from "./stats/switchback.ts";

type Design = Pick<Input, "design" | "tunedFor">;

/** N* of a switchback: a hundred reps do not work 5,000 weeks. */
export const tunedForPeriods = 200;

export function tunedFor(input: Design): number {
  return input.tunedFor ?? (input.design === "switchback" ? tunedForPeriods : tunedForUnits);
}

type Compared = { result: Difference | Unknown; units: { assist: number; control: number } };

/**
 * The comparison, after what was known before is taken off where the measurement says so; `plain` is then the same without.
 * The slope comes from within strata and arms, so it is no difference of the arms' own.
 */
export function compare(definition: Definition, arms: ArmMoments, input: Design): Compared & { plain?: Difference } {
  const raw = asTheyAre(definition, arms, input);
  if (!arms.foreseen || "unknown" in raw.result) return raw;
  const { byRep, periods } = arms.foreseen;
  const slope = slopeOf(byRep);
  const known = byRep.reduce((sum, one) => sum + one.assist.n + one.control.n, 0);
  // All of them or none: some adjusted values among plain ones would be no comparison.
  if (slope.theta === 0 || known !== arms.assist.n + arms.control.n) return raw;
  const taken = periods.map(({ x, sum, ...one }) => ({ ...one, sum: sum - slope.theta * (x - slope.centre * one.n) }));
  const { result } = asTheyAre(definition, { ...arms, byRep: adjust(byRep, slope), periods: taken }, input);
  return "unknown" in result ? raw : { result, units: raw.units, plain: raw.result };
}

/** At the level that was randomised: rep-weeks, else conversations within reps, else conversations. */
function asTheyAre(definition: Definition, arms: ArmMoments, input: Design): Compared {
  if (input.design === "switchback") {
    const periods = arms.periods ?? [];
    const units = { assist: 0, control: 0 };
    for (const p of periods) if (p.n > 0) units[p.arm] += 1;
    return { result: switchback(periods, { tunedFor: tunedFor(input) }), units };
  }
  const options = { tunedFor: tunedFor(input) };
  const units = { assist: arms.assist.n, control: arms.control.n };
  if (definition.unit === "share" && alike(arms)) return { result: ofAlike(arms, options), units };
  return {
    result: arms.byRep ? stratified(arms.byRep, options) : differenceOfMeans(arms.assist, arms.control, options),
    units,
  };
}

/** All or none in both arms: 0 of 2,000 against 0 of 2,000 says much, though nothing varies. */
function alike({ assist, control }: Arms): boolean {
  return [assist, control].every((m) => m.sum === 0) || [assist, control].every((m) => m.sum === m.n);
}

/** Agresti & Caffo (Am. Stat. 2000): one success and one failure more in each arm, around the difference seen, which is none. */
function ofAlike({ assist, control }: Arms, options: { tunedFor: number }): Difference | Unknown {
  const more = (m: Arms["assist"]) => ({ n: m.n + 2, sum: m.sum + 1, sumSq: m.sum + 1 });
  const result = differenceOfMeans(more(assist), more(control), options);
  if ("unknown" in result) return result;
  return intervals(0, result.se, result.df, assist.n + control.n, options);
}
