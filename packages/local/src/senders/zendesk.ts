/** Zendesk's event-subscribed webhooks: comments of tickets, and messaging for what a bot says. It has no edits. */
import { createHmac } from "node:crypto";
import type { Event } from "@cuecard/core/event";
import type { Sender } from "./sender.ts";

type Part = { type: string; event: unknown };

export const sender = (secret: string): Sender => ({
  helpdesk: "zendesk",
  secretFields: () => ({ secret }),
  build(event, { nowMs, deliveryId }) {
    const part = partOf(event);
    if (!part) return null;
    const at = event.type === "message.created" ? event.message.at : event.at;
    const body = JSON.stringify({
      account_id: 1,
      detail: detailOf(event),
      event: part.event,
      id: deliveryId,
      subject: `zen:ticket:${event.conversation.id}`,
      time: at,
      type: `zen:event-type:${part.type}`,
      zendesk_event_version: "2022-11-06",
    });
    const timestamp = new Date(nowMs).toISOString();
    const signature = createHmac("sha256", secret)
      .update(timestamp + body)
      .digest("base64");
    return {
      path: "/zendesk",
      headers: {
        "content-type": "application/json",
        "x-zendesk-webhook-signature": signature,
        "x-zendesk-webhook-signature-timestamp": timestamp,
      },
      body,
    };
  },
});

function detailOf({ conversation }: Event) {
  const { id, subject, channel, customer, assignee, team, tags } = conversation;
  return {
    id,
    subject,
    requester_id: customer?.id,
    assignee_id: assignee === null ? null : assignee?.id,
    group_id: team,
    tags,
    via: channel === undefined ? undefined : { channel },
  };
}

function partOf(event: Event): Part | null {
  const sequence = { meta: { sequence: { id: "01", position: 1 } } };
  switch (event.type) {
    case "message.created": {
      const { message } = event;
      const { kind, id, name } = message.author;
      if (kind === "bot") {
        const actor = { id, name, type: "system" };
        return {
          type: "messaging_ticket.message_added",
          event: { actor, message: { id: message.id, body: message.text } },
        };
      }
      const author = { id, name, is_staff: kind === "rep" };
      const comment = { id: message.id, body: message.text, is_public: message.visibility === "public", author };
      return { type: "ticket.comment_added", event: { comment, ...sequence } };
    }
    case "message.redacted":
      return { type: "ticket.comment_redacted", event: { comment: { id: event.message.id } } };
    case "conversation.assigned":
      return { type: "ticket.agent_assignment_changed", event: { current: event.conversation.assignee?.id ?? null } };
    case "conversation.resolved":
      return { type: "ticket.status_changed", event: { current: "SOLVED", previous: "OPEN" } };
    case "conversation.reopened":
      return { type: "ticket.status_changed", event: { current: "OPEN", previous: "SOLVED" } };
    case "conversation.merged":
      return { type: "ticket.merged", event: { target_ticket_id: event.into } };
    case "conversation.rated":
      return {
        type: "ticket.csat_received",
        event: { satisfaction_score: { score: event.rating.score > 3 ? "GOOD" : "BAD" } },
      };
    case "message.edited":
      return null;
  }
}
