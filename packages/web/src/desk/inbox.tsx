import { useEffect, useRef } from "preact/hooks";
import type { Row, Store } from "./store.ts";

const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const labels = { control: "control", bot: "from a bot" };

export function Inbox({ store }: { store: Store }) {
  const { desk, selected, tab } = store;
  const list = useRef<HTMLUListElement>(null);
  const place = desk.value?.conversations.findIndex(({ id }) => id === selected.value);
  // The open conversation moves up when somebody writes in it; it stays in sight.
  useEffect(() => {
    if (place !== undefined) list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }, [place]);
  return (
    <nav class="inbox" aria-label="Inbox">
      <ul ref={list}>
        {desk.value?.conversations.map((row) => (
          <li key={row.id}>
            <button
              type="button"
              aria-current={selected.value === row.id ? "true" : undefined}
              onClick={() => {
                tab.value = "thread";
                void store.select(row.id);
              }}
            >
              <Entry row={row} />
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Entry({ row }: { row: Row }) {
  const { customer, subject, language, unread, label, lastText, lastAt, status } = row;
  return (
    <>
      <span class="row-top">
        <span class={unread ? "name unread" : "name"} dir="auto">
          {unread ? <span class="dot" role="img" aria-label="unread" /> : null}
          {customer.name}
        </span>
        <span class="tags">
          {label ? <span class="tag">{labels[label]}</span> : null}
          {status === "resolved" ? <span class="tag">resolved</span> : null}
          <span class="tag">{language}</span>
          {lastAt ? <span class="quiet small">{time.format(new Date(lastAt))}</span> : null}
        </span>
      </span>
      <span class="subject" dir="auto" lang={language}>
        {subject}
      </span>
      {lastText ? (
        <span class="last quiet" dir="auto" lang={language}>
          {lastText}
        </span>
      ) : null}
    </>
  );
}
