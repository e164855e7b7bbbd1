import type { Citation } from "@cuecard/core/protocol";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { keySentence } from "../marks.ts";
import type { Store } from "./store.ts";

/** More than these would push the draft off a small screen. */
const shownAtFirst = 3;

export function PolicySection({ store }: { store: Store }) {
  const { strings, view, now, waiting, control } = store;
  const all = useSignal(false);
  const policy = now.value.policy;
  const passages = policy?.citations ?? [];
  const asked = view.value.messages.findLast(({ author }) => author.kind === "customer")?.text ?? "";
  const looking = passages.length === 0 && (policy?.status === "streaming" || waiting.value);
  const none = !looking && policy?.status === "ready" && passages.length === 0;
  if (control.value && passages.length === 0) return null;
  return (
    <section aria-labelledby="policy" aria-busy={looking}>
      <h2 id="policy">{strings.policy}</h2>
      <Marker id={policy?.id} ready={policy?.status === "ready" && passages.length > 0} store={store} />
      {looking ? <p class="quiet busy keep">{strings.lookingUp}</p> : null}
      {none ? <Gap store={store} id={policy.id} /> : null}
      {!looking && !none && passages.length === 0 && view.value.loaded ? (
        <p class="quiet keep">{strings.policyNone}</p>
      ) : null}
      <ol class="passages">
        {passages.slice(0, all.value ? undefined : shownAtFirst).map((citation) => (
          <li key={citation.n}>
            <Passage citation={citation} asked={asked} store={store} />
          </li>
        ))}
      </ol>
      {!all.value && passages.length > shownAtFirst ? (
        <button
          type="button"
          class="plain"
          onClick={() => {
            all.value = true;
          }}
        >
          {strings.more(passages.length - shownAtFirst)}
        </button>
      ) : null}
    </section>
  );
}

function Passage({ citation, asked, store }: { citation: Citation; asked: string; store: Store }) {
  const { strings, openPassages } = store;
  const { n, title, heading, quote, url, internal } = citation;
  const open = openPassages.value.has(n);
  const key = keySentence(quote, asked);
  // Closed, the passage begins at its key sentence, so that two lines hold what matters.
  const from = open ? 0 : key.start;
  return (
    <div class={`passage ${internal ? "internal" : ""}`}>
      <button
        type="button"
        data-passage={n}
        aria-expanded={open}
        aria-controls={`passage-${n}`}
        onClick={() => store.togglePassage(n)}
      >
        <span class="title" dir="auto">
          {internal ? (
            <span role="img" aria-label={strings.internal} title={strings.internal}>
              🔒{"\ufe0e "}
            </span>
          ) : null}
          {title}
          {heading && heading !== title ? ` › ${heading}` : ""}
        </span>
        <span class="number">[{n}]</span>
      </button>
      <p id={`passage-${n}`} class={open ? "quote" : "quote short"} dir="auto">
        {quote.slice(from, key.start)}
        <strong>{quote.slice(key.start, key.end)}</strong>
        {quote.slice(key.end)}
      </p>
      {open && url && /^https?:/i.test(url) ? (
        <a href={url} target="_blank" rel="noopener noreferrer">
          {strings.openSource} <span aria-hidden="true">↗</span>
        </a>
      ) : null}
    </div>
  );
}

/** Passages count as shown like any suggestion; they have no text of their own to observe. */
function Marker({ id, ready, store }: { id: string | undefined; ready: boolean; store: Store }) {
  const element = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!id || !ready || !element.current) return;
    let inside = false;
    const tell = () => store.seen(id, inside && document.visibilityState === "visible");
    const observer = new IntersectionObserver((entries) => {
      inside = entries.at(-1)!.isIntersecting;
      tell();
    });
    observer.observe(element.current);
    document.addEventListener("visibilitychange", tell);
    return () => {
      observer.disconnect();
      document.removeEventListener("visibilitychange", tell);
      store.seen(id, false);
    };
  }, [id, ready, store]);
  return <span ref={element} class="marker" aria-hidden="true" />;
}

function Gap({ store, id }: { store: Store; id: string }) {
  const { strings, refused } = store;
  return refused.value.has(id) ? (
    <p class="note">{strings.gapReported}</p>
  ) : (
    <p class="note">
      {strings.noPolicy}{" "}
      <button type="button" class="link" onClick={() => void store.reject(id, "no_policy")}>
        {strings.reportGap}
      </button>
    </p>
  );
}
