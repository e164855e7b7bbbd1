import { type Grouping, groupings } from "./address.ts";
import { count, few, type Group, interval, percent } from "./data.ts";
import type { Store } from "./store.ts";

const nameOf = (by: Grouping) => (by === "promptVersion" ? "prompt version" : by);

/** Bars with their intervals. Small groups are grey and say so: nobody is ranked on noise. */
export function Groups({ store }: { store: Store }) {
  const { groups, state } = store;
  const { value, problem } = groups.value;
  const rows = value?.rows ?? [];
  return (
    <section aria-labelledby="groups" aria-busy={!value}>
      <h2 id="groups">Acceptance by {nameOf(state.value.by)}</h2>
      <fieldset class="switch">
        <legend class="unseen">Group by</legend>
        {groupings.map((by) => (
          <label key={by} class={state.value.by === by ? "on" : ""}>
            <input
              class="unseen"
              type="radio"
              name="by"
              checked={state.value.by === by}
              onChange={() => store.set({ by, open: undefined })}
            />
            {nameOf(by)}
          </label>
        ))}
      </fieldset>
      {problem ? <p class="note error">{problem}</p> : null}
      <ul class="bars">
        {rows.map((row) => (
          <li key={row.key}>
            <Row row={row} open={() => store.open(state.value.by, row.key)} />
          </li>
        ))}
      </ul>
      {value && !rows.length ? <p class="quiet">Nothing was suggested in these days.</p> : null}
    </section>
  );
}

function Row({ row, open }: { row: Group; open(): void }) {
  const { label, rate, low, high, shown, decided: n } = row;
  return (
    <button type="button" class={n < few ? "bar-row few" : "bar-row"} onClick={open}>
      <span class="label" dir="auto">
        {label}
      </span>
      <RateBar rate={rate} low={low} high={high} />
      <span class="value">
        {rate === null ? "–" : percent(rate)}{" "}
        <span class="quiet small">{rate === null ? "" : `(${interval(low, high)})`}</span>
      </span>
      <span class="n quiet small">
        {n === 0 ? `${count(shown)} shown` : n < few ? `few: ${n}` : `${count(n)} decided`}
      </span>
    </button>
  );
}

/** A rate from nothing to all, and its interval as a whisker. */
export function RateBar({ rate, low, high }: Pick<Group, "rate" | "low" | "high">) {
  return (
    <svg class="bar-svg" viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="100" height="16" />
      {rate === null ? null : <rect class="fill" width={rate * 100} height="16" />}
      {rate === null ? null : <line class="whisker" x1={low * 100} x2={high * 100} y1="8" y2="8" />}
    </svg>
  );
}
