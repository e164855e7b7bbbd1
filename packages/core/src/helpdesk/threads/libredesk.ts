/**
 * A conversation's messages, page by page. Read from its source, cmd/messages.go and cmd/middlewares.go (2026-08).
 * Credentials: `url` (https), `token` (`key:secret` of an agent who may read conversations and messages).
 */
import * as z from "zod";
import { asEdit, type Fetcher } from "../client.ts";
import { parse } from "../fields.ts";
import { credential, getJson } from "../http.ts";
import { Conversation, eventsOf, factsOf, Message } from "../libredesk.ts";

const pageSize = 100;
const maxPages = 3;

const Page = z.object({
  data: z.object({
    results: z.array(Message).nullable(),
    total_pages: z.number().optional().catch(undefined),
  }),
});

export const fetched: Fetcher = async (what, credentials, deps, context) => {
  const base = credential(credentials, "url", /^https:\/\/[^/\s]+/).replace(/\/+$/, "");
  const request = { headers: { authorization: `token ${credential(credentials, "token", /^[^\s:]+:[^\s:]+$/)}` } };
  const path = `${base}/api/v1/conversations/${encodeURIComponent(what.conversationId)}`;
  const whole = parse(z.object({ data: Conversation }), await getJson(new URL(path), request, deps), "conversation");
  const messages: z.infer<typeof Message>[] = [];
  for (let page = 1, pages = 1; page <= Math.min(pages, maxPages); page++) {
    const url = new URL(`${path}/messages?page=${page}&page_size=${pageSize}`);
    const { data } = parse(Page, await getJson(url, request, deps), "messages");
    messages.push(...(data.results ?? []));
    pages = data.total_pages ?? 1;
  }
  const facts = factsOf(whole.data);
  const events = (await Promise.all(messages.map((message) => eventsOf(message, context, facts)))).flat();
  return what.what === "message" ? asEdit(events, what) : events;
};
