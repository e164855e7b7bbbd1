/** Less noise by what was known before the arm was drawn (Deng, Xu, Kohavi & Walker, WSDM 2013). */
import type { AlwaysOptions } from "./always-valid.ts";
import { type Difference, differenceOfMeans, type Unknown } from "./difference.ts";
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
  const [a, c] = [within(assist), within(control)];
  const spread = a.xx + c.xx;
  const theta = spread > (assist.xx + control.xx) * 1e-12 ? (a.xy + c.xy) / spread : 0;
  const centre = (assist.x + control.x) / (assist.n + control.n);
  const adjusted = differenceOfMeans(shifted(assist, theta, centre), shifted(control, theta, centre), options);
  if ("unknown" in adjusted) return adjusted;
  return { ...adjusted, theta, varianceCut: 1 - (adjusted.se / raw.se) ** 2 };
}

function moments(m: PairMoments): Moments {
  return { n: m.n, sum: m.y, sumSq: m.yy };
}
