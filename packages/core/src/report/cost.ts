/** What the language model cost, by kind and model; and what no suggestion carries: the lookup's own calls, and unseen drafts. An unknown price stays unknown. */
import type { Table } from "../store/port.ts";
import { listSpent } from "../store/spent.ts";
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
  /** Conversations that began in these days, whatever was suggested in them; and US dollars for each. */
  conversations: number;
  perConversation: number | null;
};

export async function cost(
  table: Table,
  workspace: string,
  { from, to, nowMs }: { from: string; to: string; nowMs: number },
): Promise<Cost> {
  const [days, spent] = await Promise.all([
    readDays(table, workspace, from, to, nowMs),
    listSpent(table, workspace, from, to),
  ]);
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
  const aids = spent.map(({ what, model, tokensIn, tokensOut, usd }) => ({
    kind: what === "shadow" ? "unseen drafts" : `lookup: ${what}`,
    model,
    suggestions: 0,
    tokensIn,
    tokensOut,
    usd,
  }));
  const isUnknown = all.usdUnknown > 0 || aids.some(({ usd }) => usd === null);
  const totalUsd = isUnknown ? null : aids.reduce((sum, { usd }) => sum + (usd ?? 0), all.usd);
  const conversations = days.flatMap((day) => day.outcomes).reduce((sum, one) => sum + one.conversations, 0);
  const sent = all.accepted + all.edited;
  return {
    from,
    to,
    asOf: asOf(days, nowMs),
    rows: [...rows.sort((a, b) => b.suggestions - a.suggestions), ...aids],
    totalUsd,
    perAccepted: totalUsd === null || sent === 0 ? null : totalUsd / sent,
    conversations,
    perConversation: totalUsd === null || conversations === 0 ? null : totalUsd / conversations,
  };
}
