/**
 * Intercom's webhooks. https://developers.intercom.com/docs/webhooks/webhook-notifications and, for the items,
 * Intercom-OpenAPI 2.16. A webhook carries the new part alone; from 2.15 its body is plain text, before HTML.
 * Credentials: `secret` (the app's client secret), `secretOld`, `ownUserId` (our admin's id, and our app's package code,
 * separated by commas), `botUserIds`; for the API `token`.
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
import type { Context, Credentials, Delivery, Helpdesk } from "./port.ts";
import * as Signature from "./signature.ts";

const Author = z
  .object({
    id: MaybeId,
    type: label(40),
    name: Name,
    email: Email,
    from_ai_agent: z.boolean().optional().catch(undefined),
    is_ai_answer: z.boolean().optional().catch(undefined),
  })
  .optional()
  .catch(undefined);

const Part = z.object({
  id: Id,
  part_type: label(60),
  body: z.string().nullish(),
  created_at: Time,
  author: Author,
  attachments: z.array(z.unknown()).optional().catch(undefined),
  /** Set when it was made through an app's API. */
  app_package_code: MaybeId,
  redacted: z.boolean().optional().catch(undefined),
});
type Part = z.infer<typeof Part>;

/** 0 and null are nobody. */
const Assignee = z.preprocess((id) => (id === 0 || id === "0" ? null : id), MaybeId.nullable());

const Conversation = z.object({
  id: Id,
  title: Subject,
  created_at: MaybeTime,
  updated_at: MaybeTime,
  admin_assignee_id: Assignee,
  team_assignee_id: Assignee,
  source: z
    .object({
      id: MaybeId,
      type: label(100),
      subject: Subject,
      body: z.string().nullish(),
      author: Author,
      attachments: z.array(z.unknown()).optional(),
    })
    .optional()
    .catch(undefined),
  contacts: z
    .object({ contacts: z.array(z.object({ id: MaybeId })) })
    .optional()
    .catch(undefined),
  tags: z
    .object({ tags: z.array(z.object({ name: Name })) })
    .optional()
    .catch(undefined),
  conversation_rating: z
    .object({ rating: z.number().min(1).max(5), created_at: MaybeTime, updated_at: MaybeTime })
    .nullish()
    .catch(undefined),
  conversation_parts: z.object({ conversation_parts: z.array(Part) }).optional(),
});
type Conversation = z.infer<typeof Conversation>;

const Notification = z.object({
  id: MaybeId,
  topic: z.string(),
  created_at: MaybeTime,
  data: z.object({ item: z.unknown().optional() }).optional().catch(undefined),
});

const contacts = new Set(["user", "lead", "contact", "visitor"]);
const isContact = (author: Part["author"]) => contacts.has(author?.type ?? "");

function kindOf(author: Part["author"], context: Context | undefined) {
  if (isContact(author)) return "customer" as const;
  const human = author?.type === "admin" && !author.from_ai_agent && !author.is_ai_answer && !isBot(context, author.id);
  return human ? ("rep" as const) : ("bot" as const);
}

function verify(delivery: Delivery, credentials: Credentials): void {
  const given = Signature.required(delivery, "x-hub-signature");
  const expected = Signature.secretsOf(credentials).map(
    (secret) => `sha1=${Signature.hmac("sha1", secret, "hex", delivery.raw)}`,
  );
  Signature.requireMatch([given], expected);
}

/** Canvas Kit signs its requests otherwise than webhooks: `X-Body-Signature`, HMAC-SHA256 over the body, in hex. Throws as `verify`. */
export function verifyCanvas(delivery: Delivery, credentials: Credentials): void {
  const given = Signature.required(delivery, "x-body-signature");
  const expected = Signature.secretsOf(credentials).map((secret) =>
    Signature.hmac("sha256", secret, "hex", delivery.raw),
  );
  Signature.requireMatch([given], expected);
}

function factsOf(item: Conversation): ConversationFacts {
  const author = isContact(item.source?.author) ? item.source?.author : undefined;
  const contact = item.contacts?.contacts[0]?.id ?? author?.id;
  const { admin_assignee_id: admin, team_assignee_id: team } = item;
  return present({
    id: item.id,
    subject: item.title ?? item.source?.subject,
    channel: item.source?.type,
    customer: author && author.id === contact ? person(author) : person({ id: contact }),
    assignee: admin ? { id: admin } : (admin as null | undefined),
    team: team?.slice(0, 200) ?? (team as null | undefined),
    tags: Tags.parse(item.tags?.tags.map(({ name }) => name)),
  });
}

/** Parts without text are states. An assignment's text is for colleagues. */
const publicParts = new Set(["comment", "open", "close", "quick_reply"]);

