/** What becomes of suggestions that nobody decided on before the conversation went on. */
import type { Deps } from "./context.ts";
import * as Conversation from "./conversation.ts";
import type { Message } from "./event.ts";
import { sendAll, watchers } from "./store/presence.ts";
import { isRequest, turnKey, turnOf } from "./store/suggestion-id.ts";
import { changeState, recent } from "./store/suggestions.ts";
import { isOpen, type State, view, type Whole } from "./suggestion.ts";
import { together } from "./together.ts";

/** Whether a suggestion's turn came before this one. Many helpdesks tell whole seconds: at the same time the order of messages counts. */
export function olderThan(messages: Message[], turn: string): (state: State) => boolean {
  const turns = messages.filter(Conversation.isFromCustomer).map(({ at, id }) => turnKey(at, id));
  const place = turns.indexOf(turn);
  return (state) => {
    const key = turnOf(state.turn);
    const at = turns.indexOf(key);
    return at < 0 || place < 0 ? key < turn : at < place;
  };
}

/** Suggestions of turns that are over, and that nobody has decided, go stale: the conversation moved on. */
export async function moveOn(
  deps: Deps,
  workspace: string,
  conversationId: string,
  isOver: (state: State) => boolean,
  { reason = "The customer wrote again.", older: known }: { reason?: string; older?: Whole[] } = {},
): Promise<void> {
  const older = (known ?? (await recent(deps.table, workspace, conversationId, 40))).filter(
    ({ state }) => isOpen(state) && !isRequest(state.turn) && isOver(state),
  );
  const close = async (whole: Whole): Promise<Whole | undefined> => {
    const { id } = whole.state;
    const next = (state: State): State | undefined =>
      isOpen(state) && isOver(state) ? { ...state, status: "stale", outcome: "stale", reason } : undefined;
    const stale = await changeState(deps.table, workspace, id, next, whole.state);
    return stale && { ...whole, state: stale };
  };
  const closed = (await together<(Whole | undefined)[]>(older.map(close))).filter((whole) => whole !== undefined);
  if (closed.length === 0) return;
  const watching = await watchers(deps.table, workspace, conversationId, deps.now());
  for (const whole of closed)
    await sendAll(deps.table, deps.channel, workspace, watching, {
      type: "suggestion",
      conversationId,
      suggestion: view(whole),
    });
}

/** What a run that died had begun, and nobody is to finish: answered meanwhile, or no longer wanted. A run that may live is looked at again. */
export async function closeLeft(
  deps: Deps,
  { workspace, conversationId }: { workspace: string; conversationId: string },
  older: Whole[],
): Promise<{ busy?: number }> {
  const left = older.filter(({ state }) => state.status === "streaming" && !isRequest(state.turn));
  const alive = left.map(({ state }) => state.leaseUntil ?? 0).filter((until) => until > deps.now());
  const isLeft = ({ status, leaseUntil = 0 }: State) => status === "streaming" && leaseUntil <= deps.now();
  await moveOn(deps, workspace, conversationId, isLeft, { reason: "The turn was over.", older: left });
  return alive.length > 0 ? { busy: Math.max(...alive) } : {};
}
