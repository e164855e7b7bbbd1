/**
 * Chatwoot, account webhooks (signed from 4.11.2 on). Read from its source: lib/webhooks/trigger.rb,
 * app/listeners/webhook_listener.rb, Message#webhook_data, Conversations::EventDataPresenter.
 * Credentials: `secret`, `secretOld`, `ownUserId`, `botUserIds`; `allowUnsigned: "yes"` for older versions, which sign
 * nothing (then set `urlToken` and end the webhook's URL in `?token=…`); for the API `url`, `accountId`, `token`.
 */
import * as z from "zod";
import type { ConversationFacts, Event } from "../event.ts";
import { created, isBot, isOwn, wholeSeconds } from "./events.ts";
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
import type { Context, Credentials, Delivery, Fetch, Helpdesk, Normalised } from "./port.ts";
import * as Signature from "./signature.ts";

const signatureHeader = "x-chatwoot-signature";
const timestampHeader = "x-chatwoot-timestamp";

const Sender = z
  .object({ id: MaybeId, name: Name, email: Email, type: label(40) })
  .nullish()
  .catch(undefined);

export const Conversation = z.object({
  /** The display id, which stands in its URLs. */
  id: Id,
  channel: label(100),
  labels: Tags,
  additional_attributes: z.object({ mail_subject: Subject }).optional().catch(undefined),
  created_at: MaybeTime,
  updated_at: MaybeTime,
  status: label(40),
  meta: z
    .object({
      sender: Sender,
      assignee: Sender,
      assignee_type: label(40),
      team: z.object({ name: Name }).nullish().catch(undefined),
      /** Where the API says it. */
      channel: label(100),
    })
    .optional()
    .catch(undefined),
});
type Conversation = z.infer<typeof Conversation>;

/**
 * At the top level types are words and times ISO; in the API, and inside `conversation.messages`, where it is another message, they are
 * numbers.
 */
