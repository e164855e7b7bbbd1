/** Front's application webhooks. It has no edits, ratings or redactions. */
import { createHmac } from "node:crypto";
import type { Event } from "@cuecard/core/event";
import type { Sender } from "./sender.ts";

export const sender = (secret: string): Sender => ({
  helpdesk: "front",
  secretFields: () => ({ secret }),
  build(event, { nowMs, deliveryId }) {
    const part = partOf(event);
    if (!part) return null;
    const at = event.type === "message.created" ? event.message.at : event.at;
    const body = JSON.stringify({
      type: part.name,
      authorization: { id: "cmp_1" },
      payload: {
        id: deliveryId,
        type: part.type,
        emitted_at: Date.parse(at) / 1000,
        target: part.target && { _meta: { type: "message" }, data: part.target },
        conversation: { ...conversationOf(event), ...part.conversation },
      },
    });
    const timestamp = String(nowMs);
    return {
      path: "/front",
      headers: {
        "content-type": "application/json",
        "x-front-request-timestamp": timestamp,
        "x-front-signature": createHmac("sha256", secret).update(`${timestamp}:${body}`).digest("base64"),
      },
      body,
    };
  },
});

const teammate = (person: { id?: string; name?: string; email?: string }, type = "user") => ({
  id: person.id,
  email: person.email,
  first_name: person.name,
  last_name: "",
  type,
});

/** A customer is known by a handle: the address, else the id. */
const recipient = (person: { id?: string; name?: string; email?: string } | undefined) =>
  person && { role: "from", handle: person.email ?? person.id, name: person.name };

function conversationOf({ conversation }: Event) {
  const { id, subject, customer, assignee, tags } = conversation;
  return {
    id,
    type: "conversation",
    subject,
    assignee: assignee ? teammate(assignee) : assignee,
    recipient: recipient(customer),
    tags: tags?.map((name) => ({ name })),
  };
}

function partOf(event: Event): { name: string; type: string; target?: object; conversation?: object } | null {
  switch (event.type) {
    case "message.created": {
      const { id, at, text, visibility } = event.message;
      const { kind, ...author } = event.message.author;
      const created_at = Date.parse(at) / 1000;
      if (visibility === "internal")
        return {
          name: "new_comment_added",
          type: "comment",
          target: { id, body: text, posted_at: created_at, author: teammate(author, kind === "bot" ? "rule" : "user") },
        };
      const message = {
        id,
        type: event.conversation.channel ?? "custom",
        created_at,
        text,
        body: text,
        attachments: [],
      };
      if (kind === "customer") {
        const from = { ...message, is_inbound: true, author: null, recipients: [recipient(author)] };
        return { name: "inbound_received", type: "inbound", target: from };
      }
      const target = { ...message, is_inbound: false, author: teammate(author, kind === "bot" ? "rule" : "user") };
      return { name: "outbound_sent", type: "outbound", target };
    }
    case "conversation.assigned":
      return { name: "assignee_changed", type: event.conversation.assignee ? "assign" : "unassign" };
    case "conversation.resolved":
      return { name: "conversation_archived", type: "archive" };
    case "conversation.merged": {
      const name = "conversations_merged";
      return { name, type: name, target: [{ id: event.conversation.id }], conversation: { id: event.into } };
    }
    case "conversation.reopened":
      return { name: "conversation_reopened", type: "reopen" };
    default:
      return null;
  }
}
