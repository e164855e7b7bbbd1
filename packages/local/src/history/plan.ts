/** Which days are simulated, and the measurement they belong to. */
import { closesAfterDays } from "@cuecard/core/report/days";
import { addDays, dayOf, type Measurement } from "@cuecard/core/settings";
import { readShop } from "./shop.ts";
import { type Simulated, simulateDay } from "./simulate.ts";

export const prefix = "simulated-";
const length = 42;

export type Day = { day: string; closed: boolean; conversations: Simulated[] };

/** Six weeks that ended yesterday, seen from `nowMs`. The past one of the measurements: nothing real is drawn into it. */
export function measurementAt(nowMs: number, timeZone: string): Measurement {
  const today = dayOf(nowMs, timeZone);
  return {
    id: `${prefix}${addDays(today, -length)}`,
    salt: "six weeks at Larkspur",
    holdout: 0.5,
    primaryMetric: "handleTimeMs",
    startedAt: new Date(startOf(addDays(today, -length), timeZone)).toISOString(),
    endedAt: new Date(startOf(today, timeZone) - 1).toISOString(),
  };
}

/** The simulated days, the first and the last. */
export function span(nowMs: number, timeZone: string): { from: string; to: string } {
  const today = dayOf(nowMs, timeZone);
  return { from: addDays(today, -length), to: addDays(today, -1) };
}

/**
 * Day by day, the oldest first. The rush of a sale ebbs: about 200 conversations a day while days are closed, as those
 * cost a cell each; fewer later, whose every row is kept and can be looked at.
 */
export async function* plan(measurement: Measurement, nowMs: number, timeZone: string): AsyncGenerator<Day> {
  const today = dayOf(nowMs, timeZone);
  const shop = await readShop(today);
  for (let ago = length; ago >= 1; ago--) {
    const day = addDays(today, -ago);
    const closed = ago >= closesAfterDays;
    const rush = closed ? 45 + ((ago - closesAfterDays) / (length - closesAfterDays)) * 330 : 38;
    const conversations = simulateDay(shop, measurement, {
      day,
      ago,
      conversations: Math.round(rush),
      startMs: startOf(day, timeZone),
      week: Math.floor((length - ago) / 7),
    });
    yield { day, closed, conversations };
  }
}

/** The instant of a day's midnight on a time zone's clock, ms. */
export function startOf(day: string, timeZone: string): number {
  const utc = Date.parse(`${day}T00:00:00Z`);
  const local = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  const offset = (ms: number) => Date.parse(`${local.format(ms).replace(" ", "T")}Z`) - ms;
  // Twice, as the offset may differ between the guess and the answer.
  return utc - offset(utc - offset(utc));
}
