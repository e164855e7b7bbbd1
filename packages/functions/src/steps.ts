/** What the steps after the webhook say of themselves: suggestions, decisions, frames. Codes and figures, and ids of suggestions. */
import type { Channel } from "@cuecard/core/channel/port";
import type { State, Whole } from "@cuecard/core/suggestion";
import { log } from "./log.ts";
import { count, type Figure } from "./metrics.ts";

/** A run's suggestions at their end. `CostUsd` leaves out models whose price is not known. */
export function tellMade(workspace: string, made: State[]): void {
  for (const { id, kind, status, engine, attempt, firstMs, readyMs, tokensIn, tokensOut, usd } of made) {
    const drafts: Figure[] = kind === "draft" ? [count("Drafts", { state: status })] : [];
    const speed: Figure[] =
      kind === "draft" && status === "ready" && firstMs !== undefined ? [{ name: "FirstTokenMs", value: firstMs }] : [];
    const tokens: Figure[] = tokensIn
      ? [
          { name: "TokensIn", value: tokensIn },
          { name: "TokensOut", value: tokensOut ?? 0 },
        ]
      : [];
    const cost: Figure[] = usd ? [{ name: "CostUsd", value: usd }] : [];
    log("info", "suggestion", { workspace, suggestionId: id, kind, state: status, engine, attempt, readyMs }, [
      ...drafts,
      ...speed,
      ...tokens,
      ...cost,
    ]);
  }
}

/** Judgements as they fall. One that rises later is told again: reports count the records, this only shows that they move. */
export function tellJudged(workspace: string, changed: Whole[]): void {
  for (const { state } of changed)
    if (state.outcome)
      log("info", "decision", { workspace, suggestionId: state.id, kind: state.kind }, [
        count("Decisions", { decision: state.outcome }),
      ]);
}

/** Of a suggestion's frames the first of each status is told: a line for each would cost more than the frames. */
export function telling(channel: Channel): Channel {
  const told = new Set<string>();
  return {
    async send(connectionId, frame) {
      const result = await channel.send(connectionId, frame);
      if (frame.type !== "suggestion" || result === "gone") return result;
      const { id, status, seq } = frame.suggestion;
      const step = `${id} ${status}`;
      if (!told.has(step)) {
        told.add(step);
        log("info", "frame", { suggestionId: id, status, seq });
      }
      return result;
    },
  };
}
