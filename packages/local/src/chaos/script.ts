/** What is sent, and in which order: real dialogues, some events twice, some out of order. */
import type { Event } from "@cuecard/core/event";
import { demoDialogues, resolved, said } from "../bench/dialogue.ts";
import type { Chance } from "../history/chance.ts";
import { readDialogues } from "../replay/dialogues.ts";

export type Step = { event: Event; by: "customer" | "rep" | "close"; twice: boolean };
export type Conversation = { id: string; rep: string; steps: Step[] };

export const reps = ["chaos-ann", "chaos-bob"];
const twiceShare = 0.1;
const crossedShare = 0.1;
/** Between two lines of the made-up dialogues. */
const lineMs = 20_000;

/** Conversations with `events` events in all; each belongs to one of the reps. Without a file, the demo's own, again and again. */
export async function script(given: { events: number; file?: string; prefix: string; chance: Chance; nowMs: number }) {
  const { events, file, prefix, chance, nowMs } = given;
  let recorded = file ? await readDialogues(file, { prefix }) : undefined;
  const length = recorded?.length ?? 0;
  const demo = file ? [] : await demoDialogues();
  const conversations: Conversation[] = [];
  let left = events;
  for (let n = 0; left > 0; n++) {
    const rep = reps[n % reps.length]!;
    // When all were told, they are told again, of other conversations.
    if (file && n > 0 && n % length === 0) recorded = await readDialogues(file, { prefix: `${prefix}${n}-` });
    const steps = recorded ? ofRecord(recorded[n % length], rep, nowMs) : ofDemo(demo[n % demo.length]!.lines, n);
    if (steps.length === 0) break;
    const kept = steps.slice(0, left);
    left -= kept.length;
    for (let i = 1; i < kept.length; i++)
      if (chance.happens(crossedShare)) [kept[i - 1], kept[i]] = [kept[i]!, kept[i - 1]!];
    conversations.push({ id: kept[0]!.event.conversation.id, rep, steps: kept });
  }
  return conversations;

  function ofDemo(lines: Awaited<ReturnType<typeof demoDialogues>>[number]["lines"], n: number): Step[] {
    const id = `${prefix}${n}`;
    const rep = reps[n % reps.length]!;
    const at = (i: number) => new Date(nowMs - (lines.length + 1 - i) * lineMs).toISOString();
    return [
      ...lines.map((line, i) => step(said(id, i, line, at(i), rep), line.by)),
      step(resolved(id, at(lines.length), rep), "close"),
    ];
  }

  function ofRecord(
    dialogue: Awaited<ReturnType<typeof readDialogues>>[number] | undefined,
    rep: string,
    nowMs: number,
  ) {
    const length = dialogue?.steps.at(-1)?.offsetMs ?? 0;
    return (dialogue?.steps ?? []).map(({ offsetMs, event, by }) => {
      const made = event(new Date(nowMs - length + offsetMs).toISOString());
      // The recorded rep is one of ours, so that there is somebody who may look and somebody who may not.
      const own = { ...made, conversation: { ...made.conversation, assignee: { id: rep } } } as Event;
      if (own.type === "message.created" && own.message.author.kind === "rep")
        own.message = { ...own.message, author: { ...own.message.author, id: rep } };
      return step(own, by);
    });
  }

  function step(event: Event, by: Step["by"]): Step {
    return { event, by, twice: chance.happens(twiceShare) };
  }
}
