/** Which helpdesks are connected: their fields by name alone, and whether anything comes in. */
import { useSignal } from "@preact/signals";
import * as Data from "./data.ts";
import { Card, Copyable, Field, Once, Said, Sure, typed, useWork, Waiting } from "./parts.tsx";
import type { Store } from "./store.ts";

export function Helpdesks({ store, workspace }: { store: Store; workspace: string }) {
  const wanted = useSignal("");
  const { value } = store.helpdesks.value;
  const connected = value?.helpdesks.map(({ helpdesk }) => helpdesk) ?? [];
  const left = value?.known.filter((name) => !connected.includes(name)) ?? [];
  // One list: what was just begun keeps its place, and with it the secret it shows, when it becomes connected.
  const shown = [...(value?.helpdesks ?? []), ...(left.includes(wanted.value) ? [unknown(wanted.value)] : [])];
  return (
    <Card title="Helpdesks" hint="Secrets are kept encrypted, and nobody can read them back here.">
      <Waiting of={store.helpdesks.value} />
      {value && connected.length === 0 ? <p>No helpdesk is connected yet.</p> : null}
      {shown.map((one) => (
        <Connected key={one.helpdesk} store={store} workspace={workspace} one={one} />
      ))}
      {left.length > 0 ? (
        <Field label={connected.length ? "Connect another" : "Connect one"}>
          {(id) => (
            <select id={id} value={wanted.value} onChange={(event) => (wanted.value = event.currentTarget.value)}>
              <option value="">Choose …</option>
              {left.map((name) => (
                <option key={name} value={name}>
                  {Data.nameOf(name)}
                </option>
              ))}
            </select>
          )}
        </Field>
      ) : null}
      <Origins store={store} />
    </Card>
  );
}

const unknown = (helpdesk: string): Data.Helpdesk => ({ helpdesk, fields: [], changedAt: "", lastSeenAt: null });

function Light({ at }: { at: string | null }) {
  return (
    <span class={at ? "light on" : "light"}>
      <span class="dot" aria-hidden="true" />
      {at ? `seen ${Data.ago(at, Date.now())}` : "nothing yet"}
    </span>
  );
}

function Connected({ store, workspace, one }: { store: Store; workspace: string; one: Data.Helpdesk }) {
  const work = useWork(store);
  const secret = useSignal<string | undefined>(undefined);
  const { helpdesk, fields, lastSeenAt } = one;
  const name = Data.nameOf(helpdesk);
  const rotate = () =>
    void work.run(async () => {
      secret.value = await store.change.rotate(helpdesk);
    }, "A new secret is made.");
  return (
    <div class="part">
      <div class="head">
        <h3>{name}</h3>
        <Light at={lastSeenAt} />
      </div>
      <p class="quiet">
        Step by step: <code>{Data.guideOf(helpdesk)}</code> in Cuecard's folder.
      </p>
      <Copyable label={`Webhook address for ${name}`} text={`${location.origin}/webhooks/${workspace}/${helpdesk}`} />
      {fields.length > 0 ? (
        <ul class="rows" aria-label={`Fields of ${name}`}>
          {fields.map((field) => (
            <li key={field}>
              <span>
                <code>{field}</code> <span class="quiet">{field === "secretOld" ? "good until removed" : "set"}</span>
              </span>
              <Sure
                label="Remove"
                sure="Really remove?"
                about={`${name} ${field}`}
                onYes={() => void work.run(() => store.change.field(helpdesk, field, null), `${field} is removed.`)}
              />
            </li>
          ))}
        </ul>
      ) : null}
      {secret.value ? (
        <Once label={`Webhook secret of ${name}`} text={secret.value} onDone={() => (secret.value = undefined)} />
      ) : null}
      <form
        class="line"
        onSubmit={(event) => {
          event.preventDefault();
          const form = event.currentTarget;
          const of = typed(form);
          const [field, value] = [of("field"), of("value")];
          if (value)
            void work
              .run(() => store.change.field(helpdesk, field, value), `${field} is set.`)
              .then((ok) => ok && form.reset());
        }}
      >
        <Field label="Field">
          {(id) => (
            <select id={id} name="field">
              {Data.fieldsOf(helpdesk).map((field) => (
                <option key={field} value={field}>
                  {field}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Value">
          {(id) => <input id={id} name="value" type="password" autocomplete="off" required maxLength={8_000} />}
        </Field>
        <button type="submit" disabled={work.busy.value} aria-label={`Set the field of ${name}`}>
          Set
        </button>
      </form>
      <div class="actions">
        {fields.includes("secret") ? (
          <Sure framed label="Make a new secret" sure="Really make a new one?" about={name} onYes={rotate} />
        ) : (
          <button type="button" disabled={work.busy.value} onClick={rotate} aria-label={`Make a secret: ${name}`}>
            Make a secret
          </button>
        )}
      </div>
      <Said work={work} />
    </div>
  );
}

/** Which pages may hold the sidebar in a frame. */
function Origins({ store }: { store: Store }) {
  const work = useWork(store);
  const settings = store.settings.value.value;
  if (!settings) return null;
  return (
    <form
      class="part"
      onSubmit={(event) => {
        event.preventDefault();
        const embedOrigins = typed(event.currentTarget)("origins").split(/\s+/).filter(Boolean);
        void work.run(() => store.change.settings({ embedOrigins }));
      }}
    >
      <Field
        label="Helpdesk pages that may hold the sidebar"
        hint="One address a line, as https://example.zendesk.com. Helpdesks whose app is installed need none."
      >
        {(id, described) => (
          <textarea
            id={id}
            name="origins"
            rows={2}
            aria-describedby={described}
            defaultValue={settings.embedOrigins.join("\n")}
          />
        )}
      </Field>
      <button type="submit" disabled={work.busy.value}>
        Save pages
      </button>
      <Said work={work} />
    </form>
  );
}
