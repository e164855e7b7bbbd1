/**
 * A ticket and its conversations. https://developers.freshdesk.com/api/#list_all_ticket_notes. An automation tells no
 * times, so the ticket's state comes from its `stats`. Credentials: `domain` (`example.freshdesk.com`), `apiKey`.
 */
import * as z from "zod";
import type { Event } from "../../event.ts";
import { asEdit, type Fetcher } from "../client.ts";
import { created, isOwn } from "../events.ts";
import { MaybeTime, parse } from "../fields.ts";
import { Conversation, factsOf, firstOf, rawOf, Ticket } from "../freshdesk.ts";
import { basic, credential, getJson } from "../http.ts";

const pageSize = 100;
/** Oldest first, so a longer thread is cut at its end; 1,000 replies are a thread nobody reads. */
const maxPages = 10;

const Whole = Ticket.extend({
  status: z.number(),
  stats: z.object({ resolved_at: MaybeTime, closed_at: MaybeTime, reopened_at: MaybeTime }).optional().catch(undefined),
});

function stateOf({ stats, status, ...ticket }: z.infer<typeof Whole>): Event[] {
  const conversation = factsOf(ticket);
  const resolvedAt = stats?.resolved_at ?? stats?.closed_at;
  const events: Event[] = [];
  if (resolvedAt && (status === 4 || status === 5))
    events.push({ type: "conversation.resolved", at: resolvedAt, conversation });
  if (stats?.reopened_at && status !== 4 && status !== 5)
    events.push({ type: "conversation.reopened", at: stats.reopened_at, conversation });
  return events;
}

export const fetched: Fetcher = async (what, credentials, deps, context) => {
  const domain = credential(credentials, "domain", /^[a-z0-9][a-z0-9-]*\.freshdesk\.com$/i);
  const request = { headers: { authorization: basic(credential(credentials, "apiKey"), "X") } };
  const base = `https://${domain}/api/v2/tickets/${encodeURIComponent(what.conversationId)}`;
  const ticket = parse(Whole, await getJson(new URL(`${base}?include=requester,stats`), request, deps), "ticket");
  const facts = factsOf(ticket);
  const events = await firstOf(ticket, context);
  for (let page = 1, more = true; more && page <= maxPages; page++) {
    const url = new URL(`${base}/conversations?per_page=${pageSize}&page=${page}`);
    const conversations = parse(z.array(Conversation), await getJson(url, request, deps), "conversations");
    const foreign = conversations.filter(({ incoming, user_id }) => incoming || !isOwn(context, user_id));
    events.push(...(await Promise.all(foreign.map((one) => created(facts, rawOf(one, undefined, context))))));
    more = conversations.length === pageSize;
  }
  return what.what === "message" ? asEdit(events, what) : [...events, ...stateOf(ticket)];
};
