import { useSignal } from "@preact/signals";
import { useSeen } from "./seen.ts";
import type { Store } from "./store.ts";

/** Three lines until opened, and three lines are kept free before it comes: nothing below it moves. */
export function SummarySection({ store }: { store: Store }) {
  const { strings, view, now } = store;
  const open = useSignal(false);
  const summary = now.value.summary;
  const seen = useSeen(store, summary);
  const text =
    summary?.text ||
    (!view.value.loaded ? "" : summary?.status === "streaming" ? strings.summaryComing : strings.summaryNone);
  const long = (summary?.text.length ?? 0) > 110 || (summary?.text.split("\n").length ?? 0) > 3;
  return (
    <section aria-labelledby="summary">
      <div class="head">
        <h2 id="summary">{strings.summary}</h2>
        {long ? (
          <button
            type="button"
            class="plain"
            aria-expanded={open.value}
            aria-controls="summary-text"
            aria-label={open.value ? strings.summaryLess : strings.summaryMore}
            onClick={() => {
              open.value = !open.value;
              if (summary?.truncated) void store.whole(summary);
            }}
          >
            <span aria-hidden="true">{open.value ? "▴" : "▾"}</span>
          </button>
        ) : null}
      </div>
      <p
        id="summary-text"
        ref={seen}
        class={`summary ${open.value ? "" : "short"} ${summary?.text ? "" : "quiet"}`}
        dir="auto"
      >
        {text}
      </p>
    </section>
  );
}
