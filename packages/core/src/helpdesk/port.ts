/** What a helpdesk must be able to do for Cuecard to listen to it. One file beside this one per helpdesk. */
import type { Event } from "../event.ts";

/** A webhook as it came in, before anything was believed. */
export type Delivery = {
  method: string;
  /** The bytes that were signed. */
  raw: Uint8Array;
  /** Names in lower case. */
  headers: Record<string, string | undefined>;
  query: Record<string, string | undefined>;
};

/** What an admin stored for this helpdesk: `secret`, `token`, `subdomain`, … Its keys are documented by the adapter. */
export type Credentials = Record<string, string>;

/** What Cuecard does in this helpdesk, not all that its API would allow; docs/helpdesks/README.md has the same as a table. */
export type Capabilities = {
  /** The draft can be put into the composer. */
  insert: boolean;
  /** The edited draft can be read back before it is sent. */
  readBack: boolean;
  /** A draft can be left as an internal note. */
  note: boolean;
  clipboard: boolean;
  /** The helpdesk tells us the reply that was really sent. */
  pushesSentReplies: boolean;
};

/**
 * What is left to fetch from the helpdesk's API before the event is whole; done by a job, off the webhook's path. `earlier` is the
 * thread, where nothing from before `at` is known: the conversation began before we listened to it.
 */
export type Fetch = {
  what: "thread" | "message" | "earlier" | "user" | "team";
  conversationId: string;
  id?: string;
  /** When the event happened that asks for it; a message fetched because it changed is an edit of this time. */
  at?: string;
};

/**
 * `deliveryId` names the delivery where the store cannot tell a repeated one by message id or by type and `at`: an
 * event without its own time, or one that only asks for a fetch.
 */
export type Normalised = { events: Event[]; fetch?: Fetch[]; deliveryId?: string };

/** What an adapter may need beside the payload. Without it no time is too late, and no message is known as our own. */
export type Context = { nowMs?: number; credentials?: Credentials };

export type Helpdesk = {
  name: string;
  capabilities: Capabilities;
  /** Passes or throws `AppError("auth", …)`. Compares in constant time, over the raw bytes, before anything is parsed. */
  verify(delivery: Delivery, credentials: Credentials, nowMs: number): void;
  /** Answers a set-up challenge or ping, after `verify`; `null` when the delivery is an ordinary one. */
  handshake?(
    delivery: Delivery,
    credentials: Credentials,
  ): { status: number; body: string; contentType: string } | null;
  /** Turns a verified payload into events; none for an event we do not know. Throws `AppError("input", …, path)` for a wrong field. */
  normalise(payload: unknown, delivery: Delivery, context?: Context): Normalised | Promise<Normalised>;
};
