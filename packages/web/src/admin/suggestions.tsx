/** When suggestions come, of which kinds, and for whom. */
import type { SuggestionKind } from "@cuecard/core/protocol";
import { useSignal } from "@preact/signals";
import type * as Data from "./data.ts";
import { Card, Field, Said, useWork, Waiting } from "./parts.tsx";
import type { Store } from "./store.ts";

const kinds: [SuggestionKind, string][] = [
  ["policy", "Policy: passages for the customer's question"],
  ["draft", "Drafts of a reply"],
  ["summary", "Summaries of the conversation"],
  ["answer", "Answers to a rep's question"],
  ["rewrite", "Rewriting a draft: shorter, friendlier, translated"],
];
const whens: [Data.Settings["assistWhen"], string][] = [
  ["watched", "while a rep looks at the conversation"],
  ["always", "for every customer's message"],
  ["asked", "when a rep asks"],
  ["off", "never"],
];

export function Suggestions({ store }: { store: Store }) {
  const { value } = store.settings.value;
  return (
    <Card title="Suggestions">
      <Waiting of={store.settings.value} />
      {value ? <Form store={store} settings={value} /> : null}
    </Card>
  );
}

function Form({ store, settings }: { store: Store; settings: Data.Settings }) {
  const work = useWork(store);
  const all = useSignal(settings.teams === null);
  const added = useSignal<string[]>([]);
  const next = useSignal("");
  const rows = store.teams.value.value?.rows ?? [];
  const seen = rows.map(({ key }) => key);
  const called = new Map(rows.map(({ key, label }) => [key, label]));
  const teams = [...new Set([...seen, ...(settings.teams ?? []), ...added.value])].sort();
  const add = () => {
    if (next.value.trim()) added.value = [...added.value, next.value.trim()];
    next.value = "";
  };
  return (
    <form
      class="part"
      onSubmit={(event) => {
        event.preventDefault();
        const data = new FormData(event.currentTarget);
        void work.run(() =>
          store.change.settings({
            assistWhen: data.get("when") as Data.Settings["assistWhen"],
            kinds: data.getAll("kind") as SuggestionKind[],
            teams: all.value ? null : (data.getAll("team") as string[]),
          }),
        );
      }}
    >
      <Field label="Suggestions come">
        {(id) => (
          <select id={id} name="when">
            {whens.map(([value, words]) => (
              <option key={value} value={value} selected={value === settings.assistWhen}>
                {words}
              </option>
            ))}
          </select>
        )}
      </Field>
      <fieldset>
        <legend>Kinds</legend>
        {kinds.map(([kind, words]) => (
          <label key={kind} class="check">
            <input type="checkbox" name="kind" value={kind} defaultChecked={settings.kinds.includes(kind)} />
            {words}
          </label>
        ))}
      </fieldset>
      <fieldset>
        <legend>Teams</legend>
        <label class="check">
          <input type="checkbox" checked={all.value} onChange={(event) => (all.value = event.currentTarget.checked)} />
          All teams
        </label>
        {all.value ? null : (
          <>
            {teams.map((team) => (
              <label key={team} class="check">
                <input
                  type="checkbox"
                  name="team"
                  value={team}
                  defaultChecked={added.value.includes(team) || (settings.teams ?? []).includes(team)}
                />
                {called.get(team) || team || "no team"}
              </label>
            ))}
            <div class="line">
              <Field label="Another team, as the helpdesk names it">
                {(id) => (
                  <input
                    id={id}
                    maxLength={200}
                    value={next.value}
                    onInput={(event) => (next.value = event.currentTarget.value)}
                    onKeyDown={(event) => {
                      if (event.key !== "Enter") return;
                      event.preventDefault();
                      add();
                    }}
                  />
                )}
              </Field>
              <button type="button" onClick={add}>
                Add
              </button>
            </div>
          </>
        )}
      </fieldset>
      <div class="actions">
        <button type="submit" class="main" disabled={work.busy.value}>
          Save suggestions
        </button>
      </div>
      <Said work={work} />
    </form>
  );
}
