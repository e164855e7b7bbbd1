/** Who is compared with whom. Drawn once, at the first customer message, from a hash: no rep and no retry can change it. */

import type { Measurement } from "./settings.ts";
import { sha256 } from "./store/keys.ts";

export type Arm = "assist" | "control";

/** Without a measurement every conversation is `assist`. 52 bits of the hash, as a number from 0 up to 1. */
export function draw(
  measurement: Measurement | null,
  conversationId: string,
): { arm: Arm; measurement: string | null } {
  if (!measurement) return { arm: "assist", measurement: null };
  const share = Number.parseInt(sha256(`${measurement.salt}\n${conversationId}`).slice(0, 13), 16) / 2 ** 52;
  return { arm: share < measurement.holdout ? "control" : "assist", measurement: measurement.id };
}
