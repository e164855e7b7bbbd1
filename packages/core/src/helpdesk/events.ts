/** How adapters put together the events they give: the same care for every helpdesk's people, texts and times. */
import type { ConversationFacts, Event, Message } from "../event.ts";
import { person, present } from "./fields.ts";
import { looksLikeHtml, picturesIn } from "./html.ts";
import type { Context } from "./port.ts";
import { bodyOf } from "./text.ts";

type Who = { id?: string | undefined; name?: string | undefined; email?: string | undefined };

export type RawMessage = {
  id: string;
  at: string;
  kind: Message["author"]["kind"];
  author: Who;
  internal: boolean;
  text?: string | null | undefined;
  html?: string | null | undefined;
  format?: "either";
  attachments?: number | undefined;
};

export async function messageOf(raw: RawMessage): Promise<Message> {
  return present({
    id: raw.id,
    at: raw.at,
    author: { kind: raw.kind, ...person(raw.author) },
    visibility: raw.internal ? ("internal" as const) : ("public" as const),
    ...(await bodyOf(raw)),
    attachments: raw.attachments || picturesOf(raw) || undefined,
  });
}

/** Some helpdesks put a picture into the text and count no attachment. */
function picturesOf({ text, html, format }: RawMessage): number {
  const markup = html ?? (format === "either" && text && looksLikeHtml(text) ? text : "");
  return markup ? picturesIn(markup) : 0;
}

export async function created(conversation: ConversationFacts, raw: RawMessage): Promise<Event> {
  const message = await messageOf(raw);
  return { type: "message.created", conversation: withCustomer(conversation, message), message };
}

/** Who wrote as a customer is the conversation's, where it names none: an erasure finds conversations by their customer. */
export function withCustomer(conversation: ConversationFacts, { author }: Message): ConversationFacts {
  if (author.kind !== "customer" || author.id === undefined || conversation.customer?.id) return conversation;
  return { ...conversation, customer: { ...person(author), ...conversation.customer } };
}

/** The id is one of those an admin listed under this credential, separated by commas or spaces. */
const listed = (context: Context | undefined, credential: string, id: string | undefined): boolean =>
  id !== undefined && (context?.credentials?.[credential] ?? "").split(/[\s,]+/).includes(id);

/** Written by our own API user or app: an echo of ourselves, never an event. Credential `ownUserId`. */
export const isOwn = (context: Context | undefined, id: string | undefined): boolean =>
  listed(context, "ownUserId", id);

/** Some bots log in as a person would; the helpdesk calls them staff, the admin knows better. Credential `botUserIds`. */
export const isBot = (context: Context | undefined, id: string | undefined): boolean =>
  listed(context, "botUserIds", id);

/** The same instant in whole seconds, where the helpdesk's API gives no finer time for the message its webhook announced. */
export const wholeSeconds = (at: string): string => `${at.slice(0, 19)}.000Z`;
