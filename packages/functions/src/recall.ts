/** What this process has read of names: the next conversation of the same team needs no job, and no look at the table. */
import type { Header } from "@cuecard/core/conversation";
import { unnamed } from "@cuecard/core/conversation";
import { type Called, namesAt, type Who } from "@cuecard/core/helpdesk/directory";
import type { Recall } from "@cuecard/core/intake";
import type { Job } from "@cuecard/core/job";
import { listed } from "@cuecard/core/store/conversations";
import * as deps from "./deps.ts";

type Of = { workspace: string; helpdesk: string; who: Who; id: string };

const capacity = 20_000;
/** A customer's no longer than it may take to hear of an erasure. */
const keptMs = (who: Who) => (who === "customer" ? 60_000 : 3_600_000);
const kept = new Map<string, { called: Called | undefined; untilMs: number }>();
const keyOf = ({ workspace, helpdesk, who, id }: Of) => JSON.stringify([workspace, helpdesk, who, id]);

/** Without `called`: that there is no name to be had. */
export function remember(of: Of, called: Called | undefined, nowMs: number): void {
  if (kept.size >= capacity) kept.clear();
  kept.set(keyOf(of), { called, untilMs: nowMs + keptMs(of.who) });
}

function recalled(of: Of, nowMs: number): { called: Called | undefined } | undefined {
  const one = kept.get(keyOf(of));
  return one && one.untilMs > nowMs ? one : undefined;
}

export function recalling(workspace: string, helpdesk: string | undefined): Recall | undefined {
  if (helpdesk === undefined) return undefined;
  return (who, id) => recalled({ workspace, helpdesk, who, id }, deps.now())?.called;
}

const asked = listed(capacity);

/** Puts a job on the queue for each id that has no name yet; once a minute for each conversation. */
export async function askNames(
  { workspace, conversationId, helpdesk }: Extract<Job, { type: "event" }>,
  header: Header,
  at: string,
): Promise<void> {
  if (helpdesk === undefined || header.erased) return;
  const nowMs = deps.now();
  for (const { who, id } of unnamed(header)) {
    const which = [workspace, conversationId, helpdesk, who, id];
    if (!namesAt(helpdesk).includes(who) || recalled({ workspace, helpdesk, who, id }, nowMs)) continue;
    if (asked.has(nowMs, ...which)) continue;
    const what = who === "team" ? ("team" as const) : ("user" as const);
    const whose = who === "team" ? {} : { who };
    await (await deps.send())({ type: "fetch", workspace, helpdesk, conversationId, what, ...whose, id, at });
    asked.add(nowMs, ...which);
  }
}