async function messagesOf(item: Conversation, context: Context | undefined): Promise<Event[]> {
  const facts = factsOf(item);
  const parts = (item.conversation_parts?.conversation_parts ?? []).filter(
    (part) =>
      part.redacted !== true &&
      (part.body || part.attachments?.length || part.part_type === "comment") &&
      !isOwn(context, part.app_package_code) &&
      (isContact(part.author) || !isOwn(context, part.author?.id)),
  );
  return Promise.all(
    parts.map((part) =>
      created(facts, {
        id: part.id,
        at: part.created_at,
        kind: kindOf(part.author, context),
        author: part.author ?? {},
        internal: !publicParts.has(part.part_type ?? ""),
        text: part.body,
        format: "either",
        attachments: part.attachments?.length,
      }),
    ),
  );
}

/** A conversation's first message is its source; it has no time of its own. */
async function firstOf(item: Conversation, context: Context | undefined): Promise<Event[]> {
  const { source } = item;
  const id = source?.id;
  if (!source || id === undefined || item.created_at === undefined) return [];
  if (!isContact(source.author) && isOwn(context, source.author?.id)) return [];
  return [
    await created(factsOf(item), {
      id,
      at: item.created_at,
      kind: kindOf(source.author, context),
      author: source.author ?? {},
      internal: false,
      text: source.body,
      format: "either",
      attachments: source.attachments?.length,
    }),
  ];
}

/** When the state changed: the part that says so, else the conversation's last change, else the notification. */
function stateAt(item: Conversation, notifiedAt: string | undefined): string {
  const at = item.conversation_parts?.conversation_parts.at(-1)?.created_at ?? item.updated_at ?? notifiedAt;
  return parse(Time, at, "data.item.updated_at");
}

async function eventsOf(
  topic: string,
  item: Conversation,
  notifiedAt: string | undefined,
  context: Context | undefined,
): Promise<Event[]> {
  const conversation = factsOf(item);
  const state = <T extends "conversation.assigned" | "conversation.resolved" | "conversation.reopened">(type: T) => ({
    type,
    at: stateAt(item, notifiedAt),
    conversation,
  });
  switch (topic) {
    case "conversation.user.created":
    case "conversation.admin.single.created":
      return [...(await firstOf(item, context)), ...(await messagesOf(item, context))];
    case "conversation.user.replied":
    case "conversation.admin.replied":
    case "conversation.operator.replied":
    case "conversation.admin.noted":
      return messagesOf(item, context);
    case "conversation.admin.assigned":
      return [...(await messagesOf(item, context)), state("conversation.assigned")];
    case "conversation.admin.closed":
      return [...(await messagesOf(item, context)), state("conversation.resolved")];
    case "conversation.admin.opened":
      return [...(await messagesOf(item, context)), state("conversation.reopened")];
    case "conversation.admin.open.assigned":
      return [...(await messagesOf(item, context)), state("conversation.reopened"), state("conversation.assigned")];
    case "conversation.rating.added": {
      const rating = item.conversation_rating;
      if (!rating) return [];
      const at = rating.updated_at ?? rating.created_at ?? stateAt(item, notifiedAt);
      return [{ type: "conversation.rated", at, conversation, rating: { score: rating.rating } }];
    }
    case "conversation_part.redacted":
      return (item.conversation_parts?.conversation_parts ?? [])
        .filter((part) => part.redacted !== false)
        .map((part) => ({
          type: "message.redacted" as const,
          at: parse(Time, notifiedAt ?? item.updated_at, "created_at"),
          conversation,
          message: { id: part.id, at: part.created_at },
        }));
    default:
      return [];
  }
}

const known = new Set([
  "conversation.user.created",
  "conversation.user.replied",
  "conversation.admin.single.created",
  "conversation.admin.replied",
  "conversation.operator.replied",
  "conversation.admin.noted",
  "conversation.admin.assigned",
  "conversation.admin.closed",
  "conversation.admin.opened",
  "conversation.admin.open.assigned",
  "conversation.rating.added",
  "conversation_part.redacted",
]);

export const helpdesk: Helpdesk = {
  name: "intercom",
  // Its inbox takes no text from an app; a draft is left as a note.
  capabilities: { insert: false, readBack: false, note: true, clipboard: true, pushesSentReplies: true },
  verify,
  async normalise(payload, _delivery, context) {
    const { id, topic, created_at, data } = parse(Notification, payload);
    // `ping` when the webhook is set up; identifiers alone when something is deleted.
    if (!known.has(topic)) return { events: [] };
    const item = parse(Conversation, data?.item, "data.item");
    const events = requireTimely(await eventsOf(topic, item, created_at, context), context?.nowMs);
    return present({ events, deliveryId: id });
  },
};
