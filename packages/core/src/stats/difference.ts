/** Assist minus control, with the two intervals: one for a single look fixed beforehand, one for any number of looks. */
import { type AlwaysOptions, alwaysValid } from "./always-valid.ts";
import { tCritical, tTwoSided } from "./distributions.ts";
import { add, type Moments, mean, none, variance } from "./moments.ts";

export type Interval = { low: number; high: number; p: number };
export type Difference = { difference: number; se: number; df: number; fixed: Interval; always: Interval };
/** Why there is no interval, in words for a page. */
export type Unknown = { unknown: string };
const tooLarge = "the values are too large to compare";
export type Arms = { assist: Moments; control: Moments };

/** Both intervals of an estimate; `units` is the number of randomised units behind it. Words where any figure would not be finite. */
export function intervals(
  difference: number,
  se: number,
  df: number,
  units: number,
  options: AlwaysOptions = {},
): Difference | Unknown {
  if (!Number.isFinite(difference) || !Number.isFinite(se) || !(df > 0) || !(units > 0)) return { unknown: tooLarge };
  if (!(se > 0)) return { unknown: "within the arms every value is the same, so there is nothing to judge chance by" };
  const half = se * tCritical(options.level ?? 0.95, df);
  const fixed = { low: difference - half, high: difference + half, p: tTwoSided(difference / se, df) };
  const always = alwaysValid(difference, se, units, options);
  if (![fixed.low, fixed.high, always.low, always.high].every(Number.isFinite)) return { unknown: tooLarge };
  return { difference, se, df, fixed, always };
}

function tooFew({ assist, control }: Arms): Unknown | undefined {
  if (assist.n < 1 || control.n < 1) return { unknown: `no values in ${assist.n < 1 ? "assist" : "control"} yet` };
  if (assist.n < 2 || control.n < 2) return { unknown: "one value in an arm is too few" };
  if (variance(assist) === null || variance(control) === null) return { unknown: tooLarge };
  return undefined;
}

/** Welch's t (Welch 1947; df by Satterthwaite) where every value is a randomised unit of its own. */
export function differenceOfMeans(
  assist: Moments,
  control: Moments,
  options: AlwaysOptions = {},
): Difference | Unknown {
  const few = tooFew({ assist, control });
  if (few) return few;
  const va = variance(assist)! / assist.n;
  const vc = variance(control)! / control.n;
  const df = va + vc > 0 ? (va + vc) ** 2 / (va ** 2 / (assist.n - 1) + vc ** 2 / (control.n - 1)) : 1;
  return intervals(
    mean(assist)! - mean(control)!,
    Math.sqrt(va + vc),
    Number.isNaN(df) ? assist.n + control.n - 2 : df,
    assist.n + control.n,
    options,
  );
}

/**
 * The comparison within strata (a rep's conversations against the same rep's), weighted nA·nC/(nA+nC) as a regression with
 * one intercept a stratum weighs them; Neyman's variance in each. A stratum without one of the arms compares nothing and
 * weighs nothing; with a single value in an arm it takes the variance pooled over all strata. df = values − 2·strata.
 */
export function stratified(
  strata: Arms[],
  options: AlwaysOptions = {},
): (Difference & { strata: number; leftOut: number }) | Unknown {
  const used = strata.filter((s) => s.assist.n > 0 && s.control.n > 0);
  const all = strata.reduce((sum, s) => sum + s.assist.n + s.control.n, 0);
  const pooled = { assist: pooledVariance(used, "assist"), control: pooledVariance(used, "control") };
  if (used.length === 0) return { unknown: "nobody has conversations in both arms yet" };
  if (pooled.assist === null || pooled.control === null) return { unknown: "one value in an arm is too few" };
  let weights = 0;
  let weighted = 0;
  let squares = 0;
  let n = 0;
  for (const { assist, control } of used) {
    const w = (assist.n * control.n) / (assist.n + control.n);
    weights += w;
    weighted += w * (mean(assist)! - mean(control)!);
    squares +=
      w * w * ((variance(assist) ?? pooled.assist) / assist.n + (variance(control) ?? pooled.control) / control.n);
    n += assist.n + control.n;
  }
  const df = Math.max(1, n - 2 * used.length);
  const result = intervals(weighted / weights, Math.sqrt(squares) / weights, df, n, options);
  return "unknown" in result ? result : { ...result, strata: used.length, leftOut: all - n };
}

function pooledVariance(strata: Arms[], arm: keyof Arms): number | null {
  let squares = 0;
  let df = 0;
  for (const s of strata) {
    if (s[arm].n < 2) continue;
    squares += variance(s[arm])! * (s[arm].n - 1);
    df += s[arm].n - 1;
  }
  return df > 0 ? squares / df : null;
}

/** Strata put together again: the plain comparison of the same values. */
export function merged(strata: Arms[]): Arms {
  return strata.reduce((sum, s) => ({ assist: add(sum.assist, s.assist), control: add(sum.control, s.control) }), {
    assist: none,
    control: none,
  });
}
