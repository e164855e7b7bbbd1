/** Who changed settings, read reports, exported or erased. No values, no text: who, what, when. */
import * as keys from "./keys.ts";
import type { Stored, Table } from "./port.ts";
import type { Identity } from "./presence.ts";

/** Longer than a year, so that last year's can be looked at. */
const keptDays = 400;

type AuditItem = Stored & { at: string; repId: string; role: string; action: string; target: string };

export async function audit(
  table: Table,
  { workspace, repId, role }: Identity,
  action: string,
  target: string,
  { now, random }: { now: () => number; random: () => string },
): Promise<void> {
  const at = new Date(now()).toISOString();
  const expiresAt = Math.floor(now() / 1_000) + keptDays * 86_400;
  await table.put({
    ...keys.audit(workspace, at, random().slice(0, 8)),
    v: 1,
    at,
    repId,
    role,
    action,
    target,
    expiresAt,
  });
}

/** Newest first. */
export async function readAudit(
  table: Table,
  workspace: string,
  limit: number,
): Promise<Omit<AuditItem, keyof Stored>[]> {
  const items = (await table.query({ pk: keys.auditPk(workspace), descending: true, limit })) as unknown as AuditItem[];
  return items.map(({ at, repId, role, action, target }) => ({ at, repId, role, action, target }));
}
