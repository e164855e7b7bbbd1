/** Libredesk's webhooks. It has no edits, redactions or merges, and tells a rating with the conversation's next change. */
import { createHmac } from "node:crypto";
import type { Event } from "@cuecard/core/event";
import type { Sender } from "./sender.ts";

export const sender = (secret: string): Sender => ({
  helpdesk: "libredesk",
  secretFields: () => ({ secret }),
  build(event) {
    const part = partOf(event);
    if (!part) return null;
    const timestamp = event.type === "message.created" ? event.message.at : event.at;
    const body = JSON.stringify({ ...part, timestamp });
    return {
      path: "/libredesk",
      headers: {
        "content-type": "application/json",
        "user-agent": "Libredesk-Webhook/1",
        "x-libredesk-signature": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
      },
      body,
    };
  },
});

const named = (person: { id?: string; name?: string; email?: string } | undefined) =>
  person && { id: person.id, first_name: person.name, last_name: "", email: person.email };

function conversationOf({ conversation }: Event) {
  const { id, subject, channel, customer, assignee, team, tags } = conversation;
  return {
    uuid: id,
    subject,
    inbox_channel: channel,
    contact: named(customer),
    assigned_user_id: assignee === null ? null : assignee?.id,
    assigned_team_id: team,
    tags,
  };
}

function partOf(event: Event): { event: string; payload: unknown } | null {
  const conversation_uuid = event.conversation.id;
  const conversation = conversationOf(event);
  switch (event.type) {
    case "message.created": {
      const { kind, ...author } = event.message.author;
      const payload = {
        uuid: event.message.id,
        created_at: event.message.at,
        type: kind === "customer" ? "incoming" : "outgoing",
        conversation_uuid,
        content: event.message.text,
        text_content: event.message.text,
        content_type: "text",
        private: event.message.visibility === "internal",
        sender_id: author.id,
        sender_type: kind === "customer" ? "contact" : "agent",
        meta: kind === "bot" ? { is_automated: true } : {},
        author: named(author),
      };
      return { event: "message.created", payload };
    }
    case "conversation.assigned":
      return {
        event: event.type,
        payload: { conversation_uuid, assigned_to: conversation.assigned_user_id, conversation },
      };
    case "conversation.resolved":
      return {
        event: "conversation.status_changed",
        payload: { conversation_uuid, previous_status: "Open", new_status: "Resolved", conversation },
      };
    case "conversation.reopened":
      return {
        event: "conversation.status_changed",
        payload: { conversation_uuid, previous_status: "Resolved", new_status: "Open", conversation },
      };
    case "conversation.rated": {
      const rated = { ...conversation, csat_rating: event.rating.score };
      const same = { previous_status: "Closed", new_status: "Closed" };
      return { event: "conversation.status_changed", payload: { conversation_uuid, ...same, conversation: rated } };
    }
    default:
      return null;
  }
}
