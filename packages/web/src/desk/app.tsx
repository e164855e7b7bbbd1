import { useRef } from "preact/hooks";
import { Composer, type ComposerHandle } from "./composer.tsx";
import { Inbox } from "./inbox.tsx";
import { Sidebar } from "./sidebar.tsx";
import type { Store, Tab } from "./store.ts";
import { Thread } from "./thread.tsx";

const tabs: [Tab, string][] = [
  ["inbox", "Inbox"],
  ["thread", "Chat"],
  ["cuecard", "Cuecard"],
];

export function App({ store, token }: { store: Store; token: string }) {
  const { desk, selected, tab, news } = store;
  const composer = useRef<ComposerHandle>(null);
  return (
    <div class="desk" data-tab={tab}>
      <header class="bar">
        <h1>Demo desk</h1>
        <span class="quiet small engine">{desk.value?.engine}</span>
        <span class="gap" />
        <a href="/lead">Lead's page</a>
        <button type="button" class="main" disabled={store.busy.value} onClick={() => void store.play()}>
          ▶{"\ufe0e"} Play
        </button>
      </header>
      <Notices store={store} />
      <nav class="tabs" aria-label="Panes">
        {tabs.map(([name, words]) => (
          <button
            key={name}
            type="button"
            class="plain"
            aria-current={tab.value === name ? "true" : undefined}
            onClick={() => {
              tab.value = name;
              if (name === "cuecard") news.value = false;
            }}
          >
            {words}
            {name === "cuecard" && news.value ? <span class="dot" role="img" aria-label="draft ready" /> : null}
          </button>
        ))}
      </nav>
      <div class="panes">
        <Inbox store={store} />
        <main class="middle" aria-label="Conversation">
          {selected.value ? (
            <>
              <Thread store={store} />
              <Toast store={store} />
              <Composer key={selected.value} store={store} handle={composer} />
            </>
          ) : (
            <Welcome store={store} />
          )}
        </main>
        <Sidebar store={store} token={token} composer={composer} />
      </div>
    </div>
  );
}

/** Stands between thread and composer, where it covers neither. */
function Toast({ store }: { store: Store }) {
  const toast = store.toast.value;
  return (
    <div class="toast" role="status" aria-live="polite">
      {toast ? (
        <p>
          {toast.words} {toast.link ? <a href="/lead">See it on the lead's page</a> : null}
        </p>
      ) : null}
    </div>
  );
}

function Welcome({ store }: { store: Store }) {
  return (
    <div class="welcome">
      <p>
        Press <strong>Play</strong>: a customer writes, and Cuecard drafts the reply beside the conversation. Insert it,
        change a word, send it, and see it counted.
      </p>
      <button type="button" class="main" disabled={store.busy.value} onClick={() => void store.play()}>
        ▶{"\ufe0e"} Play the first customer
      </button>
    </div>
  );
}

function Notices({ store }: { store: Store }) {
  const { desk, problem } = store;
  return (
    <section class="notices" aria-label="Notices">
      {desk.value?.hint ? <p class="quiet small">{desk.value.hint}</p> : null}
      {desk.value?.history.present ? (
        <p class="quiet small">
          Six weeks of simulated history stand behind the <a href="/lead">lead's page</a>.{" "}
          <button type="button" class="link" onClick={() => void store.removeHistory()}>
            Remove it
          </button>
        </p>
      ) : null}
      {problem.value ? (
        <p class="note error" role="alert">
          {problem}
        </p>
      ) : null}
    </section>
  );
}
