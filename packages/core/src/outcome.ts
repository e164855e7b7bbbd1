/**
 * How a conversation ended, one record each, put when its arm is drawn and recomputed from the events, so that any order
 * of arrival gives the same. Seven days to resolve, seven more to come back.
 */
import type { Arm } from "./arm.ts";
import * as Conversation from "./conversation.ts";
import type { Event, Message } from "./event.ts";
import * as conversations from "./store/conversations.ts";
import * as keys from "./store/keys.ts";
import { change, type Item, type Stored, type Table } from "./store/port.ts";

const dayMs = 86_400_000;
export const resolveWindowMs = 7 * dayMs;
export const returnWindowMs = 7 * dayMs;
/** A rep who went to lunch is not handling: no gap counts for more. */
export const gapCapMs = 15 * 60_000;

/** null: not known, or it did not happen. Times in ms. */
export type Metrics = {
  firstReplyMs: number | null;
  resolutionMs: number | null;
  handleTimeMs: number | null;
  replies: number | null;
  resolved: 0 | 1;
  /** null while unresolved: only what was closed can be reopened. */
  reopened7d: 0 | 1 | null;
  contactedAgain7d: 0 | 1 | null;
  escalated: 0 | 1;
  rating: number | null;
};

export type OutcomeRow = Metrics & {
  conversationId: string;
  arm: Arm;
  measurement: string | null;
  rep: string | null;
  team: string;
  language: string | null;
  anyway: boolean;
  simulated: boolean;
};

export type OutcomeItem = Stored & OutcomeRow & { day: string };

const metricFields = [
  "firstReplyMs",
  "resolutionMs",
  "handleTimeMs",
  "replies",
  "resolved",
  "reopened7d",
  "contactedAgain7d",
  "escalated",
  "rating",
] as const;
/** The order is part of the stored form: append, never reorder. */
const fields = [
  "conversationId",
  "arm",
  "measurement",
  "rep",
  "team",
  "language",
  "anyway",
  "simulated",
  ...metricFields,
] as const;

export const packOutcome = (row: OutcomeRow): string => JSON.stringify([1, ...fields.map((field) => row[field])]);
export function unpackOutcome(text: string): OutcomeRow {
  const [, ...values] = JSON.parse(text) as unknown[];
  return Object.fromEntries(fields.map((field, i) => [field, values[i] ?? null])) as unknown as OutcomeRow;
}

/** `later`: times at which the same customer began other conversations. Messages and events in order of time. */
export function measure(messages: Message[], events: Event[], later: string[] = []): Metrics & { rep: string | null } {
  const first = messages.find(Conversation.isFromCustomer);
  const replies = messages.filter(Conversation.isReply);
  const none = {
    firstReplyMs: null,
    resolutionMs: null,
    handleTimeMs: null,
    replies: null,
    resolved: 0,
    reopened7d: null,
    contactedAgain7d: null,
    escalated: 0,
    rating: null,
    rep: null,
  } as const;
  if (!first) return none;
  const start = Date.parse(first.at);
  const answers = replies.filter(({ at }) => at >= first.at);
  const resolution = events.find(
    (event) =>
      event.type === "conversation.resolved" && event.at >= first.at && Date.parse(event.at) - start <= resolveWindowMs,
  );
  const resolvedAt = resolution && "at" in resolution ? resolution.at : undefined;
  const back = (at: string) =>
    resolvedAt !== undefined && at > resolvedAt && Date.parse(at) - Date.parse(resolvedAt) <= returnWindowMs;
  const reopened =
    events.some((event) => event.type === "conversation.reopened" && back(event.at)) ||
    messages.some((message) => Conversation.isFromCustomer(message) && back(message.at));
  const ratings = events.flatMap((event) => (event.type === "conversation.rated" ? [event.rating.score] : []));
  const teams = new Set(
    events.flatMap((event) =>
      event.type === "conversation.assigned" && event.conversation.team ? [event.conversation.team] : [],
    ),
  );
  return {
    firstReplyMs: answers[0] ? Date.parse(answers[0].at) - start : null,
    resolutionMs: resolvedAt ? Date.parse(resolvedAt) - start : null,
    handleTimeMs: answers.length > 0 ? handling(messages) : null,
    replies: answers.length > 0 ? answers.length : null,
    resolved: resolvedAt ? 1 : 0,
    reopened7d: resolvedAt ? (reopened ? 1 : 0) : null,
    contactedAgain7d: resolvedAt ? (later.some(back) ? 1 : 0) : null,
    escalated: teams.size > 1 ? 1 : 0,
    rating: ratings.at(-1) ?? null,
    rep: mostOften(answers.flatMap(({ author }) => (author.id ? [author.id] : []))),
  };
}

/** Before each reply, the time since the later of the customer's last message and the rep's own last one, capped. */
function handling(messages: Message[]): number {
  let since: number | undefined;
  let total = 0;
  for (const message of messages) {
    const at = Date.parse(message.at);
    if (Conversation.isFromCustomer(message)) since = at;
    if (!Conversation.isReply(message)) continue;
    if (since !== undefined) total += Math.min(gapCapMs, at - since);
    since = at;
  }
  return total;
}

function mostOften(ids: string[]): string | null {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]?.[0] ?? null;
}

function item(header: Conversation.Header, workspace: string, metrics: Metrics & { rep: string | null }): OutcomeItem {
  const row: OutcomeRow = {
    ...metrics,
    conversationId: header.id,
    arm: header.arm ?? "assist",
    measurement: header.measurement ?? null,
    team: header.indexTeam ?? "",
    language: header.language?.value ?? null,
    anyway: header.anywayAt !== undefined,
    simulated: header.simulated ?? false,
  };
  const day = header.day ?? "";
  return {
    ...keys.outcome(workspace, header.id),
    v: 1,
    ...row,
    day,
    gpk: keys.outcomesOfDay(workspace, day),
    gsk: `${row.team}#${keys.sha256(header.id).slice(0, 16)}`,
    row: packOutcome(row),
    ...(header.expiresAt === undefined ? {} : { expiresAt: header.expiresAt }),
  };
}

/** Puts and indexes the outcome as soon as the arm is drawn, even if nothing follows: intent to treat. */
export async function ensureOutcome(table: Table, workspace: string, header: Conversation.Header): Promise<void> {
  await table.put({ ...item(header, workspace, measure([], [])), rev: 1 } as unknown as Item, "absent");
}

/** Recomputes the outcome from everything that is stored. */
export async function recompute(
  table: Table,
  workspace: string,
  header: Conversation.Header,
): Promise<OutcomeItem | undefined> {
  if (!header.arm) return undefined;
  const [messages, events, later] = await Promise.all([
    conversations.messages(table, workspace, header.id, { since: "0" }),
    conversations.events(table, workspace, header.id),
    otherStarts(table, workspace, header),
  ]);
  const next = item(header, workspace, measure(messages, events, later));
  const { item: kept } = await change<OutcomeItem>(table, keys.outcome(workspace, header.id), (old) =>
    old?.row === next.row ? undefined : { ...next, ...(old?.gpk ? { gpk: old.gpk, gsk: old.gsk ?? "" } : {}) },
  );
  return kept;
}

async function otherStarts(table: Table, workspace: string, header: Conversation.Header): Promise<string[]> {
  const id = header.customer?.value.id;
  if (!id) return [];
  const listed = await table.query({ pk: keys.customerPk(workspace, id), prefix: "C#" });
  return listed.filter(({ conversationId }) => conversationId !== header.id).map(({ at }) => String(at));
}
