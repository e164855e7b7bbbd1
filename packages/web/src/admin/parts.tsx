/** What every card is made of. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { Loaded, Store } from "./store.ts";

export function Card({ title, hint, children }: { title: string; hint?: string; children: ComponentChildren }) {
  const id = useId();
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {hint ? <p class="quiet">{hint}</p> : null}
      {children}
    </section>
  );
}

/** What a card shows until its data is there, or instead of it. */
export function Waiting({ of }: { of: Loaded<unknown> }) {
  if (of.value) return null;
  return of.problem ? (
    <p class="note error" role="alert">
      {of.problem}
    </p>
  ) : (
    <p class="quiet busy">Loading …</p>
  );
}

/** One change at a time: while it runs its button waits, then a line says what came of it. */
export function useWork(store: Store) {
  const busy = useSignal(false);
  const said = useSignal<{ words: string; failed?: boolean } | undefined>(undefined);
  async function run(work: () => Promise<unknown>, done = "Saved."): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    said.value = undefined;
    try {
      await work();
      said.value = { words: done };
      return true;
    } catch (error) {
      said.value = { words: store.refused(error), failed: true };
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { busy, said, run };
}
export type Work = ReturnType<typeof useWork>;

/** Stands in the page from the start, so that a screen reader hears what comes into it. */
export function Said({ work: { said } }: { work: Work }) {
  return (
    <p class={said.value?.failed ? "said failed" : "said"} role="status">
      {said.value?.words}
    </p>
  );
}

type FieldProps = { label: string; hint?: string; children: (id: string, described?: string) => ComponentChildren };
export function Field({ label, hint, children }: FieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(id, hint ? `${id}-hint` : undefined)}
      {hint ? (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      ) : null}
    </div>
  );
}

/** Asks once more at the same place; looking away takes it back. */
type SureProps = { label: string; sure: string; about: string; framed?: boolean; onYes(): void };
export function Sure({ label, sure, about, framed, onYes }: SureProps) {
  const asked = useSignal(false);
  return (
    <button
      type="button"
      class={asked.value ? "danger" : framed ? "" : "plain"}
      aria-label={`${asked.value ? sure : label}: ${about}`}
      onBlur={() => (asked.value = false)}
      onClick={() => {
        if (asked.value) onYes();
        asked.value = !asked.value;
      }}
    >
      {asked.value ? sure : label}
    </button>
  );
}

export function Copyable({ label, text }: { label: string; text: string }) {
  const copied = useSignal(false);
  return (
    <Field label={label}>
      {(id) => (
        <span class="copyable">
          <input id={id} readOnly value={text} onFocus={(event) => event.currentTarget.select()} />
          <button
            type="button"
            aria-label={`Copy: ${label}`}
            onClick={() => {
              // Where a browser refuses, or has no clipboard for a page without TLS, it stands selected and one key copies it.
              const select = () => document.getElementById(id)?.focus();
              if (navigator.clipboard)
                void navigator.clipboard.writeText(text).then(() => (copied.value = true), select);
              else select();
            }}
          >
            {copied.value ? "Copied" : "Copy"}
          </button>
        </span>
      )}
    </Field>
  );
}

/** A secret that can be read this once. */
export function Once({ label, text, onDone }: { label: string; text: string; onDone(): void }) {
  return (
    <div class="note once" role="status">
      <p>
        <strong>Copy it now.</strong> It cannot be shown again.
      </p>
      <Copyable label={label} text={text} />
      <button type="button" onClick={onDone}>
        I have it
      </button>
    </div>
  );
}

/** What a form holds, trimmed, by its fields' names. */
export function typed(form: HTMLFormElement): (name: string) => string {
  const data = new FormData(form);
  return (name) => String(data.get(name) ?? "").trim();
}
