import type { Citation } from "@cuecard/core/protocol";
import { useSignal } from "@preact/signals";
import { keySentence } from "../marks.ts";
import { Lock, Quote, Source } from "./passage.tsx";
import { useSeen } from "./seen.ts";
import type { Store } from "./store.ts";

/** More than these would push the draft off a small screen. */
const shownAtFirst = 2;

export function PolicySection({ store }: { store: Store }) {
  const { strings, view, now, waiting, control } = store;
  const all = useSignal(false);
  const policy = now.value.policy;
  const seen = useSeen<HTMLOListElement>(store, policy, (policy?.citations.length ?? 0) > 0);
  const passages = policy?.citations ?? [];
  const asked = view.value.messages.findLast(({ author }) => author.kind === "customer")?.text ?? "";
  const looking = passages.length === 0 && (policy?.status === "streaming" || waiting.value);
  const none = !looking && policy?.status === "ready" && passages.length === 0;
  if (control.value && passages.length === 0) return null;
  return (
    <section aria-labelledby="policy" aria-busy={looking}>
      <h2 id="policy">{strings.policy}</h2>
      {looking ? <p class="quiet busy keep">{strings.lookingUp}</p> : null}
      {none ? <Gap store={store} id={policy.id} /> : null}
      {!looking && !none && passages.length === 0 && view.value.loaded ? (
        <p class="quiet keep">{strings.policyNone}</p>
      ) : null}
      <ol class="passages" ref={seen}>
        {passages.slice(0, all.value ? undefined : shownAtFirst).map((citation) => (
          <li key={citation.n}>
            <Passage policyId={policy?.id ?? ""} citation={citation} asked={asked} store={store} />
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

type PassageProps = { policyId: string; citation: Citation; asked: string; store: Store };

function Passage({ policyId, citation, asked, store }: PassageProps) {
  const { strings, openPassages } = store;
  const { n, title, heading, quote, url, internal } = citation;
  const open = openPassages.value.has(n);
  const key = keySentence(quote, asked);
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
          {internal ? <Lock words={strings.internal} /> : null}
          {title}
          {heading && heading !== title ? ` › ${heading}` : ""}
        </span>
        <span class="number">[{n}]</span>
      </button>
      <p id={`passage-${n}`} class={open ? "quote" : "quote short"} dir="auto">
        {/* Closed, it begins at its key sentence, so that two lines hold what matters. */}
        <Quote text={quote} start={key.start} end={key.end} from={open ? 0 : key.start} />
      </p>
      {open ? (
        <p class="row">
          <Source url={url} strings={strings} />
          {internal ? null : (
            <button type="button" class="link" onClick={() => void store.copyPassage(policyId, quote, n)}>
              {store.used.value?.id === `${policyId} ${n}` ? `✓ ${strings.copied}` : strings.copy}
            </button>
          )}
        </p>
      ) : null}
    </div>
  );
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
