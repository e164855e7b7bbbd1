/** Closes the days whose time is over: what is undecided goes stale, outcomes are computed a last time, the result is kept. */
import * as Outcome from "../outcome.ts";
import { addDays, dayOf, load, type Settings } from "../settings.ts";
import * as conversations from "../store/conversations.ts";
import * as keys from "../store/keys.ts";
import type { Table } from "../store/port.ts";
import { changeState } from "../store/suggestions.ts";
import { settleAs } from "../suggestion.ts";
import { isCounted } from "./cells.ts";
import { closesAfterDays, measurementsOf, outcomeRows, putDay, resultOf, shadowsOf, suggestionRows } from "./days.ts";

/** How far back a workspace that nobody closed for a while is looked at. */
const reachDays = 30;

export async function closeDays(table: Table, workspace: string, settings: Settings, nowMs: number): Promise<string[]> {
  const last = addDays(dayOf(nowMs, settings.timeZone), -closesAfterDays);
  const closed: string[] = [];
  for (let day = addDays(last, -reachDays); day <= last; day = addDays(day, 1)) {
    if (await table.get(keys.closedDay(workspace, day))) continue;
    if (await closeDay(table, workspace, day, nowMs)) closed.push(day);
  }
  return closed;
}

/** Gives false for a day on which nothing happened; it stays open, and costs a report two empty reads. */
export async function closeDay(table: Table, workspace: string, day: string, nowMs: number): Promise<boolean> {
  for (const row of await suggestionRows(table, workspace, day))
    if (isCounted(row) && row.outcome === null && row.status !== "failed")
      await changeState(table, workspace, row.id, (state) => (state.outcome ? undefined : settleAs(state, "stale")));
  const rest = (await outcomeRows(table, workspace, day)).filter(({ simulated }) => !simulated);
  const again = async () => {
    for (let row = rest.pop(); row; row = rest.pop()) {
      const header = await conversations.header(table, workspace, row.conversationId, nowMs);
      if (header) await Outcome.recompute(table, workspace, header);
    }
  };
  // A few at a time: a day of ten thousand conversations must close within one run, beside the reps' own writes.
  await Promise.all(Array.from({ length: 4 }, again));
  const [rows, outcomes] = [await suggestionRows(table, workspace, day), await outcomeRows(table, workspace, day)];
  if (rows.length === 0 && outcomes.length === 0) return false;
  const measurements = await measurementsOf(table, workspace, await load(table, workspace));
  const shadows = await shadowsOf(table, workspace, day, measurements);
  const result = resultOf(rows, outcomes, measurements, shadows);
  const simulated = [...rows, ...outcomes].some((row) => row.simulated);
  await putDay(table, workspace, day, result, simulated ? { simulated } : {});
  return true;
}
