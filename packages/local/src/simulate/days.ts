/** Lives the invented days: each rep answers one thing after the other, whoever has waited longest first. */
import type { Arm } from "@cuecard/core/arm";
import type { Event } from "@cuecard/core/event";
import { gapCapMs } from "@cuecard/core/outcome";
import { dayMs, days, minute, type Rep, type Script, type Turn } from "./centre.ts";

/** Where it happens: a running Cuecard, or the same records without one. */
export type World = {
  /** Called before anything of a day happens; `endMs` is when the day's last event has happened. */
  day(n: number, endMs: number): Promise<void>;
  /** The customer writes. Gives the conversation's arm, once drawn. */
  asks(event: Event, script: Script): Promise<Arm>;
  /** What the rep sends, after looking at what was suggested. `working` is what the rep would write alone. */
  words(script: Script, arm: Arm, working: string): Promise<string>;
  happens(event: Event): Promise<void>;
};

export type Truth = { conversations: number; controlMs: number; differenceMs: number };

const own = [
  "I have looked into it and everything is on its way, please give it until Friday.",
  "Good that you ask, our colleagues in the warehouse are checking and you hear from me tomorrow.",
  "I arranged that for you just now, nothing else is needed from your side.",
];

/** Work with suggestions and without; beyond the cap nothing counts, in truth as in the report. */
const worked = ({ workMs }: Turn, rep: Rep, arm: Arm) =>
  Math.min(gapCapMs, Math.round(workMs * rep.pace * (arm === "assist" ? 1 + rep.effect : 1)));

export async function live(
  scripts: Script[],
  startMs: number,
  world: World,
  progress: (day: number) => void,
): Promise<Truth> {
  const later = new Map<number, Event[]>();
  const postpone = (event: Event, day: number) => {
    if (day < days) later.set(day, [...(later.get(day) ?? []), event]);
  };
  const byDay = new Map<number, Map<string, Script[]>>();
  for (const script of scripts) {
    const lanes = byDay.get(script.day) ?? new Map<string, Script[]>();
    byDay.set(script.day, lanes);
    lanes.set(script.rep.id, [...(lanes.get(script.rep.id) ?? []), script]);
  }
  for (let day = 0; day < days; day++) {
    const dayStart = startMs + day * dayMs;
    await world.day(day, dayStart + 23 * 60 * minute);
    await Promise.all(
      [...(byDay.get(day)?.values() ?? [])].map((lane) => repDay(lane, day, dayStart, world, postpone)),
    );
    for (const event of later.get(day) ?? []) await world.happens(event);
    progress(day + 1);
  }
  const sum = (arm: Arm) =>
    scripts.reduce((all, { turns, rep }) => all + turns.reduce((some, turn) => some + worked(turn, rep, arm), 0), 0);
  const controlMs = sum("control") / scripts.length;
  return { conversations: scripts.length, controlMs, differenceMs: sum("assist") / scripts.length - controlMs };
}

type Task = { atMs: number; turn: number; script: Script };

async function repDay(
  lane: Script[],
  day: number,
  dayStart: number,
  world: World,
  postpone: (event: Event, day: number) => void,
): Promise<void> {
  const tasks: Task[] = lane.map((script) => ({ atMs: dayStart + script.startsMs, turn: 0, script }));
  let freeMs = dayStart;
  for (;;) {
    tasks.sort((a, b) => a.atMs - b.atMs);
    const task = tasks.shift();
    if (!task) return;
    const { script, turn, atMs } = task;
    const { question, afterMs } = script.turns[turn]!;
    const arm = await world.asks(message(script, turn, "customer", atMs, question), script);
    const replyMs = Math.max(atMs, freeMs) + worked(script.turns[turn]!, script.rep, arm);
    freeMs = replyMs;
    const text = await world.words(script, arm, script.luck.pick(own));
    await world.happens(message(script, turn, "rep", replyMs, text));
    if (turn + 1 < script.turns.length) tasks.push({ atMs: replyMs + afterMs, turn: turn + 1, script });
    else await ends(script, replyMs, day, world, postpone);
  }
}

async function ends(
  { resolvedAfterMs, reopenedAfterDays, rating, ...script }: Script,
  replyMs: number,
  day: number,
  world: World,
  postpone: (event: Event, day: number) => void,
): Promise<void> {
  const conversation = factsOf(script);
  if (resolvedAfterMs === undefined) return;
  const resolvedMs = replyMs + resolvedAfterMs;
  await world.happens({ type: "conversation.resolved", at: iso(resolvedMs), conversation });
  if (rating) {
    const at = iso(resolvedMs + rating.afterDays * dayMs + minute);
    const event: Event = { type: "conversation.rated", at, conversation, rating: { score: rating.score } };
    if (rating.afterDays === 0) await world.happens(event);
    else postpone(event, day + rating.afterDays);
  }
  if (reopenedAfterDays !== undefined)
    postpone(
      { type: "conversation.reopened", at: iso(resolvedMs + reopenedAfterDays * dayMs), conversation },
      day + reopenedAfterDays,
    );
}

const iso = (ms: number) => new Date(ms).toISOString();

const factsOf = ({ id, customer, rep }: Pick<Script, "id" | "customer" | "rep">) => ({
  id,
  subject: "A question",
  channel: "chat",
  customer: { id: customer },
  assignee: { id: rep.id },
  team: rep.team,
  // Nothing invented teaches.
  tags: ["replay"],
});

function message(script: Script, turn: number, kind: "customer" | "rep", atMs: number, text: string): Event {
  return {
    type: "message.created",
    conversation: factsOf(script),
    message: {
      id: `${script.id}-${turn}-${kind}`,
      at: iso(atMs),
      author: { kind, id: kind === "rep" ? script.rep.id : script.customer },
      visibility: "public",
      text,
    },
  };
}
