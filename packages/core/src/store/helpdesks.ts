/** What a workspace stored for each helpdesk: its secrets, sealed, and when it last heard of it. */
import type { Credentials } from "../helpdesk/port.ts";
import type { Place, Vault } from "../vault.ts";
import * as keys from "./keys.ts";
import { change, type Stored, type Table } from "./port.ts";

type HelpdeskItem = Stored & { sealed: string; fields: string[]; changedAt: string };

const placeOf = (workspace: string, name: string): Place => ["helpdesk", workspace, name];

/** Merges: a field that is not named stays, null removes it. */
export async function save(
  table: Table,
  workspace: string,
  name: string,
  fields: Record<string, string | null>,
  vault: Vault,
  nowMs: number,
): Promise<string[]> {
  const place = placeOf(workspace, name);
  const { item } = await change<HelpdeskItem>(table, keys.helpdesk(workspace, name), (old) => {
    const before = old ? (JSON.parse(vault.open(old.sealed, place)) as Credentials) : {};
    const after = Object.fromEntries(Object.entries({ ...before, ...fields }).filter(([, value]) => value !== null));
    return {
      ...keys.helpdesk(workspace, name),
      ...old,
      v: 1,
      sealed: vault.seal(JSON.stringify(after), place),
      fields: Object.keys(after).sort(),
      changedAt: new Date(nowMs).toISOString(),
    };
  });
  return item!.fields;
}

/**
 * Gives a helpdesk a new webhook secret; the one before is still good until the next rotation, or until `secretOld` is
 * removed. Putting the same again changes nothing, so a step that ran twice does not lose the old one.
 */
export async function rotate(
  table: Table,
  workspace: string,
  name: string,
  secret: string,
  vault: Vault,
  nowMs: number,
): Promise<string[]> {
  const before = (await credentials(table, workspace, name, vault))?.secret;
  const fields: Record<string, string> = { secret };
  if (before !== undefined && before !== secret) fields.secretOld = before;
  return save(table, workspace, name, fields, vault, nowMs);
}

export async function credentials(
  table: Table,
  workspace: string,
  name: string,
  vault: Vault,
): Promise<Credentials | undefined> {
  const item = (await table.get(keys.helpdesk(workspace, name))) as unknown as HelpdeskItem | undefined;
  return item && (JSON.parse(vault.open(item.sealed, placeOf(workspace, name))) as Credentials);
}

/** Which helpdesks are set up and which fields they have; never their values. */
export async function list(
  table: Table,
  workspace: string,
): Promise<{ helpdesk: string; fields: string[]; changedAt: string }[]> {
  const items = (await table.query({
    pk: keys.workspacePk(workspace),
    prefix: "HELPDESK#",
  })) as unknown as HelpdeskItem[];
  return items.map(({ sk, fields, changedAt }) => ({ helpdesk: sk.slice("HELPDESK#".length), fields, changedAt }));
}

/** A light for the admin, no account: the later of two processes wins. */
export async function noteSeen(table: Table, workspace: string, name: string, nowMs: number): Promise<void> {
  await table.put({ ...keys.helpdeskSeen(workspace, name), v: 1, at: new Date(nowMs).toISOString() });
}

/** When each helpdesk was last heard of, to the minute; one that never was is absent. */
export async function lastSeen(table: Table, workspace: string): Promise<Record<string, string>> {
  const items = await table.query({ pk: keys.workspacePk(workspace), prefix: "SEEN#" });
  return Object.fromEntries(items.map(({ sk, at }) => [sk.slice("SEEN#".length), String(at)]));
}
