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

const empty = Object.fromEntries(counters.map((name) => [name, 0])) as Counts;
export const zero = (): Counts => ({ ...empty });

export function add(into: Counts, from: Counts): Counts {
  for (const name of counters) into[name] += from[name];
  return into;
}

/** What is not zero. */
function tally(row: SuggestionRow): Partial<Counts> {
  const counts: Partial<Counts> = { made: 1 };
  const counted = isCounted(row);
  if (row.shown) counts.shown = 1;
  if (row.clicked) counts.clicked = 1;
  if (row.status === "failed") counts.failed = 1;
  if (counted && row.outcome) counts[row.outcome] = 1;
  if (counted && (row.outcome === "accepted" || row.outcome === "edited") && row.retained !== null) {
    counts.retainedSum = row.retained;
    counts.retainedN = 1;
    counts[bins[binOf(row.retained)]!] = 1;
  }
  if (row.tokensIn) counts.tokensIn = row.tokensIn;
  if (row.tokensOut) counts.tokensOut = row.tokensOut;
  if (row.usd === null && row.tokensIn) counts.usdUnknown = 1;
  if (row.usd) counts.usd = row.usd;
  if (row.decideMs !== null) {
    counts.decideMs = row.decideMs;
    counts.decideN = 1;
  }
  if (row.firstMs !== null && row.kind !== "policy") {
    counts.firstMs = row.firstMs;
    counts.firstN = 1;
  }
  return counts;
}

/** Drafts are decided; answers and rewrites once they were used; passages and summaries never. */
export const isCounted = ({ kind, clicked }: Pick<SuggestionRow, "kind" | "clicked">) =>
  kind === "draft" || ((kind === "answer" || kind === "rewrite") && clicked !== null);

/** Rows to cells: one family without articles, one for each article that a suggestion cites. A hundred thousand rows in half a second. */
export function cellsOf(rows: Iterable<SuggestionRow>): Cell[] {
  const cells = new Map<string, Cell>();
  for (const row of rows) {
    const counts = Object.entries(tally(row)) as [keyof Counts, number][];
    put(cells, row, null, counts);
    for (const article of row.articles) put(cells, row, article, counts);
  }
  return [...cells.values()];
}

function put(
  cells: Map<string, Cell>,
  row: SuggestionRow,
  article: string | null,
  counts: [keyof Counts, number][],
): void {
  const { kind, team, engine, promptVersion, simulated } = row;
  const rep = article === null ? row.rep : null;
  const language = article === null ? row.language : null;
  // No id from outside holds a NUL; null must not read like the word.
  const key = `${kind}\0${team}\0${rep ?? "\0"}\0${language ?? "\0"}\0${engine}\0${promptVersion ?? "\0"}\0${simulated}\0${article ?? "\0"}`;
  let cell = cells.get(key);
  if (!cell) {
    cell = { kind, team, rep, language, engine, promptVersion, simulated, article, counts: zero() };
    cells.set(key, cell);
  }
  for (const [name, count] of counts) cell.counts[name] += count;
}

/** The stored form: short, and in an order that is appended to, never changed. */
export const packCells = (cells: Cell[]): unknown[] =>
  cells.map((cell) => [dimensions.map((name) => cell[name]), counters.map((name) => cell.counts[name])]);
export const unpackCells = (packed: unknown): Cell[] =>
  (packed as [unknown[], number[]][]).map(([dims, numbers]) => ({
    ...(Object.fromEntries(dimensions.map((name, i) => [name, dims[i] ?? null])) as Omit<Cell, "counts">),
    counts: Object.fromEntries(counters.map((name, i) => [name, numbers[i] ?? 0])) as Counts,
  }));
