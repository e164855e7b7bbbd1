/**
 * Adjusted p-values, in the order given (Benjamini & Hochberg, J. R. Statist. Soc. B 1995): of the metrics at or below q, a
 * share of at most q is expected to be chance.
 */
export function benjaminiHochberg(ps: number[]): number[] {
  const order = ps.map((p, index) => ({ p, index })).sort((a, b) => b.p - a.p);
  const adjusted = new Array<number>(ps.length);
  let smallest = 1;
  order.forEach(({ p, index }, i) => {
    smallest = Math.min(smallest, p * (ps.length / (ps.length - i)));
    adjusted[index] = smallest;
  });
  return adjusted;
}
