/**
 * What happened in a helpdesk, in one form for all of them. Adapters in `helpdesk/` produce these; nothing behind
 * them knows which helpdesk it was. `at` is always the event's own time at its source, never the delivery's.
 */
import * as z from "zod";

/** Ids from outside: any text of 1 to 256 bytes in UTF-8, and no NUL. */
export const ExternalId = z
  .string()
  .min(1)
  .refine((id) => Buffer.byteLength(id) <= 256, "has more than 256 bytes")
  .refine((id) => !id.includes("\0") && id.isWellFormed(), "has a NUL or a lone surrogate");

/** ISO 8601 with a zone; kept as UTC with milliseconds, so that text order is time order. */
export const Instant = z.iso.datetime({ offset: true }).transform((at) => new Date(at).toISOString());

export const Person = z.object({
  id: ExternalId.optional(),
  name: z.string().max(200).optional(),
  email: z.string().max(320).optional(),
});

export const Author = Person.extend({ kind: z.enum(["customer", "rep", "bot"]) });

export const Message = z.object({
  id: ExternalId,
  at: Instant,
  author: Author,
  visibility: z.enum(["public", "internal"]),
  /** Plain text, at most 200 KB; `truncated` when it was cut. */
  text: z.string(),
  truncated: z.boolean().optional(),
  /** How many pictures or files came with it; they are named as unread, never opened. */
  attachments: z.number().int().min(0).optional(),
});
export type Message = z.infer<typeof Message>;

/** What an event tells of its conversation; absent fields say nothing, `null` says "none". */
export const ConversationFacts = z.object({
  id: ExternalId,
  subject: z.string().max(2_000).optional(),
  channel: z.string().max(100).optional(),
  customer: Person.optional(),
  assignee: Person.nullable().optional(),
  team: z.string().max(200).nullable().optional(),
  tags: z.array(z.string().max(200)).max(200).optional(),
});
export type ConversationFacts = z.infer<typeof ConversationFacts>;

const conversation = ConversationFacts;
const at = Instant;

export const Event = z.discriminatedUnion("type", [
  z.object({ type: z.literal("message.created"), conversation, message: Message }),
  z.object({ type: z.literal("message.edited"), at, conversation, message: Message }),
  z.object({
    type: z.literal("message.redacted"),
    at,
    conversation,
    message: z.object({ id: ExternalId, at: Instant.optional() }),
  }),
  z.object({ type: z.literal("conversation.assigned"), at, conversation }),
  z.object({ type: z.literal("conversation.resolved"), at, conversation }),
  z.object({ type: z.literal("conversation.reopened"), at, conversation }),
  z.object({ type: z.literal("conversation.merged"), at, conversation, into: ExternalId }),
  z.object({
    type: z.literal("conversation.rated"),
    at,
    conversation,
    rating: z.object({ score: z.number().min(1).max(5) }),
  }),
]);
export type Event = z.infer<typeof Event>;

/** The event's own time. */
export const timeOf = (event: Event): string => (event.type === "message.created" ? event.message.at : event.at);

/** The helpdesk's field `tag`, if an admin set one, stands on all that comes from it: not every helpdesk sends tags itself. */
export const withTag = (event: Event, tag: string | undefined): Event =>
  tag === undefined
    ? event
    : { ...event, conversation: { ...event.conversation, tags: [...(event.conversation.tags ?? []), tag] } };
