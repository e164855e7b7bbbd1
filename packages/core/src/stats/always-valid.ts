/** Intervals and p-values that stay valid however often, and whenever, somebody looks. */
import { logBeta } from "./distributions.ts";

export type AlwaysOptions = {
  /** Coverage over all looks together, 0.95 unless given. */
  level?: number;
  /** N*: the number of randomised units at which the interval is tightest. Fixed before the first look, 5,000 unless given. */
  tunedFor?: number;
};

/** N* where nothing else was fixed: GrowthBook's choice. */
export const tunedForUnits = 5_000;

function rhoSquared(alpha: number, tunedFor: number): number {
  return (-2 * Math.log(alpha) + Math.log(-2 * Math.log(alpha) + 1)) / tunedFor;
}

/**
 * Half width, in standard errors, of the asymptotic confidence sequence after `n` randomised units: Waudby-Smith, Arbour,
 * Sinha, Kennedy & Ramdas (Annals of Statistics 2024), √(2(nρ²+1)/(nρ²) · ln(√(nρ²+1)/α)), ρ tuned for N*.
 */
export function alwaysCritical(n: number, options: AlwaysOptions = {}): number {
  const alpha = 1 - (options.level ?? 0.95);
  const nRho = n * rhoSquared(alpha, options.tunedFor ?? tunedForUnits);
  return Math.sqrt(((2 * (nRho + 1)) / nRho) * (0.5 * Math.log(nRho + 1) - Math.log(alpha)));
}

/** The confidence sequence around an estimate, and its p-value by inversion: the smallest α whose interval excludes zero, ρ held. */
export function alwaysValid(estimate: number, se: number, n: number, options: AlwaysOptions = {}) {
  const half = se * alwaysCritical(n, options);
  const nRho = n * rhoSquared(1 - (options.level ?? 0.95), options.tunedFor ?? tunedForUnits);
  const z = estimate / se;
  const p = Math.min(1, Math.exp(0.5 * Math.log(nRho + 1) - (z * z * nRho) / (2 * (nRho + 1))));
  return { low: estimate - half, high: estimate + half, p };
}

/** Below this the arms do not have the sizes they were promised. */
export const sampleRatioAlarm = 0.001;

/** Prior weight, in units: splits within about ±10 points of the promised one are looked for first. */
const concentration = 100;

/**
 * Are the arms as large as promised? A test that may be looked at after every unit: the beta-binomial mixture martingale of
 * Lindon & Malek (Anytime-valid inference for multinomial count data, NeurIPS 2022) with weights 100·p. `pControl` is the
 * promised share of control, 0 to 1; within a billionth of 0 or 1 a single unit on the wrong side decides.
 */
export function sequentialSampleRatio(
  nAssist: number,
  nControl: number,
  pControl: number,
): { p: number; mismatch: boolean } {
  if (!(pControl > 1e-9 && pControl < 1 - 1e-9)) {
    const wrong = pControl > 0.5 ? nAssist : nControl;
    return { p: wrong > 0 ? 0 : 1, mismatch: wrong > 0 };
  }
  const a = concentration * (1 - pControl);
  const c = concentration * pControl;
  const logFactor =
    logBeta(a + nAssist, c + nControl) -
    logBeta(a, c) -
    nAssist * Math.log1p(-pControl) -
    nControl * Math.log(pControl);
  const p = Math.min(1, Math.exp(-logFactor));
  return { p, mismatch: p < sampleRatioAlarm };
}
