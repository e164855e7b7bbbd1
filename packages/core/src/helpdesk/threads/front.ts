/** Messages and comments of a conversation, from Front's Core API. Credentials: `token`. */
import * as z from "zod";
import type { Event } from "../../event.ts";
import type { Deps, Fetcher } from "../client.ts";
import { parse } from "../fields.ts";
import { Conversation, commentOf, messageOf } from "../front.ts";
import { credential, getJson, nextPage } from "../http.ts";
import type { Context } from "../port.ts";

const origin = "https://api2.frontapp.com";
/** 100 a page, the newest first. */
const maxPages = 3;

const Page = z.object({
  _results: z.array(z.unknown()),
  _pagination: z.object({ next: z.unknown().optional() }).optional(),
});

type Request = { headers: Record<string, string> };

async function all(path: string, request: Request, deps: Deps): Promise<unknown[]> {
  const results: unknown[] = [];
  let url: URL | undefined = new URL(path, origin);
  for (let n = 0; url && n < maxPages; n++) {
    const page: z.infer<typeof Page> = parse(Page, await getJson(url, request, deps), "results");
    results.push(...page._results);
    url = nextPage(page._pagination?.next, url);
  }
  return results;
}

/** The API says of a message itself whether it came in; what has neither text nor author is left out. */
async function messageEvents(
  conversation: z.infer<typeof Conversation>,
  data: unknown,
  context: Context,
): Promise<Event[]> {
  const { is_inbound, is_draft } = parse(
    z.object({ is_inbound: z.boolean(), is_draft: z.boolean().nullish() }),
    data,
    "message",
  );
  if (is_draft) return [];
  return (await messageOf({ type: is_inbound ? "inbound" : "outbound", conversation, target: { data } }, context))
    .events;
}

export const fetched: Fetcher = async (what, credentials, deps, context) => {
  const request = { headers: { authorization: `Bearer ${credential(credentials, "token")}` } };
  const path = `/conversations/${encodeURIComponent(what.conversationId)}`;
  const conversation = parse(Conversation, await getJson(new URL(path, origin), request, deps), "conversation");
  if (what.what === "message") {
    const url = new URL(`/messages/${encodeURIComponent(what.id ?? "")}`, origin);
    return messageEvents(conversation, await getJson(url, request, deps), context);
  }
  const messages = await all(`${path}/messages?limit=100`, request, deps);
  const comments = await all(`${path}/comments?limit=100`, request, deps);
  const events = [
    ...messages.map((data) => messageEvents(conversation, data, context)),
    ...comments.map((data) => commentOf({ conversation, target: { data } }, context)),
  ];
  return (await Promise.all(events)).flat();
};
