import { SignIn } from "../sign-in/form.tsx";
import { explores } from "./address.ts";
import { CostSection } from "./cost.tsx";
import { cents, count, percent } from "./data.ts";
import { Days } from "./days.tsx";
import { Fails } from "./fails.tsx";
import { Groups } from "./groups.tsx";
import { MeasurementSection } from "./measurement.tsx";
import { RecordsSection } from "./records.tsx";
import type { Store } from "./store.ts";
import { Explored, Verdict } from "./verdict.tsx";

type Props = { store: Store; signIn(token: string): void; bySignIn(): Promise<string | undefined> };

export function App({ store, signIn, bySignIn }: Props) {
  const { me, problem } = store;
  return (
    <div class="lead">
      <header class="bar">
        <h1>Cuecard {me.value ? <span class="quiet">· {me.value.workspace}</span> : null}</h1>
        {me.value && !problem.value ? <Window store={store} /> : null}
        {me.value?.role === "admin" ? <a href="/admin">Set up</a> : null}
      </header>
      {problem.value === "signed-out" ? (
        <main>
          <SignIn signIn={signIn} bySignIn={bySignIn} />
        </main>
      ) : problem.value === "not-a-lead" ? (
        <main class="message">This page is for team leads. Your own figures stand in the sidebar, under ⋯.</main>
      ) : !me.value ? (
        <main class="message busy">Loading the report …</main>
      ) : (
        <main>
          {me.value.demoHistory ? (
            <p class="note notice">
              Simulated history is mixed in, so that there is something to see.{" "}
              <button type="button" class="link" onClick={() => void store.removeHistory()}>
                Remove it
              </button>
            </p>
          ) : null}
          <Verdict store={store} />
          <Explored store={store} />
          <MeasurementSection store={store} />
          <Total store={store} />
          <Days store={store} />
          <Groups store={store} />
          <Fails store={store} />
          <CostSection store={store} />
          <RecordsSection store={store} />
        </main>
      )}
    </div>
  );
}

function Window({ store }: { store: Store }) {
  const { state, days, downloading } = store;
  const { from, to, rep, team } = state.value;
  const shown = days.value.value;
  return (
    <div class="window">
      <label>
        <span class="quiet">from</span>
        <input
          type="date"
          value={from ?? shown?.from.slice(0, 10) ?? ""}
          onChange={(event) => store.set({ from: event.currentTarget.value || undefined })}
        />
      </label>
      <label>
        <span class="quiet">to</span>
        <input
          type="date"
          value={to ?? shown?.to.slice(0, 10) ?? ""}
          onChange={(event) => store.set({ to: event.currentTarget.value || undefined })}
        />
      </label>
      {rep === undefined && team === undefined ? null : (
        <span class="chip">
          {[rep, team === "" ? "no team" : team].filter((one) => one !== undefined).join(", ")} alone
        </span>
      )}
      {explores(state.value) ? (
        <>
          <span class="chip" title="Other days, one rep or one team: good for ideas, no proof">
            exploration
          </span>
          <button
            type="button"
            class="link"
            onClick={() => store.set({ from: undefined, to: undefined, rep: undefined, team: undefined })}
          >
            Reset
          </button>
        </>
      ) : null}
      {(["csv", "json"] as const).map((form) => (
        <button
          key={form}
          type="button"
          aria-busy={downloading.value === form}
          disabled={downloading.value !== undefined}
          onClick={() => void store.download(form)}
        >
          {downloading.value === form ? "Reading …" : form.toUpperCase()}
        </button>
      ))}
      <button type="button" onClick={() => window.print()}>
        Print
      </button>
    </div>
  );
}

/** The four figures a lead asks for first. */
function Total({ store }: { store: Store }) {
  const { days, cost } = store;
  const total = days.value.value?.total;
  const { rows, perAccepted } = cost.value.value ?? {};
  const priced = rows?.every(({ usd }) => usd !== null) ? rows : undefined;
  const drafts = priced?.filter(({ kind }) => kind === "draft") ?? [];
  const usd = drafts.reduce((sum, row) => sum + (row.usd ?? 0), 0);
  const made = drafts.reduce((sum, row) => sum + row.suggestions, 0);
  return (
    <section class="totals" aria-label="In short">
      <Figure store={store} words="of decided drafts were sent as drafted or edited">
        {percent(total?.rate)}{" "}
        {total && total.rate !== null ? (
          <small>
            {Math.round(total.low * 100)}–{Math.round(total.high * 100)}
          </small>
        ) : null}
      </Figure>
      <Figure store={store} words="of the words of a draft were kept">
        {percent(total?.retainedShare)}
        {total?.retained ? <Kept tenths={total.retained} /> : null}
      </Figure>
      <Figure
        store={store}
        words={
          total
            ? `to read and decide; ${count(total.shown)} shown, ${count(total.clicked)} clicked, ${count(total.accepted + total.edited)} sent`
            : "to read and decide"
        }
      >
        {total?.decideMs == null ? "–" : `${(total.decideMs / 1_000).toFixed(1)} s`}
      </Figure>
      {made ? (
        <Figure store={store} words={perAccepted ? `a draft; ${cents(perAccepted)} an accepted one` : "a draft"}>
          {cents(usd / made)}
        </Figure>
      ) : null}
    </section>
  );
}

/** How many replies kept none to all of a draft's words, by tenths. */
function Kept({ tenths }: { tenths: number[] }) {
  const most = Math.max(...tenths);
  const all = tenths.reduce((sum, n) => sum + n, 0);
  if (!all) return null;
  const words = `${percent(tenths.at(-1)! / all)} of the replies that used a draft kept at least nine tenths of it`;
  return (
    <svg class="tenths" viewBox="0 0 100 24" role="img" aria-label={words}>
      <title>{words}</title>
      {tenths.map((n, tenth) => {
        const high = n ? Math.max(1, (n / most) * 22) : 0;
        return <rect key={tenth} class="fill" x={tenth * 10} y={23 - high} width="8" height={high} />;
      })}
      <line class="grid" x2="98" y1="23.5" y2="23.5" />
    </svg>
  );
}

function Figure({ store, words, children }: { store: Store; words: string; children: preact.ComponentChildren }) {
  return (
    <button type="button" class="figure" onClick={() => store.open("day", "*")}>
      <span class="number">{children}</span>
      <span class="quiet">{words}</span>
    </button>
  );
}
