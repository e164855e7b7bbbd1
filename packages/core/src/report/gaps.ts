/** Where it fails: questions without a policy, articles whose drafts are refused, and the reasons reps gave. */
import { openTurn } from "../conversation.ts";
import type { Settings } from "../settings.ts";
import { wilson } from "../stats/wilson.ts";
import * as conversations from "../store/conversations.ts";
import type { Stored, Table } from "../store/port.ts";
import { acceptance, type Row } from "./acceptance.ts";
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
    /** Why reps refused drafts that cite it, as far as they said. */
    reasons: { reason: string; count: number }[];
  }[];
  reasons: { reason: string; count: number }[];
  /** Drafts with figures marked that stand in no source, and how many of them were sent all the same. */
  unsupported: { caught: number; sent: number };
  /** By acceptance, the lowest first. `lags`: the whole interval lies below that of all other languages together. */
  languages: {
    key: string;
    language: string;
    decided: number;
    rate: number | null;
    low: number;
    high: number;
    lags: boolean;
  }[];
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
  const groups: (Gaps["questions"][number] & { words: Set<string> })[] = [];
  for (const item of items) {
    const text = item.text ?? (await question(table, workspace, item));
    if (!text) continue;
    const words = wordsOf(text);
    let group = groups.find((one) => alike(one.words, words));
    if (!group) {
      group = { text, words, count: 0, lastAt: item.turnAt, conversationIds: [] };
      groups.push(group);
    }
    group.count++;
    if (item.turnAt > group.lastAt) group.lastAt = item.turnAt;
    if (!group.conversationIds.includes(item.conversationId) && group.conversationIds.length < 20)
      group.conversationIds.push(item.conversationId);
  }
  const ask = { from, to, settings, nowMs, title };
  const [byPolicy, byLanguage, days] = await Promise.all([
    acceptance(table, workspace, { ...ask, by: "policy" }),
    acceptance(table, workspace, { ...ask, by: "language" }),
    readDays(table, workspace, from, to, nowMs),
  ]);
  const reasons: Record<string, number> = Object.create(null);
  const refusals = new Map<string, Record<string, number>>();
  for (const day of days) {
    gather(reasons, day.reasons);
    for (const [article, own] of Object.entries(day.refusals ?? {}))
      refusals.set(article, gather(refusals.get(article) ?? Object.create(null), own));
  }
  const { unsupported, unsupportedSent } = byLanguage.total;
  return {
    from,
    to,
    questions: groups
      .map(({ words: _words, ...group }) => group)
      .sort((a, b) => b.count - a.count || (a.lastAt > b.lastAt ? -1 : 1)),
    articles: byPolicy.rows
      .map((row) => ({
        articleId: row.key,
        title: row.label,
        cited: row.decided + row.unseen + row.stale + row.superseded,
        accepted: row.accepted + row.edited,
        rejected: row.rejected,
        ignored: row.ignored,
        rate: row.rate,
        reasons: ranked(refusals.get(row.key) ?? {}),
      }))
      .filter(({ rejected, ignored }) => rejected + ignored > 0)
      .sort((a, b) => (a.rate ?? 1) - (b.rate ?? 1)),
    reasons: ranked(reasons),
    unsupported: { caught: unsupported, sent: unsupportedSent },
    languages: languagesOf(byLanguage.rows),
  };
}

function gather(into: Record<string, number>, from: Record<string, number> = {}): Record<string, number> {
  for (const [reason, count] of Object.entries(from)) into[reason] = (into[reason] ?? 0) + count;
  return into;
}
const ranked = (counts: Record<string, number>) =>
  Object.entries(counts)
    .map(([reason, count]) => ({ reason, count }))
    .sort((a, b) => b.count - a.count);

const wordsOf = (text: string) => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
/** The same question in slightly other words: six words in ten in common. */
const alikeFrom = 0.6;
function alike(a: Set<string>, b: Set<string>): boolean {
  const common = [...a].filter((word) => b.has(word)).length;
  const all = a.size + b.size - common;
  return all === 0 || common / all >= alikeFrom;
}

/** With fewer decisions a rate says more of chance than of the language. */
const fewDecided = 30;

function languagesOf(rows: Row[]): Gaps["languages"] {
  const used = ({ accepted, edited }: Row) => accepted + edited;
  const sum = (of: (row: Row) => number, but: Row) => rows.reduce((all, row) => all + (row === but ? 0 : of(row)), 0);
  return rows
    .filter(({ decided }) => decided > 0)
    .map((row) => {
      const { key, label, decided, rate, low, high } = row;
      const others = sum(({ decided }) => decided, row);
      const lags = decided >= fewDecided && others >= fewDecided && high < wilson(sum(used, row), others).low;
      return { key, language: label, decided, rate, low, high, lags };
    })
    .sort((a, b) => (a.rate ?? 1) - (b.rate ?? 1));
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
