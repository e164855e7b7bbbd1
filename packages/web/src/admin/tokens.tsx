/** Tokens for programs that send articles. */
import { useSignal } from "@preact/signals";
import { Card, Field, Once, Said, Sure, typed, useWork, Waiting } from "./parts.tsx";
import type { Store } from "./store.ts";

export function Tokens({ store }: { store: Store }) {
  const work = useWork(store);
  const made = useSignal<string | undefined>(undefined);
  const { value } = store.tokens.value;
  return (
    <Card title="Import tokens" hint="For a program that sends articles; a token can do nothing else.">
      <Waiting of={store.tokens.value} />
      {value && value.tokens.length === 0 ? <p>There is no token.</p> : null}
      {value?.tokens.length ? (
        <ul class="rows" aria-label="Import tokens">
          {value.tokens.map(({ id, name, createdAt, expiresAt }) => (
            <li key={id}>
              <span class="who">
                <span>{name}</span>
                <span class="quiet small">
                  since {createdAt.slice(0, 10)}, until {expiresAt.slice(0, 10)}
                </span>
              </span>
              <Sure
                label="Revoke"
                sure="Really revoke?"
                about={name}
                onYes={() => void work.run(() => store.change.revoke(id), `${name} is revoked.`)}
              />
            </li>
          ))}
        </ul>
      ) : null}
      {made.value ? <Once label="Token" text={made.value} onDone={() => (made.value = undefined)} /> : null}
      <form
        class="line"
        onSubmit={(event) => {
          event.preventDefault();
          const form = event.currentTarget;
          const of = typed(form);
          void work
            .run(async () => {
              made.value = await store.change.issue(of("name"), Number(of("days")));
            }, "A token is made.")
            .then((ok) => ok && form.reset());
        }}
      >
        <Field label="What for">
          {(id) => <input id={id} name="name" required maxLength={100} autocomplete="off" placeholder="wiki" />}
        </Field>
        <Field label="Days">
          {(id) => <input id={id} name="days" type="number" min="1" max="3650" required defaultValue="365" />}
        </Field>
        <button type="submit" disabled={work.busy.value}>
          Make a token
        </button>
      </form>
      <Said work={work} />
    </Card>
  );
}
