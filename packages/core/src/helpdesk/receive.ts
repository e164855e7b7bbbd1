/** A delivery from its bytes to events: the order of these steps is the same for every helpdesk, and is what keeps it safe. */
import { AppError } from "../error.ts";
import type { Credentials, Delivery, Helpdesk, Normalised } from "./port.ts";

export type Received =
  | { kind: "handshake"; status: number; body: string; contentType: string }
  | ({ kind: "events" } & Normalised);

/**
 * Verifies, answers a set-up challenge, or parses and normalises. Throws `AppError` alone: `auth` for what is not
 * proven, `input` for what cannot be read. Nothing of the body is looked at before it is verified.
 */
export async function receive(
  helpdesk: Helpdesk,
  delivery: Delivery,
  credentials: Credentials,
  nowMs: number,
): Promise<Received> {
  helpdesk.verify(delivery, credentials, nowMs);
  const answer = helpdesk.handshake?.(delivery, credentials);
  if (answer) return { kind: "handshake", ...answer };
  return { kind: "events", ...(await helpdesk.normalise(payloadOf(delivery), delivery, { nowMs, credentials })) };
}

/** The body as JSON; throws `AppError("input", "invalid_json")`. */
export function payloadOf(delivery: Delivery): unknown {
  try {
    // Broken bytes become U+FFFD: one odd character is no reason to lose a message.
    return JSON.parse(new TextDecoder().decode(delivery.raw));
  } catch {
    // The parser's own message quotes the body, which is a customer's text.
    throw new AppError("input", "invalid_json", "The body is not JSON.", "body");
  }
}
