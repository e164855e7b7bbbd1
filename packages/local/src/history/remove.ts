/** Takes simulated records out. Each is judged by its own mark, so that a real one beside it stays. */
import { unpackOutcome } from "@cuecard/core/outcome";
import { daysBetween, putDay, readDays, resultOf, suggestionRows } from "@cuecard/core/report/days";
import * as keys from "@cuecard/core/store/keys";
import type { Key, Table } from "@cuecard/core/store/port";
import { unpack } from "@cuecard/core/store/row";
import { workspace } from "../demo.ts";
import { prefix } from "./plan.ts";

/** Gives the number of records removed. Doing it again removes what was left. */
export async function removeDays(table: Table, { from, to }: { from: string; to: string }): Promise<number> {
  let removed = 0;
  const remove = async (key: Key) => {
    if (await table.remove(key)) removed++;
  };

  for (const gap of await table.query({ pk: `G#${workspace}`, from: `${from}#`, to: `${to}#\uffff` })) {
    if (!gap.simulated) continue;
    const { pk } = keys.conversation(workspace, String(gap.conversationId));
    for (const item of await table.query({ pk })) if (item.simulated) await remove(item);
    await remove(gap);
  }
  for (const day of daysBetween(from, to)) {
    for (const key of await marked(table, keys.suggestionsOfDay(workspace, day), (row) => unpack(row).simulated))
      await remove(key);
    for (const key of await marked(table, keys.outcomesOfDay(workspace, day), (row) => unpackOutcome(row).simulated))
      await remove(key);
  }
  // The rows first: a day that closes meanwhile closes without them.
  for (const { day, closed, cells, outcomes } of await readDays(table, workspace, from, to)) {
    if (!closed) continue;
    const real = {
      cells: cells.filter(({ simulated }) => !simulated),
      outcomes: outcomes.filter(({ measurement }) => !measurement?.startsWith(prefix)),
    };
    if (real.cells.length === cells.length && real.outcomes.length === outcomes.length) continue;
    if (real.cells.length + real.outcomes.length === 0) await remove(keys.closedDay(workspace, day));
    else {
      // A closed day tells no reason's source; the rows that are left do.
      const { reasons } = resultOf(await suggestionRows(table, workspace, day), [], []);
      await putDay(table, workspace, day, { ...real, ...(reasons ? { reasons } : {}) });
    }
  }
  return removed;
}

/** All are found before the first is removed: a page that goes on behind a removed row would be no place to go on from. */
async function marked(table: Table, gpk: string, isSimulated: (row: string) => boolean): Promise<Key[]> {
  const found: Key[] = [];
  let after: string | undefined;
  do {
    const page = await table.index({ gpk, ...(after ? { after } : {}) });
    found.push(...page.rows.filter(({ row }) => isSimulated(row)));
    after = page.next;
  } while (after);
  return found;
}
