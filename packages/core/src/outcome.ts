/**
 * How a conversation ended, one record each, put when its arm is drawn and recomputed from the events, so that any order
 * of arrival gives the same. Seven days to resolve, seven more to come back.
 */
import type { Arm } from "./arm.ts";
import * as Conversation from "./conversation.ts";
import type { Event, Message } from "./event.ts";
import { type Action, actionsBefore } from "./store/actions.ts";
import * as conversations from "./store/conversations.ts";
import * as keys from "./store/keys.ts";
import type { Item, Stored, Table } from "./store/port.ts";
import { newer, shape } from "./store/shape.ts";

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
  /** The rep's week that a switchback drew. */
  unit?: string | null;
  /** Why the measurement leaves it out. */
  exempt?: string | null;
  /** Known before the draw: whose it was, and what it is about. */
  repAtDraw?: string | null;
  topic?: string | null;
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
  "unit",
  "exempt",
  "repAtDraw",
  "topic",
] as const;

export const packOutcome = (row: OutcomeRow): string =>
  JSON.stringify([shape, ...fields.map((field) => row[field] ?? null)]);
export function unpackOutcome(text: string): OutcomeRow {
  const values = JSON.parse(text) as [number, ...unknown[]];
  if (values[0] > shape) throw newer(values[0]);
  const row: Record<string, unknown> = {};
  for (let i = 0; i < fields.length; i++) row[fields[i]!] = values[i + 1] ?? null;
  return row as OutcomeRow;
}

/**
 * `later`: times at which the same customer began other conversations; `elsewhere`: when reps wrote, in this conversation or
 * any other. Messages and events in order of time.
 */
export function measure(
  messages: Message[],
  events: Event[],
  later: string[] = [],
  elsewhere: Action[] = [],
): Metrics & { rep: string | null } {
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
  return {
    firstReplyMs: answers[0] ? Date.parse(answers[0].at) - start : null,
    resolutionMs: resolvedAt ? Date.parse(resolvedAt) - start : null,
    handleTimeMs: answers.length > 0 ? handling(messages, elsewhere) : null,
    replies: answers.length > 0 ? answers.length : null,
    resolved: resolvedAt ? 1 : 0,
    reopened7d: resolvedAt ? (reopened ? 1 : 0) : null,
    contactedAgain7d: resolvedAt ? (later.some(back) ? 1 : 0) : null,
    escalated: handedOn(events, answers[0]?.at) ? 1 : 0,
    rating: ratings.at(-1) ?? null,
    rep: mostOften(answers.flatMap(({ author }) => (author.id ? [author.id] : []))),
  };
}

/**
 * Before each thing a rep wrote here, the time since the latest of the customer's message, what any rep wrote here before, and
 * what this rep wrote anywhere before; capped. So the time of a rep with several chats counts once.
 */
function handling(messages: Message[], elsewhere: Action[]): number {
  const written = new Map<string, number[]>();
  for (const { rep, at } of elsewhere) written.set(rep, [...(written.get(rep) ?? []), Date.parse(at)]);
  let since: number | undefined;
  let total = 0;
  for (const message of messages) {
    const at = Date.parse(message.at);
    if (Conversation.isFromCustomer(message)) since = at;
    if (message.author.kind !== "rep") continue;
    if (since !== undefined) {
      let begins = since;
      for (const other of written.get(message.author.id ?? "") ?? []) if (other < at && other > begins) begins = other;
      total += Math.min(gapCapMs, at - begins);
    }
    since = at;
  }
  return total;
}

