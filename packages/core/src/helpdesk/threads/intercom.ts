/** A conversation with its parts. Intercom-OpenAPI 2.16, `GET /conversations/{id}`. Credentials: `token`, `region` (`us`, `eu`, `au`). */
import { asEdit, type Fetcher } from "../client.ts";
import { parse } from "../fields.ts";
import { credential, getJson } from "../http.ts";
import { Conversation, firstOf, messagesOf } from "../intercom-item.ts";
import type { Credentials } from "../port.ts";

const origins: Record<string, string> = {
  us: "https://api.intercom.io",
  eu: "https://api.eu.intercom.io",
  au: "https://api.au.intercom.io",
};

/** Each region's data lives behind an address of its own. */
export const apiOrigin = (credentials: Credentials): string =>
  origins[credential({ region: "us", ...credentials }, "region", /^(?:us|eu|au)$/)]!;

export const fetched: Fetcher = async (what, credentials, deps, context) => {
  const origin = apiOrigin(credentials);
  const headers = { authorization: `Bearer ${credential(credentials, "token")}`, "intercom-version": "2.16" };
  const url = new URL(`/conversations/${encodeURIComponent(what.conversationId)}?display_as=plaintext`, origin);
  const conversation = parse(Conversation, await getJson(url, { headers }, deps), "conversation");
  const events = [...(await firstOf(conversation, context)), ...(await messagesOf(conversation, context))];
  return what.what === "message" ? asEdit(events, what) : events;
};
