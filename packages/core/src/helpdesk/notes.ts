/**
 * An internal note in a helpdesk, through its API. Each request says of itself that it is internal: nothing here can write to
 * a customer. It is tried once, since a second try after a lost answer would leave it twice; the rep may press again.
 */
import { AppError } from "../error.ts";
import { escapeHtml } from "./html.ts";
import { credential, type Deps, sendJson } from "./http.ts";
import type { Credentials } from "./port.ts";
import { conversationUrl } from "./threads/chatwoot.ts";
import { apiOrigin } from "./threads/intercom.ts";
import { authorization, ticketUrl } from "./threads/zendesk.ts";

export type Note = {
  conversationId: string;
  text: string /** Who asked for it, by the helpdesk's own id. */;
  repId: string;
};
type Write = { url: URL; method: "POST" | "PUT"; headers: Record<string, string>; body: unknown };

const headline = "Cuecard, not sent:";

/** https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_comments/ */
const zendesk = ({ conversationId, text }: Note, credentials: Credentials): Write => ({
  url: new URL(`${ticketUrl(credentials, conversationId)}.json`),
  method: "PUT",
  headers: { authorization: authorization(credentials) },
  body: { ticket: { comment: { body: `${headline}\n\n${text}`, public: false } } },
});

/** Chatwoot's `create_message` with `private`. Credentials: `url`, `accountId`, `token` (a user's `api_access_token`). */
const chatwoot = ({ conversationId, text }: Note, credentials: Credentials): Write => ({
  url: new URL(`${conversationUrl(credentials, conversationId)}/messages`),
  method: "POST",
  headers: { api_access_token: credential(credentials, "token") },
  body: { content: `${headline}\n\n${text}`, message_type: "outgoing", private: true, content_type: "text" },
});

/** Intercom-OpenAPI 2.16, `POST /conversations/{id}/reply` with `note`. Credentials: `token`, `region`; `adminId` where the rep's own id is not one. */
const intercom = ({ conversationId, text, repId }: Note, credentials: Credentials): Write => ({
  url: new URL(`/conversations/${encodeURIComponent(conversationId)}/reply`, apiOrigin(credentials)),
  method: "POST",
  headers: { authorization: `Bearer ${credential(credentials, "token")}`, "intercom-version": "2.16" },
  body: {
    message_type: "note",
    type: "admin",
    admin_id: /^\d{1,20}$/.test(repId) ? repId : credential(credentials, "adminId", /^\d{1,20}$/),
    body: `<p>${headline}</p>${text
      .split(/\n{2,}/)
      .map((part) => `<p>${escapeHtml(part).replaceAll("\n", "<br>")}</p>`)
      .join("")}`,
  },
});

const writers: Record<string, (note: Note, credentials: Credentials) => Write> = { chatwoot, intercom, zendesk };

/** The helpdesks that take one. */
export const names = Object.keys(writers);

/** Throws `AppError`: `input` for what is not set or a helpdesk that takes none, `missing`, `limit` or `upstream` as the helpdesk answers. */
export async function note(helpdesk: string, wanted: Note, credentials: Credentials, deps: Deps): Promise<void> {
  if (!Object.hasOwn(writers, helpdesk))
    throw new AppError("input", "notes_unsupported", `Only ${names.join(", ")} take notes.`, "helpdesk");
  const { url, method, headers, body } = writers[helpdesk]!(wanted, credentials);
  await sendJson(url, { method, headers, body: JSON.stringify(body) }, deps);
}
