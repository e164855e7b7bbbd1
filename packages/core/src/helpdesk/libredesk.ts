/**
 * Libredesk, read from its source (2026-08). A message carries its conversation's uuid and nothing more of it, so what
 * `conversation.created` tells is passed on as an assignment.
 * Credentials: `secret`, `secretOld`, `ownUserId`, `botUserIds`; for the API `url`, `token` (`key:secret`).
 */
import * as z from "zod";
import type { ConversationFacts, Event } from "../event.ts";
import { created, isBot, isOwn } from "./events.ts";
import {
  Email,
  Id,
  label,
  MaybeId,
  Name,
  parse,
  person,
  present,
  requireTimely,
  Subject,
  Tags,
  Time,
} from "./fields.ts";
import type { Context, Credentials, Delivery, Helpdesk, Normalised } from "./port.ts";
import * as Signature from "./signature.ts";

const Envelope = z.object({ event: z.string(), timestamp: Time, payload: z.unknown().optional() });

const Somebody = z.object({ id: MaybeId, first_name: Name, last_name: Name, email: Email }).nullish().catch(undefined);

export const Conversation = z.object({
  uuid: Id,
  subject: Subject,
  inbox_channel: label(100),
  status_category: label(40),
  assigned_user_id: MaybeId.nullable(),
  assigned_team_id: MaybeId.nullable(),
  contact: Somebody,
  tags: Tags,
  csat_rating: z.number().min(1).max(5).optional().catch(undefined),
});
type Conversation = z.infer<typeof Conversation>;

const Changed = z.object({
  conversation_uuid: Id,
  previous_status: label(100),
  new_status: label(100),
  conversation: Conversation.optional().catch(undefined),
});

/** JSON in JSON in some versions. */
const Meta = z.preprocess(
  (meta) => (typeof meta === "string" ? readable(meta) : meta),
  z.object({ is_automated: z.boolean().optional(), is_csat: z.boolean().optional() }).optional().catch(undefined),
);

export const Message = z.object({
  uuid: Id,
  created_at: Time,
  type: z.string(),
  conversation_uuid: Id,
  content: z.string().nullish(),
  text_content: z.string().nullish(),
  content_type: label(40),
  private: z.boolean().nullish(),
  sender_id: MaybeId,
  sender_type: label(40),
  meta: Meta,
  attachments: z.array(z.unknown()).nullish().catch(undefined),
  author: Somebody,
});

function readable(meta: string): unknown {
  try {
    return JSON.parse(meta);
  } catch {
    return undefined; // meta only marks automated messages; one without marks is an ordinary message
  }
}

/** Statuses can be added by an admin; their category cannot. */
const done = new Set(["resolved", "closed"]);
const isDone = (status: string | undefined) => done.has((status ?? "").toLowerCase());

function verify(delivery: Delivery, credentials: Credentials): void {
  const given = Signature.required(delivery, "x-libredesk-signature");
  const expected = Signature.secretsOf(credentials).map(
    (secret) => `sha256=${Signature.hmac("sha256", secret, "hex", delivery.raw)}`,
  );
  Signature.requireMatch([given], expected);
}

const personOf = (somebody: z.infer<typeof Somebody>, id?: string) =>
  person({
    id: id ?? somebody?.id,
    name:
      [somebody?.first_name, somebody?.last_name].filter(Boolean).join(" ").slice(0, 200).toWellFormed() || undefined,
    email: somebody?.email,
  });

export function factsOf(conversation: Conversation): ConversationFacts {
  const { assigned_user_id: user, assigned_team_id: team } = conversation;
  return present({
    id: conversation.uuid,
    subject: conversation.subject,
    channel: conversation.inbox_channel,
    customer: personOf(conversation.contact),
    assignee: user ? { id: user } : (user as null | undefined),
    team: team?.slice(0, 200) ?? (team as null | undefined),
    tags: conversation.tags,
  });
}

/** None for what nobody wrote, and for what we wrote ourselves. `known` is what is known of the conversation beside the message. */
export async function eventsOf(
  message: z.infer<typeof Message>,
  context?: Context,
  known?: ConversationFacts,
): Promise<Event[]> {
  if (message.type !== "incoming" && message.type !== "outgoing") return [];
  const customer = message.type === "incoming";
  if (!customer && isOwn(context, message.sender_id)) return [];
  const automated = message.meta?.is_automated || message.meta?.is_csat || isBot(context, message.sender_id);
  const author = personOf(message.author, message.sender_id) ?? {};
  const facts = known ?? present({ id: message.conversation_uuid, customer: customer ? person(author) : undefined });
  return [
    await created(facts, {
      id: message.uuid,
      at: message.created_at,
      kind: customer ? "customer" : automated ? "bot" : "rep",
      author,
      internal: message.private ?? false,
      text: message.text_content || (message.content_type === "text" ? message.content : ""),
      html: message.content,
      attachments: message.attachments?.length,
    }),
  ];
}

/** A message tells nothing of what stands before it: an admin who gave us the API's token has us look once. */
async function messageCreated(payload: unknown, context: Context | undefined): Promise<Normalised> {
  const message = parse(Message, payload, "payload");
  const events = await eventsOf(message, context);
  const { url, token } = context?.credentials ?? {};
  if (events.length === 0 || !url || !token) return { events };
  return { events, fetch: [{ what: "earlier", conversationId: message.conversation_uuid, at: message.created_at }] };
}

function conversationChanged(event: string, payload: unknown, at: string): Event[] {
  const changed = parse(Changed, payload, "payload");
  const conversation = changed.conversation ? factsOf(changed.conversation) : { id: changed.conversation_uuid };
  const events: Event[] = [];
  if (event !== "conversation.status_changed")
    events.push({
      type: "conversation.assigned",
      at,
      conversation: event === "conversation.unassigned" ? { ...conversation, assignee: null } : conversation,
    });
  else {
    const is = isDone(changed.new_status) || isDone(changed.conversation?.status_category);
    const was = isDone(changed.previous_status);
    if (is && !was) events.push({ type: "conversation.resolved", at, conversation });
    if (was && !is) events.push({ type: "conversation.reopened", at, conversation });
  }
  // There is no event for a rating; the next change of the conversation tells it.
  const score = changed.conversation?.csat_rating;
  if (score) events.push({ type: "conversation.rated", at, conversation, rating: { score } });
  return events;
}

async function normalised(
  { event, payload, timestamp }: z.infer<typeof Envelope>,
  context: Context | undefined,
): Promise<Normalised> {
  switch (event) {
    case "message.created":
      return messageCreated(payload, context);
    case "conversation.created": {
      const conversation = factsOf(parse(Conversation, payload, "payload"));
      return { events: [{ type: "conversation.assigned" as const, at: timestamp, conversation }] };
    }
    case "conversation.assigned":
    case "conversation.unassigned":
    case "conversation.status_changed":
      return { events: conversationChanged(event, payload, timestamp) };
    default:
      return { events: [] };
  }
}

export const helpdesk: Helpdesk = {
  name: "libredesk",
  capabilities: { insert: false, readBack: false, note: false, clipboard: true, pushesSentReplies: true },
  verify,
  async normalise(payload, delivery, context) {
    const { event } = parse(z.object({ event: z.string() }), payload);
    if (!/^(?:conversation|message)\./.test(event)) return { events: [] };
    const { events, ...rest } = await normalised(parse(Envelope, payload), context);
    return { events: requireTimely(events, context?.nowMs), ...rest, deliveryId: Signature.digestOf(delivery) };
  },
};
