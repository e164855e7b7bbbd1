import { count, type Effect, type Metric } from "./data.ts";
import { Scroll } from "./scroll.tsx";
import type { Store } from "./store.ts";

/** First the answer. It speaks of the whole measurement, whatever else is chosen on this page. */
export function Verdict({ store }: { store: Store }) {
  const { value, problem } = store.verdict.value;
  if (problem) return <p class="note error">{problem}</p>;
  return (
    <section class="verdict" aria-labelledby="verdict" aria-busy={!value}>
      <h2 id="verdict">Does it help?</h2>
      <p class="sentence">{value?.sentence ?? "Comparing the two arms …"}</p>
      {value ? <Ratio effect={value} /> : null}
      {value?.helpedAnyway ? (
        <p class="quiet">
          In {count(value.helpedAnyway)} conversations without suggestions a rep asked for help anyway; they count where
          they were drawn.
        </p>
      ) : null}
      {value ? <Metrics effect={value} /> : null}
    </section>
  );
}

export function Explored({ store }: { store: Store }) {
  const { value, problem } = store.explored.value;
  if (problem) return <p class="note error">{problem}</p>;
  if (!value?.metrics.length) return null;
  return (
    <section aria-labelledby="explored">
      <h2 id="explored">
        The same in the chosen days <span class="chip">exploration</span>
      </h2>
      <Metrics effect={value} />
    </section>
  );
}

function Ratio({ effect }: { effect: Effect }) {
  if (!effect.sampleRatio?.mismatch) return null;
  const { assist, control } = effect.sampleRatio;
  return (
    <p class="note error">
      The arms do not have the sizes they should have ({count(assist)} with, {count(control)} without): something put
      conversations into one arm rather than the other, so no difference below can be trusted.
    </p>
  );
}

/** What was to be shown, and what must not get worse; the rest is there for whoever looks for it. */
function Metrics({ effect }: { effect: Effect }) {
  const main = effect.metrics.filter(({ role }) => role !== "other");
  const others = effect.metrics.filter(({ role }) => role === "other");
  const where = effect.exploration ? " in the chosen days" : "";
  return (
    <>
      {main.length ? <MetricTable label={`Outcomes${where}`} metrics={main} /> : null}
      {others.length ? (
        <details class="others">
          <summary>Other outcomes ({others.length})</summary>
          <MetricTable label={`Other outcomes${where}`} metrics={others} />
        </details>
      ) : null}
    </>
  );
}

function MetricTable({ label, metrics }: { label: string; metrics: Metric[] }) {
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
                {amount(metric.assist.mean, metric.unit)}
              </td>
              <td class="num" data-head="without">
                {amount(metric.control.mean, metric.unit)}
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

/** The words without what the row's other cells say: its name, and both means. */
function short({ name, words }: Metric): string {
  const rest = words.replace(`${name}: `, "").replace(/ \([^()]* with assist, [^()]* without\)/, "");
  return rest.slice(0, 1).toUpperCase() + rest.slice(1);
}

function amount(mean: number | null, unit: string): string {
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
function Span({ metric }: { metric: Metric }) {
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
