/**
 * What the ids of customers, reps and teams are called. A webhook that gives an id alone is answered without asking; this is the job
 * that asks, at most once a day for each id, and puts the name beside the facts of the conversation that wanted it.
 */
import type { Channel } from "./channel/port.ts";
import * as Conversation from "./conversation.ts";
import { AppError } from "./error.ts";
import type { Called, Who } from "./helpdesk/directory.ts";
import { noteName } from "./rep.ts";
import type { Settings } from "./settings.ts";
import { maySee } from "./snapshot.ts";
import * as keys from "./store/keys.ts";
import * as store from "./store/names.ts";
import { change, type Table } from "./store/port.ts";
import { sendAll, watchers } from "./store/presence.ts";

const dayMs = 86_400_000;
/** Refused, or an answer that cannot be read: an admin may set it right within the day. */
const refusedMs = 3_600_000;
/** Reports reach back so far; a team's name is nobody's secret. */
const teamKeptMs = 731 * dayMs;

export type Wanted = {
  workspace: string;
  helpdesk: string;
  conversationId: string;
  who: Who;
  id: string;
  /** When the event happened that brought the id: what is from before an erasure is not asked for. */
  at: string;
};

type Deps = {
  table: Table;
  channel: Channel;
  now: () => number;
  /** Throws as `helpdesk/names.ts` says. */
  ask(): Promise<Called>;
};

/**
 * `busy`: another job is asking just now, look again in some seconds. `called` is absent where the helpdesk knows no name, or would
 * not tell: `refused` is then its reason. Throws where it should be tried again.
 */
export type Learnt = { state: "busy" } | { state: "gone" } | { state: "known"; called?: Called; refused?: string };

export async function learn(deps: Deps, wanted: Wanted, settings: Settings): Promise<Learnt> {
  const { table, now } = deps;
  const { workspace, who, id, conversationId } = wanted;
  const header = (await table.get(keys.conversation(workspace, conversationId))) as unknown as
    | Conversation.Header
    | undefined;
  if (!header || header.erased || (await isErased(table, wanted))) return { state: "gone" };
  const keptMs = who === "team" ? teamKeptMs : settings.retentionDays * dayMs;
  const times = (goodMs: number) => ({
    nowMs: now(),
    goodUntilMs: now() + goodMs,
    expiresAt: Math.floor((now() + keptMs) / 1_000),
  });
  const claimed = await store.claim(table, wanted, times(0));
  if (claimed === "busy") return { state: "busy" };
  let called: Called = claimed === "ask" ? {} : claimed;
  let refused: string | undefined;
  if (claimed === "ask") {
    try {
      called = await deps.ask();
      await store.settle(table, wanted, called, times(dayMs));
    } catch (error) {
      refused = refusalOf(error);
      if (refused === undefined) {
        await store.settle(table, wanted, undefined, times(0));
        throw error;
      }
      const gone = refused === "helpdesk_gone";
      await store.settle(table, wanted, gone ? {} : undefined, times(gone ? dayMs : refusedMs));
    }
    // An erasure that began meanwhile has looked for the record before it was there, or will find it.
    if (await isErased(table, wanted)) {
      await store.forgetCustomer(table, workspace, wanted.helpdesk, id);
      return { state: "gone" };
    }
  }
  const { name, email } = called;
  if (name === undefined && email === undefined) return { state: "known", ...(refused ? { refused } : {}) };
  const known = { ...(name === undefined ? {} : { name }), ...(email === undefined ? {} : { email }) };
  if (who === "rep" && name !== undefined && claimed === "ask") await noteName(table, workspace, id, name);
  await putBeside(deps, wanted, known, settings);
  return { state: "known", called: known };
}

/** What is no failure of the moment; the rest is tried again. */
function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof AppError)) return undefined;
  return error.kind === "missing" || error.kind === "input" || error.code === "helpdesk_refused"
    ? error.code
    : undefined;
}

async function isErased(table: Table, { workspace, who, id, at }: Wanted): Promise<boolean> {
  if (who !== "customer") return false;
  const stone = await table.get(keys.tombstoneKey(keys.customerPk(workspace, id)));
  return stone !== undefined && at <= String(stone.erasedAt);
}

async function putBeside(
  { table, channel, now }: Deps,
  { workspace, conversationId, who, id }: Wanted,
  called: Called,
  settings: Settings,
): Promise<void> {
  const { item, changed } = await change<Conversation.Header>(
    table,
    keys.conversation(workspace, conversationId),
    (old) => {
      if (!old || old.erased) return undefined;
      const next = Conversation.withName(old, who, id, called);
      return next === old ? undefined : next;
    },
  );
  if (!changed || !item) return;
  const watching = await watchers(table, workspace, conversationId, now(), (one) => maySee(one, item, settings));
  await sendAll(table, channel, workspace, watching, {
    type: "conversation",
    conversationId,
    conversation: Conversation.view(item, settings.assistWhen),
  });
}
