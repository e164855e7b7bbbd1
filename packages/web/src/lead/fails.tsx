import { useSignal } from "@preact/signals";
import { ArticleFigures, ImportList, ProposalList } from "./articles.tsx";
import { count, interval, percent } from "./data.ts";
import type { Store } from "./store.ts";

const shownAtFirst = 5;

const whyOf = (reasons: { reason: string; count: number }[]) =>
  reasons
    .slice(0, 3)
    .map(({ reason, count: times }) => `${reason.replaceAll("_", " ")} ${count(times)}×`)
    .join(", ");

export function Fails({ store }: { store: Store }) {
  const { value, problem } = store.gaps.value;
  const all = useSignal(false);
  if (problem) return <p class="note error">{problem}</p>;
  const refused = value?.articles.filter(({ rejected }) => rejected > 0) ?? [];
  const { languages = [], unsupported } = value ?? {};
  const lagging = languages.filter(({ lags }) => lags);
  const questions = value?.questions ?? [];
  const most = Math.max(1, ...(value?.reasons.map(({ count }) => count) ?? []));
  return (
    <section aria-labelledby="fails" aria-busy={!value}>
      <h2 id="fails">Where it fails</h2>
      <div class="columns">
        <div>
          <h3>Questions without a policy ({count(questions.length)})</h3>
          <ul class="plain-list">
            {questions.slice(0, all.value ? undefined : shownAtFirst).map(({ text, count: times, conversationIds }) => (
              <li key={text}>
                <details>
                  <summary class="line-row">
                    <span dir="auto">{text}</span>
                    <span class="num quiet">{times}×</span>
                  </summary>
                  <p class="quiet small">Asked in {conversationIds.join(", ")}</p>
                </details>
              </li>
            ))}
          </ul>
          {questions.length > shownAtFirst && !all.value ? (
            <button
              type="button"
              class="link"
              onClick={() => {
                all.value = true;
              }}
            >
              {questions.length - shownAtFirst} more
            </button>
          ) : null}
          {value && !questions.length ? <p class="quiet">None.</p> : null}
        </div>
        <div>
          <h3>Articles often refused</h3>
          <ul class="plain-list">
            {refused.slice(0, shownAtFirst).map(({ articleId, title, rate, cited, rejected, reasons = [] }) => (
              <li key={articleId}>
                <button type="button" class="line-row" onClick={() => store.open("policy", articleId)}>
                  <span dir="auto">
                    {title}
                    {reasons.length ? <span class="quiet small why">{whyOf(reasons)}</span> : null}
                  </span>
                  <span class="num quiet">
                    {rejected} of {cited}
                    {rate === null ? "" : `, ${percent(rate)} accepted`}
                  </span>
                </button>
              </li>
            ))}
          </ul>
          {value && !refused.length ? <p class="quiet">None.</p> : null}
        </div>
        <div>
          <h3>Reasons given</h3>
          <ul class="plain-list">
            {value?.reasons.slice(0, 8).map(({ reason, count: times }) => (
              <li key={reason}>
                <button type="button" class="reason" onClick={() => store.open("reason", reason)}>
                  <span dir="auto">{reason.replaceAll("_", " ")}</span>
                  <svg class="bar-svg" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                    <rect class="fill" width={(times / most) * 100} height="8" />
                  </svg>
                  <span class="num quiet">{count(times)}</span>
                </button>
              </li>
            ))}
          </ul>
          {value && !value.reasons.length ? <p class="quiet">None yet.</p> : null}
          <h3 class="next">Languages that lag</h3>
          <ul class="plain-list">
            {lagging.map(({ key, language, rate, low, high }) => (
              <li key={key}>
                <button type="button" class="line-row" onClick={() => store.open("language", key)}>
                  <span>{language}</span>
                  <span class="num quiet">
                    {percent(rate)} accepted ({interval(low, high)})
                  </span>
                </button>
              </li>
            ))}
          </ul>
          {value && !lagging.length ? (
            <p class="quiet">None is known to lie below the others{languages.length > 1 ? "" : "; there is one"}.</p>
          ) : null}
          {unsupported?.caught ? (
            <>
              <h3 class="next">Figures in no source</h3>
              <button type="button" class="line-row" onClick={() => store.open("outcome", "unsupported")}>
                <span>Drafts marked for one</span>
                <span class="num quiet">
                  {count(unsupported.caught)}, {count(unsupported.sent)} sent
                </span>
              </button>
            </>
          ) : null}
        </div>
      </div>
      <ProposalList store={store} />
      <ArticleFigures store={store} />
      <ImportList store={store} />
    </section>
  );
}
