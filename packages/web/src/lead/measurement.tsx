/** What is being measured, and what was; an admin starts and ends, a lead sees and plans. */
import { useSignal } from "@preact/signals";
import { day, type Measurement, percent } from "./data.ts";
import { metricNames, PlanForm, type Wish } from "./plan.tsx";
import type { Store } from "./store.ts";

export function MeasurementSection({ store }: { store: Store }) {
  const { value, problem } = store.measurements.value;
  /** The form is open with this in it. */
  const wish = useSignal<Partial<Wish> | undefined>(undefined);
  if (problem) return <p class="note error">{problem}</p>;
  const { current, past = [], proposal } = value ?? {};
  return (
    <section class="measurement" aria-labelledby="measurement" aria-busy={!value}>
      <h2 id="measurement">Measurement</h2>
      {!value ? <p class="quiet busy">Looking …</p> : null}
      {current ? <Running store={store} current={current} /> : null}
      {value && !current ? <p>{proposal?.sentence ?? "None is running."}</p> : null}
      {proposal ? (
        <div class="row wrap">
          {proposal.holdouts
            .filter((holdout) => holdout > 0)
            .map((holdout) => (
              <button key={holdout} type="button" onClick={() => (wish.value = { holdout, days: 91 })}>
                Keep watch with {percent(holdout)}
              </button>
            ))}
        </div>
      ) : null}
      <details
        class="others"
        open={wish.value !== undefined}
        onToggle={({ currentTarget }) => {
          if (currentTarget.open) wish.value ??= {};
          else wish.value = undefined;
        }}
      >
        <summary>Plan {current ? "the next" : "one"}</summary>
        {wish.value ? (
          <PlanForm
            key={JSON.stringify(wish.value)}
            store={store}
            given={wish.value}
            replaces={Boolean(current)}
            done={() => {
              wish.value = undefined;
            }}
          />
        ) : null}
      </details>
      {past.length ? (
        <details class="others">
          <summary>Past ones ({past.length})</summary>
          <ul>
            {past.map((one) => (
              <li key={one.id}>
                <button
                  type="button"
                  class="link"
                  aria-current={store.state.value.measurement === one.id ? "true" : undefined}
                  onClick={() => {
                    store.set({ measurement: one.id, open: undefined });
                    document.getElementById("verdict")?.scrollIntoView({ block: "center" });
                  }}
                >
                  {day(one.startedAt)} – {one.endedAt || one.endsAt ? day((one.endedAt ?? one.endsAt)!) : "?"}
                </button>
                : {told(one)}
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </section>
  );
}

const told = ({ holdout, design, primaryMetric }: Measurement) =>
  `${percent(holdout)} of the ${design === "switchback" ? "rep-weeks" : "conversations"} in control, judged by ${(metricNames[primaryMetric] ?? primaryMetric).toLowerCase()}`;

function Running({ store, current }: { store: Store; current: Measurement }) {
  const asking = useSignal(false);
  const refused = useSignal<string | undefined>(undefined);
  const admin = store.me.value?.role === "admin";
  return (
    <>
      <div class="row wrap">
        <p>
          Running since {day(current.startedAt)}
          {current.endsAt ? `, until ${day(current.endsAt)}` : ""}: {told(current)}.
        </p>
        {admin && !asking.value ? (
          <button type="button" onClick={() => (asking.value = true)}>
            End it …
          </button>
        ) : null}
      </div>
      {asking.value ? (
        <div class="row wrap" role="alert">
          <span>From then on nobody is in control, and it cannot be taken up again.</span>
          <button
            type="button"
            class="main"
            onClick={() =>
              void store.measure("/api/measurements/end").then((words) => {
                refused.value = words;
                asking.value = false;
              })
            }
          >
            End now
          </button>
          <button type="button" onClick={() => (asking.value = false)}>
            Cancel
          </button>
        </div>
      ) : null}
      {refused.value ? (
        <p class="note" role="alert">
          {refused}
        </p>
      ) : null}
    </>
  );
}
