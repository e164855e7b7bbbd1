/** An invented contact centre with a known true effect: reps of very unequal speed and volume, skewed times, few ratings. */
import type { Random } from "./effect-random.ts";

export type Centre = { reps: { speed: number; share: number; prior: number }[]; meanMs: number };

/** Typical handle time of a rep of speed 1. */
const typicalMs = 360_000;
/** Spread of log-times: between one rep's conversations, between reps, and of a rep's weeks. */
export const logSd = { conversation: 0.7, rep: 0.35, week: 0.1 };
/** Correlation of a conversation's log-time with what its first message tells. */
const foretold = 0.5;
export const ratedShare = 0.85;
const priorConversations = 150;

export function centre(reps: number, normal: Random): Centre {
  const drawn = Array.from({ length: reps }, () => ({
    speed: Math.exp(logSd.rep * normal()),
    share: Math.exp(0.8 * normal()),
  }));
  const total = drawn.reduce((sum, rep) => sum + rep.share, 0);
  const meanOf = (speed: number) => typicalMs * speed * Math.exp(logSd.conversation ** 2 / 2);
  const spread = Math.sqrt(Math.expm1(logSd.conversation ** 2) / priorConversations);
  const all = drawn.map(({ speed, share }) => ({
    speed,
    share: share / total,
    // The rep's mean before the measurement began, from as many conversations, noise and all.
    prior: meanOf(speed) * Math.max(0.1, 1 + spread * normal()),
  }));
  return { reps: all, meanMs: all.reduce((sum, rep) => sum + rep.share * meanOf(rep.speed), 0) };
}

/** One conversation's time, and what was known of it beforehand. `factor` is what assist makes of it: 0.9 for −10 %. */
export function conversation(
  rep: Centre["reps"][number],
  factor: number,
  normal: Random,
): { ms: number; known: number } {
  const told = normal();
  const log = foretold * told + Math.sqrt(1 - foretold ** 2) * normal();
  return {
    ms: typicalMs * rep.speed * Math.exp(logSd.conversation * log) * factor,
    known: rep.prior * Math.exp(logSd.conversation * foretold * told),
  };
}

/** The same time where nobody asks what was known beforehand: half the work. */
export function handleTime(rep: Centre["reps"][number], factor: number, normal: Random): number {
  return typicalMs * rep.speed * Math.exp(logSd.conversation * normal()) * factor;
}

/** Draws a rep by volume. */
export function picker({ reps }: Centre, random: Random): () => number {
  const upTo: number[] = [];
  reps.reduce((sum, rep, i) => {
    upTo[i] = sum + rep.share;
    return upTo[i]!;
  }, 0);
  return () => {
    const u = random();
    let [low, high] = [0, reps.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (upTo[middle]! > u) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

/** A rating of 1 to 5 that a good rep earns a little more often. */
export function rating(rep: Centre["reps"][number], normal: Random): number {
  return Math.min(5, Math.max(1, Math.round(4.3 - 0.3 * Math.log(rep.speed) + normal())));
}
