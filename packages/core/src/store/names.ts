/** Names that were read from a helpdesk's API: one small record an id, by which nobody is asked for twice within a day. */
import type { Called, Who } from "../helpdesk/directory.ts";
import * as keys from "./keys.ts";
import { live, type Stored, type Table } from "./port.ts";

export type NameItem = Stored &
  Called & {
    /** The id; of a customer it is not kept, since the key is a hash. */
    id?: string;
    readAt?: string;
    /** Until then nobody asks again, whether or not there was an answer. Unix milliseconds. */
    goodUntilMs: number;
    /** Somebody is asking, and has until then. */
    askingUntilMs?: number;
  };

type Of = { workspace: string; helpdesk: string; who: Who; id: string };

const keyOf = ({ workspace, helpdesk, who, id }: Of) =>
  who === "customer" ? keys.customerName(workspace, helpdesk, id) : keys.name(workspace, helpdesk, who, id);

/** The API may take its 20 s of waiting, and the job a minute in all. */
const askingMs = 60_000;

/**
 * The record if it is still good; else the right to ask, which one job at a time has: `busy` is for the others. What was known
 * before stays in the record, and is good until something newer is.
 */
export async function claim(
  table: Table,
  of: Of,
  { nowMs, expiresAt }: { nowMs: number; expiresAt: number },
): Promise<NameItem | "ask" | "busy"> {
  const key = keyOf(of);
  const stored = (await table.get(key)) as unknown as NameItem | undefined;
  const old = live(stored, nowMs);
  if (old && old.goodUntilMs > nowMs) return old;
  if (old?.askingUntilMs !== undefined && old.askingUntilMs > nowMs) return "busy";
  const next = {
    goodUntilMs: 0,
    ...old,
    ...key,
    v: 1,
    ...(of.who === "customer" ? {} : { id: of.id }),
    askingUntilMs: nowMs + askingMs,
    rev: (stored?.rev ?? 0) + 1,
    expiresAt,
  };
  return (await table.put(next, stored ? { rev: stored.rev ?? 0 } : "absent")) ? "ask" : "busy";
}

/** Ends a claim: with what was read, or with nothing, so that another one may ask at once. */
export async function settle(
  table: Table,
  of: Of,
  called: Called | undefined,
  { nowMs, goodUntilMs, expiresAt }: { nowMs: number; goodUntilMs: number; expiresAt: number },
): Promise<void> {
  const key = keyOf(of);
  const stored = (await table.get(key)) as unknown as NameItem | undefined;
  // Erased meanwhile: what is not there any more is not put back.
  if (!stored) return;
  const { askingUntilMs: _asking, name, email, readAt, ...rest } = stored;
  const kept = called ? { ...called, readAt: new Date(nowMs).toISOString() } : defined({ name, email, readAt });
  await table.put({ ...rest, ...kept, goodUntilMs, expiresAt, rev: (stored.rev ?? 0) + 1 }, { rev: stored.rev ?? 0 });
}

export async function forgetCustomer(table: Table, workspace: string, helpdesk: string, id: string): Promise<void> {
  await table.remove(keys.customerName(workspace, helpdesk, id));
}

/** What teams are called, by their ids. A number that two helpdesks share stands for both. */
export async function teamNames(table: Table, workspace: string): Promise<(team: string) => string | undefined> {
  const items = (await table.query({
    pk: keys.workspacePk(workspace),
    prefix: keys.teamNames,
  })) as unknown as NameItem[];
  const names = new Map<string, Set<string>>();
  for (const { id, name } of items) if (id !== undefined && name) names.set(id, (names.get(id) ?? new Set()).add(name));
  return (team) => {
    const known = names.get(team);
    return known && [...known].sort().join(" / ");
  };
}

const defined = <T extends object>(value: T): Partial<T> =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Partial<T>;
