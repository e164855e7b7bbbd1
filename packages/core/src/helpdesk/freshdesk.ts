/**
 * Freshdesk signs nothing: an admin sets a header with a secret. Two bodies come in: what a Freshworks app forwards of
 * its events (platform 3.0, with texts), and what an automation rule sends (ids alone, the thread is fetched).
 * https://developers.freshworks.com/docs/app-sdk/v3.0/support_ticket/serverless-apps/product-events/
 * Credentials: `secret`, `secretOld` (sent as `X-Cuecard-Secret`, or as `Authorization: Bearer …`), `ownUserId`,
 * `botUserIds`; for the API `domain`, `apiKey`.
 */
import * as z from "zod";
import type { ConversationFacts, Event } from "../event.ts";
import { created, isBot, isOwn, messageOf as neutralMessage } from "./events.ts";
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
import type { Context, Credentials, Delivery, Helpdesk, Normalised } from "./port.ts";
import * as Signature from "./signature.ts";

const secretHeader = "x-cuecard-secret";

const Actor = z
  .object({ id: MaybeId, name: Name, email: Email, type: label(40) })
  .optional()
  .catch(undefined);

/** Also what the API's conversations are made of. */
export const Conversation = z.object({
  id: Id,
  ticket_id: MaybeId,
  body: z.string().nullish(),
  body_text: z.string().nullish(),
  /** Over about 10 KB the event's text is cut. */
  is_body_truncated: z.boolean().nullish(),
  private: z.boolean().nullish(),
  incoming: z.boolean().nullish(),
  user_id: MaybeId,
  from_email: Email,
  created_at: Time,
  attachments: z.array(z.unknown()).optional().catch(undefined),
});
export type Conversation = z.infer<typeof Conversation>;

const Change = z.array(z.unknown()).optional().catch(undefined);

export const Ticket = z.object({
  id: Id,
  subject: Subject,
  description: z.string().nullish(),
  description_text: z.string().nullish(),
  requester_id: MaybeId,
  requester: z.object({ id: MaybeId, name: Name, email: Email }).optional().catch(undefined),
  responder_id: MaybeId.nullable(),
  group_id: MaybeId.nullable(),
  /** 10: a rep wrote first, by e-mail. */
  source: z.number().optional().catch(undefined),
  tags: Tags,
  created_at: MaybeTime,
  changes: z.object({ status: Change, responder_id: Change, group_id: Change }).optional().catch(undefined),
});
export type Ticket = z.infer<typeof Ticket>;

const Envelope = z.object({ event: z.string(), timestamp: Time, data: z.unknown().optional() });
const WithConversation = z.object({ conversation: Conversation.extend({ ticket_id: Id }), actor: Actor });
const WithTicket = z.object({ ticket: Ticket, actor: Actor });
/** A deletion may give the id alone. */
const Deleted = z.object({ conversation: z.object({ id: Id, ticket_id: Id, created_at: MaybeTime }) });
/** What the automation's body template in docs/helpdesks sends. */
const Automation = z.object({ ticket_id: Id });

/** https://developers.freshdesk.com/api/#tickets: 2 open, 3 pending, 4 resolved, 5 closed. */
const done = new Set([4, 5]);

/** The id of a ticket's first message, which is its description and has none. */
export const descriptionId = "description";

function verify(delivery: Delivery, credentials: Credentials): void {
  const given = delivery.headers[secretHeader] ?? delivery.headers.authorization?.replace(/^Bearer /i, "");
  if (!given) Signature.required(delivery, secretHeader);
  Signature.requireMatch([given ?? ""], Signature.secretsOf(credentials));
}

export function factsOf(ticket: Ticket): ConversationFacts {
  const { responder_id: responder, group_id: group } = ticket;
  return present({
    id: ticket.id,
    subject: ticket.subject,
    customer: person({ ...ticket.requester, id: ticket.requester?.id ?? ticket.requester_id }),
    assignee: responder ? { id: responder } : (responder as null | undefined),
    team: group?.slice(0, 200) ?? (group as null | undefined),
    tags: ticket.tags,
  });
}

/** `incoming` is the customer's, `private` a note; the rest is what a rep sent. */
export function rawOf(conversation: Conversation, actor: z.infer<typeof Actor>, context: Context | undefined) {
  const { incoming, user_id } = conversation;
  const known = actor && (user_id === undefined || actor.id === user_id) ? actor : undefined;
  return {
    id: conversation.id,
    at: conversation.created_at,
    kind: incoming ? ("customer" as const) : isBot(context, user_id) ? ("bot" as const) : ("rep" as const),
    author: { id: user_id, name: known?.name, email: known?.email ?? (incoming ? conversation.from_email : undefined) },
    internal: conversation.private ?? false,
    text: conversation.body_text,
    html: conversation.body,
    attachments: conversation.attachments?.length,
  };
}