/** To another team, or after the first reply from one rep to another. */
function handedOn(events: Event[], firstReplyAt: string | undefined): boolean {
  const teams = new Set<string>();
  let rep: string | undefined;
  for (const event of events) {
    if (event.type !== "conversation.assigned") continue;
    const { team, assignee } = event.conversation;
    if (team) teams.add(team);
    if (teams.size > 1) return true;
    if (!assignee?.id) continue;
    if (rep !== undefined && rep !== assignee.id && firstReplyAt !== undefined && event.at > firstReplyAt) return true;
    rep = assignee.id;
  }
  return false;
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
    unit: header.unit ?? null,
    exempt: header.exempt ?? null,
    repAtDraw: header.atDraw?.rep ?? null,
    topic: header.atDraw?.topic ?? null,
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

/** Who the customer was and who was assigned is gone after an erasure; what was counted of it stays. */
function remembered<M extends Metrics>(old: OutcomeItem, measured: M): M {
  const { escalated, contactedAgain7d } = old;
  return {
    ...measured,
    ...(escalated === 1 ? { escalated } : {}),
    ...(contactedAgain7d === 1 && measured.contactedAgain7d === 0 ? { contactedAgain7d } : {}),
  };
}

/**
 * Recomputes the outcome from everything that is stored. Its version is read before the events are: whoever saw fewer events
 * finds that another was quicker, and looks again.
 */
export async function recompute(
  table: Table,
  workspace: string,
  given: Conversation.Header,
): Promise<OutcomeItem | undefined> {
  for (let attempt = 0; attempt < 12; attempt++) {
    const old = (await table.get(keys.outcome(workspace, given.id))) as unknown as OutcomeItem | undefined;
    const [stored, messages, events] = await Promise.all([
      table.get(keys.conversation(workspace, given.id)) as Promise<unknown> as Promise<Conversation.Header | undefined>,
      conversations.messages(table, workspace, given.id, { since: "0" }),
      conversations.events(table, workspace, given.id),
    ]);
    const header = stored ?? given;
    if (!header.arm) return undefined;
    const written = messages.flatMap(({ author, at }) =>
      author.kind === "rep" && author.id ? [{ rep: author.id, at }] : [],
    );
    const [later, elsewhere] = await Promise.all([
      otherStarts(table, workspace, header),
      actionsBefore(table, workspace, written, gapCapMs),
    ]);
    const measured = measure(messages, events, later, elsewhere);
    const next = item(header, workspace, header.erased && old ? remembered(old, measured) : measured);
    if (old?.row === next.row) return old;
    const changed = { ...next, ...(old?.gpk ? { gpk: old.gpk, gsk: old.gsk ?? "" } : {}), rev: (old?.rev ?? 0) + 1 };
    if (await table.put(changed as unknown as Item, old ? { rev: old.rev ?? 0 } : "absent")) return changed;
  }
  throw new Error("an outcome kept changing");
}

/** A customer who writes more than this many conversations in the window is counted as writing again all the same. */
const othersRead = 25;

/** A list's entry has the time of the event that came first, which need not be the first to have happened: the headers know. */
async function otherStarts(table: Table, workspace: string, header: Conversation.Header): Promise<string[]> {
  const id = header.customer?.value.id;
  if (!id || !header.firstCustomer) return [];
  const listed = (await table.query({ pk: keys.customerPk(workspace, id), prefix: "C#" })).filter(
    ({ conversationId }) => conversationId !== header.id,
  );
  const start = Date.parse(header.firstCustomer.at);
  const near = listed
    .filter(({ at }) => {
      const since = Date.parse(String(at)) - start;
      return since > -returnWindowMs && since < resolveWindowMs + 2 * returnWindowMs;
    })
    .sort((a, b) => (String(a.at) < String(b.at) ? -1 : 1))
    .slice(0, othersRead);
  const headers = await Promise.all(
    near.map(({ conversationId }) => table.get(keys.conversation(workspace, String(conversationId)))),
  );
  return headers.flatMap((other, i) => {
    const at = (other as unknown as Conversation.Header | undefined)?.firstCustomer?.at;
    // Not taken in yet, or expired: the list's own time is the best there is.
    return at === undefined ? [String(near[i]!.at)] : [at];
  });
}

/** Other conversations of the same customer that may have ended with this one's beginning. Ids, the latest first. */
export async function before(table: Table, workspace: string, header: Conversation.Header): Promise<string[]> {
  const id = header.customer?.value.id;
  if (!id || !header.firstCustomer) return [];
  const start = Date.parse(header.firstCustomer.at);
  return (await table.query({ pk: keys.customerPk(workspace, id), prefix: "C#" }))
    .filter(({ conversationId, at }) => {
      const earlier = start - Date.parse(String(at));
      return conversationId !== header.id && earlier >= 0 && earlier < resolveWindowMs + returnWindowMs;
    })
    .sort((a, b) => (String(a.at) > String(b.at) ? -1 : 1))
    .slice(0, 5)
    .map(({ conversationId }) => String(conversationId));
}
