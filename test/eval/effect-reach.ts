/** What a design can find, by formula: nothing here is drawn at random. */
import { alwaysHalfWidth, unitsFor } from "@cuecard/core/stats/power";
import { logSd } from "./effect-centre.ts";

/** Standard deviation of a handle time in means of handle times, for log-normal times: √(exp(σ²) − 1). */
const timeSd = Math.sqrt(Math.expm1(logSd.conversation ** 2));
const rateSd = Math.sqrt(0.08 * 0.92);

export type Reach = { conversations: number; control: number; timePercent: number; ratePoints: number };
export type Wait = { effectPercent: number; control: number; conversations: number | null };

const controls = [0.5, 0.2, 0.1, 0.05];

/** Half widths of the always-valid interval: of a handle time in per cent, of a rate of 8 % in points. */
export function reach(): Reach[] {
  return [1_000, 2_500, 6_000, 20_000].flatMap((conversations) =>
    controls.map((control) => ({
      conversations,
      control,
      timePercent: 100 * alwaysHalfWidth({ sd: timeSd, controlShare: control }, conversations),
      ratePoints: 100 * alwaysHalfWidth({ sd: rateSd, controlShare: control }, conversations),
    })),
  );
}

/** Conversations until a true effect on handle time shows, four times in five. */
export function waits(): Wait[] {
  return [5, 10, 15, 20].flatMap((effectPercent) =>
    controls.map((control) => ({
      effectPercent,
      control,
      conversations: unitsFor(effectPercent / 100, { sd: timeSd, controlShare: control }),
    })),
  );
}
