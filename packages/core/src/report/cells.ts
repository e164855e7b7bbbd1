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
  "unsupported",
  "unsupportedSent",
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

function count(into: Counts, row: SuggestionRow, counted: boolean): void {
  into.made++;
  if (row.shown) into.shown++;
  if (row.clicked) into.clicked++;
  if (row.status === "failed") into.failed++;
  if (counted && row.outcome) into[row.outcome]++;
  if (counted && (row.outcome === "accepted" || row.outcome === "edited") && row.retained !== null) {
    into.retainedSum += row.retained;
    into.retainedN++;
    into[bins[binOf(row.retained)]!]++;
  }
  if (row.flags.includes("unsupported")) {
    into.unsupported++;
    if (counted && (row.outcome === "accepted" || row.outcome === "edited")) into.unsupportedSent++;
  }
  if (row.tokensIn) into.tokensIn += row.tokensIn;
  if (row.tokensOut) into.tokensOut += row.tokensOut;
  if (row.usd === null && row.tokensIn) into.usdUnknown++;
  if (row.usd) into.usd += row.usd;
  if (row.decideMs !== null) {
    into.decideMs += row.decideMs;
    into.decideN++;
  }
  if (row.firstMs !== null && row.kind !== "policy") {
    into.firstMs += row.firstMs;
    into.firstN++;
  }
}

/** Drafts are decided; answers and rewrites once they were used; passages and summaries never. */
export const isCounted = ({ kind, clicked }: Pick<SuggestionRow, "kind" | "clicked">) =>
  kind === "draft" || ((kind === "answer" || kind === "rewrite") && clicked !== null);

/** Rows to cells: one family without articles, one for each article that a suggestion cites. A hundred thousand rows in a quarter of a second. */
export function cellsOf(rows: Iterable<SuggestionRow>): Cell[] {
  const cells = new Map<string, Cell>();
  for (const row of rows) {
    const counted = isCounted(row);
    count(cellOf(cells, row, null).counts, row, counted);
    for (const article of row.articles) count(cellOf(cells, row, article).counts, row, counted);
  }
  return [...cells.values()];
}

function cellOf(cells: Map<string, Cell>, row: SuggestionRow, article: string | null): Cell {
  const { kind, team, engine, promptVersion, simulated } = row;
  const rep = article === null ? row.rep : null;
  const language = article === null ? row.language : null;
  // No id from outside holds a NUL; null must not read like the word.
  const key = `${kind}\0${team}\0${rep ?? "\0"}\0${language ?? "\0"}\0${engine}\0${promptVersion ?? "\0"}\0${simulated}\0${article ?? "\0"}`;
  const known = cells.get(key);
  if (known) return known;
  const cell = { kind, team, rep, language, engine, promptVersion, simulated, article, counts: zero() };
  cells.set(key, cell);
  return cell;
}

/** The stored form: short, and in an order that is appended to, never changed. */
export const packCells = (cells: Cell[]): unknown[] =>
  cells.map((cell) => [dimensions.map((name) => cell[name]), counters.map((name) => cell.counts[name])]);
export const unpackCells = (packed: unknown): Cell[] =>
  (packed as [unknown[], number[]][]).map(([dims, numbers]) => ({
    ...(Object.fromEntries(dimensions.map((name, i) => [name, dims[i] ?? null])) as Omit<Cell, "counts">),
    counts: Object.fromEntries(counters.map((name, i) => [name, numbers[i] ?? 0])) as Counts,
  }));
