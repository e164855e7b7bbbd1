/**
 * The other direction: a neutral event as one helpdesk would send it, signed. `replay` sends real dialogues in each
 * helpdesk's form with these, and the decisions must come out the same.
 */
import type { Event } from "@cuecard/core/event";
import type { Credentials } from "@cuecard/core/helpdesk/port";

export type SendOptions = { nowMs: number; deliveryId: string };

export type Request = {
  /** What follows `/webhooks/{workspace}`. */
  path: string;
  headers: Record<string, string>;
  body: string;
};

export type Sender = {
  helpdesk: string;
  /** What `PUT /api/helpdesks/{helpdesk}` must be given before the first delivery. */
  secretFields(): Credentials;
  /** `null` for an event this helpdesk has no webhook for. */
  build(event: Event, options: SendOptions): Request | null;
};

const loaders: Record<string, () => Promise<{ sender(secret: string): Sender }>> = {
  standard: () => import("./standard.ts"),
  zendesk: () => import("./zendesk.ts"),
  chatwoot: () => import("./chatwoot.ts"),
  libredesk: () => import("./libredesk.ts"),
  intercom: () => import("./intercom.ts"),
  front: () => import("./front.ts"),
  helpscout: () => import("./helpscout.ts"),
  freshdesk: () => import("./freshdesk.ts"),
};

export const names = Object.keys(loaders);

/** `secret` is any text that the helpdesk takes as one (`standard`: `whsec_<base64>`). Throws for an unknown name. */
export async function sender(helpdesk: string, secret: string): Promise<Sender> {
  const load = loaders[helpdesk];
  if (!load) throw new Error(`No helpdesk is called ${helpdesk}; there are ${names.join(", ")}.`);
  return (await load()).sender(secret);
}
