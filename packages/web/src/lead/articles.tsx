/** The policy base as a lead tends it: every article's figures, what reps' own replies propose, and where articles come from. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Articles, count, few, type Imports, interval, moment, type Proposals, percent } from "./data.ts";
import { RateBar } from "./groups.tsx";
import { Scroll } from "./scroll.tsx";
import type { Store } from "./store.ts";

export function ArticleFigures({ store }: { store: Store }) {
  const open = useSignal(false);
  const { from, to } = store.state.value;
  useEffect(() => {
    if (open.value) store.readArticles({ from, to });
  }, [store, open.value, from, to]);
  const { value, problem } = store.articles.value;
  return (
    <details
      class="others"
      onToggle={({ currentTarget }) => {
        open.value = currentTarget.open;
      }}
    >
      <summary>All articles{value ? ` (${count(value.articles.length)})` : ""}</summary>
      {problem ? <p class="note error">{problem}</p> : null}
      {!value && !problem ? <p class="quiet busy">Counting …</p> : null}
      {value ? <ArticleTable articles={value.articles} open={(id) => store.open("policy", id)} /> : null}
    </details>
  );
}

function ArticleTable({ articles, open }: Articles & { open(id: string): void }) {
  if (!articles.length) return <p class="quiet">No articles yet.</p>;
  return (
    <Scroll label="Articles">
      <table class="articles metrics">
        <thead>
          <tr>
            <th scope="col">Article</th>
            <th scope="col" class="num">
              Cited
            </th>
            <th scope="col" class="num">
              Refused
            </th>
            <th scope="col" class="wide">
              Accepted
            </th>
            <th scope="col" class="num">
              <span class="unseen">Accepted, in figures</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {articles.map(({ articleId, title, state, cited, accepted, edited, refused, ignored, rate, low, high }) => {
            const decided = accepted + edited + refused + ignored;
            return (
              <tr key={articleId} class={decided < few ? "few" : ""}>
                <th scope="row">
                  <button type="button" class="link" onClick={() => open(articleId)}>
                    <span dir="auto">{title}</span>
                  </button>
                  {state === "holds" ? null : <span class="chip">{state}</span>}
                </th>
                <td class="num" data-head="cited">
                  {count(cited)}
                </td>
                <td class="num" data-head="refused">
                  {count(refused)}
                </td>
                <td class="wide">{rate === null ? null : <RateBar rate={rate} low={low} high={high} />}</td>
                <td class="num" data-head="accepted">
                  {rate === null ? "–" : `${percent(rate)} (${interval(low, high)})`}
                  {decided > 0 && decided < few ? <span class="small"> few</span> : null}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}

const shownAtFirst = 5;

/** Nothing is taken over unread: the words are there to be changed before they become policy. */
export function ProposalList({ store }: { store: Store }) {
  const { value, problem } = store.proposals.value;
  const all = useSignal(false);
  if (problem) return <p class="note error">{problem}</p>;
  const rows = value?.proposals ?? [];
  if (!rows.length) return null;
  return (
    <div class="work">
      <h3>Proposed articles ({count(rows.length)})</h3>
      <p class="quiet small">From replies that settled a question no article covers.</p>
      <ul>
        {rows.slice(0, all.value ? undefined : shownAtFirst).map((proposal) => (
          <li key={proposal.id}>
            <ProposalRow proposal={proposal} store={store} />
          </li>
        ))}
      </ul>
      {rows.length > shownAtFirst && !all.value ? (
        <button type="button" class="link" onClick={() => (all.value = true)}>
          {rows.length - shownAtFirst} more proposals
        </button>
      ) : null}
    </div>
  );
}

function ProposalRow({ proposal, store }: { proposal: Proposals["proposals"][number]; store: Store }) {
  const { id, question, conversationId, asked } = proposal;
  const title = useSignal(proposal.title);
  const text = useSignal(proposal.text);
  const audience = useSignal<"public" | "internal">("public");
  const refused = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);
  const decide = (body: object) => {
    busy.value = true;
    void store.decide(id, body).then((words) => {
      refused.value = words;
      busy.value = false;
    });
  };
  return (
    <details>
      <summary class="line-row">
        <span dir="auto">{proposal.title}</span>
        <span class="num quiet">asked {count(asked)}×</span>
      </summary>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          decide({ action: "accept", title: title.value, text: text.value, audience: audience.value });
        }}
      >
        <p class="quiet small" dir="auto">
          “{question}” ({conversationId})
        </p>
        <label class="stack">
          <span class="quiet small">Title</span>
          <input
            dir="auto"
            required
            value={title.value}
            onInput={(event) => (title.value = event.currentTarget.value)}
          />
        </label>
        <label class="stack">
          <span class="quiet small">Text; fill or strike out its blanks</span>
          <textarea
            dir="auto"
            rows={5}
            required
            value={text.value}
            onInput={(event) => (text.value = event.currentTarget.value)}
          />
        </label>
        <div class="row wrap">
          <label class="row">
            <input
              type="checkbox"
              checked={audience.value === "internal"}
              onChange={(event) => (audience.value = event.currentTarget.checked ? "internal" : "public")}
            />
            internal, never quoted
          </label>
          <span class="gap" />
          <span class="row">
            <button type="submit" class="main" disabled={busy.value}>
              Accept
            </button>
            <button type="button" disabled={busy.value} onClick={() => decide({ action: "drop" })}>
              Drop
            </button>
          </span>
        </div>
        {refused.value ? (
          <p class="note" role="alert">
            {refused}
          </p>
        ) : null}
      </form>
    </details>
  );
}

type Source = Imports["imports"][number];
const failing = ({ error, unread, lastOkAt, lastTriedAt }: Source) =>
  Boolean(error) || unread.length > 0 || (lastTriedAt !== null && lastOkAt === null);

/** Open by itself only while something did not work. */
export function ImportList({ store }: { store: Store }) {
  const { value, problem } = store.imports.value;
  if (problem) return <p class="note error">{problem}</p>;
  const rows = value?.imports ?? [];
  if (!rows.length) return null;
  const failed = rows.filter(failing).length;
  return (
    <details class="others work" open={failed > 0}>
      <summary>
        Where articles come from ({rows.length}) {failed ? <span class="chip">{failed} with trouble</span> : null}
      </summary>
      <ul>
        {rows.map((row) => (
          <li key={row.id} class="source">
            <span dir="auto">{row.source}</span>
            <span class="quiet small">
              {row.articles === null ? "" : `${count(row.articles)} articles; `}
              {row.lastOkAt ? `last worked ${moment(row.lastOkAt)}` : row.lastTriedAt ? "never worked" : "not read yet"}
              {row.nightly ? "; read each night" : ""}
            </span>
            {row.error ? <span class="note error">{row.error}</span> : null}
            {row.unread.length ? (
              <span class="note">
                {count(row.unread.length)} could not be read:{" "}
                {row.unread
                  .slice(0, 3)
                  .map(({ name }) => name)
                  .join(", ")}
                {row.unread.length > 3 ? " …" : ""}
              </span>
            ) : null}
          </li>
        ))}
      </ul>
    </details>
  );
}
