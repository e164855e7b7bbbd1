/**
 * Help Scout's webhooks. The real ones leave the text out and have it fetched; these carry the thread as the API gives
 * it, under `_embedded`, so that a replay needs no second server. It has no edits, redactions or merges into another.
 */
import { createHmac } from "node:crypto";
import type { Event } from "@cuecard/core/event";
import type { Sender } from "./sender.ts";

export const sender = (secret: string): Sender => ({
  helpdesk: "helpscout",
  secretFields: () => ({ secret }),
  build(event) {
    const part = partOf(event);
    if (!part) return null;
    const body = JSON.stringify(part.payload);
    return {
      path: "/helpscout",
      headers: {
        "content-type": "application/json",
        "x-helpscout-event": part.name,
        "x-helpscout-signature": createHmac("sha1", secret).update(body).digest("base64"),
      },
      body,
    };
  },
});

const somebody = (person: { id?: string; name?: string; email?: string }, type: string) => ({
  id: person.id,
  type,
  first: person.name,
  last: "",
  email: person.email,
});

function conversationOf({ conversation }: Event) {
  const { id, subject, channel, customer, assignee, tags } = conversation;
  return {
    id,
    subject,
    type: channel,
    status: "active",
    assignee: assignee ? somebody(assignee, "user") : assignee,
    primaryCustomer: customer && somebody(customer, "customer"),
    tags: tags?.map((tag) => ({ tag })),
    threads: 1,
  };
}

const authors = { customer: "customer", rep: "user", bot: "system_user" };

function partOf(event: Event): { name: string; payload: object } | null {
  const conversation = conversationOf(event);
  switch (event.type) {
    case "message.created": {
      const { id, at, text, visibility } = event.message;
      const { kind, ...author } = event.message.author;
      const type = kind === "customer" ? "customer" : visibility === "internal" ? "note" : "message";
      const name = {
        customer: "convo.customer.reply.created",
        note: "convo.note.created",
        message: "convo.agent.reply.created",
      }[type];
      const thread = {
        id,
        type,
        state: "published",
        body: text,
        createdBy: somebody(author, authors[kind]),
        createdAt: at,
      };
      return { name, payload: { ...conversation, userUpdatedAt: at, _embedded: { threads: [thread] } } };
    }
    case "conversation.assigned":
      return { name: "convo.assigned", payload: { ...conversation, userUpdatedAt: event.at } };
    case "conversation.resolved":
      return {
        name: "convo.status",
        payload: { ...conversation, status: "closed", closedAt: event.at, userUpdatedAt: event.at },
      };
    case "conversation.reopened":
      return { name: "convo.status", payload: { ...conversation, userUpdatedAt: event.at } };
    case "conversation.rated": {
      const rating = event.rating.score > 3 ? "Great" : event.rating.score > 2 ? "Okay" : "Not Good";
      return {
        name: "satisfaction.ratings",
        payload: { id: 1, ticketId: event.conversation.id, rating, createdAt: event.at },
      };
    }
    default:
      return null;
  }
}
