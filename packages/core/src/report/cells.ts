/** Counts and sums of suggestions: what a closed day keeps, and what every figure of a report is made of. No text, no ids. */
import type { SuggestionRow } from "../store/row.ts";

const counters = [
  "made",
  "shown",
  "accepted",
  "edited",
  "rejected",
  "ignored",
  "unseen",
  "stale",
  "superseded",
  "clicked",
  "failed",
  "retainedSum",
  "retainedN",
  "tokensIn",
  "tokensOut",
  "usd",
  "usdUnknown",
  "decideMs",
  "decideN",
  "firstMs",
  "firstN",
  "retained0",
  "retained1",
  "retained2",
  "retained3",
  "retained4",
  "retained5",
  "retained6",
  "retained7",
  "retained8",
  "retained9",
] as const;
export type Counts = Record<(typeof counters)[number], number>;

/** What a cell is of. `article` is set in the cells by policy article alone. */
const dimensions = ["kind", "team", "rep", "language", "engine", "promptVersion", "simulated", "article"] as const;
export type Cell = {
  kind: string;
  team: string;
  rep: string | null;
  language: string | null;
  engine: string;
  promptVersion: string | null;
  simulated: boolean;
  article: string | null;
  counts: Counts;
};

/** Drafts that were sent, by the tenth of their words that survived; the last holds 0.9 to 1. */
export const bins = counters.filter((name) => /^retained\d$/.test(name));
const binOf = (share: number) => Math.min(9, Math.floor(share * 10 + 1e-9));

export const zero = (): Counts => Object.fromEntries(counters.map((name) => [name, 0])) as Counts;

export function add(into: Counts, from: Counts): Counts {
  for (const name of counters) into[name] += from[name];
  return into;
}

export function countsOf(row: SuggestionRow): Counts {
  const counts = zero();
  counts.made = 1;
  if (row.shown) counts.shown = 1;
  if (row.clicked) counts.clicked = 1;
  if (row.status === "failed") counts.failed = 1;
  if (isCounted(row) && row.outcome) counts[row.outcome] = 1;
  if (isCounted(row) && (row.outcome === "accepted" || row.outcome === "edited") && row.retained !== null)
    Object.assign(counts, { retainedSum: row.retained, retainedN: 1, [bins[binOf(row.retained)]!]: 1 });
  counts.tokensIn = row.tokensIn ?? 0;
  counts.tokensOut = row.tokensOut ?? 0;
  if (row.usd === null && row.tokensIn) counts.usdUnknown = 1;
  counts.usd = row.usd ?? 0;
  if (row.decideMs !== null) Object.assign(counts, { decideMs: row.decideMs, decideN: 1 });
  if (row.firstMs !== null && row.kind !== "policy") Object.assign(counts, { firstMs: row.firstMs, firstN: 1 });
  return counts;
}

/** Drafts are decided; answers and rewrites once they were used; passages and summaries never. */
export const isCounted = ({ kind, clicked }: Pick<SuggestionRow, "kind" | "clicked">) =>
  kind === "draft" || ((kind === "answer" || kind === "rewrite") && clicked !== null);

/** Rows to cells: one family without articles, one for each article that a suggestion cites. */
export function cellsOf(rows: Iterable<SuggestionRow>): Cell[] {
  const cells = new Map<string, Cell>();
  for (const row of rows) {
    const counts = countsOf(row);
    for (const article of [null, ...row.articles]) {
      const { kind, team, rep, language, engine, promptVersion, simulated } = row;
      const cell = {
        kind,
        team,
        rep: article === null ? rep : null,
        language: article === null ? language : null,
        engine,
        promptVersion,
        simulated,
        article,
      };
      const key = JSON.stringify(dimensions.map((name) => cell[name]));
      const known = cells.get(key);
      if (known) add(known.counts, counts);
      else cells.set(key, { ...cell, counts: add(zero(), counts) });
    }
  }
  return [...cells.values()];
}

/** The stored form: short, and in an order that is appended to, never changed. */
export const packCells = (cells: Cell[]): unknown[] =>
  cells.map((cell) => [dimensions.map((name) => cell[name]), counters.map((name) => cell.counts[name])]);
export const unpackCells = (packed: unknown): Cell[] =>
  (packed as [unknown[], number[]][]).map(([dims, numbers]) => ({
    ...(Object.fromEntries(dimensions.map((name, i) => [name, dims[i] ?? null])) as Omit<Cell, "counts">),
    counts: Object.fromEntries(counters.map((name, i) => [name, numbers[i] ?? 0])) as Counts,
  }));
