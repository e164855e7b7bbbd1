/** Once a week: what the lead would look up anyway, to an address of the workspace's choice. Counts and sentences; nobody's name, nobody's text. */
import { isoWeek } from "../measurement.ts";
import { addDays, dayOf, type Loaded } from "../settings.ts";
import * as keys from "../store/keys.ts";
import type { Table } from "../store/port.ts";
import { acceptance } from "./acceptance.ts";
import { comparison } from "./comparison.ts";

export type Digest = {
  type: "cuecard.digest";
  workspace: string;
  week: string;
  from: string;
  to: string;
  /** What chat tools show. */
  text: string;
  acceptance: { decided: number; accepted: number; edited: number; rate: number | null; low: number; high: number };
  /** The sentence of the effect page; null where nothing is compared. */
  effect: string | null;
};

/** Sends a body, and gives the answer's status. */
export type Post = (url: string, body: string) => Promise<number>;

const sentKey = (workspace: string, week: string) => ({ pk: keys.workspacePk(workspace), sk: `DIGEST#${week}` });
const keepSeconds = 60 * 86_400;

/** Of the week that ended last Sunday. */
export async function digest(table: Table, workspace: string, loaded: Loaded, nowMs: number): Promise<Digest> {
  const { settings } = loaded;
  const { from, to, week } = lastWeek(dayOf(nowMs, settings.timeZone));
  const [{ total }, effect] = await Promise.all([
    acceptance(table, workspace, { from, to, by: "kind", settings, nowMs }),
    comparison(table, workspace, loaded, { nowMs }),
  ]);
  const { decided, accepted, edited, rate, low, high } = total;
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  const compared = effect.measurement && !effect.simulated ? effect.sentence : null;
  const used =
    rate === null
      ? "No draft was decided."
      : `${(accepted + edited).toLocaleString("en")} of ${decided.toLocaleString("en")} drafts were sent, as they were or edited: ${percent(rate)} (${percent(low)} to ${percent(high)}).`;
  return {
    type: "cuecard.digest",
    workspace,
    week,
    from,
    to,
    text: [`Cuecard, ${from} to ${to}.`, ...(compared ? [compared] : []), used].join(" "),
    acceptance: { decided, accepted, edited, rate, low, high },
    effect: compared,
  };
}

function lastWeek(today: string): { from: string; to: string; week: string } {
  const weekday = (new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7;
  const to = addDays(today, -weekday - 1);
  return { from: addDays(to, -6), to, week: isoWeek(to) };
}

/**
 * On Mondays and Tuesdays, once a week. Noted before it is sent, so that two runs do not send it twice; taken back where it
 * did not arrive, so that the next hour tries again. Gives whether it was sent; throws what the sending threw.
 */
export async function sendDigest(
  { table, post, nowMs }: { table: Table; post: Post; nowMs: number },
  workspace: string,
  loaded: Loaded,
): Promise<boolean> {
  const { digestUrl, timeZone } = loaded.settings;
  const today = dayOf(nowMs, timeZone);
  const weekday = new Date(`${today}T00:00:00Z`).getUTCDay();
  if (!digestUrl || (weekday !== 1 && weekday !== 2)) return false;
  const key = sentKey(workspace, lastWeek(today).week);
  const sentAt = new Date(nowMs).toISOString();
  if (!(await table.put({ ...key, v: 1, sentAt, expiresAt: Math.floor(nowMs / 1_000) + keepSeconds }, "absent")))
    return false;
  let status: number | undefined;
  try {
    status = await post(digestUrl, JSON.stringify(await digest(table, workspace, loaded, nowMs)));
  } finally {
    if (status === undefined || status >= 300) await table.remove(key);
  }
  return status < 300;
}
