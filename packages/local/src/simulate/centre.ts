/** An invented contact centre: reps from novices to old hands, each with habits of their own, and a known true effect. */
import { addDays } from "@cuecard/core/settings";
import { type Chance, chance } from "../history/chance.ts";

export const minute = 60_000;
export const dayMs = 86_400_000;
/** Four weeks, so that weeks can be drawn as well. */
export const days = 28;

export type Habit = "accepted" | "edited" | "rejected" | "ignored";
export type Rep = {
  id: string;
  team: string;
  startedAt: string;
  /** Share of conversations. */
  share: number;
  /** Handle time without suggestions ÷ that of an old hand. */
  pace: number;
  /** What suggestions make of the rep's handle time: −0.2 for a fifth less. */
  effect: number;
  habits: Record<Habit, number>;
};

/** How much more than the average each band gains, as the best evidence has it: much for novices, next to nothing for old hands. */
const bands = [
  { months: 1, pace: 1.4, gain: 2, habits: { accepted: 45, edited: 35, rejected: 5, ignored: 15 } },
  { months: 7, pace: 1.2, gain: 1.4, habits: { accepted: 35, edited: 35, rejected: 8, ignored: 22 } },
  { months: 20, pace: 1.05, gain: 0.7, habits: { accepted: 25, edited: 35, rejected: 10, ignored: 30 } },
  { months: 60, pace: 1, gain: 0.2, habits: { accepted: 15, edited: 30, rejected: 10, ignored: 45 } },
] as const;
const teams = ["payments", "orders", "accounts"];

/** `effect` is that on the mean handle time over all conversations: the reps' own, by what they handle, come to it exactly. */
export function reps(count: number, effect: number, seed: number, firstDay: string): Rep[] {
  const drawn = Array.from({ length: count }, (_, i) => {
    const luck = chance(`rep ${seed} ${i}`);
    const band = bands[i % bands.length]!;
    return {
      id: `rep-${i + 1}`,
      team: teams[i % teams.length]!,
      startedAt: addDays(firstDay, -Math.round(band.months * 30.44)),
      weight: luck.between(0.5, 1.5),
      pace: band.pace * luck.lognormal(1, 0.2),
      gain: band.gain,
      habits: band.habits,
    };
  });
  const all = drawn.reduce((sum, { weight }) => sum + weight, 0);
  const meanGain =
    drawn.reduce((sum, { weight, pace, gain }) => sum + weight * pace * gain, 0) /
    drawn.reduce((sum, { weight, pace }) => sum + weight * pace, 0);
  return drawn.map(({ weight, gain, ...rep }) => ({
    ...rep,
    share: weight / all,
    effect: Math.max(-0.9, (effect * gain) / meanGain),
  }));
}

export type Turn = {
  question: string /** Work of an old hand without suggestions, ms. */;
  workMs: number;
  afterMs: number;
};
/** What will happen in a conversation, but for the arm and who else the rep has to answer. */
export type Script = {
  id: string;
  customer: string;
  day: number;
  startsMs: number;
  rep: Rep;
  turns: Turn[];
  /** After the last reply; undefined: never closed. */
  resolvedAfterMs: number | undefined;
  reopenedAfterDays: number | undefined;
  rating: { score: number; afterDays: number } | undefined;
  /** In control: the rep asks for help anyway, which here makes nobody faster. */
  anyway: boolean;
  luck: Chance;
};

const questions = [
  "When do I get the money back for the shoes I returned?",
  "How do I send something back?",
  "Why was I charged a late fee?",
  "Can I change the date of my next payment?",
  "My parcel says delivered but it is not here.",
  "The lamp I got is broken. What now?",
  "How do I change the e-mail address of my account?",
  "Can I still cancel my order?",
  "Do you have a warranty on the toaster?",
  "I want to pay in three parts, how does that work?",
];
const more = ["And how long does that take?", "Is there a fee for this?", "I cannot find where to do that."];

export function scripts(conversations: number, all: Rep[], seed: number, prefix: string): Script[] {
  return Array.from({ length: conversations }, (_, n) => {
    const luck = chance(`conversation ${seed} ${n}`);
    const rep = byShare(all, luck.share());
    // What makes one case hard makes all its turns hard.
    const hard = luck.lognormal(1, 0.45);
    const turns = Array.from({ length: 1 + Number(luck.happens(0.4)) }, (_, turn) => ({
      question: turn === 0 ? luck.pick(questions) : luck.pick(more),
      workMs: Math.round(luck.lognormal(2 * minute, 0.45) * hard),
      afterMs: Math.round(luck.lognormal(4 * minute, 0.8)),
    }));
    const resolved = luck.happens(0.92);
    return {
      id: `${prefix}${n}`,
      // Some customers come back with something else, sooner or later.
      customer: `customer-${Math.floor(luck.share() * conversations * 3)}`,
      day: Math.floor(luck.share() * days),
      startsMs: Math.round(luck.between(8 * 60, 17 * 60) * minute),
      rep,
      turns,
      resolvedAfterMs: resolved ? Math.round(luck.lognormal(10 * minute, 0.8)) : undefined,
      reopenedAfterDays: resolved && luck.happens(0.07) ? 1 + Math.floor(luck.between(0, 6)) : undefined,
      rating: luck.happens(0.25)
        ? {
            score: Number(luck.weighted({ 1: 5, 2: 5, 3: 12, 4: 33, 5: 45 })),
            afterDays: Math.floor(luck.between(0, 4)),
          }
        : undefined,
      anyway: luck.happens(0.03),
      luck,
    };
  });
}

function byShare(all: Rep[], at: number): Rep {
  let left = at;
  for (const rep of all) {
    left -= rep.share;
    if (left < 0) return rep;
  }
  return all.at(-1)!;
}
