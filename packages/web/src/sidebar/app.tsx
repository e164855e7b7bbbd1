import { languageName } from "../strings.ts";
import { AnswerSection, Found } from "./answer.tsx";
import { AskBox } from "./ask.tsx";
import { Dialogs } from "./dialogs.tsx";
import { DraftSection } from "./draft.tsx";
import { PolicySection } from "./policy.tsx";
import type { Store } from "./store.ts";
import { SummarySection } from "./summary.tsx";

export function App({ store }: { store: Store }) {
  const { strings, phase, view } = store;
  return (
    <div class="sidebar">
      <Header store={store} />
      <main aria-label="Cuecard">
        {phase.value === "out" ? (
          <SignedOut store={store} />
        ) : phase.value === "waiting" ? (
          <p class="message">{strings.waitingHost}</p>
        ) : !view.value.conversationId ? (
          <p class="message">{strings.noConversation}</p>
        ) : (
          // A new key per conversation: nothing drawn for one customer is reused for another.
          <Conversation key={view.value.conversationId} store={store} />
        )}
      </main>
      {phase.value === "in" && view.value.conversationId ? (
        <AskBox key={view.value.conversationId} store={store} />
      ) : null}
      <p class="unseen" role="status" aria-live="polite">
        {store.spoken}
      </p>
      <Dialogs store={store} />
    </div>
  );
}

function Conversation({ store }: { store: Store }) {
  return (
    <>
      <SummarySection store={store} />
      <PolicySection store={store} />
      <DraftSection store={store} />
      <AnswerSection store={store} />
      <Found store={store} />
      {store.problem.value ? (
        <p class="note error" role="alert">
          {store.problem}
        </p>
      ) : null}
    </>
  );
}

function SignedOut({ store }: { store: Store }) {
  const { strings, problem } = store;
  return (
    <div class="message">
      <p>{strings.signedOutBody}</p>
      <button type="button" class="main" onClick={() => void store.signIn()}>
        {strings.signIn}
      </button>
      {problem.value ? (
        <p class="note error" role="alert">
          {problem}
        </p>
      ) : null}
    </div>
  );
}

function Header({ store }: { store: Store }) {
  const { strings, line, phase, view } = store;
  const conversation = view.value.conversation;
  const state = phase.value === "out" ? "signed-out" : line.value;
  const words = {
    connecting: strings.connecting,
    live: strings.live,
    reconnecting: strings.reconnecting,
    "signed-out": strings.signedOut,
  }[state];
  const team = conversation?.teamName ?? conversation?.team;
  const about = [team, conversation?.language && languageName(conversation.language, strings)];
  return (
    <header class="top">
      <h1 class="unseen">Cuecard</h1>
      <span class={`line ${state}`} role="status">
        <span class="dot" aria-hidden="true" />
        {words}
      </span>
      <span class="about">{about.filter(Boolean).join(" · ")}</span>
      <button
        type="button"
        class="plain"
        aria-label={strings.menu}
        aria-haspopup="dialog"
        onClick={() => {
          store.dialog.value = "figures";
        }}
      >
        <span aria-hidden="true">⋯</span>
      </button>
    </header>
  );
}
