/**
 * A conversation's messages, newest page first, 20 a page. https://developers.chatwoot.com/api-reference/messages ; `before` as in its
 * source, app/finders/message_finder.rb. Credentials: `url` (https), `accountId`, `token` (a user's `api_access_token`).
 */
import * as z from "zod";
import { Conversation, eventsOf, factsOf, Message } from "../chatwoot.ts";
import { asEdit, type Fetcher } from "../client.ts";
import { parse } from "../fields.ts";
import { credential, getJson } from "../http.ts";
import type { Credentials } from "../port.ts";

const pageSize = 20;
/** Older ones than these no draft is written from. */
const maxPages = 10;

/** A conversation in the API. */
export function conversationUrl(credentials: Credentials, id: string): string {
  const base = credential(credentials, "url", /^https:\/\/[^/\s]+/).replace(/\/+$/, "");
  const account = credential(credentials, "accountId", /^\d{1,12}$/);
  return `${base}/api/v1/accounts/${account}/conversations/${encodeURIComponent(id)}`;
}

export const fetched: Fetcher = async (what, credentials, deps, context) => {
  const base = conversationUrl(credentials, what.conversationId);
  const request = { headers: { api_access_token: credential(credentials, "token") } };
  const facts = factsOf(parse(Conversation, await getJson(new URL(base), request, deps), "conversation"));
  const messages: z.infer<typeof Message>[] = [];
  for (let page = 0, before = ""; page < maxPages; page++) {
    const answer = await getJson(new URL(`${base}/messages${before && `?before=${before}`}`), request, deps);
    const { payload } = parse(z.object({ payload: z.array(Message) }), answer, "messages");
    messages.push(...payload);
    const oldest = Math.min(...payload.map(({ id }) => Number(id)));
    if (payload.length < pageSize || !Number.isSafeInteger(oldest)) break;
    before = String(oldest);
  }
  const events = (await Promise.all(messages.map((message) => eventsOf(facts, message, context)))).flat();
  return what.what === "message" ? asEdit(events, what) : events;
};
