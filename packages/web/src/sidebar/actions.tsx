import type { Suggestion } from "@cuecard/core/protocol";
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { languageName } from "../strings.ts";
import type { Panel, Store } from "./store.ts";

/** The helpdesks the server can leave an internal note in. */
const takesNotes = new Set(["chatwoot", "intercom", "zendesk"]);

/** One primary action. What a button opens stands below it, so that nothing above moves. */
export function Actions({ draft, store }: { draft: Suggestion; store: Store }) {
  const { strings, panel, used, hosted } = store;
  const how = used.value?.id === draft.id ? used.value.how : undefined;
  const done = draft.decision !== undefined;
  const toggle = (name: Panel) => {
    panel.value = panel.value === name ? undefined : name;
  };
  return (
    <div class="actions">
      <div class="row">
        {hosted.value ? (
          <button
            type="button"
            class={draft.status === "stale" || done ? "" : "main"}
            data-key="i"
            data-opens="note"
            onClick={() => void store.insert(draft)}
          >
            {how === "inserted" ? `✓ ${strings.inserted}` : strings.insert} <kbd>i</kbd>
          </button>
        ) : null}
        <button
          type="button"
          class={hosted.value ? "" : "main"}
          data-key={hosted.value ? undefined : "i"}
          onClick={() => void store.copyText(draft)}
        >
          {how === "copied" ? `✓ ${strings.copied}` : strings.copy}
        </button>
        <span class="gap" />
        <button
          type="button"
          data-key="e"
          data-opens="change own"
          aria-expanded={panel.value === "change" || panel.value === "own"}
          aria-label={strings.edit}
          title={`${strings.edit} (e)`}
          onClick={() => toggle(panel.value === "own" ? "own" : "change")}
        >
          <span aria-hidden="true">✎{"\ufe0e"}</span>
        </button>
        <button
          type="button"
          data-key="x"
          data-opens="why"
          aria-expanded={panel.value === "why"}
          aria-label={strings.reject}
          title={`${strings.reject} (x)`}
          onClick={() => toggle("why")}
        >
          <span aria-hidden="true">✕{"\ufe0e"}</span>
        </button>
      </div>
      {how === "noted" ? (
        <p class="quiet small" role="status">
          ✓ {strings.noted}
        </p>
      ) : null}
      {panel.value === "note" ? <NoteWarning draft={draft} store={store} /> : null}
      {panel.value === "change" ? <Changes draft={draft} store={store} /> : null}
      {panel.value === "own" ? <OwnWords draft={draft} store={store} /> : null}
      {panel.value === "why" ? (
        <Chips label={strings.why}>
          {Object.entries(strings.reasons).map(([reason, words]) => (
            <button key={reason} type="button" class="chip" onClick={() => void store.reject(draft.id, reason)}>
              {words}
            </button>
          ))}
        </Chips>
      ) : null}
    </div>
  );
}

/** A row of choices; the first gets the focus, as whoever opened it goes on there. */
function Chips({ label, children }: { label: string; children: ComponentChildren }) {
  const group = useRef<HTMLFieldSetElement>(null);
  useLayoutEffect(() => group.current?.querySelector("button")?.focus(), []);
  return (
    <fieldset ref={group} class="chips">
      <legend>{label}</legend>
      {children}
    </fieldset>
  );
}

function NoteWarning({ draft, store }: { draft: Suggestion; store: Store }) {
  const { strings, panel } = store;
  return (
    <Chips label={strings.noteWarning}>
      <button type="button" class="chip" onClick={() => void store.insert(draft, true)}>
        {strings.insertNote}
      </button>
      <button
        type="button"
        class="chip"
        onClick={() => {
          panel.value = undefined;
        }}
      >
        {strings.cancel}
      </button>
    </Chips>
  );
}

function Changes({ draft, store }: { draft: Suggestion; store: Store }) {
  const { strings, view } = store;
  const rewrite = (instruction: string) => void store.request({ kind: "rewrite", instruction, basedOn: draft.id });
  const customers = view.value.conversation?.language;
  // Into the customer's language where the draft is not in it yet; else into the rep's, to read it.
  const target = customers && draft.language && draft.language !== customers ? customers : strings.code;
  return (
    <Chips label={strings.edit}>
      {Object.entries(strings.changes).map(([instruction, words]) => (
        <button key={instruction} type="button" class="chip" onClick={() => rewrite(instruction)}>
          {words}
        </button>
      ))}
      {target === draft.language ? null : (
        <button type="button" class="chip" onClick={() => rewrite(`translate to ${target}`)}>
          {strings.translate(languageName(target, strings))}
        </button>
      )}
      <button
        type="button"
        class="chip"
        onClick={() => {
          store.panel.value = "own";
        }}
      >
        {strings.ownWords}
      </button>
      {takesNotes.has(store.held.value.helpdesk ?? "") ? (
        <button type="button" class="chip" onClick={() => void store.leaveNote(draft)}>
          {strings.leaveNote}
        </button>
      ) : null}
    </Chips>
  );
}

function OwnWords({ draft, store }: { draft: Suggestion; store: Store }) {
  const { strings } = store;
  const words = useSignal("");
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.focus(), []);
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        const instruction = words.value.trim();
        if (instruction) void store.request({ kind: "rewrite", instruction, basedOn: draft.id });
      }}
    >
      <label for="own-words">{strings.ownWordsLabel}</label>
      <div class="row">
        <input
          id="own-words"
          ref={field}
          maxLength={500}
          value={words.value}
          onInput={(event) => (words.value = event.currentTarget.value)}
        />
        <button type="submit">{strings.go}</button>
      </div>
    </form>
  );
}
