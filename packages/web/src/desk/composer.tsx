import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { type Inserted, insertAtCaret } from "../insert.ts";
import type { Store } from "./store.ts";

export type ComposerHandle = { insert(text: string): void; empty(): boolean };

/** The field is the browser's own, not ours to redraw: undo and the caret stay as the rep knows them. */
export function Composer({ store, handle }: { store: Store; handle: RefObject<ComposerHandle | null> }) {
  const { mode } = store;
  const field = useRef<HTMLTextAreaElement>(null);
  const last = useRef<Inserted | undefined>(undefined);
  const empty = useSignal(true);
  useEffect(() => {
    handle.current = {
      insert(text) {
        if (field.current) last.current = insertAtCaret(field.current, text, last.current);
      },
      empty: () => empty.value,
    };
    return () => {
      handle.current = null;
    };
  }, [handle, empty]);
  const send = async () => {
    const text = field.current?.value.trim();
    if (!text || !(await store.send(text)) || !field.current) return;
    field.current.value = "";
    field.current.style.height = "";
    last.current = undefined;
    empty.value = true;
  };
  const grow = (box: HTMLTextAreaElement) => {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight + 2, 240)}px`;
  };
  return (
    <form
      class={`composer ${mode.value}`}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <fieldset class="row">
        <legend class="unseen">Kind of message</legend>
        {(["reply", "note"] as const).map((kind) => (
          <label key={kind} class="choice">
            <input
              type="radio"
              name="mode"
              checked={mode.value === kind}
              onChange={() => {
                mode.value = kind;
              }}
            />
            {kind === "reply" ? "Reply" : "Internal note"}
          </label>
        ))}
      </fieldset>
      <textarea
        ref={field}
        rows={3}
        dir="auto"
        aria-label={mode.value === "reply" ? "Reply to the customer" : "Internal note"}
        placeholder={mode.value === "reply" ? "Write a reply …" : "Write a note for colleagues …"}
        onInput={(event) => {
          empty.value = event.currentTarget.value === "";
          grow(event.currentTarget);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void send();
        }}
      />
      <div class="row">
        <button type="submit" class="main" disabled={empty.value}>
          Send
        </button>
        <span class="quiet small">Ctrl + Enter</span>
      </div>
    </form>
  );
}
