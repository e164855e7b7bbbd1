/**
 * What became of a draft, judged by the text the rep really sent. A pure function of what is stored, so that whoever
 * comes last (the reply, the shown mark, the click, the draft's end) finds the same answer. Reports count these records
 * and nothing else.
 */
import * as Conversation from "./conversation.ts";
import type { StoredMessage } from "./store/conversations.ts";
import { turnOf } from "./store/suggestion-id.ts";
import { isDecision, rank, type State, type Whole } from "./suggestion.ts";
import { compare } from "./text.ts";

export type Judgement = Pick<State, "outcome" | "retained" | "sentBy" | "replyId">;

/** Drafts count always, answers and rewrites once they were used; passages and summaries never. */
export function isJudged({ state, text, clicks }: Whole): boolean {
  if (!text?.text || state.status === "streaming" || state.status === "failed") return false;
  if (state.kind === "draft") return true;
  return (state.kind === "answer" || state.kind === "rewrite") && clicks.some(({ action }) => action !== "rejected");
}

/**
 * `messages` are those of the conversation from the draft's turn on, in order of time. Gives what is known so far;
 * no `outcome` while nothing is. `threshold` is the retained share asked for after a click.
 */
export function judge(whole: Whole, messages: StoredMessage[], threshold: number): Judgement {
  const { state, text, shown, clicks } = whole;
  const rejected = clicks.find(({ action }) => action === "rejected");
  const used = clicks.filter(({ action }) => action !== "rejected").map(({ at }) => at);
  const shownAt = [shown?.shownAt, ...clicks.map(({ at }) => at)].filter((at) => at !== undefined).sort()[0];
  let best: Judgement = rejected ? { outcome: "rejected" } : {};

  for (const reply of messages) {
    if (!Conversation.isReply(reply) || reply.at < state.turnAt) continue;
    const seen = shownAt !== undefined && shownAt <= reply.receivedAt;
    const clicked = used.some((at) => at <= reply.receivedAt);
    const { kind, retained } = seen
      ? compare(text?.text ?? "", reply.text, { clicked, threshold })
      : { kind: null, retained: 0 };
    const isLastTurn = Conversation.turnBefore(messages, reply.at) === turnOf(state.turn);
    const outcome = kind ?? (isLastTurn && !state.supersededBy ? (seen ? "ignored" : "unseen") : undefined);
    if (!outcome) continue;
    best = higher(best, {
      outcome,
      retained,
      replyId: reply.id,
      ...(reply.author.id ? { sentBy: reply.author.id } : {}),
    });
  }
  return best;
}

/** A decision only rises; at equal rank the higher retained share stays. */
export function higher(a: Judgement, b: Judgement): Judgement {
  const difference = rank(b.outcome) - rank(a.outcome);
  if (difference !== 0) return difference > 0 ? withSender(b, a) : withSender(a, b);
  return (b.retained ?? 0) > (a.retained ?? 0) ? b : a;
}
/** Who sent the reply is known even when a rejection outranks what the reply says. */
const withSender = (winner: Judgement, other: Judgement): Judgement => {
  const sentBy = winner.sentBy ?? other.sentBy;
  return sentBy === undefined ? winner : { ...winner, sentBy };
};

/** The state with what was shown, clicked and decided folded in; the same object when nothing is new. */
export function fold(whole: Whole, judgement: Judgement, nowIso: string): State {
  const { state, shown, clicks } = whole;
  const next: State = { ...state };
  if (shown && (!state.shownAt || shown.shownAt < state.shownAt))
    Object.assign(next, { shownAt: shown.shownAt, shownTo: shown.repId });
  for (const click of clicks.toSorted((a, b) => (a.at < b.at ? -1 : 1))) {
    if (click.action === "rejected")
      Object.assign(next, { rejectedAt: click.at, ...(click.reason ? { rejectReason: click.reason } : {}) });
    else if (!next.clickedAt || click.at < next.clickedAt)
      Object.assign(next, { clicked: click.action, clickedAt: click.at, clickedBy: click.repId });
    if (click.action === "rejected" && !next.clickedBy) next.clickedBy = click.repId;
  }
  const known: Judgement = {
    outcome: state.outcome,
    retained: state.retained,
    sentBy: state.sentBy,
    replyId: state.replyId,
  } as Judgement;
  const final = higher(known, judgement);
  if (final !== known)
    Object.assign(
      next,
      clean(final),
      final.outcome !== state.outcome && isDecision(final.outcome) ? { decidedAt: nowIso } : {},
    );
  return JSON.stringify(next) === JSON.stringify(state) ? state : next;
}
const clean = (judgement: Judgement) =>
  Object.fromEntries(Object.entries(judgement).filter(([, value]) => value !== undefined));
