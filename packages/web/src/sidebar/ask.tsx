import { useSignal } from "@preact/signals";
import type { Store } from "./store.ts";

/** Enter asks; the glass only searches, and where answers are off, Enter searches too. */
export function AskBox({ store }: { store: Store }) {
  const { strings, control } = store;
  const words = useSignal("");
  const searchOnly = control.value || store.view.value.conversation?.assistWhen === "off";
  const send = (how: "ask" | "search") => {
    const question = words.value.trim();
    if (!question) return;
    words.value = "";
    void (how === "ask" ? store.request({ kind: "answer", question }) : store.search(question));
  };
  return (
    <search>
      <form
        class="ask"
        onSubmit={(event) => {
          event.preventDefault();
          send(searchOnly ? "search" : "ask");
        }}
      >
        <input
          data-ask
          aria-label={searchOnly ? strings.askControl : strings.ask}
          placeholder={searchOnly ? strings.askControl : strings.ask}
          maxLength={1000}
          value={words.value}
          onInput={(event) => (words.value = event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
        />
        {searchOnly ? null : (
          <button type="submit" class="plain" aria-label={strings.askButton} title={strings.askButton}>
            <span aria-hidden="true">↵</span>
          </button>
        )}
        <button
          type="button"
          class="plain"
          aria-label={strings.searchButton}
          title={strings.searchButton}
          onClick={() => send("search")}
        >
          <svg aria-hidden="true" viewBox="0 0 16 16" width="14" height="14">
            <circle cx="7" cy="7" r="4.5" />
            <path d="M10.5 10.5 14 14" />
          </svg>
        </button>
      </form>
    </search>
  );
}
