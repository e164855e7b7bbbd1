/** Facts in a draft that stand in no source: amounts, dates, times, durations, percentages, numbers, addresses, links. */
import { facts } from "./facts.ts";

export type Unsupported = { code: "unsupported"; start: number; end: number };

/**
 * Compared by value: "5–7" is "5 to 7", "49,90 €" is "€49.90", "two weeks" are 14 days, "3/4/2026" is either reading of it.
 * Bare numbers below 1,000 claim nothing. `start` and `end` are UTF-16 units of `draft`; sorted, without overlaps.
 */
export const unsupported = (draft: string, sources: string[]): Unsupported[] => supporter(sources)(draft);

/** The same for many drafts against the same sources, which are read once, and only if a draft claims anything. */
export function supporter(sources: string[]): (draft: string) => Unsupported[] {
  let known: Set<string> | undefined;
  return (draft) => {
    const claims = facts(draft).filter(({ needs }) => needs.length > 0);
    if (claims.length === 0) return [];
    known ??= new Set(sources.flatMap((source) => facts(source).flatMap(({ gives }) => gives)));
    const has = known;
    return claims
      .filter(({ needs }) => !needs.every((any) => any.some((value) => has.has(value))))
      .map(({ start, end }) => ({ code: "unsupported", start, end }));
  };
}
