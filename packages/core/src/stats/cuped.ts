/** Less noise by what was known before the arm was drawn (Deng, Xu, Kohavi & Walker, WSDM 2013). */
import type { AlwaysOptions } from "./always-valid.ts";
import { type Arms, type Difference, differenceOfMeans, type Unknown } from "./difference.ts";
import type { Moments, PairMoments } from "./moments.ts";

export type Adjusted = Difference & {
  /** Slope of the value on the covariate within arms. */
  theta: number;
  /** Share of the variance of the difference that the covariate took away, 0 to 1; below 0 where it added some. */
  varianceCut: number;
};

function within({ n, x, y, xx, xy }: PairMoments) {
  return { xx: Math.max(0, xx - (x * x) / n), xy: xy - (x * y) / n };
}

export type PairArms = { assist: PairMoments; control: PairMoments };

/** What takes the covariate's share off: the slope within strata and arms, and the covariate's mean over all. */
export function slopeOf(strata: PairArms[]): { theta: number; centre: number } {
  let [spread, common, squares, sum, n] = [0, 0, 0, 0, 0];
  for (const m of strata.flatMap(({ assist, control }) => [assist, control])) {
    if (m.n === 0) continue;
    const { xx, xy } = within(m);
    spread += xx;
    common += xy;
    squares += m.xx;
    sum += m.x;
    n += m.n;
  }
  return { theta: spread > squares * 1e-12 ? common / spread : 0, centre: n > 0 ? sum / n : 0 };
}

/** The same strata with the covariate's share taken off, for any comparison of means. */
export const adjust = (strata: PairArms[], { theta, centre }: { theta: number; centre: number }): Arms[] =>
  strata.map(({ assist, control }) => ({
    assist: shifted(assist, theta, centre),
    control: shifted(control, theta, centre),
  }));

/** Moments of y − θ(x − centre). */
function shifted(m: PairMoments, theta: number, centre: number): Moments {
  const sum = m.y - theta * (m.x - centre * m.n);
  const xx = m.xx - 2 * centre * m.x + centre * centre * m.n;
  const xy = m.xy - centre * m.y;
  return { n: m.n, sum, sumSq: Math.max(0, m.yy - 2 * theta * xy + theta * theta * xx) };
}

/**
 * The difference of means after the covariate's share is taken off. x must not depend on the arm: a rep's mean before the
 * measurement, the length of the first message. Unknown covariates are best given as the mean of the known ones.
 */
export function cuped(assist: PairMoments, control: PairMoments, options: AlwaysOptions = {}): Adjusted | Unknown {
  const raw = differenceOfMeans(moments(assist), moments(control), options);
  if ("unknown" in raw) return raw;
  const { theta, centre } = slopeOf([{ assist, control }]);
  const adjusted = differenceOfMeans(shifted(assist, theta, centre), shifted(control, theta, centre), options);
  if ("unknown" in adjusted) return adjusted;
  return { ...adjusted, theta, varianceCut: 1 - (adjusted.se / raw.se) ** 2 };
}

function moments(m: PairMoments): Moments {
  return { n: m.n, sum: m.y, sumSq: m.yy };
}
