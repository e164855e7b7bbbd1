/** Deliveries as the gateway hands them over, and the thread that a test assumes. */

import type { Credentials, Delivery } from "@cuecard/core/helpdesk/port";
import { receive } from "@cuecard/core/helpdesk/receive";
import { helpdesk } from "@cuecard/core/helpdesk/registry";

export const now = Date.parse("2026-01-08T14:30:00.000Z");

export function delivery(body: string | Uint8Array, headers: Record<string, string> = {}, query = {}): Delivery {
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { method: "POST", raw: typeof body === "string" ? Buffer.from(body) : body, headers: lower, query };
}

/** Normalises a payload that is taken as verified. */
export async function normalise(name: string, payload: unknown, headers = {}, credentials: Credentials = {}) {
  const adapter = await helpdesk(name);
  return adapter.normalise(payload, delivery(JSON.stringify(payload), headers), { nowMs: now, credentials });
}

/** The whole way: verified, parsed, normalised. */
export async function received(name: string, sent: Delivery, credentials: Credentials, nowMs = now) {
  return receive(await helpdesk(name), sent, credentials, nowMs);
}
