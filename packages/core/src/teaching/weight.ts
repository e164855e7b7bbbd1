/** What a decision is worth as a lesson; apart from the lesson itself, which loads all that redacting needs. */
import type { Whole } from "../suggestion.ts";

/** How much an outcome says of the articles: 0 for nothing. A passage is neither accepted nor edited, only used or refused. */
export function weightOf({ state }: Pick<Whole, "state">): number {
  if (state.kind === "policy") return state.rejectedAt ? -0.5 : state.clicked ? 0.5 : 0;
  if (state.kind === "summary") return 0;
  if (state.outcome === "accepted") return 1;
  if (state.outcome === "edited") return state.retained ?? 0.3;
  return state.outcome === "rejected" ? -1 : 0;
}
