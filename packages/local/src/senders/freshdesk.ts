/** Freshdesk, as a Freshworks app forwards its events. It has no ratings and no merges, and signs nothing. */
import type { Event } from "@cuecard/core/event";
import type { Sender } from "./sender.ts";

/** Freshdesk does not tell bots from reps; the admin lists them. */
const botId = "replay-bot";

export const sender = (secret: string): Sender => ({
  helpdesk: "freshdesk",
  secretFields: () => ({ secret, botUserIds: botId }),
  build(event) {
    const part = partOf(event);
    if (!part) return null;
    const at = event.type === "message.created" ? event.message.at : event.at;
    const body = JSON.stringify({
      region: "EUC",
      account_id: "1",
      domain: "example.freshdesk.com",
      event: part.event,
      timestamp: Date.parse(at) / 1000,
      data: part.data,
    });
    return { path: "/freshdesk", headers: { "content-type": "application/json", "x-cuecard-secret": secret }, body };
  },
});

function ticketOf({ conversation }: Event, changes: object) {
  const { id, subject, customer, assignee, team, tags } = conversation;
  return {
    id,
    subject,
    requester_id: customer?.id,
    requester: customer,
    responder_id: assignee === null ? null : assignee?.id,
    group_id: team,
    tags,
    changes,
  };
}

function partOf(event: Event): { event: string; data: object } | null {
  switch (event.type) {
    case "message.created":
    case "message.edited": {
      const { id, at, text, visibility } = event.message;
      const { kind, ...author } = event.message.author;
      const conversation = {
        id,
        ticket_id: event.conversation.id,
        body: `<div>${text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</div>`,
        body_text: text,
        is_body_truncated: false,
        private: visibility === "internal",
        incoming: kind === "customer",
        user_id: kind === "bot" ? botId : author.id,
        created_at: at,
      };
      const actor = { ...author, type: kind === "customer" ? "contact" : "agent" };
      const name = event.type === "message.created" ? "onConversationCreate" : "onConversationUpdate";
      return { event: name, data: { conversation, actor } };
    }
    case "message.redacted": {
      const conversation = { id: event.message.id, ticket_id: event.conversation.id, created_at: event.message.at };
      return { event: "onConversationDelete", data: { conversation } };
    }
    case "conversation.assigned":
      return changed(event, { responder_id: [null, event.conversation.assignee?.id ?? null] });
    case "conversation.resolved":
      return changed(event, { status: [2, 4] });
    case "conversation.reopened":
      return changed(event, { status: [4, 2] });
    default:
      return null;
  }
}

const changed = (event: Event, changes: object) => ({
  event: "onTicketUpdate",
  data: { ticket: ticketOf(event, changes) },
});
