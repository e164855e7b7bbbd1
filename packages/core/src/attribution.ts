/**
 * Matches what was sent to what was suggested. Every handler first writes its own item (the reply, the shown mark, the
 * click, the draft's end), then calls `settle`: whoever comes last finds all of it, and does the work.
 */
import { fold, isJudged, judge } from "./decision.ts";
import * as conversations from "./store/conversations.ts";
import type { Table } from "./store/port.ts";
import * as suggestions from "./store/suggestions.ts";
import type { Whole } from "./suggestion.ts";
import { weightOf } from "./teaching/weight.ts";

/**
 * Judges the conversation's recent suggestions by everything that is stored, and raises what has risen. Gives those that
 * changed. Safe to call at any time, any number of times, from any handler. `messages`: the conversation's last ones, where
 * the caller has read them after its own item was written; then they are read again only if they do not go back far enough.
 */
export async function settle(
  table: Table,
  workspace: string,
  conversationId: string,
  options: { threshold: number; now: () => number; only?: string; messages?: conversations.StoredMessage[] },
): Promise<Whole[]> {
  const all = options.only
    ? [await suggestions.read(table, workspace, options.only)].filter((whole) => whole !== undefined)
    : await suggestions.recent(table, workspace, conversationId);
  const since = all
    .map(({ state }) => state.turnAt)
    .filter(Boolean)
    .sort()[0];
  if (all.length === 0) return [];
  const read = options.messages;
  const messages =
    read && since && read[0] && read[0].at <= since
      ? read
      : await conversations.messages(table, workspace, conversationId, since ? { since } : { limit: 200 });
  const changed: Whole[] = [];
  for (let whole of all)
    for (let attempt = 0; ; attempt++) {
      const judgement = isJudged(whole) ? judge(whole, messages, options.threshold) : {};
      const next = fold(whole, judgement, new Date(options.now()).toISOString());
      if (next === whole.state) break;
      // Before the decision is written: whoever dies in between leaves the work to the next, and no lesson is lost.
      const risen = { ...whole, state: next };
      if (weightOf(risen) !== weightOf(whole)) {
        // Loaded by those who have something to teach: a sidebar's shown mark must not wait for stemmers and phone books.
        const { teach } = await import("./teaching.ts");
        await teach(table, workspace, risen, options.now());
      }
      if (await suggestions.putState(table, workspace, whole.state, next)) {
        changed.push({ ...whole, state: next });
        break;
      }
      if (attempt > 10) throw new Error("a suggestion kept changing");
      const again = await suggestions.read(table, workspace, whole.state.id);
      if (!again) break;
      whole = again;
    }
  return changed;
}
