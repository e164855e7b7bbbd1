/** Gets what a webhook left out from the helpdesk's API, off the webhook's path, and takes it in as if it had been delivered. */

import { AppError } from "@cuecard/core/error";
import { withTag } from "@cuecard/core/event";
import { fetched } from "@cuecard/core/helpdesk/client";
import { canAsk, type Who } from "@cuecard/core/helpdesk/directory";
import type { Job } from "@cuecard/core/job";
import * as Settings from "@cuecard/core/settings";
import { append, eventJob, listed, messages } from "@cuecard/core/store/conversations";
import * as helpdesks from "@cuecard/core/store/helpdesks";
import * as deps from "./deps.ts";
import { log } from "./log.ts";
import { remember } from "./recall.ts";

const seen = listed();
/** Access tokens that outlive a job: Help Scout's are good for two days. */
const tokens = new Map<string, { token: string; expiresMs: number }>();

const network = (signal: AbortSignal) => ({
  fetch: deps.reach,
  sleep: deps.sleep,
  nowMs: deps.now,
  signal,
  tokens,
});

/** Something from before then is kept already: we have listened to this conversation, or read it, from its start. */
async function knowsBefore(workspace: string, conversationId: string, at: string): Promise<boolean> {
  const kept = await messages(deps.table(), workspace, conversationId);
  return kept.some((message) => message.at < at);
}

/** Throws when the helpdesk does not answer; the queue repeats the job. Fetching twice stores once. */
export async function fetchMore(job: Extract<Job, { type: "fetch" }>, signal: AbortSignal): Promise<void> {
  const { workspace, helpdesk, conversationId, what, id, at } = job;
  if (what === "user" || what === "team") return learnName(job, signal);
  if (what === "earlier" && at && (await knowsBefore(workspace, conversationId, at))) return;
  const credentials = await helpdesks.credentials(deps.table(), workspace, helpdesk, deps.secrets());
  if (!credentials) return;
  const wanted = { what, conversationId, ...(id ? { id } : {}), ...(at ? { at } : {}) };
  const events = await fetched(helpdesk, wanted, credentials, network(signal)).catch((error: unknown) => {
    // Nothing to read back is no failure, and no letter to wake somebody with: the setup's test message is in no helpdesk.
    if (what === "earlier" && error instanceof AppError && error.code === "helpdesk_gone") return [];
    throw error;
  });
  const { settings } = await Settings.load(deps.table(), workspace);
  const expiresAt = Math.floor(deps.now() / 1_000) + settings.retentionDays * 86_400;
  const send = await deps.send();
  const asked = canAsk(helpdesk, credentials) ? { helpdesk } : {};
  for (const event of events.map((one) => withTag(one, credentials.tag)))
    if ((await append(deps.table(), workspace, event, deps.now(), expiresAt, seen)) !== "erased")
      await send(eventJob(workspace, event, asked));
}

/** How soon to look again after a name that another job is asking for. */
const busySeconds = 3;

/** The name of a customer, rep or team. Throws when the helpdesk does not answer; the queue repeats the job. */
async function learnName(job: Extract<Job, { type: "fetch" }>, signal: AbortSignal): Promise<void> {
  const { workspace, helpdesk, conversationId, what, id, at } = job;
  const who: Who | undefined = what === "team" ? "team" : job.who;
  if (!who || !id || !at) return;
  const [{ learn }, { nameOf }, { settings }, credentials, channel] = await Promise.all([
    import("@cuecard/core/names"),
    import("@cuecard/core/helpdesk/names"),
    Settings.load(deps.table(), workspace),
    helpdesks.credentials(deps.table(), workspace, helpdesk, deps.secrets()),
    deps.channel(),
  ]);
  if (!credentials) return;
  const ask = () => nameOf(helpdesk, who, id, credentials, network(signal));
  const wanted = { workspace, helpdesk, conversationId, who, id, at };
  const learnt = await learn({ table: deps.table(), channel, now: deps.now, ask }, wanted, settings);
  if (learnt.state === "busy") return (await deps.send())(job, { delaySeconds: busySeconds });
  if (learnt.state === "gone") return;
  if (learnt.refused) log("info", "name not known", { workspace, helpdesk, who, code: learnt.refused });
  remember({ workspace, helpdesk, who, id }, learnt.called, deps.now());
}
