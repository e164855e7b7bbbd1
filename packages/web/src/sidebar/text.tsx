import type { Suggestion } from "@cuecard/core/protocol";
import { segments } from "../marks.ts";
import { Source } from "./passage.tsx";
import type { Store } from "./store.ts";

/** A suggestion's text with its marks; always as text, whatever it says. */
export function MarkedText({ suggestion, store }: { suggestion: Suggestion; store: Store }) {
  const { strings } = store;
  const { id, text, flags, citations, status } = suggestion;
  return segments(text, flags, status === "streaming").map((segment, index) => {
    if (segment.kind === "text") return segment.text;
    if (segment.kind === "flag") {
      const why = strings.flagMarks[segment.code] ?? strings.flagOther;
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: its explanation shows on focus
        <mark key={index} tabIndex={0} class="doubt" data-why={why}>
          <span aria-hidden="true">⚠{"\ufe0e"}</span>
          {segment.text}
          <span class="unseen"> ({why})</span>
        </mark>
      );
    }
    return segment.ns.map((n) => {
      const citation = citations.find((one) => one.n === n);
      const label = citation ? strings.cite(n, citation.title) : strings.citeUnknown(n);
      return (
        <button
          key={`${index} ${n}`}
          type="button"
          class="cite"
          disabled={!citation}
          title={label}
          aria-label={label}
          onClick={() => open(store, id, n, citation?.articleId)}
        >
          {n}
        </button>
      );
    });
  });
}

/** Opens the passage in the policy list where it stands there; else under the card. */
function open(store: Store, id: string, n: number, articleId: string | undefined) {
  const listed = store.now.value.policy?.citations.some((one) => one.n === n && one.articleId === articleId);
  if (!listed) {
    const mark = `${id} ${n}`;
    store.openMark.value = store.openMark.value === mark ? undefined : mark;
    return;
  }
  store.togglePassage(n, true);
  const passage = document.querySelector<HTMLElement>(`[data-passage="${n}"]`);
  passage?.focus();
  passage?.scrollIntoView({ block: "nearest" });
}

/** The passage a mark of this card opened. */
export function OpenMark({ suggestion, store }: { suggestion: Suggestion; store: Store }) {
  const citation = suggestion.citations.find(({ n }) => store.openMark.value === `${suggestion.id} ${n}`);
  if (!citation) return null;
  const { n, title, quote, url } = citation;
  return (
    <div class="passage">
      <p class="title" dir="auto">
        {title} <span class="number">[{n}]</span>
      </p>
      <p class="quote" dir="auto">
        {quote}
      </p>
      <Source url={url} strings={store.strings} />
    </div>
  );
}

/** What concerns the whole suggestion, a line each. */
export function FlagNotes({ suggestion, store, skip = [] }: { suggestion: Suggestion; store: Store; skip?: string[] }) {
  const whole = new Set(suggestion.flags.filter(({ start }) => start === undefined).map(({ code }) => code));
  const notes = [...whole].flatMap((code) =>
    skip.includes(code) || !store.strings.flagNotes[code] ? [] : [[code, store.strings.flagNotes[code]] as const],
  );
  return notes.map(([code, words]) => (
    <p key={code} class={code === "no_model" ? "quiet small" : "note"}>
      {words}
    </p>
  ));
}
