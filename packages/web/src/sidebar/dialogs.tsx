import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Lessons } from "./lessons.tsx";
import type { Store } from "./store.ts";

export function Dialogs({ store }: { store: Store }) {
  const { strings, dialog } = store;
  if (!dialog.value) return null;
  return (
    <Box label={dialog.value === "keys" ? strings.keys : strings.figures} store={store}>
      {dialog.value === "figures" ? <Figures store={store} /> : null}
      {dialog.value === "figures" ? <Lessons store={store} /> : null}
      {dialog.value === "figures" ? <h2>{strings.keys}</h2> : null}
      <dl class="keys">
        {strings.keyList.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Box>
  );
}

/** The browser's own dialog: it keeps the focus, and gives it back where it was. */
function Box({ label, store, children }: { label: string; store: Store; children: ComponentChildren }) {
  const box = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => box.current?.showModal(), []);
  return (
    <dialog
      ref={box}
      aria-label={label}
      onClose={() => {
        store.dialog.value = undefined;
      }}
    >
      <div class="head">
        <h2>{label}</h2>
        <button type="button" class="plain" aria-label={store.strings.close} onClick={() => box.current?.close()}>
          <span aria-hidden="true">✕{"\ufe0e"}</span>
        </button>
      </div>
      {children}
    </dialog>
  );
}

type Counted = "shown" | "accepted" | "edited" | "rejected" | "ignored";
type Row = Record<Counted, number> & { rate: number | null; retainedShare: number | null };

function Figures({ store }: { store: Store }) {
  const { strings, client, phase } = store;
  const row = useSignal<Row | null | undefined>(undefined);
  const failed = useSignal(false);
  useEffect(() => {
    if (phase.value !== "in") return;
    client.get<{ row: Row | null }>("/api/me/figures").then(
      (answer) => {
        row.value = answer.row;
      },
      () => {
        failed.value = true;
      },
    );
  }, [client, phase, row, failed]);
  if (phase.value !== "in") return null;
  if (failed.value) return <p class="note error">{strings.requestFailed}</p>;
  if (row.value === undefined) return <p class="quiet busy">{strings.connecting}</p>;
  const percent = (share: number | null) =>
    share === null ? "–" : new Intl.NumberFormat(strings.code, { style: "percent" }).format(share);
  const own = row.value;
  if (!own || own.shown === 0) return <p class="quiet">{strings.figuresNone}</p>;
  return (
    <>
      <p class="big">
        {percent(own.rate)} {strings.acceptance}, {percent(own.retainedShare)} {strings.kept}
      </p>
      <dl class="figures">
        {(Object.keys(strings.figureNames) as Counted[]).map((name) => (
          <div key={name}>
            <dt>{strings.figureNames[name]}</dt>
            <dd>{own[name]}</dd>
          </div>
        ))}
      </dl>
      <p class="quiet small">{strings.figuresNote}</p>
    </>
  );
}
