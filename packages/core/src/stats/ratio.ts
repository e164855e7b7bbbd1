/** Ratios: how many per cent one arm differs from the other, and metrics whose unit lies inside the randomised one. */
import type { AlwaysOptions } from "./always-valid.ts";
import { type Difference, intervals, type Unknown } from "./difference.ts";
import { normalQuantile } from "./distributions.ts";
import { type Moments, mean, type PairMoments, variance } from "./moments.ts";

/** Assist ÷ control by the delta method on the log, which keeps the interval above zero. Both means must be above zero. */
export function ratioOfMeans(
  assist: Moments,
  control: Moments,
  options: { level?: number } = {},
): { ratio: number; low: number; high: number } | Unknown {
  const [a, c, va, vc] = [mean(assist), mean(control), variance(assist), variance(control)];
  if (a === null || c === null || va === null || vc === null) return { unknown: "too few values" };
  if (!(a > 0 && c > 0)) return { unknown: "a ratio needs means above zero" };
  const z = -normalQuantile((1 - (options.level ?? 0.95)) / 2);
  const half = z * Math.sqrt(va / (assist.n * a * a) + vc / (control.n * c * c));
  const result = { ratio: a / c, low: (a / c) * Math.exp(-half), high: (a / c) * Math.exp(half) };
  return Object.values(result).every(Number.isFinite) ? result : { unknown: "the values are too large to compare" };
}

/**
 * Σy ÷ Σx and its standard error by the delta method (Deng, Knoblich & Lu, KDD 2018): for messages inside conversations, y
 * the sum over a conversation's messages and x their number.
 */
export function deltaMethod(m: PairMoments): { ratio: number; se: number } | Unknown {
  if (m.n < 2) return { unknown: "too few units" };
  if (m.x === 0) return { unknown: "there is nothing to divide by" };
  const r = m.y / m.x;
  const residuals = m.yy - 2 * r * m.xy + r * r * m.xx;
  const se = Math.sqrt((Math.max(0, residuals) * m.n) / (m.n - 1)) / Math.abs(m.x);
  return Number.isFinite(r) && Number.isFinite(se)
    ? { ratio: r, se }
    : { unknown: "the values are too large to compare" };
}

/** The difference of two such ratios; the randomised units are the pairs. */
export function differenceOfRatios(
  assist: PairMoments,
  control: PairMoments,
  options: AlwaysOptions = {},
): Difference | Unknown {
  const a = deltaMethod(assist);
  const c = deltaMethod(control);
  if ("unknown" in a) return a;
  if ("unknown" in c) return c;
  return intervals(a.ratio - c.ratio, Math.hypot(a.se, c.se), assist.n + control.n - 2, assist.n + control.n, options);
}
