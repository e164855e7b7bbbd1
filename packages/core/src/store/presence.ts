/** Who is connected, who watches which conversation. Short-lived; an expired item counts as absent. */
import { fitFrame } from "../channel/frame.ts";
import type { Channel } from "../channel/port.ts";
import type { ServerFrame } from "../protocol.ts";
import * as keys from "./keys.ts";
import { type Item, live, type Table } from "./port.ts";

export type Identity = {
  repId: string;
  /** `import` is a program with a token for that alone. */
  role: "rep" | "lead" | "admin" | "import";
  workspace: string;
  /** Whose record must still be as it was; absent where the token was signed on the machine itself. */
  person?: { email: string; epoch: string };
};

/** API Gateway ends a connection after two hours. */
const connectionSeconds = 2 * 3_600 + 300;
const ticketSeconds = 60;
const expires = (nowMs: number, seconds: number) => Math.floor(nowMs / 1_000) + seconds;

export async function issueTicket(table: Table, identity: Identity, value: string, nowMs: number): Promise<void> {
  await table.put({
    ...keys.ticket(value),
    v: 1,
    identity,
    until: nowMs + ticketSeconds * 1_000,
    expiresAt: expires(nowMs, ticketSeconds + 1),
  });
}

/** Single use: the delete gives the item to exactly one caller. */
export async function redeemTicket(table: Table, value: string, nowMs: number): Promise<Identity | undefined> {
  const item = (await table.remove(keys.ticket(value))) as (Item & { identity: Identity; until: number }) | undefined;
  return item && item.until > nowMs ? item.identity : undefined;
}

export async function connect(table: Table, connectionId: string, identity: Identity, nowMs: number): Promise<void> {
  await table.put({ ...keys.connection(connectionId), v: 1, identity, expiresAt: expires(nowMs, connectionSeconds) });
}

export async function identityOf(table: Table, connectionId: string, nowMs: number): Promise<Identity | undefined> {
  const item = live(await table.get(keys.connection(connectionId)), nowMs);
  return item?.identity as Identity | undefined;
}

export async function disconnect(table: Table, connectionId: string): Promise<void> {
  const { pk, sk } = keys.connection(connectionId);
  const identity = (await table.get({ pk, sk }))?.identity as Identity | undefined;
  for (const item of await table.query({ pk, prefix: "WATCH#" })) {
    if (identity) await table.remove(keys.watch(identity.workspace, String(item.conversationId), connectionId));
    await table.remove(item);
  }
  await table.remove({ pk, sk });
}

export async function watch(
  table: Table,
  connectionId: string,
  { workspace, repId, role }: Identity,
  conversationId: string,
  nowMs: number,
): Promise<void> {
  const expiresAt = expires(nowMs, connectionSeconds);
  await table.put({ ...keys.watchOf(connectionId, conversationId), v: 1, conversationId, expiresAt });
  await table.put({ ...keys.watch(workspace, conversationId, connectionId), v: 1, repId, role, expiresAt });
}

export async function unwatch(
  table: Table,
  connectionId: string,
  workspace: string,
  conversationId: string,
): Promise<void> {
  await table.remove(keys.watch(workspace, conversationId, connectionId));
  await table.remove(keys.watchOf(connectionId, conversationId));
}

/** A connection that watches a conversation, and whose it is. */
export type Watcher = { connectionId: string; who: Identity };

export async function watchers(
  table: Table,
  workspace: string,
  conversationId: string,
  nowMs: number,
  sees: Sees = () => true,
): Promise<Watcher[]> {
  const items = await table.query({ pk: keys.watchPk(workspace, conversationId) });
  return items
    .filter((item) => live(item, nowMs))
    .map((item) => ({ connectionId: item.sk, who: whoOf(workspace, item) }))
    .filter(({ who }) => sees(who));
}

/** Who of those on the list may see the conversation: one who may not is on it for a moment, until it is known whose it is. */
export type Sees = (who: Identity) => boolean;
const whoOf = (workspace: string, { repId, role }: Item): Identity => ({
  workspace,
  repId: String(repId),
  role: (role as Identity["role"] | undefined) ?? "rep",
});

/** Ends the watches of those who may not see the conversation, or no longer. */
export async function dropWatchers(table: Table, workspace: string, conversationId: string, sees: Sees): Promise<void> {
  for (const item of await table.query({ pk: keys.watchPk(workspace, conversationId) }))
    if (!sees(whoOf(workspace, item))) await unwatch(table, item.sk, workspace, conversationId);
}

/** Sends to all; forgets those that are gone. A connection that fails otherwise is the next frame's affair. */
export async function sendAll(
  table: Table,
  channel: Channel,
  workspace: string,
  watching: Watcher[],
  frame: ServerFrame,
): Promise<{ failed: number }> {
  const fitting = fitFrame(frame);
  const results = await Promise.allSettled(
    watching.map(async ({ connectionId }) => {
      if ((await channel.send(connectionId, fitting)) === "gone" && "conversationId" in frame && frame.conversationId)
        await unwatch(table, connectionId, workspace, frame.conversationId);
    }),
  );
  return { failed: results.filter(({ status }) => status === "rejected").length };
}

export async function broadcast(
  table: Table,
  channel: Channel,
  workspace: string,
  frame: ServerFrame & { conversationId: string },
  nowMs: number,
  sees?: Sees,
): Promise<number> {
  const watching = await watchers(table, workspace, frame.conversationId, nowMs, sees);
  if (watching.length > 0) await sendAll(table, channel, workspace, watching, frame);
  return watching.length;
}
