/** Where it fails: questions without a policy, articles whose drafts are refused, and the reasons reps gave. */
import { openTurn } from "../conversation.ts";
import type { Settings } from "../settings.ts";
import * as conversations from "../store/conversations.ts";
import type { Stored, Table } from "../store/port.ts";
import { acceptance } from "./acceptance.ts";
import { readDays } from "./days.ts";

export type Gaps = {
  from: string;
  to: string;
  questions: { text: string; count: number; lastAt: string; conversationIds: string[] }[];
  articles: {
    articleId: string;
    title: string;
    cited: number;
    accepted: number;
    rejected: number;
    ignored: number;
    rate: number | null;
  }[];
  reasons: { reason: string; count: number }[];
};

type GapItem = Stored & { conversationId: string; suggestionId: string; turnAt: string; text?: string };

/** The questions are read from their conversations: a gap keeps ids alone, so an erasure leaves nothing here. */
export async function gaps(
  table: Table,
  workspace: string,
  options: {
    from: string;
    to: string;
    settings: Settings;
    nowMs: number;
    title: (id: string) => string | undefined;
    limit?: number;
  },
): Promise<Gaps> {
  const { from, to, settings, nowMs, title, limit = 100 } = options;
  const items = (await table.query({
    pk: `G#${workspace}`,
    from: `${from}#`,
    to: `${to}#\uffff`,
    descending: true,
    limit,
  })) as unknown as GapItem[];
  const groups = new Map<string, Gaps["questions"][number]>();
  for (const item of items) {
    const text = item.text ?? (await question(table, workspace, item));
    if (!text) continue;
    const key = text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, " ")
      .trim();
    const group = groups.get(key) ?? { text, count: 0, lastAt: item.turnAt, conversationIds: [] };
    groups.set(key, {
      ...group,
      count: group.count + 1,
      lastAt: group.lastAt > item.turnAt ? group.lastAt : item.turnAt,
      conversationIds: [...new Set([...group.conversationIds, item.conversationId])].slice(0, 20),
    });
  }
  const byPolicy = await acceptance(table, workspace, { from, to, by: "policy", settings, nowMs, title });
  const reasons = new Map<string, number>();
  for (const day of await readDays(table, workspace, from, to, nowMs))
    for (const [reason, count] of Object.entries(day.reasons ?? {}))
      reasons.set(reason, (reasons.get(reason) ?? 0) + count);
  return {
    from,
    to,
    questions: [...groups.values()].sort((a, b) => b.count - a.count || (a.lastAt > b.lastAt ? -1 : 1)),
    articles: byPolicy.rows
      .map((row) => ({
        articleId: row.key,
        title: row.label,
        cited: row.decided + row.unseen + row.stale + row.superseded,
        accepted: row.accepted + row.edited,
        rejected: row.rejected,
        ignored: row.ignored,
        rate: row.rate,
      }))
      .filter(({ rejected, ignored }) => rejected + ignored > 0)
      .sort((a, b) => (a.rate ?? 1) - (b.rate ?? 1)),
    reasons: [...reasons].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count),
  };
}

async function question(table: Table, workspace: string, { conversationId, turnAt }: GapItem): Promise<string> {
  const messages = await conversations.messages(table, workspace, conversationId);
  const upTo = messages.filter(({ at }) => at <= turnAt);
  return (openTurn(upTo)?.messages ?? [])
    .map(({ text }) => text)
    .join(" ")
    .slice(0, 300)
    .toWellFormed();
}
