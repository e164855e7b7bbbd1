/** A suggestion's record: what it is, how far it got, what became of it. Its text is an item of its own, written once. */
import type { Arm } from "./arm.ts";
import type { Citation, Flag, Suggestion, SuggestionKind, SuggestionStatus } from "./protocol.ts";
import type { Stored } from "./store/port.ts";

/** `unseen`, `stale` and `superseded` are not decisions; the rest stands in rising order. */
export type Outcome = "unseen" | "stale" | "superseded" | "ignored" | "rejected" | "edited" | "accepted";

export type State = Stored & {
  id: string;
  conversationId: string;
  turn: string;
  /** The helpdesk's time of the turn's last customer message; "" before the first. */
  turnAt: string;
  kind: SuggestionKind;
  status: SuggestionStatus;
  engine: string;
  attempt: number;
  /** The run that may write, until when (ms). */
  owner?: string;
  leaseUntil?: number;
  createdAt: string;
  day: string;
  team: string;
  /** Who was assigned when it was made. */
  assignee?: string;
  language?: string;
  arm?: Arm;
  basedOn?: string;
  /** A later suggestion that replaced this one. */
  supersededBy?: string;
  /** Why it failed or went stale, for the rep. */
  reason?: string;
  articles: string[];
  flags: string[];
  model?: string;
  promptVersion?: string;
  tokensIn?: number;
  tokensOut?: number;
  /** null: the model's price is not known. */
  usd?: number | null;
  /** Server times, ms since the customer's message came in. */
  firstMs?: number;
  readyMs?: number;
  shownAt?: string;
  shownTo?: string;
  clicked?: "inserted" | "copied";
  clickedAt?: string;
  clickedBy?: string;
  rejectedAt?: string;
  rejectReason?: string;
  outcome?: Outcome;
  /** Share of the draft's words in the sent reply. */
  retained?: number;
  decidedAt?: string;
  /** Who sent the reply that decided it. */
  sentBy?: string;
  replyId?: string;
  /** Of the demo's made-up history. */
  simulated?: boolean;
};

export type Text = Stored & {
  text: string;
  citations: Citation[];
  flags: Flag[];
  /** Exactly what went to the model provider, for admins. */
  sent?: string;
};

export type Shown = Stored & { shownAt: string; repId: string };
export type Click = Stored & {
  action: "inserted" | "copied" | "rejected";
  at: string;
  repId: string;
  reason?: string;
  note?: string;
};

/** Everything of one suggestion, as one query reads it. */
export type Whole = { state: State; text?: Text; shown?: Shown; clicks: Click[] };

/** `seq` by attempt and stage, so that a late frame of an older stage is always lower: frames, then the end, then stale. */
export const seq = {
  frame: (attempt: number, n: number) => attempt * 1_000_000 + Math.min(n, 899_999),
  end: (attempt: number) => attempt * 1_000_000 + 900_000,
  stale: (attempt: number) => attempt * 1_000_000 + 950_000,
};

export function seqOf(state: State): number {
  if (state.status === "streaming") return seq.frame(state.attempt, 0);
  return (state.status === "stale" ? seq.stale(state.attempt) : seq.end(state.attempt)) + decided(state);
}
/** A decision shows in the sidebar, too: it lifts the last frame by its rank. */
const decided = (state: State) => (state.outcome ? Math.floor(1 + rank(state.outcome)) : 0);

/** The three lowest share a rank; the fractions only make sure that any order of arrival ends with the same word. */
const ranks: Record<Outcome, number> = {
  stale: 0,
  superseded: 0.1,
  unseen: 0.2,
  ignored: 1,
  rejected: 2,
  edited: 3,
  accepted: 4,
};
export const rank = (outcome: Outcome | undefined): number => (outcome === undefined ? -1 : ranks[outcome]);
export const isDecision = (outcome: Outcome | undefined) => rank(outcome) >= 1;

/** Open: it may still be worked on, shown or used, and nothing is known of its fate. */
export const isOpen = (state: State) =>
  (state.status === "streaming" || state.status === "ready") && state.outcome === undefined;

export function view({ state, text }: Pick<Whole, "state" | "text">): Suggestion {
  return {
    id: state.id,
    seq: seqOf(state),
    conversationId: state.conversationId,
    kind: state.kind,
    status: state.status,
    text: text?.text ?? "",
    citations: text?.citations ?? [],
    flags: text?.flags ?? state.flags.map((code) => ({ code })),
    engine: state.engine,
    turn: state.turn,
    ...(state.language ? { language: state.language } : {}),
    ...(state.basedOn ? { basedOn: state.basedOn } : {}),
    ...(state.reason ? { reason: state.reason } : {}),
    ...(state.readyMs === undefined ? {} : { latencyMs: state.readyMs }),
    ...(isDecision(state.outcome) ? { decision: state.outcome as Suggestion["decision"] } : {}),
    ...(state.supersededBy ? { superseded: true } : {}),
  };
}

/** Raises a state to an outcome that no reply gave: the turn moved on, was resolved, or the day closed. */
export function settleAs(state: State, outcome: Outcome): State {
  return rank(outcome) > rank(state.outcome) ? { ...state, outcome } : state;
}
