/**
 * Standard Webhooks (https://www.standardwebhooks.com), for helpdesks we have no adapter for and for replays.
 * Credentials: `secret` (`whsec_<base64>`), `secretOld` while it is being rotated, `ownUserId` of our own author.
 */
import * as z from "zod";
import { type ConversationFacts, type Event, ExternalId, Instant } from "../event.ts";
import { withCustomer } from "./events.ts";
import { Email, Id, label, Name, orAbsent, parse, person, present, requireTimely, Subject, Tags } from "./fields.ts";
import { picturesIn } from "./html.ts";
import type { Delivery, Helpdesk } from "./port.ts";
import * as Signature from "./signature.ts";
import { bodyOf } from "./text.ts";

/** An empty id is none; a number is an id that its sender did not quote. */
const PersonId = z.preprocess((value) => (value === "" ? undefined : (value ?? undefined)), Id.optional());
const Person = z.object({ id: PersonId, name: Name, email: Email }).transform(person);

const Conversation = z
  .object({
    id: ExternalId,
    subject: Subject,
    channel: label(100),
    customer: orAbsent(Person),
    assignee: Person.nullish(),
    team: z.union([z.null(), label(200)]).optional(),
    tags: Tags,
  })
  .transform((facts): ConversationFacts => present(facts));

const Message = z
  .object({
    id: ExternalId,
    at: Instant,
    author: z
      .object({ kind: z.enum(["customer", "rep", "bot"]), id: PersonId, name: Name, email: Email })
      .transform(present),
    visibility: orAbsent(z.enum(["public", "internal"])).transform((value) => value ?? "public"),
    text: orAbsent(z.string()),
    html: orAbsent(z.string()),
    attachments: z
      .union([z.number().int().min(0), z.array(z.unknown()).transform((list) => list.length)])
      .optional()
      .catch(undefined),
  })
  .refine(({ text, html }) => text !== undefined || html !== undefined, {
    path: ["text"],
    message: "expected text or html",
  });

const Score = z.object({ score: z.number().min(1).max(5) });

/** By type, so that a fault is named by its own path and an unknown type is no fault. */
const bodies = {
  "message.created": z.object({ conversation: Conversation, message: Message }),
  "message.edited": z.object({ conversation: Conversation, message: Message, at: Instant }),
  "message.redacted": z.object({
    conversation: Conversation,
    message: z.object({ id: ExternalId, at: orAbsent(Instant) }).transform(present),
    at: Instant,
  }),
  "conversation.assigned": z.object({ conversation: Conversation, at: Instant }),
  "conversation.resolved": z.object({ conversation: Conversation, at: Instant }),
  "conversation.reopened": z.object({ conversation: Conversation, at: Instant }),
  "conversation.merged": z.object({ conversation: Conversation, into: ExternalId, at: Instant }),
  "conversation.rated": z.object({ conversation: Conversation, rating: Score, at: Instant }),
} as const;
type Known = keyof typeof bodies;
const Head = z.object({ type: z.string().min(1) });

/** `whsec_` marks the base64 that follows; a secret that decodes to nothing would let anybody sign. */
function keyOf(secret: string): Buffer {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  if (key.length === 0) throw Signature.invalid("The secret is not whsec_ followed by base64.");
  return key;
}

function verify(delivery: Delivery, credentials: Record<string, string>, nowMs: number): void {
  const id = Signature.required(delivery, "webhook-id");
  const timestamp = Signature.required(delivery, "webhook-timestamp");
  const given = Signature.required(delivery, "webhook-signature")
    .split(" ")
    .filter((part) => part.startsWith("v1,"))
    .map((part) => part.slice("v1,".length));
  Signature.requireRecent(Signature.digits(timestamp) * 1000, nowMs, "webhook-timestamp");
  const expected = Signature.secretsOf(credentials).map((secret) =>
    Signature.hmac("sha256", keyOf(secret), "base64", `${id}.${timestamp}.`, delivery.raw),
  );
  Signature.requireMatch(given, expected);
}

async function messageOf({ text, html, ...message }: z.infer<typeof Message>) {
  const attachments = message.attachments || (html && picturesIn(html)) || undefined;
  return present({ ...message, ...(await bodyOf({ text, html })), attachments });
}

async function eventOf(type: Known, payload: unknown): Promise<Event> {
  if (type === "message.created" || type === "message.edited") {
    const parsed = parse(bodies[type], payload);
    const message = await messageOf(parsed.message);
    return { type, ...parsed, conversation: withCustomer(parsed.conversation, message), message } as Event;
  }
  return { type, ...parse(bodies[type] as z.ZodType<object>, payload) } as Event;
}

export const helpdesk: Helpdesk = {
  name: "standard",
  capabilities: { insert: true, readBack: false, note: false, clipboard: true, pushesSentReplies: true },
  verify,
  async normalise(payload, delivery, context) {
    const deliveryId = delivery.headers["webhook-id"];
    const { type } = parse(Head, payload);
    if (!Object.hasOwn(bodies, type)) return { events: [], ...(deliveryId ? { deliveryId } : {}) };
    const event = await eventOf(type as Known, payload);
    const own = context?.credentials?.ownUserId;
    const isOwn = own && "message" in event && "author" in event.message && event.message.author.id === own;
    return { events: isOwn ? [] : requireTimely([event], context?.nowMs), ...(deliveryId ? { deliveryId } : {}) };
  },
};
