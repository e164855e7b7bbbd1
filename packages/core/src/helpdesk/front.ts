/**
 * Front: an app's webhooks, and the older rule webhooks. https://dev.frontapp.com/docs/application-webhooks,
 * https://dev.frontapp.com/docs/rule-webhooks; events as in the Core API's EventResponse.
 * Credentials: `secret` (the app's), `secretOld`, `ruleSecret` (the API secret, for rule webhooks), `ownUserId`,
 * `botUserIds`; for the API `token`.
 */
import * as z from "zod";
import type { ConversationFacts, Event } from "../event.ts";
import { created, isBot, isOwn } from "./events.ts";
import { Email, Id, label, MaybeId, Name, parse, person, present, requireTimely, Subject, Time } from "./fields.ts";
import type { Context, Credentials, Delivery, Helpdesk, Normalised } from "./port.ts";
import * as Signature from "./signature.ts";

const signatureHeader = "x-front-signature";
const timestampHeader = "x-front-request-timestamp";
const challengeHeader = "x-front-challenge";

const Teammate = z
  .object({ id: MaybeId, email: Email, first_name: Name, last_name: Name, type: label(40) })
  .nullish()
  .catch(undefined);
type Teammate = z.infer<typeof Teammate>;

const Recipient = z.object({ role: label(20), handle: label(256), name: Name });

export const Conversation = z.object({
  id: Id,
  subject: Subject,
  assignee: Teammate,
  recipient: Recipient.nullish().catch(undefined),
  tags: z
    .array(z.object({ name: Name }))
    .optional()
    .catch(undefined),
});

const Message = z.object({
  id: Id,
  type: label(100),
  is_inbound: z.boolean().optional(),
  created_at: Time,
  body: z.string().nullish(),
  text: z.string().nullish(),
  author: Teammate,
  recipients: z.array(Recipient).optional().catch(undefined),
  attachments: z.array(z.unknown()).optional().catch(undefined),
});

const Comment = z.object({ id: Id, body: z.string().nullish(), author: Teammate, posted_at: Time });

const Happening = z.object({
  id: MaybeId,
  type: z.string(),
  emitted_at: Time,
  target: z.object({ data: z.unknown().optional() }).optional().catch(undefined),
  conversation: Conversation,
});
type Happening = z.infer<typeof Happening>;
/** A message or comment with its conversation, whichever way it came. */
type Part = { type?: string; conversation: z.infer<typeof Conversation>; target?: { data?: unknown } | undefined };

/** An app's webhook wraps the event; a rule's is the event. */
const Outer = z.object({ type: z.string(), payload: z.unknown().optional() });

/** What an app's webhook calls it, and what the Core API does. */
const names: Record<string, string> = {
  inbound_received: "inbound",
  outbound_sent: "outbound",
  out_reply: "outbound",
  new_comment_added: "comment",
  mention: "comment",
  assignee_changed: "assign",
  unassign: "assign",
  conversation_archived: "archive",
  conversation_reopened: "reopen",
};
const known = new Set(["inbound", "outbound", "comment", "assign", "archive", "reopen", "conversations_merged"]);
const nameOf = (type: string) => (Object.hasOwn(names, type) ? names[type]! : type);

function verify(delivery: Delivery, credentials: Credentials, nowMs: number): void {
  const given = Signature.required(delivery, signatureHeader);
  const timestamp = delivery.headers[timestampHeader];
  if (!timestamp) {
    // Rule webhooks sign no time; they pass only where the admin gave their secret.
    const { ruleSecret } = credentials;
    if (!ruleSecret) throw Signature.invalid("A rule's webhook came, but no ruleSecret is set.");
    Signature.requireMatch([given], [Signature.hmac("sha1", ruleSecret, "base64", delivery.raw)]);
    return;
  }
  Signature.requireRecent(Signature.digits(timestamp), nowMs, timestampHeader);
  const expected = Signature.secretsOf(credentials).map((secret) =>
    Signature.hmac("sha256", secret, "base64", `${timestamp}:`, delivery.raw),
  );
  Signature.requireMatch([given], expected);
}

const who = (teammate: Teammate) =>
  person({
    id: teammate?.id,
    name:
      [teammate?.first_name, teammate?.last_name].filter(Boolean).join(" ").slice(0, 200).toWellFormed() || undefined,
    email: teammate?.email,
  });

