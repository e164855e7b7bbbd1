/** Simulated days in the table, in the form that real ones have. */
import type { Header } from "@cuecard/core/conversation";
import type { Event } from "@cuecard/core/event";
import { type OutcomeRow, packOutcome } from "@cuecard/core/outcome";
import { putDay, readDays, resultOf } from "@cuecard/core/report/days";
import { eventKey } from "@cuecard/core/store/conversations";
import * as keys from "@cuecard/core/store/keys";
import type { Item, Table } from "@cuecard/core/store/port";
import { rowOf } from "@cuecard/core/store/row";
import { putState } from "@cuecard/core/store/suggestions";
import { workspace } from "../demo.ts";
import type { Day } from "./plan.ts";
import type { Simulated } from "./simulate.ts";

/** Conversations written at once: the reps' own writes come in between. */
const atOnce = 2;

/** Whether nothing was counted in these days. */
export async function isEmpty(table: Table, { from, to }: { from: string; to: string }): Promise<boolean> {
  const days = await readDays(table, workspace, from, to);
  return days.every(({ closed, cells, outcomes }) => !closed && cells.length === 0 && outcomes.length === 0);
}

export async function writeDay(table: Table, { day, closed, conversations }: Day): Promise<void> {
  if (closed) {
    const rows = conversations.flatMap(({ suggestions }) => suggestions.map(rowOf));
    const outcomes = conversations.map(({ outcome }) => outcome);
    await putDay(table, workspace, day, resultOf(rows, outcomes, []), { simulated: true });
  }
  const left = [...conversations];
  const work = async () => {
    for (let one = left.shift(); one; one = left.shift()) {
      if (one.gap) await writeGap(table, day, one, one.gap);
      if (!closed) await writeRows(table, day, one);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

async function writeRows(table: Table, day: string, { outcome, suggestions }: Simulated): Promise<void> {
  await table.put(outcomeItem(day, outcome), "absent");
  for (const state of suggestions) await putState(table, workspace, undefined, state);
}

const outcomeItem = (day: string, outcome: OutcomeRow): Item => ({
  ...keys.outcome(workspace, outcome.conversationId),
  v: 1,
  rev: 1,
  ...outcome,
  day,
  gpk: keys.outcomesOfDay(workspace, day),
  gsk: `${outcome.team}#${keys.sha256(outcome.conversationId).slice(0, 16)}`,
  row: packOutcome(outcome),
});

/** A gap keeps ids alone: its question is read from its conversation, so that one is written too. The gap first: it is how a removal finds both. */
async function writeGap(
  table: Table,
  day: string,
  { outcome }: Simulated,
  { text, at, suggestionId }: NonNullable<Simulated["gap"]>,
): Promise<void> {
  const { conversationId, team, language, arm, measurement } = outcome;
  await table.put({
    ...keys.gap(workspace, day, suggestionId),
    v: 1,
    conversationId,
    suggestionId,
    turnAt: at,
    simulated: true,
  });
  const event: Event = {
    type: "message.created",
    conversation: { id: conversationId, channel: "chat", team },
    message: { id: `${conversationId}-0`, at, author: { kind: "customer" }, visibility: "public", text },
  };
  const mark = { at, id: event.message.id };
  const header: Header = {
    ...keys.conversation(workspace, conversationId),
    v: 1,
    id: conversationId,
    channel: { value: "chat", at },
    team: { value: team, at },
    status: { value: "resolved", at },
    ...(language === null ? {} : { language: { value: language, at } }),
    firstCustomer: mark,
    lastCustomer: mark,
    arm,
    measurement,
    day,
    indexTeam: team,
    simulated: true,
  };
  await table.put(header as unknown as Item);
  await table.put({
    ...eventKey(workspace, event),
    v: 1,
    message: event.message,
    facts: event.conversation,
    receivedAt: at,
    simulated: true,
  });
}
