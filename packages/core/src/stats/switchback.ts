/** A rep's weeks against the same rep's other weeks: whole weeks are randomised, and reps differ more than arms do. */
import type { AlwaysOptions } from "./always-valid.ts";
import type { Arm, Clustered } from "./clustered.ts";
import { intervals, type Unknown } from "./difference.ts";

/** One rep's week: randomised as one, so it lies in one arm. */
export type Period = { rep: string; arm: Arm; n: number; sum: number };

/**
 * Assist − control within reps: a regression with one intercept a rep, CR2 standard errors by period and Satterthwaite's df
 * (Bell & McCaffrey 2002). A period's values share their regressors, so its leverage h is one number and CR2 divides its
 * residual sum by √(1 − h). Reps seen in one arm only compare nothing and are left out (`leftOut` values).
 */
export function switchback(
  periods: Period[],
  options: AlwaysOptions = {},
): (Clustered & { reps: number; leftOut: number }) | Unknown {
  const reps = comparable(periods);
  const used = [...reps.values()].flatMap((rep) => rep.periods.map((p) => ({ ...p, rep, d: centred(p, rep) })));
  const spread = used.reduce((sum, p) => sum + p.d * p.d * p.n, 0);
  const difference = used.reduce((sum, p) => sum + p.d * p.sum, 0) / spread;
  const inAssist = used.filter((p) => p.arm === "assist").length;
  if (inAssist < 2 || used.length - inAssist < 2 || used.length < reps.size + 2)
    return { unknown: "an arm needs at least two periods of reps who were in both" };

  // What sums of equal values differ by in their last digits is no spread: it would make a claim of nothing.
  const rounding = 16 * Number.EPSILON * used.reduce((sum, p) => sum + Math.abs(p.sum), 0);
  let variance = 0;
  let squares = 0;
  let overall = 0;
  const perRep = new Map<object, { b: number; bd: number }>();
  for (const p of used) {
    const leverage = p.n / p.rep.n + (p.n * p.d * p.d) / spread;
    if (leverage > 1 - 1e-9) return { unknown: "one period alone decides the comparison" };
    const scale = p.d / (spread * Math.sqrt(1 - leverage));
    const residual = p.sum - p.n * (p.rep.sum / p.rep.n) - p.n * p.d * difference;
    if (Math.abs(residual) > rounding) variance += (scale * residual) ** 2;
    const b = (scale * p.n) ** 2;
    squares += scale ** 4 * p.n ** 2 * (1 - 2 * leverage);
    overall += b * p.d * p.d;
    const sums = perRep.get(p.rep) ?? { b: 0, bd: 0 };
    perRep.set(p.rep, { b: sums.b + b, bd: sums.bd + b * p.d });
  }
  let crossed = (overall / spread) ** 2;
  for (const [rep, { b, bd }] of perRep as Map<{ n: number }, { b: number; bd: number }>)
    crossed += (b / rep.n) ** 2 + (2 * bd * bd) / (rep.n * spread);
  const df = 1 / spread ** 2 / (squares + crossed);
  const result = intervals(difference, Math.sqrt(variance), df, used.length, options);
  if ("unknown" in result) return result;
  const all = periods.reduce((sum, p) => sum + p.n, 0);
  const n = used.reduce((sum, p) => sum + p.n, 0);
  return {
    ...result,
    clusters: { all: used.length, assist: inAssist, control: used.length - inAssist },
    reps: reps.size,
    leftOut: all - n,
  };
}

type Rep = { n: number; sum: number; assist: number; periods: Period[] };

function comparable(periods: Period[]): Map<string, Rep> {
  const reps = new Map<string, Rep>();
  for (const p of periods) {
    if (!(p.n > 0)) continue;
    const rep = reps.get(p.rep) ?? { n: 0, sum: 0, assist: 0, periods: [] };
    rep.n += p.n;
    rep.sum += p.sum;
    if (p.arm === "assist") rep.assist += p.n;
    rep.periods.push(p);
    reps.set(p.rep, rep);
  }
  for (const [id, rep] of reps) if (rep.assist === 0 || rep.assist === rep.n) reps.delete(id);
  return reps;
}

function centred(period: Period, rep: Rep): number {
  return (period.arm === "assist" ? 1 : 0) - rep.assist / rep.n;
}
