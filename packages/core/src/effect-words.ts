/** The sentences of a comparison. Every claim carries its interval, and speed is never said without quality. */
import type { Definition, Judgement, Metric, MetricVerdict } from "./effect.ts";

/** An amount in the metric's unit, without its sign: `2 min 5 s`, `3.1 points`, `0.4 replies`. */
export function amount(value: number, unit: Definition["unit"]): string {
  const size = Math.abs(value);
  if (unit === "ms") return duration(size);
  if (unit === "share") return `${round(size * 100)} points`;
  return `${round(size)} ${unit}`;
}

/** A mean as a reader expects it: a share as per cent, a rating as a number. */
export function level(value: number | null, unit: Definition["unit"]): string {
  if (value === null) return "no value";
  if (unit === "ms") return duration(value);
  return unit === "share" ? `${round(value * 100)} %` : round(value);
}

function round(value: number): string {
  return value === 0 ? "0" : value < 0.095 ? value.toPrecision(1) : value < 10 ? value.toFixed(1) : value.toFixed(0);
}

function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${round(seconds)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds) / 60;
  if (minutes < 60) return `${Math.floor(minutes)} min ${Math.round(seconds) % 60} s`;
  const whole = Math.round(minutes);
  if (whole < 48 * 60) return `${Math.floor(whole / 60)} h ${whole % 60} min`;
  return `${(whole / 60 / 24).toFixed(1)} days`;
}

function direction(m: MetricVerdict): string {
  return (m.difference ?? 0) < 0 ? "lower" : "higher";
}

function range(m: MetricVerdict): string {
  if (m.low === null || m.high === null) return "";
  const [least, most] = [Math.min(Math.abs(m.low), Math.abs(m.high)), Math.max(Math.abs(m.low), Math.abs(m.high))];
  return `between ${amount(least, m.unit)} and ${amount(most, m.unit)}`;
}

function signed(value: number, unit: Definition["unit"]): string {
  return `${amount(value, unit)} ${value < 0 ? "lower" : "higher"}`;
}

/** One metric in one sentence. */
export function metric(m: MetricVerdict, { name }: Definition): string {
  const means = `${level(m.assist.mean, m.unit)} with suggestions, ${level(m.control.mean, m.unit)} without`;
  const more = m.moreConversations ? `, about ${m.moreConversations.toLocaleString("en")} more needed` : "";
  if (m.verdict === "better" || m.verdict === "worse")
    return `${name} ${m.verdict === "better" ? "is better" : "is worse"} with suggestions: ${direction(m)} by ${amount(m.difference!, m.unit)}, ${range(m)} (${means}).`;
  if (m.low === null || m.high === null) return `${name}: not known yet${more}.`;
  const reach = `anything from ${signed(m.low, m.unit)} to ${signed(m.high, m.unit)} is possible`;
  if (m.verdict === "no_difference_seen") return `${name}: no difference seen (${means}); ${reach}.`;
  return `${name}: not known yet${more}; ${reach}.`;
}

function lowered(names: string[]): string {
  return names.map((name) => name.toLowerCase()).join(", ");
}

/** Why a saving does not count: a guardrail got worse. */
export function withdrawal(metrics: MetricVerdict[]): string | undefined {
  const harmed = metrics.filter((m) => m.role === "guardrail" && m.verdict === "worse");
  if (harmed.length === 0) return undefined;
  return `The saving is withdrawn: ${lowered(harmed.map((m) => m.name))} got worse with suggestions.`;
}

/** The headline, quality first. A saving is called one only with quality measured beside it. */
export function sentence(
  metrics: MetricVerdict[],
  definitions: Record<Metric, Definition>,
  sampleRatio: Judgement["sampleRatio"],
  withdrawn: string | undefined,
): string {
  if (sampleRatio.mismatch)
    return `Nothing can be said: the arms hold ${sampleRatio.assist} and ${sampleRatio.control}, which does not fit the promised share of ${round(sampleRatio.controlShare * 100)} % in control. Find out why before reading any figure.`;
  const primary = metrics.find((m) => m.role === "primary");
  if (!primary) return "The primary metric has no values yet.";
  const guards = metrics.filter((m) => m.role === "guardrail");
  return [withdrawn ?? quality(primary, guards, definitions), primary.words].filter(Boolean).join(" ");
}

function quality(primary: MetricVerdict, guards: MetricVerdict[], definitions: Record<Metric, Definition>): string {
  if (definitions[primary.metric].about !== "speed" && guards.length === 0) return "";
  const seen = guards.filter((m) => m.harmRuledOut).map((m) => m.name);
  const unseen = guards.filter((m) => !m.harmRuledOut).map((m) => m.name);
  const open = unseen.length ? `not known yet for ${lowered(unseen)}` : "";
  if (seen.length) return `Quality held in ${lowered(seen)}${open ? `; ${open}` : ""}.`;
  const gap = open ? `Quality is ${open}` : "Quality is not measured";
  return primary.verdict === "better" ? `${gap}, so nothing counts as a saving yet.` : `${gap}.`;
}
