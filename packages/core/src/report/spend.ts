/** What the language model and the lookup's calls to it cost today, for the daily budget. */
import { dayOf } from "../settings.ts";
import type { Table } from "../store/port.ts";
import { listSpent } from "../store/spent.ts";
import { suggestionRows } from "./days.ts";

/** The figure may be this old: a budget is a brake, not an account. */
const freshMs = 20_000;
const known = new Map<string, { atMs: number; usd: number }>();

/** US dollars on the workspace's calendar day; a model without a known price adds nothing. */
export async function spentTodayUsd(table: Table, workspace: string, timeZone: string, nowMs: number): Promise<number> {
  const hit = known.get(workspace);
  if (hit && nowMs - hit.atMs < freshMs) return hit.usd;
  const day = dayOf(nowMs, timeZone);
  const [rows, spent] = await Promise.all([
    suggestionRows(table, workspace, day),
    listSpent(table, workspace, day, day),
  ]);
  const usd = [...rows, ...spent].reduce((sum, row) => sum + (row.usd ?? 0), 0);
  known.set(workspace, { atMs: nowMs, usd });
  return usd;
}
