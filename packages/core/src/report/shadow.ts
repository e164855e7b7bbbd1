/** How near unseen drafts come to what reps wrote without them. Counts alone, by whole per cent, so that a closed day keeps all of it. */
import { wilson } from "../stats/wilson.ts";
import type { ShadowRow } from "../store/shadows.ts";

export type ShadowCell = {
  measurement: string;
  made: number;
  accepted: number;
  edited: number;
  /** The rep wrote something else. */
  other: number;
  /** Drafts by the per cent of their words that stand in the reply as well. */
  shares: Record<string, number>;
};

export function shadowCellsOf(rows: Iterable<ShadowRow>): ShadowCell[] {
  const cells = new Map<string, ShadowCell>();
  for (const { measurement, outcome, retained } of rows) {
    const cell = cells.get(measurement) ?? { measurement, made: 0, accepted: 0, edited: 0, other: 0, shares: {} };
    cells.set(measurement, cell);
    cell.made++;
    if (outcome === null) continue;
    if (outcome === "accepted" || outcome === "edited") cell[outcome]++;
    else cell.other++;
    const percent = String(Math.round(100 * (retained ?? 0)));
    cell.shares[percent] = (cell.shares[percent] ?? 0) + 1;
  }
  return [...cells.values()];
}

/** The stored form; append, never reorder. */
export const packShadows = (cells: ShadowCell[]): unknown[] =>
  cells.map(({ measurement, made, accepted, edited, other, shares }) => [
    measurement,
    made,
    accepted,
    edited,
    other,
    shares,
  ]);
export const unpackShadows = (packed: unknown): ShadowCell[] =>
  (packed as [string, number, number, number, number, Record<string, number>][]).map(
    ([measurement, made, accepted, edited, other, shares]) => ({ measurement, made, accepted, edited, other, shares }),
  );

type Share = { n: number; share: number; low: number; high: number };
export type ShadowFigures = {
  made: number;
  /** Those that a rep has replied to without help. */
  compared: number;
  /** Share of the draft's words that stand in the reply; null: nothing to compare. */
  median: number | null;
  /** Tenths of that share; the last holds 0.9 to 1. */
  distribution: number[];
  /** What the replies would have been called, had the draft been seen and not clicked. Wilson, 95 %. */
  accepted: Share;
  edited: Share;
  sentence: string;
};

export function shadowFigures(cells: ShadowCell[]): ShadowFigures {
  const total = (name: "made" | "accepted" | "edited" | "other") => cells.reduce((sum, cell) => sum + cell[name], 0);
  const [accepted, edited] = [total("accepted"), total("edited")];
  const compared = accepted + edited + total("other");
  const counts = Array.from({ length: 101 }, (_, percent) =>
    cells.reduce((sum, { shares }) => sum + (shares[String(percent)] ?? 0), 0),
  );
  const shareOf = (n: number): Share => ({ n, share: compared === 0 ? 0 : n / compared, ...wilson(n, compared) });
  const middle = median(counts, compared);
  return {
    made: total("made"),
    compared,
    median: middle,
    distribution: Array.from({ length: 10 }, (_, tenth) =>
      counts.slice(tenth * 10, tenth === 9 ? 101 : tenth * 10 + 10).reduce((sum, n) => sum + n, 0),
    ),
    accepted: shareOf(accepted),
    edited: shareOf(edited),
    sentence: told(compared, shareOf(accepted + edited), middle),
  };
}

/** The mean of the two in the middle where their number is even; to the per cent. */
function median(counts: number[], n: number): number | null {
  if (n === 0) return null;
  const at = (place: number) => {
    let left = place;
    return counts.findIndex((count) => {
      left -= count;
      return left < 0;
    });
  };
  return (at(Math.floor((n - 1) / 2)) + at(Math.floor(n / 2))) / 200;
}

const caveat =
  "Nobody saw these drafts. Who sees a draft often takes up its words, so this says how near drafts come, not how many would be used.";

function told(compared: number, { share, low, high }: Share, middle: number | null): string {
  if (middle === null) return "No reply has been compared with an unseen draft yet.";
  const percent = (value: number) => Math.round(100 * value);
  return `Of ${compared} unseen drafts reps wrote ${percent(share)} % as drafted or nearly so (${percent(low)} to ${percent(high)} %); in half of them at least ${percent(middle)} % of the words stand in the reply too. ${caveat}`;
}
