/**
 * What a webhook left out, fetched from the helpdesk's API: off the webhook's path, by a job that may run twice. The
 * events are those the adapter would have given, with the same ids and times, so that nothing is stored twice.
 */
import { AppError } from "../error.ts";
import type { Event } from "../event.ts";
import { requireTimely } from "./fields.ts";
import type { Deps } from "./http.ts";
import type { Context, Credentials, Fetch } from "./port.ts";

export type { Deps } from "./http.ts";

export type Fetcher = (what: Fetch, credentials: Credentials, deps: Deps, context: Context) => Promise<Event[]>;

const loaders: Record<string, () => Promise<{ fetched: Fetcher }>> = {
  zendesk: () => import("./threads/zendesk.ts"),
  helpscout: () => import("./threads/helpscout.ts"),
  intercom: () => import("./threads/intercom.ts"),
  front: () => import("./threads/front.ts"),
  freshdesk: () => import("./threads/freshdesk.ts"),
  chatwoot: () => import("./threads/chatwoot.ts"),
  libredesk: () => import("./threads/libredesk.ts"),
};

/** The helpdesks whose webhooks leave something out. */
export const names = Object.keys(loaders);

/**
 * Events, oldest first. Throws `AppError`: `missing` when it is gone, `limit` when the helpdesk wants us to wait longer
 * than the job may (`Retry-After` beyond `deps.maxWaitMs`), `upstream` when it fails or refuses, `input` when its answer
 * cannot be read. The job's queue tries again later.
 */
export async function fetched(helpdesk: string, what: Fetch, credentials: Credentials, deps: Deps): Promise<Event[]> {
  if (!Object.hasOwn(loaders, helpdesk))
    throw new AppError("missing", "helpdesk_unknown", "This helpdesk leaves nothing to fetch.");
  if (what.what === "user" || what.what === "team") return [];
  const { fetched: ask } = await loaders[helpdesk]!();
  const context = { nowMs: deps.nowMs(), credentials };
  const events = await ask(what, credentials, deps, context);
  return requireTimely(events, context.nowMs).sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1));
}

const timeOf = (event: Event) => (event.type === "message.created" ? event.message.at : event.at);

/** A message that was fetched because it changed or came cut: an edit of the time of the event that said so. */
export function asEdit(events: Event[], { id, at }: Fetch): Event[] {
  return events.flatMap((event) =>
    event.type === "message.created" && event.message.id === id
      ? [
          {
            type: "message.edited" as const,
            at: at ?? event.message.at,
            conversation: event.conversation,
            message: event.message,
          },
        ]
      : [],
  );
}
