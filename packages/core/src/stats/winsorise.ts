/** A few enormous values must not decide. The limits are drawn once, at the start of a measurement, from what came before it. */
export type Limits = { low: number; high: number };

/** The value at a share (0 to 1) of the sorted values, between neighbours in proportion (type 7 of Hyndman & Fan 1996). */
export function quantile(sorted: number[], share: number): number | null {
  if (sorted.length === 0) return null;
  const at = Math.min(1, Math.max(0, share)) * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  return below + (at - Math.floor(at)) * (sorted[Math.ceil(at)]! - below);
}

/** Limits from earlier values, by default from nothing to the 99th per cent; null while there are none. */
export function limitsFrom(earlier: number[], shares: { low?: number; high?: number } = {}): Limits | null {
  const sorted = [...earlier].sort((a, b) => a - b);
  const low = quantile(sorted, shares.low ?? 0);
  const high = quantile(sorted, shares.high ?? 0.99);
  return low === null || high === null ? null : { low: shares.low === undefined ? Math.min(0, low) : low, high };
}

export function winsorise(value: number, limits: Limits): number {
  return Math.min(limits.high, Math.max(limits.low, value));
}

/** For a second opinion on times: differences of these are ratios of typical times, and never minutes saved. Under 1 ms counts as 1. */
export function logTime(ms: number): number {
  return Math.log(Math.max(1, ms));
}