async function conversationEvents(
  envelope: z.infer<typeof Envelope>,
  context: Context | undefined,
): Promise<Normalised> {
  const { conversation, actor } = parse(WithConversation, envelope.data, "data");
  if (!conversation.incoming && isOwn(context, conversation.user_id)) return { events: [] };
  const raw = rawOf(conversation, actor, context);
  const facts = present({
    id: conversation.ticket_id,
    customer: raw.kind === "customer" ? person(raw.author) : undefined,
  });
  const whole = await neutralMessage(raw);
  const message = conversation.is_body_truncated ? { ...whole, truncated: true } : whole;
  const event: Event =
    envelope.event === "onConversationUpdate"
      ? { type: "message.edited", at: envelope.timestamp, conversation: facts, message }
      : { type: "message.created", conversation: facts, message };
  if (!conversation.is_body_truncated) return { events: [event] };
  const rest = { what: "message" as const, conversationId: facts.id, id: message.id, at: envelope.timestamp };
  return { events: [event], fetch: [rest] };
}

/** A new ticket's description is its first message. */
export async function firstOf(ticket: Ticket, context: Context | undefined): Promise<Event[]> {
  if (ticket.created_at === undefined) return [];
  const outbound = ticket.source === 10;
  if (outbound && isOwn(context, ticket.responder_id ?? undefined)) return [];
  const facts = factsOf(ticket);
  return [
    await created(facts, {
      id: descriptionId,
      at: ticket.created_at,
      kind: outbound ? "rep" : "customer",
      author: (outbound ? facts.assignee : facts.customer) ?? {},
      internal: false,
      text: ticket.description_text,
      html: ticket.description,
    }),
  ];
}

function ticketChanged(envelope: z.infer<typeof Envelope>): Event[] {
  const { ticket } = parse(WithTicket, envelope.data, "data");
  const rest = { at: envelope.timestamp, conversation: factsOf(ticket) };
  const events: Event[] = [];
  const { status, responder_id, group_id } = ticket.changes ?? {};
  if (responder_id || group_id) events.push({ type: "conversation.assigned", ...rest });
  const [was, is] = [Number(status?.[0]), Number(status?.[1])];
  if (done.has(is) && !done.has(was)) events.push({ type: "conversation.resolved", ...rest });
  if (done.has(was) && status?.length === 2 && !done.has(is)) events.push({ type: "conversation.reopened", ...rest });
  return events;
}

async function eventsOf(envelope: z.infer<typeof Envelope>, context: Context | undefined): Promise<Normalised> {
  switch (envelope.event) {
    case "onConversationCreate":
    case "onConversationUpdate":
      return conversationEvents(envelope, context);
    case "onConversationDelete": {
      const { conversation } = parse(Deleted, envelope.data, "data");
      const message = present({ id: conversation.id, at: conversation.created_at });
      return {
        events: [
          { type: "message.redacted", at: envelope.timestamp, conversation: { id: conversation.ticket_id }, message },
        ],
      };
    }
    case "onTicketCreate":
      return { events: await firstOf(parse(WithTicket, envelope.data, "data").ticket, context) };
    case "onTicketUpdate":
      return { events: ticketChanged(envelope) };
    default:
      return { events: [] };
  }
}

const Kind = z.object({ event: z.unknown().optional(), data: z.unknown().optional() });

export const helpdesk: Helpdesk = {
  name: "freshdesk",
  capabilities: { insert: true, readBack: false, note: false, clipboard: true, pushesSentReplies: true },
  verify,
  async normalise(payload, delivery, context) {
    const { event, data } = parse(Kind, payload);
    const deliveryId = Signature.digestOf(delivery);
    if (data === undefined) {
      // The template may carry `event` too: the words of the rule, not ours.
      const { ticket_id } = parse(Automation, payload);
      return { events: [], fetch: [{ what: "thread", conversationId: ticket_id }], deliveryId };
    }
    if (typeof event === "string" && !/^on(?:Conversation|Ticket)/.test(event)) return { events: [] };
    const normalised = await eventsOf(parse(Envelope, payload), context);
    requireTimely(normalised.events, context?.nowMs);
    return { ...normalised, deliveryId };
  },
};
