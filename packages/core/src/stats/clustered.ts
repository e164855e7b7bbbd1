/** Differences of means where values come in clusters: a rep's conversations, or a rep's week that was randomised as one. */
import type { AlwaysOptions } from "./always-valid.ts";
import { type Difference, intervals, type Unknown } from "./difference.ts";

export type Arm = "assist" | "control";
export type Row = { cluster: string; arm: Arm; value: number };
/** What one cluster has in one arm: the number of values and their sum. Enough for everything here, and it adds up. */
export type Cell = { cluster: string; arm: Arm; n: number; sum: number };
export type Clustered = Difference & { clusters: { all: number; assist: number; control: number } };

export function cellsOf(rows: Iterable<Row>): Cell[] {
  const cells = new Map<string, Cell>();
  for (const { cluster, arm, value } of rows) {
    const key = `${arm} ${cluster}`;
    const cell = cells.get(key);
    if (cell) {
      cell.n += 1;
      cell.sum += value;
    } else cells.set(key, { cluster, arm, n: 1, sum: value });
  }
  return [...cells.values()];
}

/**
 * Assist − control over all values, with CR2 standard errors (Bell & McCaffrey 2002; Pustejovsky & Tipton 2018) and t on
 * their Satterthwaite df. With two means as the model CR2 has a closed form: a cluster's residual sum in an arm is divided by
 * N·√(1 − n/N) of that arm. Clusters of one value give Welch's standard error exactly. A cluster may have both arms (a rep)
 * or one (a rep's week); the randomised units are taken to be the clusters.
 */
export function clustered(rows: Iterable<Row>, options: AlwaysOptions = {}): Clustered | Unknown {
  return clusteredCells(cellsOf(rows), options);
}

export function clusteredCells(cells: Cell[], options: AlwaysOptions = {}): Clustered | Unknown {
  const used = cells.filter((c) => c.n > 0);
  const arms = { assist: used.filter((c) => c.arm === "assist"), control: used.filter((c) => c.arm === "control") };
  if (arms.assist.length < 2 || arms.control.length < 2) return { unknown: "an arm needs at least two clusters" };
  const [assist, control] = [armTerms(arms.assist), armTerms(arms.control)];

  const clusters = new Set(used.map((c) => c.cluster));
  let variance = 0;
  let crossTrace = 0;
  let crossLinear = 0;
  for (const cluster of clusters) {
    const a = assist.byCluster.get(cluster);
    const c = control.byCluster.get(cluster);
    variance += ((a?.score ?? 0) - (c?.score ?? 0)) ** 2;
    if (!a || !c) continue;
    crossTrace += a.diagonal * c.diagonal - a.diagonal * c.outer ** 2 - c.diagonal * a.outer ** 2;
    crossLinear += a.outer * c.outer;
  }
  const trace = 1 / assist.n + 1 / control.n;
  const df = trace ** 2 / (assist.traceSq + control.traceSq + 2 * (crossTrace + crossLinear ** 2));
  const result = intervals(assist.mean - control.mean, Math.sqrt(variance), df, clusters.size, options);
  if ("unknown" in result) return result;
  return { ...result, clusters: { all: clusters.size, assist: arms.assist.length, control: arms.control.length } };
}

/**
 * One arm's part. Under independent values of equal variance the scores' covariance is diag(d) − u·uᵀ, d = n/(N²(1−h)),
 * u = n/(N√N·√(1−h)), h = n/N; its trace is 1/N and the trace of its square needs only sums.
 */
function armTerms(cells: Cell[]) {
  const n = cells.reduce((sum, c) => sum + c.n, 0);
  const mean = cells.reduce((sum, c) => sum + c.sum, 0) / n;
  const byCluster = new Map<string, { score: number; diagonal: number; outer: number }>();
  let squares = 0;
  let outers = 0;
  for (const cell of cells) {
    const shrink = n * Math.sqrt(1 - cell.n / n);
    const diagonal = cell.n / shrink ** 2;
    const outer = cell.n / (shrink * Math.sqrt(n));
    const excess = cell.sum - cell.n * mean;
    // As in a switchback: the last digits of equal values are no spread.
    const isRounding = Math.abs(excess) <= Math.abs(cell.sum) * Number.EPSILON * Math.max(4, n);
    byCluster.set(cell.cluster, { score: isRounding ? 0 : excess / shrink, diagonal, outer });
    squares += diagonal ** 2 - 2 * diagonal * outer ** 2;
    outers += outer ** 2;
  }
  return { n, mean, byCluster, traceSq: squares + outers ** 2 };
}
