/** The truth beside what the report found of it. */
import type { Judgement, MetricVerdict } from "@cuecard/core/effect";
import { definitions } from "@cuecard/core/effect";
import type { Truth } from "./days.ts";

export type Verdict = {
  truth: { relative: number; differenceMs: number };
  found: Pick<MetricVerdict, "difference" | "low" | "high" | "verdict" | "relative" | "moreConversations"> | null;
  /** The report claims the effect that is there. */
  finds: boolean;
  /** The interval holds the truth; null while there is none. */
  covers: boolean | null;
  /** It claims what is not so: an effect where there is none, the wrong direction, or none where one worth knowing is. */
  wrong: boolean;
  says: string;
};

export function verdictOf({ controlMs, differenceMs }: Truth, judged: Pick<Judgement, "metrics">): Verdict {
  const primary = judged.metrics.find(({ role }) => role === "primary") ?? null;
  const relative = differenceMs / controlMs;
  const claims = primary?.verdict;
  const there = Math.abs(relative) > 1e-9 ? (differenceMs < 0 ? "better" : "worse") : undefined;
  const { worth } = definitions.handleTimeMs;
  const worthKnowing = "relative" in worth && Math.abs(relative) >= worth.relative;
  const wrong =
    ((claims === "better" || claims === "worse") && claims !== there) ||
    (claims === "no_difference_seen" && worthKnowing);
  const finds = there !== undefined && claims === there;
  return {
    truth: { relative, differenceMs },
    found: primary && {
      difference: primary.difference,
      low: primary.low,
      high: primary.high,
      verdict: primary.verdict,
      ...(primary.relative === undefined ? {} : { relative: primary.relative }),
      ...(primary.moreConversations === undefined ? {} : { moreConversations: primary.moreConversations }),
    },
    finds,
    covers:
      primary?.low == null || primary.high == null ? null : primary.low <= differenceMs && differenceMs <= primary.high,
    wrong,
    says: wrong
      ? "The report is wrong."
      : finds
        ? "The report finds it."
        : there
          ? "The report does not find it yet, and says so."
          : "There is no effect, and the report claims none.",
  };
}
