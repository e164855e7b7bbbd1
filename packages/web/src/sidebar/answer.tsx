import { Lock, Quote, Source } from "./passage.tsx";
import { useArrival, useSeen } from "./seen.ts";
import type { Store } from "./store.ts";
import { FlagNotes, MarkedText, OpenMark } from "./text.tsx";

export function AnswerSection({ store }: { store: Store }) {
  const { strings, now, questions, refused } = store;
  const answer = now.value.answer;
  const seen = useSeen(store, answer);
  const question = answer && questions.value[answer.id];
  const arrival = useArrival<HTMLElement>(question && `${answer.id} ${answer.status}`);
  if (!answer || refused.value.has(answer.id)) return null;
  const inside = answer.citations.some(({ internal }) => internal);
  return (
    <section ref={arrival} aria-labelledby="answer">
      <h2 id="answer">{strings.answer}</h2>
      {question ? (
        <p class="quiet" dir="auto">
          {question}
        </p>
      ) : null}
      {answer.status === "failed" ? (
        <>
          <p class="note error">
            {strings.failedAnswer}
            {answer.reason ? `: ${answer.reason}` : "."}
          </p>
          {question ? (
            <button type="button" onClick={() => void store.request({ kind: "answer", question })}>
              {strings.retry}
            </button>
          ) : null}
        </>
      ) : (
        <>
          <FlagNotes suggestion={answer} store={store} skip={["no_model", "no_policy"]} />
          <p ref={seen} class="draft" dir="auto" lang={answer.language}>
            {answer.text ? <MarkedText suggestion={answer} store={store} /> : null}
          </p>
          <OpenMark suggestion={answer} store={store} />
          {inside ? (
            <p class="note">
              <Lock words={strings.internal} /> {strings.forYourEyes}
            </p>
          ) : null}
          {answer.status === "streaming" ? (
            <p class="quiet busy row">{answer.text ? strings.writing : strings.lookingUp}</p>
          ) : (
            <div class="row">
              {store.hosted.value && !inside ? (
                <button type="button" onClick={() => void store.insert(answer)}>
                  {strings.insert}
                </button>
              ) : null}
              <button type="button" onClick={() => void store.copyText(answer)}>
                {store.used.value?.id === answer.id && store.used.value.how === "copied"
                  ? `✓ ${strings.copied}`
                  : strings.copy}
              </button>
            </div>
          )}
        </>
      )}
    </section>
  );
}

export function Found({ store }: { store: Store }) {
  const { strings, found } = store;
  const arrival = useArrival<HTMLElement>(found.value?.query);
  if (!found.value) return null;
  const { passages, query } = found.value;
  return (
    <section ref={arrival} aria-labelledby="found">
      <div class="head">
        <h2 id="found">{strings.searchResults}</h2>
        <button
          type="button"
          class="plain"
          aria-label={strings.close}
          onClick={() => {
            found.value = undefined;
          }}
        >
          <span aria-hidden="true">✕{"\ufe0e"}</span>
        </button>
      </div>
      <p class="quiet" dir="auto">
        {query}
      </p>
      {passages.length === 0 ? <p role="status">{strings.searchNone}</p> : null}
      <ol class="passages">
        {passages.map(({ articleId, title, heading, text, sentence = "", audience, url }, index) => (
          <li key={`${articleId} ${index}`} class="passage">
            <p class="title" dir="auto">
              {audience === "internal" ? <Lock words={strings.internal} /> : null}
              {title}
              {heading && heading !== title ? ` › ${heading}` : ""}
            </p>
            <p class="quote" dir="auto">
              <Quote text={text} {...placeOf(sentence, text)} />
            </p>
            <Source url={url} strings={strings} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function placeOf(part: string, whole: string): { start: number; end: number } {
  const start = part ? whole.indexOf(part) : -1;
  return start < 0 ? { start: 0, end: 0 } : { start, end: start + part.length };
}
