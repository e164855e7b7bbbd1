/** What may be done only so often in a workspace, however many processes there are. */
import * as keys from "./keys.ts";
import type { Table } from "./port.ts";

/** Gives false when it is too early, or another one came first. Times are Unix milliseconds. */
export async function paced(
  table: Table,
  workspace: string,
  what: string,
  { everyMs, nowMs }: { everyMs: number; nowMs: number },
): Promise<boolean> {
  const key = keys.pace(workspace, what);
  const old = await table.get(key);
  if (old && nowMs - Number(old.atMs) < everyMs) return false;
  return table.put({ ...key, v: 1, atMs: nowMs, rev: (old?.rev ?? 0) + 1 }, old ? { rev: old.rev ?? 0 } : "absent");
}
