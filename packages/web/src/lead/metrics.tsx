/** Outcomes of both arms with the interval of their difference, drawn and in words. */
import type { Metric } from "./data.ts";
import { Scroll } from "./scroll.tsx";

export function MetricTable({ label, metrics, open }: { label: string; metrics: Metric[]; open(arm: string): void }) {
  return (
    <Scroll label={label}>
      <table class="metrics">
        <thead>
          <tr>
            <th scope="col">Outcome</th>
            <th scope="col" class="num">
              with
            </th>
            <th scope="col" class="num">
              without
            </th>
            <th scope="col" class="wide">
              <span class="unseen">Difference and its interval</span>
              <span class="sides" aria-hidden="true">
                <span>better</span>
                <span>worse</span>
              </span>
            </th>
            <th scope="col">In words</th>
          </tr>
        </thead>
        <tbody>
          {metrics.map((metric) => (
            <tr key={metric.metric}>
              <th scope="row">{metric.name}</th>
              <td class="num" data-head="with">
                <Behind arm="assist" metric={metric} open={open} />
              </td>
              <td class="num" data-head="without">
                <Behind arm="control" metric={metric} open={open} />
              </td>
              <td class="wide">{metric.low === null || metric.high === null ? null : <Span metric={metric} />}</td>
              <td>{short(metric)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** A mean, and the way to the conversations it is of. */
function Behind({ arm, metric, open }: { arm: "assist" | "control"; metric: Metric; open(arm: string): void }) {
  const words = amount(metric[arm].mean, metric.unit);
  return (
    <button
      type="button"
      class="plain-figure"
      aria-label={`${metric.name} ${arm === "assist" ? "with" : "without"} suggestions: ${words}; show its conversations`}
      onClick={() => open(arm)}
    >
      {words}
    </button>
  );
}

/** The words without what the row's other cells say: its name, and both means. */
function short({ name, words }: Metric): string {
  const rest = words.replace(`${name}: `, "").replace(/ \([^()]* with suggestions, [^()]* without\)/, "");
  return rest.slice(0, 1).toUpperCase() + rest.slice(1);
}

export function amount(mean: number | null, unit: string): string {
  if (mean === null) return "–";
  if (unit === "share") return `${(mean * 100).toFixed(1)} %`;
  if (unit === "ms") return time(mean);
  const digits = Math.abs(mean) >= 100 ? 0 : 1;
  return `${mean.toLocaleString("en", { maximumFractionDigits: digits })} ${unit}`;
}

const time = (ms: number) =>
  ms < 120_000
    ? `${Math.round(ms / 1_000)} s`
    : ms < 7_200_000
      ? `${(ms / 60_000).toFixed(1)} min`
      : `${(ms / 3_600_000).toFixed(1)} h`;

const width = 200;
const height = 20;

/**
 * The interval as a bar about zero, the better side always left. Each metric has its own scale (half the width is the
 * larger of the interval's far end and a tenth of the control's mean), so bars are read against zero, not each other.
 */
export function Span({ metric }: { metric: Metric }) {
  const { difference, better, control, verdict, name } = metric;
  const sign = better === "lower" ? 1 : -1;
  const ends = [sign * metric.low!, sign * metric.high!].sort((a, b) => a - b) as [number, number];
  const scale = Math.max(Math.abs(ends[0]), Math.abs(ends[1]), Math.abs(control.mean ?? 0) / 10) * 1.1 || 1;
  const x = (value: number) => width / 2 + (value / scale) * (width / 2);
  // The verdict, not the interval, is coloured: it also allows for how many outcomes were looked at.
  const sure = verdict === "better" ? "good" : verdict === "worse" ? "bad" : "open";
  return (
    <svg
      class={`span ${sure}`}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`${name}: ${verdict.replaceAll("_", " ")}`}
    >
      <line class="zero" x1={width / 2} x2={width / 2} y1="0" y2={height} />
      <line class="range" x1={x(ends[0])} x2={x(ends[1])} y1={height / 2} y2={height / 2} />
      {difference === null ? null : <circle cx={x(sign * difference)} cy={height / 2} r="4" />}
    </svg>
  );
}
