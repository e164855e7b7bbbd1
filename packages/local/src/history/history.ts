/**
 * Six weeks of history that nobody lived, so that a newcomer's report has something to say: marked as simulated in every
 * record, written once, and removed without a trace. Older days are kept as closed days are, the last two weeks as rows.
 */
import * as Settings from "@cuecard/core/settings";
import * as keys from "@cuecard/core/store/keys";
import { change, type Item, type Stored, type Table } from "@cuecard/core/store/port";
import { workspace } from "../demo.ts";
import { type Log, told } from "../log.ts";
import { measurementAt, plan, prefix, span } from "./plan.ts";
import { removeDays } from "./remove.ts";
import { isEmpty, writeDay } from "./write.ts";

/** What became of the history. `none`: the workspace had a past of its own. The time and zone tell which days were written. */
type Marker = Stored & {
  state: "writing" | "written" | "none" | "removing" | "removed";
  nowMs: number;
  timeZone: string;
};
const key = { pk: keys.workspacePk(workspace), sk: "SIMULATED" };

export type History = {
  /** Once in the life of a data folder, and again only where it was cut off. A failure is logged. */
  write(): Promise<void>;
  /** Everything simulated, for good, and nothing else. Gives the number of records removed. */
  remove(): Promise<number>;
  present(): Promise<boolean>;
  stop(): Promise<void>;
};

export function openHistory({ table, now, log }: { table: Table; now: () => number; log: Log }): History {
  const stopped = new AbortController();
  let writing = Promise.resolve();

  const read = async () => (await table.get(key)) as unknown as Marker | undefined;
  const mark = (state: Marker["state"], { nowMs, timeZone }: Pick<Marker, "nowMs" | "timeZone">) =>
    table.put({ ...key, v: 1, state, nowMs, timeZone } as unknown as Item);

  async function write(signal: AbortSignal): Promise<void> {
    const kept = await read();
    if (kept?.state === "removing") return void (await removeAll(kept));
    if (kept && kept.state !== "writing") return;
    if (kept) await removeDays(table, span(kept.nowMs, kept.timeZone));
    const { settings } = await Settings.load(table, workspace);
    const at = { nowMs: now(), timeZone: settings.timeZone };
    if (!(await isEmpty(table, span(at.nowMs, at.timeZone)))) return void (await mark("none", at));
    await mark("writing", at);
    const measurement = measurementAt(at.nowMs, at.timeZone);
    for await (const day of plan(measurement, at.nowMs, at.timeZone)) {
      if (signal.aborted) return;
      await writeDay(table, day);
    }
    // First in the line: a measurement of the workspace's own is always the later one.
    await changePast((past) => [measurement, ...past]);
    await mark("written", at);
  }

  async function removeAll(at: Pick<Marker, "nowMs" | "timeZone">): Promise<number> {
    await mark("removing", at);
    const removed = await removeDays(table, span(at.nowMs, at.timeZone));
    await changePast((past) => past);
    await mark("removed", at);
    return removed;
  }

  const changePast = (next: (past: Settings.Measurement[]) => Settings.Measurement[]) =>
    change<Stored & { past?: Settings.Measurement[] }>(table, keys.settings(workspace), (old) => ({
      ...keys.settings(workspace),
      v: 1,
      ...old,
      past: next((old?.past ?? []).filter(({ id }) => !id.startsWith(prefix))),
    }));

  let removal = new AbortController();
  return {
    write() {
      removal = new AbortController();
      writing = write(AbortSignal.any([stopped.signal, removal.signal])).catch((error: unknown) => {
        if (!stopped.signal.aborted) log(`The simulated history was not written: ${told(error)}`);
      });
      return writing;
    },
    async remove() {
      removal.abort();
      await writing;
      const { settings } = await Settings.load(table, workspace);
      return removeAll((await read()) ?? { nowMs: now(), timeZone: settings.timeZone });
    },
    async present() {
      const { past } = await Settings.load(table, workspace);
      return past.some(({ id }) => id.startsWith(prefix));
    },
    stop() {
      stopped.abort();
      return writing;
    },
  };
}
