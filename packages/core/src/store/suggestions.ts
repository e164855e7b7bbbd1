/** Suggestions in the table: a state that changes, and parts that are put once (text, shown, clicks). */

import type { Click, Shown, State, Text, Whole } from "../suggestion.ts";
import * as keys from "./keys.ts";
import type { Item, Table } from "./port.ts";
import { packSuggestion } from "./row.ts";
import { type Part, suggestionKey } from "./suggestion-id.ts";

/** How many items back a reply may still decide something: about ten turns of three suggestions. */
const window = 120;

/** The latest suggestions of a conversation, oldest first, each with its parts. */
export async function recent(
  table: Table,
  workspace: string,
  conversationId: string,
  limit = window,
): Promise<Whole[]> {
  const items = await table.query({
    pk: keys.conversationPk(workspace, conversationId),
    prefix: "SUG#",
    descending: true,
    limit,
  });
  return group(items.reverse());
}

/** All parts of one suggestion; undefined when it does not exist. */
export async function read(table: Table, workspace: string, id: string): Promise<Whole | undefined> {
  const { pk, sk } = suggestionKey(workspace, id);
  return group(await table.query({ pk, prefix: sk }))[0];
}

function group(items: Item[]): Whole[] {
  const wholes = new Map<string, Partial<Whole> & { clicks: Click[] }>();
  for (const item of items) {
    const [, turn, kind, part] = item.sk.split("#");
    const at = `${turn}#${kind}`;
    const whole = wholes.get(at) ?? { clicks: [] };
    wholes.set(at, whole);
    if (part === undefined) whole.state = item as unknown as State;
    else if (part === "text") whole.text = item as unknown as Text;
    else if (part === "shown") whole.shown = item as unknown as Shown;
    else if (part === "click") whole.clicks.push(item as unknown as Click);
  }
  // A part whose state lies beyond the window is not a suggestion.
  return [...wholes.values()].filter((whole): whole is Whole => whole.state !== undefined);
}

/** Writes the state if it is still the version we read. Once the work has an end, the index row goes with it. */
export function putState(table: Table, workspace: string, old: State | undefined, next: State): Promise<boolean> {
  const indexed =
    next.status === "streaming"
      ? {}
      : {
          gpk: keys.suggestionsOfDay(workspace, next.day),
          gsk: `${next.team}#${next.turn}#${next.kind}#${keys.sha256(next.id).slice(0, 12)}`,
        };
  const item = { ...next, ...(next.gpk ? {} : indexed), rev: (old?.rev ?? 0) + 1 };
  if (item.gpk) item.row = packSuggestion(item);
  return table.put(item, old ? { rev: old.rev ?? 0 } : "absent");
}

/** Reads a state, changes it, writes it; again if another came between. Undefined: nothing to change. `known`: as it was last seen. */
export async function changeState(
  table: Table,
  workspace: string,
  id: string,
  next: (state: State) => State | undefined,
  known?: State,
): Promise<State | undefined> {
  for (let attempt = 0; attempt < 12; attempt++) {
    const state =
      attempt === 0 && known
        ? known
        : ((await table.get(suggestionKey(workspace, id))) as unknown as State | undefined);
    const changed = state && next(state);
    if (!state || !changed || changed === state) return undefined;
    if (await putState(table, workspace, state, changed)) return changed;
  }
  throw new Error("a suggestion kept changing");
}

export const putPart = (
  table: Table,
  workspace: string,
  id: string,
  part: Part,
  fields: Record<string, unknown>,
  condition?: "absent",
) => table.put({ ...suggestionKey(workspace, id, part), v: 1, ...fields }, condition);
