import { useSignal } from "@preact/signals";
import type { Store } from "./store.ts";

/** The arm without suggestions: says why, and leaves everything that is not measured. */
export function Control({ store }: { store: Store }) {
  const { strings } = store;
  return (
    <section aria-labelledby="draft">
      <h2 id="draft">{strings.draft}</h2>
      <div class="note">
        <p>{strings.controlTitle}</p>
        <p class="quiet">{strings.controlBody}</p>
        <button type="button" onClick={() => void store.request({ kind: "draft", anyway: true })}>
          {strings.anyway}
        </button>
      </div>
      <Polish store={store} />
    </section>
  );
}

/** Rewriting the rep's own words stays in both arms. */
export function Polish({ store }: { store: Store }) {
  const { strings } = store;
  const open = useSignal(false);
  const text = useSignal("");
  if (!open.value)
    return (
      <button
        type="button"
        class="link"
        onClick={() => {
          open.value = true;
        }}
      >
        {strings.polish}
      </button>
    );
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (!text.value.trim()) return;
        open.value = false;
        void store.request({ kind: "rewrite", text: text.value, instruction: "clearer" });
      }}
    >
      <label for="polish">{strings.polishLabel}</label>
      <textarea id="polish" rows={4} value={text.value} onInput={(event) => (text.value = event.currentTarget.value)} />
      <button type="submit">{strings.polishButton}</button>
    </form>
  );
}
