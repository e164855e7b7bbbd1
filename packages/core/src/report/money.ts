/** What the effect comes to in a month, less what it costs. From the interval's two ends, never from its middle alone. */
import type { Judgement } from "../effect.ts";
import type { Measurement } from "../settings.ts";
import { add, zero } from "./cells.ts";
import type { Day } from "./days.ts";
import { hourMs } from "./outcomes.ts";

const dayMs = 86_400_000;
const monthDays = 365.25 / 12;

/**
 * On-demand prices of us-east-1 for a conversation of about eight events and three turns with drafts: 12 Lambda runs of
 * 200 ms at 1 GB ($0.00004), 100 writes and 250 reads of DynamoDB ($0.0001), 200 frames over the WebSocket API and
 * 10 HTTP requests ($0.0002), logs ($0.0001); doubled, as nobody's conversations are average.
 */
export const awsUsdPerConversation = 0.001;

export type Money = {
  /** Net US dollars a month, if suggestions were on everywhere; null: not known yet. */
  perMonthUsd: { low: number; high: number } | null;
  conversationsPerMonth: number;
  modelUsdPerMonth: number | null;
  awsUsdPerMonth: number;
  sentence: string;
};

/** `window` in ms; `days` are those of the window, whatever was measured in them. */
export function money(
  judged: Judgement,
  days: Day[],
  {
    measurement,
    repHourCost,
    window,
  }: { measurement: Measurement; repHourCost: number | null; window: { fromMs: number; toMs: number } },
): Money {
  const months = Math.max(1, (window.toMs - window.fromMs) / dayMs) / monthDays;
  const outcomes = days.flatMap((day) => day.outcomes);
  const count = (control: boolean) =>
    outcomes
      .filter((cell) => (cell.arm === "control" && cell.measurement === measurement.id) === control)
      .reduce((sum, { conversations }) => sum + conversations, 0);
  const [helped, held] = [count(false), count(true)];
  const spent = days
    .flatMap((day) => day.cells)
    .filter(({ article }) => article === null)
    .reduce((sum, { counts }) => add(sum, counts), zero());
  const conversationsPerMonth = (helped + held) / months;
  // Where no rep replied, no time was spent and none is saved.
  const handled = outcomes.reduce((sum, { moments }) => sum + moments.handleTimeMs.n, 0);
  // Control costs next to nothing: with suggestions everywhere, its share would cost what the others do.
  const modelUsdPerMonth =
    spent.usdUnknown > 0 || helped === 0 ? null : ((spent.usd / months) * (helped + held)) / helped;
  const awsUsdPerMonth = conversationsPerMonth * awsUsdPerConversation;
  const known = { conversationsPerMonth, modelUsdPerMonth, awsUsdPerMonth };
  const unknown = (why: string): Money => ({ ...known, perMonthUsd: null, sentence: `In money: not known yet${why}.` });

  const time = judged.metrics.find(({ metric }) => metric === "handleTimeMs");
  if (judged.sampleRatio.mismatch) return unknown(", as the arms do not have their promised sizes");
  if (judged.withdrawn) return { ...known, perMonthUsd: null, sentence: `In money: nothing. ${judged.withdrawn}` };
  if (repHourCost === null) return unknown("; set what an hour of a rep costs");
  if (time?.low == null || time.high == null) return unknown("");
  if (modelUsdPerMonth === null) return unknown("; the model's price is not known");
  const costs = modelUsdPerMonth + awsUsdPerMonth;
  const saved = (ms: number) => (-ms / hourMs) * repHourCost * (handled / months) - costs;
  const perMonthUsd = { low: saved(time.high), high: saved(time.low) };
  return {
    ...known,
    perMonthUsd,
    sentence: `In money: net between ${usd(perMonthUsd.low)} and ${usd(perMonthUsd.high)} a month, for ${Math.round(conversationsPerMonth).toLocaleString("en")} conversations and after ${usd(costs, false)} for the model and AWS.`,
  };
}

/** Two digits that mean something: −$200, +$1,900. */
function usd(value: number, signed = true): string {
  const size = Math.abs(value);
  const digits = size === 0 ? 0 : Math.max(0, Math.floor(Math.log10(size)) - 1);
  const rounded = Math.round(size / 10 ** digits) * 10 ** digits;
  const sign = !signed || rounded === 0 ? "" : value < 0 ? "−" : "+";
  return `${sign}$${rounded.toLocaleString("en")}`;
}
