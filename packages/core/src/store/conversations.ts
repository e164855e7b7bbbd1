/** Conversations in the table: append what happened, read it back in order of time. */
import * as Conversation from "../conversation.ts";
import { type Event, type Message, timeOf } from "../event.ts";
import type { Job } from "../job.ts";
import { together } from "../together.ts";
import * as keys from "./keys.ts";
import { change, type Item, live, type Stored, type Table } from "./port.ts";

export type MessageItem = Item & { message: Message; receivedAt: string; redactedAt?: string };
export type EventItem = Item & { event: Event; receivedAt: string };
export type StoredMessage = Message & { receivedAt: string };

/** The key under which an event is kept; a job carries it instead of the event. */
export function eventKey(workspace: string, event: Event) {
  const { id } = event.conversation;
  if (event.type === "message.created") return keys.message(workspace, id, event.message.at, event.message.id);
  const of = event.type === "message.edited" || event.type === "message.redacted" ? event.message.id : "";
  return keys.event(workspace, id, event.type, timeOf(event), of);
}

/** What is to be done for an event that was kept. `asked`: whether its helpdesk may be asked for names. */
export function eventJob(workspace: string, event: Event, asked: { helpdesk?: string }): Job {
  const turn = event.type === "message.created" && Conversation.isFromCustomer(event.message) ? { turn: true } : {};
  const { sk } = eventKey(workspace, event);
  return { type: "event", workspace, conversationId: event.conversation.id, sk, ...asked, ...turn };
}

export type Appended = "stored" | "duplicate" | "erased";

/**
 * Keeps an event, once. It is listed under its customer first, so that an erasure finds it even if we die between the two
 * writes. Beside that the tombstones are looked at, the customer's and the conversation's, so that an event from before an
 * erasure is not kept again, whether or not it names the customer; an erasure that begins in that very moment finds it at
 * its second pass.
 */
export async function append(
  table: Table,
  workspace: string,
  event: Event,
  nowMs: number,
  expiresAt: number,
  listed: Listed,
): Promise<Appended> {
  const { id } = event.conversation;
  const customerId = customerOf(event);
  // Whatever was looked at for a message with its customer was looked at for one that names none.
  const ways = [[workspace, id], ...(customerId === undefined ? [] : [[workspace, id, customerId]])];
  if (!listed.has(nowMs, ...ways.at(-1)!)) {
    const key = customerId === undefined ? undefined : keys.customerConversation(workspace, customerId, id);
    const stones = [keys.conversationTombstone(workspace, id), ...(key ? [keys.tombstoneKey(key.pk)] : [])];
    const [found] = await together([
      Promise.all(stones.map((key) => table.get(key))),
      key && list(table, { ...key, v: 1, conversationId: id, at: timeOf(event), expiresAt }),
    ]);
    const erased = found.flatMap((stone) => stone ?? []);
    if (erased.some(({ erasedAt }) => timeOf(event) <= String(erasedAt))) return "erased";
    // Whoever writes again after an erasure must not open the way for what is delivered late from before it.
    if (erased.length === 0) for (const way of ways) listed.add(nowMs, ...way);
  }
  const receivedAt = new Date(nowMs).toISOString();
  const key = eventKey(workspace, event);
  const stored =
    event.type === "message.created"
      ? { ...key, v: 1, message: event.message, facts: event.conversation, receivedAt, expiresAt }
      : { ...key, v: 1, event, receivedAt, expiresAt };
  return (await table.put(stored, "absent")) ? "stored" : "duplicate";
}

/** The list lives as long as what it lists: it is put anew when it would expire more than a day before. */
async function list(
  table: Table,
  item: Stored & { conversationId: string; at: string; expiresAt: number },
): Promise<void> {
  if (await table.put(item, "absent")) return;
  await change<typeof item>(table, item, (old) =>
    old && old.expiresAt < item.expiresAt - 86_400 ? { ...old, expiresAt: item.expiresAt } : undefined,
  );
}

/** Who the customer is: as the conversation says, else as the message's author. */
export function customerOf(event: Event): string | undefined {
  const author =
    event.type === "message.created" && event.message.author.kind === "customer" ? event.message.author : undefined;
  return event.conversation.customer?.id ?? author?.id;
}

/**
 * Which customers' conversations this process has listed in the last minute: saves three calls for each further message. Not
 * longer, since an erasure may have come meanwhile; what slips through in that minute its second pass erases.
 */
export type Listed = { has(nowMs: number, ...ids: string[]): boolean; add(nowMs: number, ...ids: string[]): void };
export function listed(capacity = 20_000, keptMs = 60_000): Listed {
  const seen = new Map<string, number>();
  return {
    has: (nowMs, ...ids) => nowMs - (seen.get(JSON.stringify(ids)) ?? 0) < keptMs,
    add: (nowMs, ...ids) => {
      if (seen.size >= capacity) seen.clear();
      seen.set(JSON.stringify(ids), nowMs);
    },
  };
}

/** The event behind a job, as it was kept. */
export async function readEvent(
  table: Table,
  key: { pk: string; sk: string },
): Promise<{ event: Event; receivedAt: string } | undefined> {
  const item = await table.get(key);
  if (!item) return undefined;
  const receivedAt = String(item.receivedAt);
  if (item.event) return { event: item.event as Event, receivedAt };
  return { event: { type: "message.created", conversation: item.facts, message: item.message } as Event, receivedAt };
}

export async function header(
  table: Table,
  workspace: string,
  id: string,
  nowMs: number,
): Promise<Conversation.Header | undefined> {
  return live((await table.get(keys.conversation(workspace, id))) as unknown as Conversation.Header | undefined, nowMs);
}

export const emptyHeader = (workspace: string, id: string): Conversation.Header => ({
  ...keys.conversation(workspace, id),
  v: 1,
  id,
});

/**
 * The last messages of a conversation, in order of time. The same id sent with two times counts once, at the earlier
 * one. With `since`, all from that time on.
 */
export async function messages(
  table: Table,
  workspace: string,
  id: string,
  options: { limit?: number; since?: string } = {},
): Promise<StoredMessage[]> {
  const pk = keys.conversationPk(workspace, id);
  const items = (await (options.since
    ? table.query({ pk, from: `MSG#${options.since}`, to: "MSG#\uffff" })
    : table.query({ pk, prefix: "MSG#", descending: true, limit: options.limit ?? 60 }))) as MessageItem[];
  if (!options.since) items.reverse();
  const seen = new Set<string>();
  const once: StoredMessage[] = [];
  for (const item of items) {
    if (seen.has(item.message.id)) continue;
    seen.add(item.message.id);
    once.push(stored(item));
  }
  return once.sort(Conversation.order);
}

const stored = ({ message, receivedAt, redactedAt }: MessageItem): StoredMessage => ({
  ...message,
  ...(redactedAt ? { text: "" } : {}),
  receivedAt,
});

/** One message, by its own time and id. */
export async function message(
  table: Table,
  workspace: string,
  conversationId: string,
  { at, id }: { at: string; id: string },
): Promise<StoredMessage | undefined> {
  const item = (await table.get(keys.message(workspace, conversationId, at, id))) as MessageItem | undefined;
  return item && stored(item);
}

/** All events but messages, in order of time; or those whose type begins so. */
export async function events(table: Table, workspace: string, id: string, type = ""): Promise<Event[]> {
  const items = (await table.query({ pk: keys.conversationPk(workspace, id), prefix: `EVT#${type}` })) as EventItem[];
  return items.map(({ event }) => event).sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1));
}
