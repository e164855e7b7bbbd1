/**
 * A conversation's threads. https://developer.helpscout.com/mailbox-api/endpoints/conversations/threads/list-v3/ : version 3
 * tells AI users from people, version 2 does not. Credentials: `appId`, `appApiSecret`.
 */
import * as z from "zod";
import { asEdit, type Deps, type Fetcher } from "../client.ts";
import { parse } from "../fields.ts";
import { Conversation, eventsOfThread, factsOf, Thread } from "../helpscout.ts";
import { credential, getJson } from "../http.ts";
import type { Credentials } from "../port.ts";

export const origin = "https://api.helpscout.net";
/** Newest first; older threads than these no draft is written from. */
const maxPages = 3;
/** A token lives two days; it is renewed before its end. */
const spareMs = 5 * 60_000;

const Token = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });
const Page = z.object({
  _embedded: z.object({ threads: z.array(Thread) }).optional(),
  page: z.object({ totalPages: z.number() }).optional().catch(undefined),
});

export async function accessToken(credentials: Credentials, deps: Deps): Promise<string> {
  const client_id = credential(credentials, "appId");
  const client_secret = credential(credentials, "appApiSecret");
  const kept = deps.tokens?.get(`helpscout:${client_id}`);
  if (kept && kept.expiresMs > deps.nowMs() + spareMs) return kept.token;
  const body = new URLSearchParams({ grant_type: "client_credentials", client_id, client_secret }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const answer = await getJson(new URL("/v2/oauth2/token", origin), { method: "POST", headers, body }, deps);
  const { access_token, expires_in } = parse(Token, answer, "token");
  deps.tokens?.set(`helpscout:${client_id}`, { token: access_token, expiresMs: deps.nowMs() + expires_in * 1000 });
  return access_token;
}

export const fetched: Fetcher = async (what, credentials, deps, context) => {
  const request = { headers: { authorization: `Bearer ${await accessToken(credentials, deps)}` } };
  const id = encodeURIComponent(what.conversationId);
  const conversation = parse(
    Conversation,
    await getJson(new URL(`/v2/conversations/${id}`, origin), request, deps),
    "conversation",
  );
  const threads: Thread[] = [];
  for (let page = 1, pages = 1; page <= Math.min(pages, maxPages); page++) {
    const url = new URL(`/v3/conversations/${id}/threads?page=${page}`, origin);
    const answer = parse(Page, await getJson(url, request, deps), "threads");
    threads.push(...(answer._embedded?.threads ?? []));
    pages = answer.page?.totalPages ?? 1;
  }
  const facts = factsOf(conversation);
  const events = (await Promise.all(threads.map((thread) => eventsOfThread(facts, thread, context)))).flat();
  return what.what === "message" ? asEdit(events, what) : events;
};
