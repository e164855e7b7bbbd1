import type { MessageView } from "@cuecard/core/protocol";
import { useEffect, useRef } from "preact/hooks";
import type { Store } from "./store.ts";

const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

export function Thread({ store }: { store: Store }) {
  const { desk, selected, view } = store;
  const row = desk.value?.conversations.find(({ id }) => id === selected.value);
  const end = useRef<HTMLDivElement>(null);
  const count = view.value.messages.length;
  useEffect(() => end.current?.scrollTo({ top: end.current.scrollHeight }), [count]);
  return (
    <>
      <header class="thread-head">
        <h2 class="plain-case" dir="auto">
          {row?.customer.name} · {row?.subject}
        </h2>
        {row?.script ? (
          <button type="button" disabled={store.busy.value} onClick={() => void store.play()}>
            ▶{"\ufe0e"} Next message
          </button>
        ) : null}
        {row?.status === "resolved" ? null : (
          <button type="button" onClick={() => void store.resolve()}>
            Resolve
          </button>
        )}
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region needs the keyboard too */}
      <div class="thread" ref={end} role="log" aria-label="Messages" tabIndex={0}>
        {count === 0 ? <p class="message">Nothing written yet. Press Play.</p> : null}
        {view.value.messages.map((message) => (
          <Message key={message.id} message={message} customer={row?.customer.name ?? "Customer"} />
        ))}
      </div>
    </>
  );
}

function Message({ message, customer }: { message: MessageView; customer: string }) {
  const { author, visibility, text, at } = message;
  const who = author.kind === "customer" ? customer : (author.name ?? (author.kind === "bot" ? "Bot" : "You"));
  return (
    <article class={`bubble ${author.kind} ${visibility}`}>
      <p class="small who">
        {who}
        {visibility === "internal" ? " · internal note" : ""} · {time.format(new Date(at))}
      </p>
      <p class="said" dir="auto">
        {text}
      </p>
    </article>
  );
}
