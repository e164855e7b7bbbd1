/** Counts and sums that can be added up later: what a closed day keeps of the values it has seen, and no value itself. */
import { AppError } from "../error.ts";

/** n values, their sum and the sum of their squares. */
export type Moments = { n: number; sum: number; sumSq: number };

export const none: Moments = { n: 0, sum: 0, sumSq: 0 };

/** The moments of both together: the same as of their values in one list. */
export function add(a: Moments, b: Moments): Moments {
  return { n: a.n + b.n, sum: a.sum + b.sum, sumSq: a.sumSq + b.sumSq };
}

/** Throws `input` on a value that is not a finite number, with its index as path. */
export function of(values: Iterable<number>): Moments {
  const m = { ...none };
  for (const value of values) {
    if (!Number.isFinite(value)) throw new AppError("input", "not_finite", `${value} is not a number`, `[${m.n}]`);
    m.n += 1;
    m.sum += value;
    m.sumSq += value * value;
  }
  return m;
}

/** Null for no values. */
export function mean(m: Moments): number | null {
  return m.n > 0 ? m.sum / m.n : null;
}

/** Sample variance (divisor n − 1); null for fewer than two values, or too large ones. Differences below rounding count as none. */
export function variance(m: Moments): number | null {
  if (m.n < 2 || !Number.isFinite(m.sumSq)) return null;
  const squares = m.sumSq - (m.sum * m.sum) / m.n;
  return squares > m.sumSq * Math.max(4, m.n) * Number.EPSILON ? squares / (m.n - 1) : 0;
}

/** Moments of pairs (y with x): enough for a covariate and for ratios. They add up too. */
export type PairMoments = { n: number; y: number; x: number; yy: number; xx: number; xy: number };

export const noPairs: PairMoments = { n: 0, y: 0, x: 0, yy: 0, xx: 0, xy: 0 };

export function addPairs(a: PairMoments, b: PairMoments): PairMoments {
  return { n: a.n + b.n, y: a.y + b.y, x: a.x + b.x, yy: a.yy + b.yy, xx: a.xx + b.xx, xy: a.xy + b.xy };
}

/** Throws `input` on a pair that is not finite. */
export function ofPairs(pairs: Iterable<{ y: number; x: number }>): PairMoments {
  const m = { ...noPairs };
  for (const { y, x } of pairs) {
    if (!Number.isFinite(y) || !Number.isFinite(x))
      throw new AppError("input", "not_finite", `(${y}, ${x}) is not a pair of numbers`, `[${m.n}]`);
    m.n += 1;
    m.y += y;
    m.x += x;
    m.yy += y * y;
    m.xx += x * x;
    m.xy += x * y;
  }
  return m;
}
