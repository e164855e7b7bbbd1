import type { Suggestion } from "@cuecard/core/protocol";
import { awaitsReply } from "../view.ts";
import { Actions } from "./actions.tsx";
import { Control, Polish } from "./control.tsx";
import { useSeen } from "./seen.ts";
import type { Store } from "./store.ts";
import { FlagNotes, MarkedText, OpenMark } from "./text.tsx";

export function DraftSection({ store }: { store: Store }) {
  const { strings, now, control } = store;
  const latest = now.value.draft;
  const before = beforeOf(latest, store);
  // Only while that rewrite is the newest: whatever comes after it takes the place of both.
  const draft = before && store.wentBack.value === latest?.id ? before : latest;
  if (control.value && !draft) return <Control store={store} />;
  return (
    <section aria-labelledby="draft">
      <div class="head">
        <h2 id="draft">{draft?.kind === "rewrite" ? strings.rewrite : strings.draft}</h2>
        {draft && (draft.status === "ready" || draft.status === "stale") ? (
          <span class="quiet small">
            {[draft.engine, draft.latencyMs !== undefined && strings.seconds(draft.latencyMs / 1000)]
              .filter(Boolean)
              .join(" · ")}
          </span>
        ) : null}
      </div>
      {draft ? <Draft key={draft.id} draft={draft} store={store} /> : <NoDraft store={store} />}
      {before && latest?.status === "ready" ? (
        <button
          type="button"
          class="link"
          onClick={() => {
            store.panel.value = undefined;
            store.wentBack.value = draft === before ? undefined : latest.id;
          }}
        >
          {draft === before ? strings.forth : strings.back}
        </button>
      ) : null}
      {control.value ? <Polish store={store} /> : null}
    </section>
  );
}

/** What a rewrite was made of, as long as it can be read. */
function beforeOf(latest: Suggestion | undefined, { view }: Store): Suggestion | undefined {
  if (latest?.kind !== "rewrite" || !latest.basedOn) return undefined;
  const of = view.value.suggestions.find(({ id }) => id === latest.basedOn);
  return of?.text && of.status === "ready" ? of : undefined;
}

function NoDraft({ store }: { store: Store }) {
  const { strings, view, waiting, now } = store;
  const { loaded, conversation } = view.value;
  if (!loaded) return <p class="quiet busy">{strings.connecting}</p>;
  if (waiting.value || now.value.policy?.status === "streaming") return <p class="quiet">{strings.draftFollows}</p>;
  if (conversation?.assistWhen === "off") return <p class="note">{strings.off}</p>;
  if (conversation?.assistWhen === "asked")
    return (
      <>
        <p class="quiet">{strings.asked}</p>
        <button type="button" class="main" onClick={() => void store.request({ kind: "draft" })}>
          {strings.suggest}
        </button>
      </>
    );
  return <p class="quiet">{awaitsReply(view.value) ? strings.nothingToSay : strings.nothingYet}</p>;
}

function Draft({ draft, store }: { draft: Suggestion; store: Store }) {
  const { strings, now, refused, control } = store;
  const coming = now.value.coming;
  const again = () => void store.request({ kind: "draft", ...(control.value ? { anyway: true } : {}) });
  if (draft.status === "failed") return <Failed draft={draft} store={store} />;
  if (refused.value.has(draft.id) || draft.decision === "rejected")
    return (
      <p class="note">
        {strings.rejected}{" "}
        <button type="button" class="link" onClick={again}>
          {strings.again}
        </button>
      </p>
    );
  const streaming = draft.status === "streaming";
  // The policy section above says it already.
  const told = now.value.policy?.status === "ready" && now.value.policy.citations.length === 0;
  return (
    <>
      <Standing draft={draft} coming={coming} store={store} />
      <FlagNotes suggestion={draft} store={store} skip={["no_model", ...(told ? ["no_policy"] : [])]} />
      <Body draft={draft} store={store} />
      <OpenMark suggestion={draft} store={store} />
      {draft.truncated ? (
        <button type="button" class="link" onClick={() => void store.whole(draft)}>
          {strings.truncated}
        </button>
      ) : null}
      {/* The row keeps its height while the text grows, so the buttons come where their place already is. */}
      {streaming ? <p class="quiet busy row">{strings.writing}</p> : <Actions draft={draft} store={store} />}
      <FlagNotes
        suggestion={draft}
        store={store}
        skip={draft.flags.map(({ code }) => code).filter((code) => code !== "no_model")}
      />
    </>
  );
}

function Body({ draft, store }: { draft: Suggestion; store: Store }) {
  const seen = useSeen(store, draft);
  const old = draft.status === "stale" || draft.decision !== undefined;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: Enter on the focused draft inserts it
    <p ref={seen} class={`draft ${old ? "old" : ""}`} data-draft tabIndex={0} dir="auto" lang={draft.language}>
      <MarkedText suggestion={draft} store={store} />
    </p>
  );
}

/** One line on where this draft stands: stale, already used, or about to be replaced. */
function Standing({ draft, coming, store }: { draft: Suggestion; coming: Suggestion | undefined; store: Store }) {
  const { strings, view } = store;
  if (coming?.status === "failed")
    return (
      <p class="note error">
        {strings.failedRewrite}
        {coming.reason ? `: ${coming.reason}` : "."}
      </p>
    );
  if (coming?.kind === "rewrite") return <p class="quiet busy">{strings.rewriting}</p>;
  if (draft.decision) return <p class="quiet small">✓{` ${strings.decisions[draft.decision]}`}</p>;
  if (draft.status !== "stale" && !coming) return null;
  return (
    <p class={`note ${coming || store.waiting.value ? "busy" : ""}`}>
      {awaitsReply(view.value) ? strings.stale : strings.staleOther}
      {coming || store.waiting.value ? ` ${strings.coming}` : ""}
    </p>
  );
}

function Failed({ draft, store }: { draft: Suggestion; store: Store }) {
  const { strings } = store;
  const budget = draft.flags.some(({ code }) => code === "budget");
  if (budget) return <p class="note">{strings.flagNotes.budget}</p>;
  return (
    <>
      <p class="note error">
        {draft.kind === "rewrite" ? strings.failedRewrite : strings.failed}
        {draft.reason ? `: ${draft.reason}` : "."}
      </p>
      <button type="button" onClick={() => void store.request({ kind: "draft" })}>
        {strings.retry}
      </button>
    </>
  );
}
