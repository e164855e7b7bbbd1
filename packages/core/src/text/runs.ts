/**
 * How many words of one sequence survive in another, in order, in runs of at least `least` words: the longest common
 * subsequence made of common substrings (LCSk++; Pavetić, Katanić, Matula, Šikić 2017), exact.
 */

/** `a` and `b` hold word numbers from 0. Takes O(p log |b|) for p places where `least` words in a row agree. */
export function longestRuns(a: Int32Array, b: Int32Array, least: number): number {
  const n = a.length - least + 1;
  const m = b.length - least + 1;
  if (least < 1 || n < 1 || m < 1) return 0;
  const starts = new Map<number, number[]>();
  // A product of two bounded numbers and a sum stay exact below 2^53 for the caps of `retainedShare`.
  const size = 1 + Math.max(largest(a), largest(b));
  const key = (from: Int32Array, at: number) => {
    let sum = 0;
    for (let d = 0; d < least; d++) sum = sum * size + from[at + d]!;
    return sum;
  };
  for (let j = 0; j < m; j++) {
    const k = key(b, j);
    const list = starts.get(k);
    if (list) list.push(j);
    else starts.set(k, [j]);
  }
  const lists: (number[] | undefined)[] = [];
  let places = 0;
  for (let i = 0; i < n; i++) {
    const list = starts.get(key(a, i));
    lists.push(list);
    places += list?.length ?? 0;
  }
  return places * 32 > n * m ? dense(a, b, least) : sparse(lists, b.length, least);
}

function largest(list: Int32Array): number {
  let most = 0;
  for (const each of list) if (each > most) most = each;
  return most;
}

/** best(i,j) = the most words kept when the last run so far started its last window at (i,j). */
function sparse(lists: (number[] | undefined)[], width: number, least: number): number {
  const tree = new Int32Array(width + 1); // Fenwick tree of prefix maxima over the ends in `b`
  const upTo = (end: number) => {
    let most = 0;
    for (let at = end; at > 0; at -= at & -at) if (tree[at]! > most) most = tree[at]!;
    return most;
  };
  const put = (end: number, value: number) => {
    for (let at = end; at <= width; at += at & -at) if (tree[at]! < value) tree[at] = value;
  };
  const rows: Int32Array[] = [];
  let before = new Map<number, number>();
  let most = 0;
  for (let i = 0; i < lists.length; i++) {
    // Windows that began `least` rows ago have ended above this row.
    const ended = i >= least ? lists[i - least] : undefined;
    if (ended) for (let x = 0; x < ended.length; x++) put(ended[x]! + least, rows[i - least]![x]!);
    const list = lists[i];
    const row = new Int32Array(list?.length ?? 0);
    const now = new Map<number, number>();
    if (list)
      for (let x = 0; x < list.length; x++) {
        const j = list[x]!;
        const grown = before.get(j - 1);
        const value = Math.max(least + upTo(j), grown === undefined ? 0 : grown + 1);
        row[x] = value;
        now.set(j, value);
        if (value > most) most = value;
      }
    rows.push(row);
    before = now;
  }
  return most;
}

/** The plain table, for texts that repeat themselves so much that listing the places would cost more. */
function dense(a: Int32Array, b: Int32Array, least: number): number {
  const width = b.length + 1;
  const blank = () => new Int32Array(width);
  const best = Array.from({ length: least + 1 }, blank); // the last rows, in a ring
  let [run, runBefore, open, openBefore] = [blank(), blank(), blank(), blank()];
  for (let i = 1; i <= a.length; i++) {
    const row = best[i % (least + 1)]!;
    const above = best[(i - 1) % (least + 1)]!;
    const far = best[(i + 1) % (least + 1)]!; // row i - least
    const it = a[i - 1]!;
    for (let j = 1; j < width; j++) {
      let value = Math.max(above[j]!, row[j - 1]!);
      if (it === b[j - 1]) {
        const length = runBefore[j - 1]! + 1;
        run[j] = length;
        if (length >= least) {
          let kept = far[j - least]! + least;
          if (length > least && openBefore[j - 1]! + 1 > kept) kept = openBefore[j - 1]! + 1;
          open[j] = kept;
          if (kept > value) value = kept;
        }
      } else {
        run[j] = 0;
      }
      row[j] = value;
    }
    row[0] = 0;
    [run, runBefore] = [runBefore, run];
    [open, openBefore] = [openBefore, open];
  }
  return best[a.length % (least + 1)]![b.length]!;
}
