/**
 * Zendesk, both kinds of webhook: subscribed to ticket and messaging events, and called by a trigger with ids alone.
 * https://developer.zendesk.com/documentation/webhooks/verifying/ and …/api-reference/webhooks/event-types/ticket-events
 * Credentials: `secret` (the webhook's signing secret), `secretOld`, `ownUserId`, `botUserIds`; for the API `subdomain`,
 * `email`, `token`.
 */
import * as z from "zod";
import type { ConversationFacts, Event } from "../event.ts";
import { created, isBot, isOwn, wholeSeconds } from "./events.ts";
import {
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

const signatureHeader = "x-zendesk-webhook-signature";
const timestampHeader = "x-zendesk-webhook-signature-timestamp";
const prefix = "zen:event-type:";

/** The whole ticket as it stands after the event; a messaging event gives its id alone. No assignee is null or "". */
const Detail = z.object({
  id: Id,
  subject: Subject,
  assignee_id: z.unknown().optional(),
  group_id: z.unknown().optional(),
  requester_id: MaybeId,
  tags: z.preprocess((tags) => (typeof tags === "string" ? tags.split(" ").filter(Boolean) : tags), Tags),
  via: z
    .object({ channel: label(100) })
    .optional()
    .catch(undefined),
});

const Envelope = z.object({ type: z.string(), id: MaybeId, time: Time, detail: Detail, event: z.unknown().optional() });
type Envelope = z.infer<typeof Envelope>;

const Comment = z.object({
  comment: z.object({
    id: Id,
    body: z.string().nullish(),
    is_public: z.boolean(),
    author: z.object({ id: MaybeId, is_staff: z.boolean(), name: Name }).nullish(),
    attachments: z.array(z.unknown()).optional().catch(undefined),
  }),
});
const CommentId = z.object({ comment: z.object({ id: Id }) });
const ChatMessage = z.object({
  actor: z.object({ id: MaybeId, name: Name, type: z.string() }),
  message: z.object({ id: Id, body: z.string().nullish() }),
});
const Status = label(40).transform((status) => (status ?? "").toUpperCase());
const StatusChange = z.object({ current: Status, previous: Status });
const Merge = z.object({ target_ticket_id: Id });
/** Field names as one integration reads them; the vendor's page does not show them. */
const Rating = z.object({
  satisfaction_score: z
    .object({ score: z.union([z.string(), z.number()]) })
    .optional()
    .catch(undefined),
});
/** What the trigger's body template in docs/helpdesks sends. */
const Trigger = z.object({
  ticket_id: Id,
  status: Status,
  updated_at: MaybeTime,
  current_user_id: MaybeId,
  comment: z.object({ id: MaybeId }).optional().catch(undefined),
});

const solved = new Set(["SOLVED", "CLOSED"]);

function verify(delivery: Delivery, credentials: Credentials, nowMs: number): void {
  const timestamp = Signature.required(delivery, timestampHeader);
  const given = Signature.required(delivery, signatureHeader);
  Signature.requireRecent(Date.parse(timestamp), nowMs, timestampHeader);
  const expected = Signature.secretsOf(credentials).map((secret) =>
    Signature.hmac("sha256", secret, "base64", timestamp, delivery.raw),
  );
  Signature.requireMatch([given], expected);
}

/** Ids alone, so an absent field says nothing and an empty one says "none". */
function factsOf(detail: Detail): ConversationFacts {
  const idOrNone = (value: unknown) => (value === undefined ? undefined : (MaybeId.parse(value) ?? null));
  const assignee = idOrNone(detail.assignee_id);
  return present({
    id: detail.id,
    subject: detail.subject,
    channel: detail.via?.channel?.toLowerCase(),
    customer: person({ id: detail.requester_id }),
    assignee: assignee ? { id: assignee } : (assignee as null | undefined),
    team: idOrNone(detail.group_id),
    tags: detail.tags,
  });
}
type Detail = z.infer<typeof Detail>;

/** Who wrote is also who the customer or the assignee is, when the ids say so: the ticket gives no names. */
function named(
  facts: ConversationFacts,
  author: { id?: string | undefined; name?: string | undefined },
): ConversationFacts {
  const is = (known: { id?: string | undefined } | null | undefined) =>
    author.id !== undefined && known?.id === author.id;
  return present({
    ...facts,
    customer: is(facts.customer) ? person(author) : facts.customer,
    assignee: is(facts.assignee) ? person(author) : facts.assignee,
  });
}

async function commentAdded({ detail, event, time }: Envelope, context: Context | undefined): Promise<Normalised> {
  const { comment } = parse(Comment, event, "event");
  const { author } = comment;
  // Whoever it was from, the thread knows.
  if (!author) return { events: [], fetch: [{ what: "thread", conversationId: detail.id }] };
  if (isOwn(context, author.id)) return { events: [] };
  // Zendesk's own system user is -1.
  const bot = author.id === "-1" || isBot(context, author.id);
  const facts = named(factsOf(detail), author);
  const message = await created(facts, {
    id: comment.id,
    at: wholeSeconds(time),
    kind: bot ? "bot" : author.is_staff ? "rep" : "customer",
    author,
    internal: !comment.is_public,
    text: comment.body,
    attachments: comment.attachments?.length,
  });
  return { events: [message] };
}

const actorKinds: Record<string, "customer" | "rep"> = { end_user: "customer", agent: "rep" };

async function chatMessageAdded({ detail, event, time }: Envelope, context: Context | undefined): Promise<Event[]> {
  const { actor, message } = parse(ChatMessage, event, "event");
  if (isOwn(context, actor.id)) return [];
  const bot = isBot(context, actor.id) || actor.id?.startsWith("zd:");
  const kind = (!bot && Object.hasOwn(actorKinds, actor.type) && actorKinds[actor.type]) || "bot";
  const facts = present({
    ...factsOf(detail),
    channel: "messaging",
    customer: kind === "customer" ? person(actor) : undefined,
  });
  return [await created(facts, { id: message.id, at: time, kind, author: actor, internal: false, text: message.body })];
}

function statusChanged({ detail, event, time }: Envelope): Event[] {
  const { current, previous } = parse(StatusChange, event, "event");
  const conversation = factsOf(detail);
  if (solved.has(current) && !solved.has(previous)) return [{ type: "conversation.resolved", at: time, conversation }];
  if (solved.has(previous) && current !== "" && !solved.has(current))
    return [{ type: "conversation.reopened", at: time, conversation }];
  return [];
}

/** The older of the two rating systems knows good and bad alone: the ends of the scale. */
function scoreOf(score: string | number | undefined): number | undefined {
  const named = { GOOD: 5, BAD: 1 }[String(score).toUpperCase()];
  const value = named ?? Number(score ?? Number.NaN);
  return value >= 1 && value <= 5 ? value : undefined;
}

async function eventsOf(envelope: Envelope, context: Context | undefined): Promise<Normalised> {
  const { detail, event, time } = envelope;
  const conversation = factsOf(detail);
  switch (envelope.type.slice(prefix.length)) {
    case "ticket.comment_added":
      return commentAdded(envelope, context);
    case "messaging_ticket.message_added":
      return { events: await chatMessageAdded(envelope, context) };
    case "ticket.created":
      // Its description is the first comment, but has no id here; the thread gives both.
      return { events: [], fetch: [{ what: "thread", conversationId: detail.id }] };
    case "ticket.comment_made_private": {
      const { comment } = parse(CommentId, event, "event");
      return { events: [], fetch: [{ what: "message", conversationId: detail.id, id: comment.id, at: time }] };
    }
    case "ticket.comment_redacted": {
      const { comment } = parse(CommentId, event, "event");
      return { events: [{ type: "message.redacted", at: time, conversation, message: { id: comment.id } }] };
    }
    case "ticket.agent_assignment_changed":
    case "ticket.group_assignment_changed":
      return { events: [{ type: "conversation.assigned", at: time, conversation }] };
    case "ticket.status_changed":
      return { events: statusChanged(envelope) };
    case "ticket.merged": {
      const { target_ticket_id } = parse(Merge, event, "event");
      return { events: [{ type: "conversation.merged", at: time, conversation, into: target_ticket_id }] };
    }
    case "ticket.csat_received": {
      const score = scoreOf(parse(Rating, event, "event").satisfaction_score?.score);
      return { events: score ? [{ type: "conversation.rated", at: time, conversation, rating: { score } }] : [] };
    }
    default:
      return { events: [] };
  }
}

function fromTrigger(payload: unknown, context: Context | undefined): Normalised {
  const trigger = parse(Trigger, payload);
  if (isOwn(context, trigger.current_user_id)) return { events: [] };
  const conversation = { id: trigger.ticket_id };
  const resolved = solved.has(trigger.status) && trigger.updated_at;
  return {
    events: resolved ? [{ type: "conversation.resolved", at: resolved, conversation }] : [],
    fetch: [{ what: "thread", conversationId: trigger.ticket_id }],
    deliveryId: [trigger.ticket_id, trigger.comment?.id, trigger.updated_at].filter(Boolean).join(":"),
  };
}

const Kind = z.object({ type: z.string().optional().catch(undefined), ticket_id: z.unknown().optional() });

export const helpdesk: Helpdesk = {
  name: "zendesk",
  capabilities: { insert: true, readBack: true, note: true, clipboard: true, pushesSentReplies: true },
  verify,
  async normalise(payload, _delivery, context) {
    const { type, ticket_id } = parse(Kind, payload);
    const known = type?.startsWith(`${prefix}ticket.`) || type?.startsWith(`${prefix}messaging_ticket.`);
    // A test from the admin's page, users, organisations: nothing of a conversation.
    if (!known && (type !== undefined || ticket_id === undefined)) return { events: [] };
    if (!known) {
      const normalised = fromTrigger(payload, context);
      return { ...normalised, events: requireTimely(normalised.events, context?.nowMs) };
    }
    const envelope = parse(Envelope, payload);
    const normalised = await eventsOf(envelope, context);
    requireTimely(normalised.events, context?.nowMs);
    return present({ ...normalised, deliveryId: envelope.id });
  },
};