/** Front's customers are handles: an address, a number. */
const customerOf = (recipient: z.infer<typeof Recipient> | null | undefined) =>
  person({
    id: MaybeId.parse(recipient?.handle),
    name: recipient?.name,
    email: recipient?.handle?.includes("@") ? recipient.handle : undefined,
  });

function factsOf({ id, subject, assignee, recipient, tags }: z.infer<typeof Conversation>): ConversationFacts {
  return present({
    id,
    subject,
    customer: customerOf(recipient),
    assignee: assignee === null ? null : who(assignee),
    tags: tags?.flatMap(({ name }) => name ?? []).slice(0, 200),
  });
}

export async function messageOf(happening: Part, context: Context | undefined): Promise<Normalised> {
  const message = parse(Message, happening.target?.data, "payload.target.data");
  const facts = factsOf(happening.conversation);
  const customer = happening.type === "inbound";
  const { author } = message;
  if (!customer && isOwn(context, author?.id)) return { events: [] };
  const whole = (message.text ?? message.body) != null && (customer || author);
  // The documentation promises text and author; one integration in production gets neither.
  if (!whole)
    return {
      events: [],
      fetch: [{ what: "message", conversationId: facts.id, id: message.id, at: message.created_at }],
    };
  const from = message.recipients?.find(({ role }) => role === "from");
  const human = (author?.type ?? "user") === "user" && !isBot(context, author?.id);
  const event = await created(present({ ...facts, channel: message.type }), {
    id: message.id,
    at: message.created_at,
    kind: customer ? "customer" : human ? "rep" : "bot",
    author: (customer ? customerOf(from ?? happening.conversation.recipient) : who(author)) ?? {},
    internal: false,
    text: message.text,
    html: message.body,
    attachments: message.attachments?.length,
  });
  return { events: [event] };
}

export async function commentOf(happening: Part, context: Context | undefined): Promise<Event[]> {
  const comment = parse(Comment, happening.target?.data, "payload.target.data");
  if (isOwn(context, comment.author?.id)) return [];
  const human = (comment.author?.type ?? "user") === "user" && !isBot(context, comment.author?.id);
  return [
    await created(factsOf(happening.conversation), {
      id: comment.id,
      at: comment.posted_at,
      kind: human ? "rep" : "bot",
      author: who(comment.author) ?? {},
      internal: true,
      text: comment.body,
    }),
  ];
}

/** The Core API's event, which a rule may pass on: it names the conversation that stays, and as its target those that went into it. */
const Gone = z.array(z.object({ id: Id })).catch([]);
function mergesOf({ emitted_at: at, conversation, target }: Happening): Event[] {
  const data = target?.data;
  return Gone.parse(Array.isArray(data) ? data : [data])
    .filter(({ id }) => id !== conversation.id)
    .map(({ id }) => ({ type: "conversation.merged", at, conversation: { id }, into: conversation.id }));
}

async function eventsOf(happening: Happening, context: Context | undefined): Promise<Normalised> {
  const state = { at: happening.emitted_at, conversation: factsOf(happening.conversation) };
  switch (happening.type) {
    case "inbound":
    case "outbound":
      return messageOf(happening, context);
    case "comment":
      return { events: await commentOf(happening, context) };
    case "assign":
      return { events: [{ type: "conversation.assigned", ...state }] };
    case "conversations_merged":
      return { events: mergesOf(happening) };
    case "archive":
      return { events: [{ type: "conversation.resolved", ...state }] };
    default:
      return { events: [{ type: "conversation.reopened", ...state }] };
  }
}

export const helpdesk: Helpdesk = {
  name: "front",
  capabilities: { insert: true, readBack: true, note: false, clipboard: true, pushesSentReplies: true },
  verify,
  handshake(delivery) {
    const challenge = delivery.headers[challengeHeader];
    return challenge ? { status: 200, body: challenge, contentType: "text/plain" } : null;
  },
  async normalise(payload, _delivery, context) {
    const outer = parse(Outer, payload);
    const inner =
      outer.payload === undefined
        ? outer
        : parse(z.object({ type: z.string().catch(outer.type) }), outer.payload, "payload");
    const type = nameOf(known.has(nameOf(inner.type)) ? inner.type : outer.type);
    if (!known.has(type)) return { events: [] };
    const happening = {
      ...parse(Happening, outer.payload ?? payload, outer.payload === undefined ? "" : "payload"),
      type,
    };
    const normalised = await eventsOf(happening, context);
    requireTimely(normalised.events, context?.nowMs);
    return present({ ...normalised, deliveryId: happening.id });
  },
};
