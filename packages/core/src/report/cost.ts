/** What the language model cost, by kind and model. An unknown price stays unknown. */
import type { Table } from "../store/port.ts";
import { add, zero } from "./cells.ts";
import { asOf, readDays } from "./days.ts";

export type Cost = {
  from: string;
  to: string;
  asOf: string;
  rows: { kind: string; model: string; suggestions: number; tokensIn: number; tokensOut: number; usd: number | null }[];
  totalUsd: number | null;
  /** US dollars for each draft that was sent, as it was or edited; null when none was, or a price is unknown. */
  perAccepted: number | null;
};

export async function cost(
  table: Table,
  workspace: string,
  { from, to, nowMs }: { from: string; to: string; nowMs: number },
): Promise<Cost> {
  const days = await readDays(table, workspace, from, to, nowMs);
  const cells = days.flatMap((day) => day.cells).filter(({ article, kind }) => article === null && kind !== "policy");
  const groups = new Map<string, { kind: string; model: string; counts: ReturnType<typeof zero> }>();
  for (const { kind, engine, counts } of cells) {
    const key = `${kind}\n${engine}`;
    const group = groups.get(key) ?? { kind, model: engine, counts: zero() };
    groups.set(key, { ...group, counts: add(group.counts, counts) });
  }
  const rows = [...groups.values()].map(({ kind, model, counts }) => ({
    kind,
    model,
    suggestions: counts.made,
    tokensIn: counts.tokensIn,
    tokensOut: counts.tokensOut,
    usd: counts.usdUnknown > 0 ? null : counts.usd,
  }));
  const all = cells.reduce((sum, { counts }) => add(sum, counts), zero());
  const totalUsd = all.usdUnknown > 0 ? null : all.usd;
  const sent = all.accepted + all.edited;
  return {
    from,
    to,
    asOf: asOf(days, nowMs),
    rows: rows.sort((a, b) => b.suggestions - a.suggestions),
    totalUsd,
    perAccepted: totalUsd === null || sent === 0 ? null : totalUsd / sent,
  };
}
