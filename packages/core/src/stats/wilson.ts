/** Intervals for rates. */
import { normalQuantile } from "./distributions.ts";

/**
 * Wilson's score interval (Wilson 1927; method 3 of Newcombe, Stat. Med. 1998), 0 to 1. `designEffect` ≥ 1 shrinks n to the
 * number of independent answers it is worth. No answers say nothing: 0 to 1.
 */
export function wilson(
  successes: number,
  n: number,
  options: { level?: number; designEffect?: number } = {},
): { low: number; high: number } {
  if (!(n > 0) || !Number.isFinite(n)) return { low: 0, high: 1 };
  const p = Math.min(1, Math.max(0, successes / n)) || 0;
  const z = -normalQuantile((1 - (options.level ?? 0.95)) / 2);
  const effective = n / Math.max(1, options.designEffect ?? 1);
  const share = (z * z) / effective;
  const centre = (p + share / 2) / (1 + share);
  const half = (z * Math.sqrt((p * (1 - p)) / effective + share / (4 * effective))) / (1 + share);
  return { low: p === 0 ? 0 : Math.max(0, centre - half), high: p === 1 ? 1 : Math.min(1, centre + half) };
}

/**
 * How many times wider (in variance) a rate over several reps is than over independent answers: the variance between
 * clusters of a ratio estimate ÷ the binomial one (Kish 1965; Rao & Scott 1992), never below 1. One cluster tells nothing: 1.
 */
export function designEffect(clusters: { successes: number; n: number }[]): number {
  const used = clusters.filter((c) => c.n > 0);
  const n = used.reduce((sum, c) => sum + c.n, 0);
  const p = used.reduce((sum, c) => sum + c.successes, 0) / n;
  if (used.length < 2 || !(p > 0 && p < 1)) return 1;
  const between = used.reduce((sum, c) => sum + (c.successes - p * c.n) ** 2, 0);
  const effect = ((used.length / (used.length - 1)) * between) / (n * p * (1 - p));
  return Number.isFinite(effect) ? Math.max(1, effect) : 1;
}
