/** Who is compared with whom. Drawn once, at the first customer message, from a hash: no rep and no retry can change it. */

import { isRunning, type Measurement } from "./measurement.ts";
import { sha256 } from "./store/keys.ts";

export type Arm = "assist" | "control";

export type Drawn = {
  arm: Arm;
  measurement: string | null;
  /** Of a switchback: the rep's or team's week that was drawn. */
  unit?: string;
  /** Why the conversation is outside the comparison. */
  exempt?: string;
};

/** What is known before anything is drawn. */
export type Known = { nowMs?: number; unit?: string; exempt?: string | undefined };

/** Without a running measurement every conversation is `assist`. 52 bits of the hash, as a number from 0 up to 1. */
export function draw(measurement: Measurement | null, conversationId: string, known: Known = {}): Drawn {
  const { nowMs, unit, exempt } = known;
  if (!measurement || (nowMs !== undefined && !isRunning(measurement, nowMs)))
    return { arm: "assist", measurement: null };
  if (exempt !== undefined) return { arm: "assist", measurement: measurement.id, exempt };
  const share = Number.parseInt(sha256(`${measurement.salt}\n${unit ?? conversationId}`).slice(0, 13), 16) / 2 ** 52;
  return {
    arm: share < measurement.holdout ? "control" : "assist",
    measurement: measurement.id,
    ...(unit === undefined ? {} : { unit }),
  };
}
