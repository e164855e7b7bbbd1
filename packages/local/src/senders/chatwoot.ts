/** Chatwoot's account webhooks. It has no merges and no edits. */
import { createHmac } from "node:crypto";
import type { Event } from "@cuecard/core/event";
import type { Sender } from "./sender.ts";

export const sender = (secret: string): Sender => ({
  helpdesk: "chatwoot",
  secretFields: () => ({ secret }),
  build(event, { nowMs, deliveryId }) {
    const payload = payloadOf(event);
    if (!payload) return null;
    const body = JSON.stringify(payload);
    const timestamp = String(Math.floor(nowMs / 1000));
    return {
      path: "/chatwoot",
      headers: {
        "content-type": "application/json",
        "x-chatwoot-delivery": deliveryId,
        "x-chatwoot-timestamp": timestamp,
        "x-chatwoot-signature": `sha256=${createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex")}`,
      },
      body,
    };
  },
});

const seconds = (at: string) => Date.parse(at) / 1000;

function conversationOf({ conversation }: Event) {
  const { id, subject, channel, customer, assignee, team, tags } = conversation;
  return {
    id,
    channel,
    status: "open",
    labels: tags,
    additional_attributes: subject === undefined ? {} : { mail_subject: subject },
    meta: {
      sender: customer && { ...customer, type: "contact" },
      assignee: assignee && { ...assignee, type: "user" },
      assignee_type: assignee ? "User" : undefined,
      team: team ? { name: team } : team,
    },
  };
}

function surveyOf(event: Event, at: string, content_attributes: object) {
  const conversation = { ...conversationOf(event), updated_at: seconds(at) };
  const rest = { content: "", message_type: "template", content_type: "input_csat", private: false, created_at: at };
  return { event: "message_updated", ...rest, content_attributes, conversation };
}

function payloadOf(event: Event): object | null {
  switch (event.type) {
    case "message.created": {
      const { message } = event;
      const { kind, ...author } = message.author;
      return {
        event: "message_created",
        id: message.id,
        content: message.text,
        content_type: "text",
        content_attributes: {},
        message_type: kind === "customer" ? "incoming" : "outgoing",
        private: message.visibility === "internal",
        created_at: message.at,
        sender: kind === "customer" ? author : { ...author, type: kind === "rep" ? "user" : "agent_bot" },
        conversation: conversationOf(event),
      };
    }
    case "message.redacted":
      return {
        ...surveyOf(event, event.at, { deleted: true }),
        id: event.message.id,
        created_at: event.message.at ?? event.at,
      };
    case "conversation.rated": {
      const csat_survey_response = { rating: event.rating.score, feedback_message: "" };
      return { ...surveyOf(event, event.at, { submitted_values: { csat_survey_response } }), id: "survey" };
    }
    case "conversation.assigned":
      return changed(event, event.at, "conversation_updated", {
        assignee_id: { current_value: event.conversation.assignee?.id ?? null },
      });
    case "conversation.resolved":
    case "conversation.reopened": {
      const status = { previous_value: "open", current_value: "resolved" };
      const reopened = { previous_value: "resolved", current_value: "open" };
      const change = event.type === "conversation.resolved" ? status : reopened;
      return {
        ...changed(event, event.at, "conversation_status_changed", { status: change }),
        status: change.current_value,
      };
    }
    default:
      return null;
  }
}

const changed = (event: Event, at: string, name: string, change: object) => ({
  ...conversationOf(event),
  event: name,
  updated_at: seconds(at),
  changed_attributes: [change],
});