const words = ["incoming", "outgoing", "activity", "template"];
export const Message = z.object({
  id: Id,
  content: z.string().nullish(),
  content_type: label(40),
  content_attributes: z
    .object({
      deleted: z.boolean().optional().catch(undefined),
      automation_rule_id: z.unknown().optional(),
      submitted_values: z
        .object({ csat_survey_response: z.object({ rating: z.number().min(1).max(5) }) })
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
  message_type: z.union([z.string(), z.number().transform((n) => words[n] ?? "")]),
  private: z.boolean().nullish(),
  created_at: Time,
  sender: Sender,
  attachments: z.array(z.unknown()).optional().catch(undefined),
});
type Message = z.infer<typeof Message>;
const Sent = Message.extend({ conversation: Conversation });

const Change = z.object({ previous_value: z.unknown().optional(), current_value: z.unknown().optional() });
const Changes = z
  .array(z.record(z.string(), Change.catch({})))
  .optional()
  .catch(undefined);

function verify(delivery: Delivery, credentials: Credentials, nowMs: number): void {
  if (!delivery.headers[signatureHeader] && credentials.allowUnsigned === "yes") {
    if (credentials.urlToken && !Signature.equal(delivery.query.token ?? "", credentials.urlToken))
      throw Signature.invalid("The token in the URL is not the one that was set.");
    return;
  }
  const given = Signature.required(delivery, signatureHeader);
  const timestamp = Signature.required(delivery, timestampHeader);
  Signature.requireRecent(Signature.digits(timestamp) * 1000, nowMs, timestampHeader);
  const expected = Signature.secretsOf(credentials).map(
    (secret) => `sha256=${Signature.hmac("sha256", secret, "hex", `${timestamp}.`, delivery.raw)}`,
  );
  Signature.requireMatch([given], expected);
}

export function factsOf({ id, channel, labels, additional_attributes, meta }: Conversation): ConversationFacts {
  const assignee = meta?.assignee;
  return present({
    id,
    subject: additional_attributes?.mail_subject,
    channel: channel ?? meta?.channel,
    customer: person(meta?.sender ?? {}),
    // A bot is no assignee: nobody looks at the conversation yet.
    assignee:
      assignee && meta.assignee_type !== "AgentBot" ? person(assignee) : assignee === undefined ? undefined : null,
    team: meta?.team === null ? null : meta?.team?.name,
    tags: labels,
  });
}

function kindOf({ message_type, sender, content_attributes }: Message, context: Context | undefined) {
  if (message_type === "incoming") return "customer" as const;
  if (message_type === "template") return "bot" as const;
  // Contacts have no `type` here, automations no sender.
  const person = sender?.id !== undefined && (sender.type ?? "user") === "user" && !isBot(context, sender.id);
  return person && content_attributes?.automation_rule_id == null ? ("rep" as const) : ("bot" as const);
}

/** None for what nobody wrote, and for what we wrote ourselves. */
export async function eventsOf(facts: ConversationFacts, message: Message, context?: Context): Promise<Event[]> {
  if (!["incoming", "outgoing", "template"].includes(message.message_type)) return [];
  const kind = kindOf(message, context);
  // Contacts and users count their ids apart.
  if (kind !== "customer" && isOwn(context, message.sender?.id)) return [];
  return [
    await created(facts, {
      id: message.id,
      at: wholeSeconds(message.created_at),
      kind,
      author: message.sender ?? {},
      internal: message.private ?? false,
      text: message.content,
      attachments: message.attachments?.length,
    }),
  ];
}

/** A conversation whose first message this may not be: an admin who gave us the API's token has us look once. */
const youngMs = 60_000;
const earlierOf = ({ conversation, created_at }: z.infer<typeof Sent>, context: Context | undefined): Fetch[] => {
  const begun = conversation.created_at;
  const { url, accountId, token } = context?.credentials ?? {};
  if (!url || !accountId || !token || !begun || Date.parse(created_at) - Date.parse(begun) < youngMs) return [];
  return [{ what: "earlier", conversationId: conversation.id, at: wholeSeconds(created_at) }];
};

async function messageCreated(payload: unknown, context: Context | undefined): Promise<Normalised> {
  const message = parse(Sent, payload);
  const events = await eventsOf(factsOf(message.conversation), message, context);
  return events.length > 0 ? { events, fetch: earlierOf(message, context) } : { events };
}

/** An update is a deletion, an answered survey, or a change of the delivery's state, which is nothing to us. */
function messageUpdated(payload: unknown): Event[] {
  const message = parse(Sent, payload);
  const conversation = factsOf(message.conversation);
  const createdAt = wholeSeconds(message.created_at);
  const at = message.conversation.updated_at ?? createdAt;
  if (message.content_attributes?.deleted)
    return [{ type: "message.redacted", at, conversation, message: { id: message.id, at: createdAt } }];
  const score = message.content_attributes?.submitted_values?.csat_survey_response.rating;
  return score ? [{ type: "conversation.rated", at, conversation, rating: { score } }] : [];
}

/** Of the conversation's own events, which carry it at the top level. */
function conversationChanged(payload: unknown): Event[] {
  const facts = parse(Conversation.extend({ updated_at: Time, changed_attributes: Changes }), payload);
  const changes = Object.assign({}, ...(facts.changed_attributes ?? [])) as Record<string, z.infer<typeof Change>>;
  const rest = { at: facts.updated_at, conversation: factsOf(facts) };
  const events: Event[] = [];
  if ("assignee_id" in changes || "team_id" in changes) events.push({ type: "conversation.assigned", ...rest });
  if (changes.status?.current_value === "resolved") events.push({ type: "conversation.resolved", ...rest });
  // Snoozed is neither: it comes back as open.
  else if (changes.status?.previous_value === "resolved" && facts.status !== "resolved")
    events.push({ type: "conversation.reopened", ...rest });
  return events;
}

async function normalised(event: string, payload: unknown, context: Context | undefined): Promise<Normalised> {
  switch (event) {
    case "message_created":
      return messageCreated(payload, context);
    case "message_updated":
      return { events: messageUpdated(payload) };
    case "conversation_status_changed":
    case "conversation_updated":
      return { events: conversationChanged(payload) };
    default:
      return { events: [] };
  }
}

export const helpdesk: Helpdesk = {
  name: "chatwoot",
  capabilities: { insert: false, readBack: false, note: true, clipboard: true, pushesSentReplies: true },
  verify,
  async normalise(payload, delivery, context) {
    const { event } = parse(z.object({ event: z.string() }), payload);
    const { events, fetch } = await normalised(event, payload, context);
    const deliveryId = delivery.headers["x-chatwoot-delivery"];
    return present({
      events: requireTimely(events, context?.nowMs),
      fetch: fetch?.length ? fetch : undefined,
      deliveryId,
    });
  },
};
