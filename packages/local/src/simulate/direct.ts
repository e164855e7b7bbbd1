/** The same days without a running Cuecard: the same records, given to the same report. For many seeds in a moment. */
import * as Arm from "@cuecard/core/arm";
import type { Event, Message } from "@cuecard/core/event";
import { timeOf } from "@cuecard/core/event";
import { isoWeek, type Measurement, unitOf } from "@cuecard/core/measurement";
import { measure, type OutcomeRow } from "@cuecard/core/outcome";
import { compare } from "@cuecard/core/report/comparison";
import { outcomeCellsOf } from "@cuecard/core/report/outcomes";
import type { Action } from "@cuecard/core/store/actions";
import type { Script } from "./centre.ts";
import { live, type Truth, type World } from "./days.ts";

type Kept = { script: Script; arm: Arm.Drawn; messages: Message[]; events: Event[] };

export async function direct(
  scripts: Script[],
  startMs: number,
  measurement: Measurement,
): Promise<{ truth: Truth; found: ReturnType<typeof compare>; decisions: null }> {
  const kept = new Map<string, Kept>();
  const actions = new Map<string, Action[]>();
  const starts = new Map<string, { id: string; at: string }[]>();
  const keep = (event: Event) => {
    const one = kept.get(event.conversation.id)!;
    if (event.type !== "message.created") return void one.events.push(event);
    one.messages.push(event.message);
    const { id: rep, kind } = event.message.author;
    if (kind === "rep" && rep) actions.set(rep, [...(actions.get(rep) ?? []), { rep, at: event.message.at }]);
  };
  const world: World = {
    atOnce: 1,
    day: async () => {},
    settled: async () => {},
    words: async (_script, _arm, working) => working,
    happens: async (event) => keep(event),
    async asks(event, script) {
      const old = kept.get(script.id);
      const at = timeOf(event);
      const unit = unitOf(isoWeek(at.slice(0, 10)), script.rep.id, script.rep.team);
      const arm = old?.arm ?? Arm.draw(measurement, script.id, measurement.design === "switchback" ? { unit } : {});
      if (!old) {
        kept.set(script.id, { script, arm, messages: [], events: [] });
        starts.set(script.customer, [...(starts.get(script.customer) ?? []), { id: script.id, at }]);
      }
      keep(event);
    },
    armOf: ({ id }) => kept.get(id)!.arm.arm,
  };
  const truth = await live(scripts, startMs, world, () => {});
  const rows = [...kept.values()].map(({ script, arm, messages, events }): OutcomeRow => {
    const near = (actions.get(script.rep.id) ?? []).filter(
      ({ at }) => at >= messages[0]!.at.slice(0, 10) && at <= messages.at(-1)!.at,
    );
    const later = (starts.get(script.customer) ?? []).filter(({ id }) => id !== script.id).map(({ at }) => at);
    return {
      ...measure(
        messages,
        events.sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1)),
        later,
        near,
      ),
      conversationId: script.id,
      arm: arm.arm,
      measurement: arm.measurement,
      team: script.rep.team,
      language: "en",
      anyway: false,
      simulated: false,
      unit: arm.unit ?? null,
    };
  });
  const day = { day: "", closed: true, cells: [], outcomes: outcomeCellsOf(rows, [measurement]) };
  return { truth, found: compare([day], measurement), decisions: null };
}
