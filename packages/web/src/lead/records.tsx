import { useEffect, useRef } from "preact/hooks";
import { Scroll } from "./scroll.tsx";
import type { Store } from "./store.ts";

/** What a lead reads; the CSV has every field. */
const shown = [
  "createdAt",
  "kind",
  "outcome",
  "retained",
  "clicked",
  "repLabel",
  "team",
  "language",
  "engine",
  "reason",
  "conversationId",
];

/** Of conversations behind a comparison. */
const shownOfArm = [
  "day",
  "arm",
  "repLabel",
  "team",
  "handleTimeMs",
  "firstReplyMs",
  "resolved",
  "reopened7d",
  "contactedAgain7d",
  "escalated",
  "rating",
  "exempt",
  "conversationId",
];

const headings: Record<string, string> = {
  handleTimeMs: "handled, s",
  firstReplyMs: "first reply, s",
  reopened7d: "reopened",
  contactedAgain7d: "wrote again",
  createdAt: "at (UTC)",
  repLabel: "rep",
  retained: "kept",
  conversationId: "conversation",
};

/** The rows behind the figure that was clicked. */
export function RecordsSection({ store }: { store: Store }) {
  const { state, records } = store;
  const heading = useRef<HTMLHeadingElement>(null);
  const open = state.value.open;
  const name = open ? `${open.by} ${open.key}` : "";
  useEffect(() => {
    if (name) heading.current?.focus();
  }, [name]);
  if (!open) return null;
  const { value, problem } = records.value;
  const present = new Set(value?.rows.flatMap((row) => Object.keys(row)) ?? []);
  const columns = (open.by === "arm" ? shownOfArm : shown).filter((column) => present.has(column));
  return (
    <section class="records" aria-labelledby="records" aria-busy={!value}>
      <div class="head">
        <h2 id="records" ref={heading} tabIndex={-1}>
          Rows behind it: {titleOf(open, store.groups.value.value?.rows)}
        </h2>
        <div class="row">
          {open.by === "rep" || open.by === "team" ? (
            <button type="button" onClick={() => store.set({ [open.by]: open.key, open: undefined })}>
              This {open.by} alone
            </button>
          ) : null}
          <button type="button" onClick={() => void store.download(open.by === "arm" ? "json" : "csv")}>
            {open.by === "arm" ? "JSON" : "CSV"}
          </button>
          <button type="button" onClick={() => store.set({ open: undefined })}>
            Close
          </button>
        </div>
      </div>
      {problem ? <p class="note error">{problem}</p> : null}
      {value && !value.rows.length ? <p class="quiet">No rows.</p> : null}
      {columns.length ? (
        <Scroll label="Rows">
          <table>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column} scope="col">
                    {headings[column] ?? column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {value?.rows.map((row, index) => (
                <tr key={index}>
                  {columns.map((column) => (
                    <td key={column}>{cell((column === "team" && row.teamLabel) || row[column], column)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      ) : null}
      {value?.next ? (
        <button type="button" onClick={() => void store.more(value.next)}>
          More rows
        </button>
      ) : null}
    </section>
  );
}

function titleOf({ by, key }: { by: string; key: string }, groups: { key: string; label: string }[] = []): string {
  if (key === "*") return "all";
  if (by === "arm") return `conversations ${key === "control" ? "without" : "with"} suggestions`;
  if (by === "outcome") return key === "unsupported" ? "drafts with a figure in no source" : key;
  // A team's key is its id in the helpdesk; the group that was clicked is still there.
  const called = by === "team" ? groups.find((group) => group.key === key)?.label : undefined;
  if (called) return `team ${called}`;
  return `${by === "promptVersion" ? "prompt version" : by} ${key.replaceAll("_", " ") || "not known"}`;
}

function cell(value: unknown, column: string): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" && column.endsWith("Ms")) return (value / 1_000).toFixed(0);
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : value.toFixed(3);
  return typeof value === "string" ? value.replace(/T(\d\d:\d\d).*Z$/, " $1") : JSON.stringify(value);
}
