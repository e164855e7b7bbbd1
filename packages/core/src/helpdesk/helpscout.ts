/**
 * Help Scout. Its webhooks tell that something was written, not what: the text is fetched from the API.
 * https://developer.helpscout.com/webhooks; the event's name stands in a header alone, which is not signed.
 * Credentials: `secret` (the webhook's, at most 40 characters), `secretOld`, `appSecret` (of the sidebar app), `ownUserId`,
 * `botUserIds`; for the API `appId`, `appApiSecret`.
 */
import * as z from "zod";
import type { ConversationFacts, Event } from "../event.ts";
import { created, isBot, isOwn } from "./events.ts";
import {
  Email,
  Id,
  label,
  MaybeId,
  MaybeTime,
  Name,
  parse,
  person,
  present,
  requireTimely,
  Subject,
  Tags,
  Time,
} from "./fields.ts";
import type { Context, Credentials, Delivery, Fetch, Helpdesk } from "./port.ts";
import * as Signature from "./signature.ts";

const Person = z
  .object({ id: MaybeId, type: label(40), first: Name, last: Name, email: Email })
  .nullish()
  .catch(undefined);

export const Thread = z.object({
  id: Id,
  type: label(40),
  state: label(40),
  body: z.string().nullish(),
  createdBy: Person,
  createdAt: Time,
  /** Of a line item: `merged`, and from where. The webhook of a merge does not tell it. */
  action: z
    .object({
      type: label(40),
      associatedEntities: z.object({ originalConversation: MaybeId }).optional().catch(undefined),
    })
    .nullish()
    .catch(undefined),
  source: z
    .object({ via: label(40) })
    .optional()
    .catch(undefined),
  _embedded: z
    .object({ attachments: z.array(z.unknown()) })
    .optional()
    .catch(undefined),
});
export type Thread = z.infer<typeof Thread>;

export const Conversation = z.object({
  id: Id,
  subject: Subject,
  type: label(100),
  status: label(40),
  assignee: Person,
  primaryCustomer: Person,
  tags: z
    .array(z.object({ tag: Name }))
    .optional()
    .catch(undefined),
  closedAt: MaybeTime,
  userUpdatedAt: MaybeTime,
  _embedded: z
    .object({ threads: z.array(z.unknown()) })
    .optional()
    .catch(undefined),
});
export type Conversation = z.infer<typeof Conversation>;

const Rating = z.object({ ticketId: Id, rating: z.string(), createdAt: MaybeTime, modifiedAt: MaybeTime });

function verify(delivery: Delivery, credentials: Credentials): void {
  const given = Signature.required(delivery, "x-helpscout-signature");
  const expected = Signature.secretsOf(credentials).map((secret) =>
    Signature.hmac("sha1", secret, "base64", delivery.raw),
  );
  Signature.requireMatch([given], expected);
}

/**
 * The query of an app's content URL or side panel: HMAC-SHA1 over the other parameters as a JSON object, in the order
 * received, as PHP writes JSON. `own` are the names that already stood in our URL. It signs no time: start a short
 * session of our own. Throws as `verify`. https://developer.helpscout.com/apps/guides/signature-validation/
 */
export function verifyAppQuery(query: URLSearchParams, own: string[], appSecret: string): void {
  const given = query.get("X-HelpScout-Signature");
  if (!given) throw Signature.invalid("The query is not signed.");
  const signed = [...query].filter(([name]) => name !== "X-HelpScout-Signature" && !own.includes(name));
  // Not an object: JavaScript would move names like "1" to the front.
  const json = `{${signed.map(([name, value]) => `${phpJson(name)}:${phpJson(value)}`).join(",")}}`;
  const [secret] = Signature.secretsOf({ secret: appSecret });
  Signature.requireMatch([given], [Signature.hmac("sha1", secret!, "base64", json)]);
}

const phpJson = (text: string): string =>
  JSON.stringify(text)
    .replaceAll("/", "\\/")
    .replace(/[\u007f-\uffff]/g, (unit) =>
      unit === "\u007f" ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );

const who = (somebody: z.infer<typeof Person>) =>
  person({
    id: somebody?.id,
    name: [somebody?.first, somebody?.last].filter(Boolean).join(" ").slice(0, 200).toWellFormed() || undefined,
    email: somebody?.email,
  });

export function factsOf(conversation: Conversation): ConversationFacts {
  return present({
    id: conversation.id,
    subject: conversation.subject,
    channel: conversation.type,
    customer: who(conversation.primaryCustomer),
    assignee: conversation.assignee === null ? null : who(conversation.assignee),
    tags: Tags.parse(conversation.tags?.map(({ tag }) => tag)),
  });
}

const spoken = new Set(["customer", "message", "reply", "note", "chat", "beaconchat"]);

