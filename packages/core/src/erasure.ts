/**
 * A customer's right to be forgotten, and to be told. Everything personal is found by the customer's id, because it was
 * listed there before it was written. Text and identity go; the rows that reports count stay, and a hashed tombstone
 * turns late deliveries away. Each step may be repeated, and a second pass finds what was written while the first ran.
 */

import * as keys from "./store/keys.ts";
import { conversation as headerKey, tombstoneKey } from "./store/keys.ts";
import { removeLesson } from "./store/lessons.ts";
import type { NameItem } from "./store/names.ts";
import { change, type Item, type Stored, type Table } from "./store/port.ts";

/** `at`: when the first event was that listed it. `done`: which erasure, by its time, has gone over it. */
type Listed = Stored & { conversationId: string; at: string; done?: string };

/** What an erasure cannot reach, and when that is gone too. */
export const remains = [
  { where: "backups of the table (point-in-time recovery)", untilDays: 35 },
  { where: "the search index before the one made now, compressed and no longer read", untilDays: 2 },
  {
    where: "the model's provider, if a language model is used: personal data was replaced before anything was sent",
    untilDays: null,
  },
  { where: "the helpdesk itself: erase the customer there as well", untilDays: null },
];

/** Reasons of one tap; any other text a rep wrote goes. */
const plainReasons = new Set(["wrong", "incomplete", "tone", "not needed", "other"]);

/** Leaves the tombstone first, so that nothing new is kept while the rest is erased. Gives the partition of the customer's list. */
export async function begin(table: Table, workspace: string, customerId: string, nowMs: number): Promise<string> {
  const pk = keys.customerPk(workspace, customerId);
  await table.put({ ...tombstoneKey(pk), v: 1, erasedAt: new Date(nowMs).toISOString() });
  return pk;
}

/** Erases up to `limit` conversations of a list that are not erased yet; gives how many were, and whether any is left. */
export async function erase(
  table: Table,
  workspace: string,
  listPk: string,
  limit = 50,
): Promise<{ erased: number; more: boolean }> {
  await forgetName(table, listPk);
  const { erasedAt, listed } = await erasable(table, listPk);
  const left = listed.filter(({ done }) => done !== erasedAt);
  for (const { pk, sk, conversationId } of left.slice(0, limit)) {
    await eraseConversation(table, workspace, conversationId, erasedAt);
    await change<Listed>(table, { pk, sk }, (old) => old && { ...old, done: erasedAt });
  }
  return { erased: Math.min(limit, left.length), more: left.length > limit };
}

/** Goes over all of them again: what another handler wrote meanwhile is erased too. */
export async function eraseAgain(table: Table, workspace: string, listPk: string): Promise<void> {
  await forgetName(table, listPk);
  const { erasedAt, listed } = await erasable(table, listPk);
  for (const { conversationId } of listed) await eraseConversation(table, workspace, conversationId, erasedAt);
}

/** What was read of them from a helpdesk's API. */
async function forgetName(table: Table, listPk: string): Promise<void> {
  for (const item of await table.query({ pk: listPk, prefix: keys.named })) await table.remove(item);
}

/** Conversations that began before the erasure; whoever writes again after it has asked for nothing yet. */
async function erasable(table: Table, listPk: string): Promise<{ erasedAt: string; listed: Listed[] }> {
  const erasedAt = String((await table.get(tombstoneKey(listPk)))?.erasedAt ?? "");
  const listed = (await table.query({ pk: listPk, prefix: "C#" })) as unknown as Listed[];
  return { erasedAt, listed: listed.filter(({ at }) => at <= erasedAt) };
}

async function eraseConversation(
  table: Table,
  workspace: string,
  conversationId: string,
  erasedAt: string,
): Promise<void> {
  // Before anything is read: what arrives late without a customer's id is known by its conversation alone.
  await change<Stored & { erasedAt: string }>(table, keys.conversationTombstone(workspace, conversationId), (old) =>
    old && old.erasedAt >= erasedAt
      ? undefined
      : { ...keys.conversationTombstone(workspace, conversationId), v: 1, erasedAt },
  );
  const items = await table.query({ pk: keys.conversationPk(workspace, conversationId) });
  // The header first: from then on nothing is suggested for it.
  await change(table, headerKey(workspace, conversationId), (old) => old && strip(old as unknown as Item));
  for (const item of items) {
    if (item.sk === "CONV" || item.sk === "OUT") continue;
    if (item.sk.startsWith("SUG#") && typeof item.id === "string") await forget(table, workspace, item);
    await change(table, item, (old) => old && changed(old as unknown as Item));
  }
}

