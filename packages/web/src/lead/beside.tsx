/** What stands beside the verdict, for who wants to know how firm it is; none of it changes the sentence. */
import { count, type Effect, type Interval, type Metric } from "./data.ts";
import { amount, Span } from "./metrics.tsx";
import { Scroll } from "./scroll.tsx";
import type { Store } from "./store.ts";

const between = ({ low, high }: Pick<Interval, "low" | "high">, words: (value: number) => string) =>
  `${words(low)} to ${words(high)}`;
const signed = (words: string, value: number) => `${value < 0 ? "−" : "+"}${words}`;

const share = (digits: number) => (value: number) => signed(`${Math.abs(value * 100).toFixed(digits)} %`, value);

/** Of control's mean where that says more: minutes depend on what a team does. */
function relative({ low, high, control, unit }: Metric): string {
  if (low === null || high === null) return "not known yet";
  if (unit === "ms" && control.mean) return between({ low: low / control.mean, high: high / control.mean }, share(0));
  return between({ low, high }, (value) => signed(amount(Math.abs(value), unit), value));
}

export function PerHour({ effect: { resolvedPerRepHour: hour } }: { effect: Effect }) {
  if (hour?.assist == null || hour.control == null) return null;
  const number = (value: number) => signed(Math.abs(value).toFixed(2), value);
  return (
    <p>
      Resolved in an hour of handling: {hour.assist.toFixed(2)} with suggestions, {hour.control.toFixed(2)} without
      {hour.difference ? ` (${between(hour.difference, number)})` : ""}.
    </p>
  );
}

export function SecondOpinion({ effect: { secondOpinion: second, metrics } }: { effect: Effect }) {
  const metric = metrics.find(({ metric }) => metric === second?.metric);
  if (!second || !metric || !(second.winsorised || second.typical)) return null;
  const size = (value: number) => signed(amount(Math.abs(value), metric.unit), value);
  return (
    <p>
      A second opinion on {metric.name.toLowerCase()}, with little weight to enormous values:{" "}
      {[
        ...(second.winsorised ? [`${between(second.winsorised, size)} when the extremes are cut`] : []),
        ...(second.typical ? [`${between(second.typical, share(0))} for a typical conversation`] : []),
      ].join("; ")}
      .
    </p>
  );
}

/** The primary outcome for new and long-standing reps; fetched when somebody opens it. */
export function Tenure({ store }: { store: Store }) {
  const { value, problem } = store.tenure.value;
  const rows = (value?.groups ?? []).flatMap(({ key, label, metrics, withdrawn }) => {
    const metric = metrics.find(({ role }) => role === "primary");
    return metric ? [{ key, label, metric, withdrawn }] : [];
  });
  return (
    <details class="others" onToggle={({ currentTarget }) => currentTarget.open && store.byTenure()}>
      <summary>
        By the rep's tenure <span class="chip">exploration</span>
      </summary>
      {problem ? <p class="note error">{problem}</p> : null}
      {!value && !problem ? <p class="quiet busy">Splitting by tenure …</p> : null}
      {value && !rows.length ? <p class="quiet">Nobody's tenure is known.</p> : null}
      {rows.length ? (
        <Scroll label={`${rows[0]!.metric.name} by tenure`}>
          <table class="metrics">
            <thead>
              <tr>
                <th scope="col">Tenure</th>
                <th scope="col" class="num">
                  Conversations
                </th>
                <th scope="col" class="wide">
                  {rows[0]!.metric.name}, better to the left
                </th>
                <th scope="col" class="num">
                  Difference
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ key, label, metric, withdrawn }) => (
                <tr key={key}>
                  <th scope="row">{label}</th>
                  <td class="num" data-head="conversations">
                    {count(metric.assist.n + metric.control.n)}
                  </td>
                  <td class="wide">{metric.low === null || metric.high === null ? null : <Span metric={metric} />}</td>
                  <td class="num" data-head="difference">
                    {withdrawn ? "not known yet" : relative(metric)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      ) : null}
    </details>
  );
}
