/**
 * One line of a report, packed into one attribute of the index: reading 100,000 entries costs a third of what twelve
 * attributes would. No text of a message or draft, and no name.
 */
import type { State } from "../suggestion.ts";
import { newer, shape } from "./shape.ts";

/** The order is part of the stored form: append, never reorder. */
const fields = [
  "id",
  "conversationId",
  "kind",
  "status",
  "outcome",
  "retained",
  "rep",
  "team",
  "language",
  "engine",
  "promptVersion",
  "arm",
  "articles",
  "flags",
  "shown",
  "clicked",
  "reason",
  "createdAt",
  "decidedAt",
  "firstMs",
  "readyMs",
  "tokensIn",
  "tokensOut",
  "usd",
  "simulated",
  "decideMs",
] as const;

export type SuggestionRow = {
  id: string;
  conversationId: string;
  kind: State["kind"];
  status: State["status"];
  outcome: State["outcome"] | null;
  retained: number | null;
  /** Who sent the reply, else who clicked, else who saw it, else who was assigned. */
  rep: string | null;
  team: string;
  language: string | null;
  engine: string;
  promptVersion: string | null;
  arm: State["arm"] | null;
  articles: string[];
  flags: string[];
  shown: boolean;
  clicked: "inserted" | "copied" | null;
  reason: string | null;
  createdAt: string;
  decidedAt: string | null;
  firstMs: number | null;
  readyMs: number | null;
  tokensIn: number | null;
  tokensOut: number | null;
  /** null: no price known; 0: the embedded engine. */
  usd: number | null;
  simulated: boolean;
  /** From shown to the reply or click, ms of the server's clock. */
  decideMs: number | null;
};

export function rowOf(state: State): SuggestionRow {
  // Whoever clicked has seen it, also where the mark was lost on the way.
  const shown = [state.shownAt, state.clickedAt, state.rejectedAt].some((at) => at !== undefined);
  const until = state.clickedAt ?? state.rejectedAt;
  return {
    id: state.id,
    conversationId: state.conversationId,
    kind: state.kind,
    status: state.status,
    outcome: state.outcome ?? null,
    retained: state.retained ?? null,
    rep: state.sentBy ?? state.clickedBy ?? state.shownTo ?? state.assignee ?? null,
    team: state.team,
    language: state.language ?? null,
    engine: state.engine,
    promptVersion: state.promptVersion ?? null,
    arm: state.arm ?? null,
    articles: state.articles,
    flags: state.flags,
    shown,
    clicked: state.clicked ?? null,
    reason: state.rejectReason ?? null,
    createdAt: state.createdAt,
    decidedAt: state.decidedAt ?? null,
    firstMs: state.firstMs ?? null,
    readyMs: state.readyMs ?? null,
    tokensIn: state.tokensIn ?? null,
    tokensOut: state.tokensOut ?? null,
    usd: state.usd ?? null,
    simulated: state.simulated ?? false,
    decideMs: until && state.shownAt ? Math.max(0, Date.parse(until) - Date.parse(state.shownAt)) : null,
  };
}

export const pack = (row: SuggestionRow): string => JSON.stringify([shape, ...fields.map((field) => row[field])]);
export const packSuggestion = (state: State): string => pack(rowOf(state));

/** Of the hundred thousand that a report may read, so it is written out: a loop over `fields` takes half as long again. */
export function unpack(text: string): SuggestionRow {
  const [
    version,
    id,
    conversationId,
    kind,
    status,
    outcome = null,
    retained = null,
    rep = null,
    team,
    language = null,
    engine,
    promptVersion = null,
    arm = null,
    articles,
    flags,
    shown,
    clicked = null,
    reason = null,
    createdAt,
    decidedAt = null,
    firstMs = null,
    readyMs = null,
    tokensIn = null,
    tokensOut = null,
    usd = null,
    simulated,
    decideMs = null,
  ] = JSON.parse(text);
  if (version > shape) throw newer(version);
  return {
    id,
    conversationId,
    kind,
    status,
    outcome,
    retained,
    rep,
    team,
    language,
    engine,
    promptVersion,
    arm,
    articles,
    flags,
    shown,
    clicked,
    reason,
    createdAt,
    decidedAt,
    firstMs,
    readyMs,
    tokensIn,
    tokensOut,
    usd,
    simulated,
    decideMs,
  };
}