/** A thread is one message, or the note of a merge into this conversation; other line items, drafts and forwards are none. */
export async function eventsOfThread(
  facts: ConversationFacts,
  thread: Thread,
  context: Context | undefined,
): Promise<Event[]> {
  const { createdBy: author, type, action } = thread;
  const from = action?.type === "merged" ? action.associatedEntities?.originalConversation : undefined;
  if (from !== undefined && from !== facts.id)
    return [{ type: "conversation.merged", at: thread.createdAt, conversation: { id: from }, into: facts.id }];
  if (!spoken.has(type ?? "") || (thread.state ?? "published") !== "published") return [];
  const customer = type === "customer" || (author?.type === "customer" && (type === "chat" || type === "beaconchat"));
  if (!customer && isOwn(context, author?.id)) return [];
  // An auto-reply is a message that no user wrote.
  const human = author?.type === "user" && thread.source?.via !== "automation" && !isBot(context, author.id);
  return [
    await created(facts, {
      id: thread.id,
      at: thread.createdAt,
      kind: customer ? "customer" : human ? "rep" : "bot",
      author: who(author) ?? {},
      internal: type === "note",
      text: thread.body,
      format: "either",
      attachments: thread._embedded?.attachments.length,
    }),
  ];
}

/** Something was written. Where the threads came with it they are taken, else they are fetched. */
async function written(
  conversation: Conversation,
  context: Context | undefined,
): Promise<{ events: Event[]; fetch?: Fetch[] }> {
  const threads = conversation._embedded?.threads;
  if (!threads?.length) return { events: [], fetch: [{ what: "thread", conversationId: conversation.id }] };
  const facts = factsOf(conversation);
  const messages = await Promise.all(
    threads.map((thread, n) => eventsOfThread(facts, parse(Thread, thread, `_embedded.threads.${n}`), context)),
  );
  return { events: messages.flat() };
}

function statusChanged(conversation: Conversation): Event[] {
  const facts = factsOf(conversation);
  const changedAt = parse(Time, conversation.userUpdatedAt, "userUpdatedAt");
  if (conversation.status === "closed")
    return [{ type: "conversation.resolved", at: conversation.closedAt ?? changedAt, conversation: facts }];
  // What it was before is not told; opening an open conversation changes nothing.
  if (conversation.status === "active") return [{ type: "conversation.reopened", at: changedAt, conversation: facts }];
  return [];
}

const scores: Record<string, number> = { great: 5, okay: 3, notgood: 1, bad: 1 };

function rated(payload: unknown): Event[] {
  const { ticketId, rating, createdAt, modifiedAt } = parse(Rating, payload);
  const name = rating.toLowerCase().replace(/[^a-z]/g, "");
  if (!Object.hasOwn(scores, name)) return [];
  const at = parse(Time, modifiedAt ?? createdAt, "createdAt");
  return [{ type: "conversation.rated", at, conversation: { id: ticketId }, rating: { score: scores[name]! } }];
}

const writing = new Set([
  "convo.created",
  "convo.customer.reply.created",
  "convo.agent.reply.created",
  "convo.note.created",
  "convo.ai-answers.created",
  "beacon.chat.created",
  "beacon.chat.customer.replied",
]);

async function normalised(
  name: string,
  payload: unknown,
  context: Context | undefined,
): Promise<{ events: Event[]; fetch?: Fetch[] }> {
  if (writing.has(name)) return written(parse(Conversation, payload), context);
  switch (name) {
    case "convo.merged":
      return { events: [], fetch: [{ what: "thread", conversationId: parse(Conversation, payload).id }] };
    case "convo.status":
      return { events: statusChanged(parse(Conversation, payload)) };
    case "convo.assigned": {
      const conversation = parse(Conversation, payload);
      const at = parse(Time, conversation.userUpdatedAt, "userUpdatedAt");
      // Without an assignee it was given to nobody.
      return {
        events: [{ type: "conversation.assigned", at, conversation: { assignee: null, ...factsOf(conversation) } }],
      };
    }
    case "satisfaction.ratings":
      return { events: rated(payload) };
    default:
      return { events: [] };
  }
}

export const helpdesk: Helpdesk = {
  name: "helpscout",
  // The composer is closed to apps.
  capabilities: { insert: false, readBack: false, note: false, clipboard: true, pushesSentReplies: true },
  verify,
  async normalise(payload, delivery, context) {
    const name = delivery.headers["x-helpscout-event"] ?? "";
    const { events, fetch } = await normalised(name, payload, context);
    requireTimely(events, context?.nowMs);
    return present({ events, fetch, deliveryId: `${name}:${Signature.digestOf(delivery)}`.slice(0, 200) });
  },
};
