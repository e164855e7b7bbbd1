/** What a design can find, and how long it takes. */
import { type AlwaysOptions, alwaysCritical } from "./always-valid.ts";
import { normalQuantile } from "./distributions.ts";

export type Design = {
  /** Standard deviation of one unit, in the metric's own unit. */
  sd: number;
  /** Share of units in control, above 0 and below 1. */
  controlShare: number;
};

function standardError(design: Design, n: number): number {
  return design.sd / Math.sqrt(n * design.controlShare * (1 - design.controlShare));
}

/** Half width of the always-valid interval after n randomised units: what the design can just tell from nothing. */
export function alwaysHalfWidth(design: Design, n: number, options: AlwaysOptions = {}): number {
  return standardError(design, n) * alwaysCritical(n, options);
}

/** Beyond this no support team waits. */
export const neverUnits = 1_000_000_000;

/**
 * Units in all until a true difference of `effect` (either sign) shows in the always-valid interval with probability
 * `power`, 0.8 unless given; null where not even `neverUnits` are enough.
 */
export function unitsFor(
  effect: number,
  design: Design,
  options: AlwaysOptions & { power?: number } = {},
): number | null {
  const beyond = Math.max(0, normalQuantile(options.power ?? 0.8));
  const shows = (n: number) =>
    alwaysHalfWidth(design, n, options) + beyond * standardError(design, n) <= Math.abs(effect);
  if (!(design.sd >= 0) || !(design.controlShare > 0 && design.controlShare < 1) || !shows(neverUnits)) return null;
  let low = 1;
  let high = neverUnits;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (shows(middle)) high = middle;
    else low = middle + 1;
  }
  return high;
}
