/**
 * Lives the invented days: each rep answers one thing after the other, whoever has waited longest first. That order is of the
 * invented clock: when it happens follows from the arms alone, so conversations are lived side by side, each in its own order.
 */
import type { Arm } from "@cuecard/core/arm";
import type { Event } from "@cuecard/core/event";
import { gapCapMs } from "@cuecard/core/outcome";
import { dayMs, days, minute, type Rep, type Script, type Turn } from "./centre.ts";

/** Where it happens: a running Cuecard, or the same records without one. */
export type World = {
  /** Conversations lived side by side. */
  atOnce: number;
  /** Called before anything of a day happens; `endMs` is when the day's last event has happened. */
  day(n: number, endMs: number): Promise<void>;
  /** The customer writes. */
  asks(event: Event, script: Script): Promise<void>;
  /** Known when what was asked has been taken in. */
  armOf(script: Script): Arm;
  /** What the rep sends, after looking at what was suggested. `working` is what the rep would write alone. */
  words(script: Script, arm: Arm, working: string): Promise<string>;
  happens(event: Event): Promise<void>;
  /** Resolves when what has happened so far has been taken in. */
  settled(): Promise<void>;
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
  for (let day = 0; day < days; day++) {
    const dayStart = startMs + day * dayMs;
    const todays = scripts.filter((script) => script.day === day);
    await world.day(day, dayStart + 23 * 60 * minute);
    let times: Map<Script, Times> | undefined;
    for (let turn = 0; ; turn++) {
      const asked = todays.filter(({ turns }) => turn < turns.length);
      if (asked.length === 0) break;
      await sideBySide(asked, world.atOnce, (script) => {
        const atMs = times ? times.get(script)![turn]!.askedMs : dayStart + script.startsMs;
        return world.asks(message(script, turn, "customer", atMs, script.turns[turn]!.question), script);
      });
      // Whoever is to get a draft has it now.
      await world.settled();
      times ??= timesOf(todays, dayStart, world);
      await sideBySide(asked, world.atOnce, async (script) => {
        const text = await world.words(script, world.armOf(script), script.luck.pick(own));
        await world.happens(message(script, turn, "rep", times!.get(script)![turn]!.repliedMs, text));
      });
    }
    // An outcome is computed at its end: by then all that the reps have written that day is known.
    await world.settled();
    const ends = todays.map((script) => endsOf(script, times!.get(script)!.at(-1)!.repliedMs));
    for (const { after } of ends)
      for (const { event, days: on } of after)
        if (on > 0 && day + on < days) later.set(day + on, [...(later.get(day + on) ?? []), event]);
    const now = ends.map(({ resolved, after }) => [
      ...resolved,
      ...after.filter(({ days: on }) => on === 0).map(({ event }) => event),
    ]);
    await sideBySide([...now, ...groupById(later.get(day) ?? [])], world.atOnce, async (events) => {
      for (const event of events) await world.happens(event);
    });
    progress(day + 1);
  }
  const sum = (arm: Arm) =>
    scripts.reduce((all, { turns, rep }) => all + turns.reduce((some, turn) => some + worked(turn, rep, arm), 0), 0);
  const controlMs = sum("control") / scripts.length;
  return { conversations: scripts.length, controlMs, differenceMs: sum("assist") / scripts.length - controlMs };
}

/** `many` at a time, each begun when one before it has ended. */
async function sideBySide<T>(all: T[], many: number, work: (one: T) => Promise<void>): Promise<void> {
  const left = all.values();
  const next = async () => {
    for (const one of left) await work(one);
  };
  await Promise.all(Array.from({ length: Math.min(many, all.length) }, next));
}

type Times = { askedMs: number; repliedMs: number }[];
type Task = { atMs: number; turn: number; script: Script };

/** When each turn is asked and answered: a rep does one thing at a time. */
function timesOf(todays: Script[], dayStart: number, { armOf }: World): Map<Script, Times> {
  const times = new Map<Script, Times>(todays.map((script) => [script, []]));
  const lanes = new Map<string, Task[]>();
  for (const script of todays) {
    const lane = lanes.get(script.rep.id) ?? [];
    lanes.set(script.rep.id, lane);
    lane.push({ atMs: dayStart + script.startsMs, turn: 0, script });
  }
  for (const tasks of lanes.values()) {
    let freeMs = dayStart;
    for (;;) {
      tasks.sort((a, b) => a.atMs - b.atMs);
      const task = tasks.shift();
      if (!task) break;
      const { script, turn, atMs } = task;
      freeMs = Math.max(atMs, freeMs) + worked(script.turns[turn]!, script.rep, armOf(script));
      times.get(script)!.push({ askedMs: atMs, repliedMs: freeMs });
      if (turn + 1 < script.turns.length)
        tasks.push({ atMs: freeMs + script.turns[turn]!.afterMs, turn: turn + 1, script });
    }
  }
  return times;
}

/** How it ends, and what comes after that, in so many days. */
function endsOf(
  { resolvedAfterMs, reopenedAfterDays, rating, ...script }: Script,
  repliedMs: number,
): { resolved: Event[]; after: { event: Event; days: number }[] } {
  const conversation = factsOf(script);
  if (resolvedAfterMs === undefined) return { resolved: [], after: [] };
  const resolvedMs = repliedMs + resolvedAfterMs;
  const after: { event: Event; days: number }[] = [];
  if (rating) {
    const at = iso(resolvedMs + rating.afterDays * dayMs + minute);
    const event: Event = { type: "conversation.rated", at, conversation, rating: { score: rating.score } };
    after.push({ event, days: rating.afterDays });
  }
  if (reopenedAfterDays !== undefined) {
    const at = iso(resolvedMs + reopenedAfterDays * dayMs);
    after.push({ event: { type: "conversation.reopened", at, conversation }, days: reopenedAfterDays });
  }
  return { resolved: [{ type: "conversation.resolved", at: iso(resolvedMs), conversation }], after };
}

/** What happens to one conversation keeps its order. */
function groupById(events: Event[]): Event[][] {
  const groups = new Map<string, Event[]>();
  for (const event of events) {
    const group = groups.get(event.conversation.id) ?? [];
    groups.set(event.conversation.id, group);
    group.push(event);
  }
  return [...groups.values()];
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
