import { PerHour, SecondOpinion, Tenure } from "./beside.tsx";
import { count, day, type Effect, moment } from "./data.ts";
import { amount, MetricTable } from "./metrics.tsx";
import type { Store } from "./store.ts";

/** First the answer. It speaks of the whole measurement, whatever else is chosen on this page. */
export function Verdict({ store }: { store: Store }) {
  const { value, problem } = store.verdict.value;
  if (problem) return <p class="note error">{problem}</p>;
  return (
    <section class="verdict" aria-labelledby="verdict" aria-busy={!value}>
      <h2 id="verdict">{store.state.value.measurement ? "Did it help?" : "Does it help?"}</h2>
      {store.state.value.measurement ? <Past store={store} /> : null}
      <p class="sentence">{value?.sentence ?? "Comparing the two arms …"}</p>
      {value?.money ? <p>{value.money.sentence}</p> : null}
      {value ? <Ratio effect={value} /> : null}
      {value ? <Metrics effect={value} store={store} /> : null}
      {value ? <Adjusted effect={value} /> : null}
      {value?.metrics.length ? <Tenure store={store} /> : null}
      {value ? <Small effect={value} /> : null}
    </section>
  );
}

export function Explored({ store }: { store: Store }) {
  const { value, problem } = store.explored.value;
  if (problem) return <p class="note error">{problem}</p>;
  // The measurement's own days, chosen by hand, are the verdict once more.
  if (!value?.metrics.length || !value.exploration) return null;
  return (
    <section aria-labelledby="explored">
      <h2 id="explored">
        {store.state.value.rep === undefined && store.state.value.team === undefined
          ? "The same in the chosen days"
          : "The same for the chosen ones"}{" "}
        <span class="chip">exploration</span>
      </h2>
      <Metrics effect={value} store={store} />
    </section>
  );
}

/** Whose verdict this is, and the way back. */
function Past({ store }: { store: Store }) {
  const { measurement } = store.state.value;
  const one = store.measurements.value.value?.past.find(({ id }) => id === measurement);
  const over = one?.endedAt ?? one?.endsAt;
  return (
    <p class="row wrap">
      <span class="chip">past measurement</span>
      {one ? `${day(one.startedAt)} – ${over ? day(over) : "?"}` : null}
      <button type="button" class="link" onClick={() => store.set({ measurement: undefined, open: undefined })}>
        Back to the latest
      </button>
    </p>
  );
}

/** How the headline was made; decided when the measurement started. */
function Adjusted({ effect: { metrics } }: { effect: Effect }) {
  const one = metrics.find(({ plain }) => plain);
  if (!one?.plain) return null;
  const cut = Math.round(100 * (one.varianceCut ?? 0));
  const end = (value: number) => `${value < 0 ? "−" : "+"}${amount(Math.abs(value), one.unit)}`;
  return (
    <p class="quiet small">
      {one.name} is adjusted by what was known before the start (the rep's and the topic's mean), as was fixed then;
      that took away {cut} % of the variance. Without it: {end(one.plain.low)} to {end(one.plain.high)}.
    </p>
  );
}

const reasons: Record<string, string> = { off: "suggestions off", new_rep: "new reps", tag: "by tag", team: "by team" };

/** What a careful reader asks next: who was left out, who crossed over, and how fresh it is. */
function Small({ effect: { exempt = {}, helpedAnyway, shadow, asOf } }: { effect: Effect }) {
  const left = Object.entries(exempt).filter(([, n]) => n > 0);
  const all = left.reduce((sum, [, n]) => sum + n, 0);
  const why = left.map(([key, n]) => (left.length > 1 ? `${reasons[key] ?? key} ${count(n)}` : (reasons[key] ?? key)));
  if (!all && !helpedAnyway && !shadow && !asOf) return null;
  return (
    <p class="quiet small">
      {all ? `${count(all)} conversations were left out before the draw (${why.join(", ")}). ` : ""}
      {helpedAnyway
        ? `In ${count(helpedAnyway)} conversations without suggestions a rep asked for help anyway; they count where they were drawn. `
        : ""}
      {shadow ? `${shadow.sentence} ` : ""}
      {asOf ? (
        <>
          As of <time dateTime={asOf}>{moment(asOf)}</time>.
        </>
      ) : null}
    </p>
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
function Metrics({ effect, store }: { effect: Effect; store: Store }) {
  const open = (arm: string) => store.open("arm", arm);
  const main = effect.metrics.filter(({ role }) => role !== "other");
  const others = effect.metrics.filter(({ role }) => role === "other");
  const where = effect.exploration ? " in the chosen days" : "";
  return (
    <>
      {main.length ? <MetricTable label={`Outcomes${where}`} metrics={main} open={open} /> : null}
      {others.length ? (
        <details class="others">
          <summary>Other outcomes ({others.length})</summary>
          <MetricTable label={`Other outcomes${where}`} metrics={others} open={open} />
          <PerHour effect={effect} />
          <SecondOpinion effect={effect} />
        </details>
      ) : null}
    </>
  );
}