/** What it taught is a template, and goes too; so does what a lead could still make an article of. The index follows. */
async function forget(table: Table, workspace: string, { id, createdAt }: Item): Promise<void> {
  await removeLesson(table, workspace, { id: String(id), createdAt: String(createdAt) });
  await table.remove(keys.proposal(workspace, keys.sha256(String(id)).slice(0, 16)));
}

function changed(old: Item): Item | undefined {
  const next = strip(old);
  return JSON.stringify(next) === JSON.stringify(old) ? undefined : next;
}

/** An item without text and identity. What stays: ids, times, kinds, counts. */
export function strip(item: Item): Item {
  const { pk, sk, v, rev, expiresAt, gpk, gsk, row } = item;
  const frame = { pk, sk, v, ...present({ rev, expiresAt, gpk, gsk, row }) };
  const part = sk.split("#");
  if (sk === "CONV") {
    const { subject: _subject, customer: _customer, names: _names, assignee, tags: _tags, ...rest } = item;
    return { ...rest, ...present({ assignee: bare(assignee) }), erased: true } as Item;
  }
  if (part[0] === "MSG") {
    const { id, at, author, visibility } = item.message as {
      id: string;
      at: string;
      author: { kind: string; id?: string };
      visibility: string;
    };
    const kept = author.kind === "rep" ? present({ kind: author.kind, id: author.id }) : { kind: author.kind };
    return {
      ...frame,
      message: { id, at, author: kept, visibility, text: "" },
      facts: { id: (item.facts as { id?: string } | undefined)?.id ?? "" },
      receivedAt: item.receivedAt,
      erased: true,
    };
  }
  if (part[0] === "EVT") {
    const event = item.event as { type: string; conversation: { id: string; team?: string }; message?: { id: string } };
    const { conversation, message, ...rest } = event;
    return {
      ...frame,
      event: {
        ...rest,
        conversation: present({ id: conversation.id, team: conversation.team }),
        ...(message ? { message: { id: message.id } } : {}),
      },
      receivedAt: item.receivedAt,
      erased: true,
    };
  }
  if (part[0] === "SHD") return { ...item, text: "" };
  if (part[0] !== "SUG") return item;
  if (part[3] === "text") return { ...frame, text: "", citations: [], flags: [], erased: true };
  if (part[3] === "request")
    return {
      ...frame,
      repId: item.repId,
      requestedAt: item.requestedAt,
      ask: { kind: (item.ask as { kind?: string } | undefined)?.kind },
      erased: true,
    };
  if (part[3] === "click")
    return { ...frame, action: item.action, at: item.at, repId: item.repId, ...reasonOf(item.reason) };
  // The state holds no text but a reason a rep typed; its row says the same.
  if (part[3] === undefined && item.rejectReason !== undefined && !plainReasons.has(String(item.rejectReason)))
    return {
      ...item,
      rejectReason: "other",
      row: typeof row === "string" ? row.replaceAll(JSON.stringify(item.rejectReason), '"other"') : row,
    } as Item;
  return item;
}

const reasonOf = (reason: unknown) =>
  reason === undefined ? {} : { reason: plainReasons.has(String(reason)) ? reason : "other" };
const present = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
/** A rep's id stays, since figures are theirs; the name is the helpdesk's to give. */
const bare = (assignee: unknown) => {
  const { value, at } = (assignee ?? {}) as { value?: { id?: string } | null; at?: string };
  return at === undefined ? undefined : { value: value?.id ? { id: value.id } : null, at };
};

/** Everything that is kept of a customer, one conversation at a time, as it is stored. */
export async function exportCustomer(
  table: Table,
  workspace: string,
  customerId: string,
  options: { after?: string; limit: number },
) {
  const pk = keys.customerPk(workspace, customerId);
  const listed = ((await table.query({ pk, prefix: "C#" })) as unknown as Listed[]).filter(
    ({ conversationId }) => options.after === undefined || conversationId > options.after,
  );
  const erasedAt = (await table.get(tombstoneKey(pk)))?.erasedAt as string | undefined;
  const called = (await table.query({ pk, prefix: keys.named })) as unknown as NameItem[];
  const conversations = [];
  for (const { conversationId } of listed.slice(0, options.limit)) {
    const items = await table.query({ pk: keys.conversationPk(workspace, conversationId) });
    conversations.push({
      conversationId,
      records: items.map(({ pk: _pk, gpk: _gpk, gsk: _gsk, row: _row, rev: _rev, v: _v, ...rest }) => rest),
    });
  }
  const last = listed[options.limit - 1];
  return {
    customerId,
    ...(erasedAt ? { erasedAt } : {}),
    called: called.map(({ sk, name, email, readAt }) => ({
      helpdesk: sk.slice(keys.named.length),
      ...present({ name, email, readAt }),
    })),
    conversations,
    ...(last && listed.length > options.limit ? { next: last.conversationId } : {}),
  };
}
