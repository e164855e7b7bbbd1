/**
 * Intercom's webhooks. https://developers.intercom.com/docs/webhooks/webhook-notifications and, for the items,
 * Intercom-OpenAPI 2.16. A webhook carries the new part alone; from 2.15 its body is plain text, before HTML.
 * Credentials: `secret` (the app's client secret), `secretOld`, `ownUserId` (our admin's id, and our app's package code,
 * separated by commas), `botUserIds`; for the API `token`.
 */
import * as z from "zod";
import type { Event } from "../event.ts";
import { MaybeId, MaybeTime, parse, present, requireTimely, Time } from "./fields.ts";
import { Conversation, factsOf, firstOf, messagesOf } from "./intercom-item.ts";
import type { Context, Credentials, Delivery, Helpdesk } from "./port.ts";
import * as Signature from "./signature.ts";

const Notification = z.object({
  id: MaybeId,
  topic: z.string(),
  created_at: MaybeTime,
  data: z.object({ item: z.unknown().optional() }).optional().catch(undefined),
});

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
