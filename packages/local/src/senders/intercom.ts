/** Intercom's webhook notifications, in the form of its API 2.16. It has no edits and no merges. */
import { createHmac } from "node:crypto";
import type { Event, Message } from "@cuecard/core/event";
import type { Sender } from "./sender.ts";

export const sender = (secret: string): Sender => ({
  helpdesk: "intercom",
  secretFields: () => ({ secret }),
  build(event, { nowMs, deliveryId }) {
    const part = partOf(event);
    if (!part) return null;
    const { topic, ...item } = part;
    const body = JSON.stringify({
      type: "notification_event",
      app_id: "a1",
      id: deliveryId,
      topic,
      delivery_attempts: 1,
      first_sent_at: Math.floor(nowMs / 1000),
      created_at: seconds(event.type === "message.created" ? event.message.at : event.at),
      data: { type: "notification_event_data", item: { ...conversationOf(event), ...item } },
    });
    return {
      path: "/intercom",
      headers: {
        "content-type": "application/json",
        "user-agent": "intercom-parrot-service-client/1.0",
        "x-hub-signature": `sha1=${createHmac("sha1", secret).update(body).digest("hex")}`,
      },
      body,
    };
  },
});

const seconds = (at: string) => Math.floor(Date.parse(at) / 1000);

function conversationOf({ conversation }: Event) {
  const { id, subject, channel, customer, assignee, team, tags } = conversation;
  return {
    type: "conversation",
    id,
    title: subject,
    admin_assignee_id: assignee === null ? null : assignee?.id,
    team_assignee_id: team,
    source: { type: channel, author: customer && { ...customer, type: "user" } },
    contacts: customer?.id === undefined ? undefined : { contacts: [{ type: "contact", id: customer.id }] },
    tags: tags && { type: "tag.list", tags: tags.map((name) => ({ type: "tag", name })) },
  };
}

const parts = (...list: object[]) => ({
  conversation_parts: { type: "conversation_part.list", conversation_parts: list, total_count: list.length },
});
const authors: Record<Message["author"]["kind"], string> = { customer: "user", rep: "admin", bot: "bot" };

function partOf(event: Event): { topic: string; [field: string]: unknown } | null {
  switch (event.type) {
    case "message.created": {
      const { id, at, text, visibility } = event.message;
      const { kind, ...author } = event.message.author;
      const internal = visibility === "internal";
      const part = {
        type: "conversation_part",
        id,
        part_type: internal ? "note" : "comment",
        body: text,
        created_at: seconds(at),
      };
      const topic = internal
        ? "admin.noted"
        : { customer: "user.replied", rep: "admin.replied", bot: "operator.replied" }[kind];
      return { topic: `conversation.${topic}`, ...parts({ ...part, author: { ...author, type: authors[kind] } }) };
    }
    case "message.redacted": {
      const created_at = seconds(event.message.at ?? event.at);
      return { topic: "conversation_part.redacted", ...parts({ id: event.message.id, created_at, redacted: true }) };
    }
    case "conversation.assigned":
      return { topic: "conversation.admin.assigned", updated_at: seconds(event.at) };
    case "conversation.resolved":
      return { topic: "conversation.admin.closed", updated_at: seconds(event.at) };
    case "conversation.reopened":
      return { topic: "conversation.admin.opened", updated_at: seconds(event.at) };
    case "conversation.rated": {
      const conversation_rating = { rating: event.rating.score, created_at: seconds(event.at) };
      return { topic: "conversation.rating.added", conversation_rating };
    }
    default:
      return null;
  }
}
