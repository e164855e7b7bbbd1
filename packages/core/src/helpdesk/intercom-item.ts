/** What Intercom's webhooks and its API are both made of: a conversation, its source, its parts. Intercom-OpenAPI 2.16. */
import * as z from "zod";
import type { ConversationFacts, Event } from "../event.ts";
import { created, isBot, isOwn } from "./events.ts";
import { Email, Id, label, MaybeId, MaybeTime, Name, person, present, Subject, Tags, Time } from "./fields.ts";
import type { Context } from "./port.ts";

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

export const Conversation = z.object({
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
export type Conversation = z.infer<typeof Conversation>;

const contacts = new Set(["user", "lead", "contact", "visitor"]);
const isContact = (author: Part["author"]) => contacts.has(author?.type ?? "");

function kindOf(author: Part["author"], context: Context | undefined) {
  if (isContact(author)) return "customer" as const;
  const human = author?.type === "admin" && !author.from_ai_agent && !author.is_ai_answer && !isBot(context, author.id);
  return human ? ("rep" as const) : ("bot" as const);
}

export function factsOf(item: Conversation): ConversationFacts {
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

export async function messagesOf(item: Conversation, context: Context | undefined): Promise<Event[]> {
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
export async function firstOf(item: Conversation, context: Context | undefined): Promise<Event[]> {
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
