/** Where drafts are written: address, model, patience, key, budget; and whether it answers. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type * as Data from "./data.ts";
import { Card, Field, Said, Sure, typed, useWork, Waiting } from "./parts.tsx";
import type { Store } from "./store.ts";

const names = [
  { name: "model", label: "Model", hint: "Empty: the one this installation was set up with.", example: "gpt-5-mini" },
  {
    name: "embeddingModel",
    label: "Embedding model",
    hint: "Finds articles by meaning too; they are sent to it once. Empty: the installation's, if it has one.",
    example: "text-embedding-3-small",
  },
] as const;

const seconds = (text: string) => Math.round(Number(text) * 1_000);

export function ModelCard({ store }: { store: Store }) {
  const { value } = store.settings.value;
  return (
    <Card
      title="Language model"
      hint="Any server that speaks OpenAI's chat completions. Without a key drafts come from your articles and past replies."
    >
      <Waiting of={store.settings.value} />
      {value ? <Form store={store} settings={value} /> : null}
    </Card>
  );
}

function Form({ store, settings }: { store: Store; settings: Data.Settings }) {
  const work = useWork(store);
  const form = useRef<HTMLFormElement>(null);
  const tested = useSignal<Data.Tested | undefined>(undefined);

  function test() {
    const of = typed(form.current!);
    const [baseUrl, model, modelKey] = [of("baseUrl") || null, of("model") || null, of("modelKey")];
    tested.value = undefined;
    void work.run(async () => {
      tested.value = await store.change.test({
        ...(baseUrl === settings.baseUrl ? {} : { baseUrl }),
        ...(model === settings.model ? {} : { model }),
        ...(modelKey ? { modelKey } : {}),
      });
    }, "");
  }

  return (
    <form
      ref={form}
      class="part"
      onSubmit={(event) => {
        event.preventDefault();
        const element = event.currentTarget;
        const of = typed(element);
        const budget = of("budget");
        const modelKey = of("modelKey");
        tested.value = undefined;
        void work
          .run(() =>
            store.change.settings({
              baseUrl: of("baseUrl") || null,
              model: of("model") || null,
              // Sent only where it changed: an empty field stands for "none" as well as for the installation's.
              ...(of("embeddingModel") === (settings.embeddingModel ?? "")
                ? {}
                : { embeddingModel: of("embeddingModel") || null }),
              firstTokenTimeoutMs: seconds(of("first")),
              totalTimeoutMs: seconds(of("total")),
              dailyBudgetUsd: budget ? Number(budget) : null,
              ...(modelKey ? { modelKey } : {}),
            }),
          )
          .then((ok) => {
            const key = element.elements.namedItem("modelKey");
            if (ok && key instanceof HTMLInputElement) key.value = "";
          });
      }}
    >
      <Field label="Base URL" hint="Empty: the one this installation was set up with.">
        {(id, described) => (
          <input
            id={id}
            name="baseUrl"
            type="url"
            placeholder="https://api.example.com/v1"
            aria-describedby={described}
            defaultValue={settings.baseUrl ?? ""}
          />
        )}
      </Field>
      {names.map(({ name, label, hint, example }) => (
        <Field key={name} label={label} hint={hint}>
          {(id, described) => (
            <input
              id={id}
              name={name}
              maxLength={200}
              placeholder={example}
              aria-describedby={described}
              defaultValue={settings[name] ?? ""}
            />
          )}
        </Field>
      ))}
      <div class="row-of-fields">
        <Field label="First word within (s)">
          {(id) => (
            <input
              id={id}
              name="first"
              type="number"
              min="0.5"
              max="30"
              step="0.5"
              required
              defaultValue={String(settings.firstTokenTimeoutMs / 1_000)}
            />
          )}
        </Field>
        <Field label="Whole draft within (s)">
          {(id) => (
            <input
              id={id}
              name="total"
              type="number"
              min="1"
              max="50"
              step="0.5"
              required
              defaultValue={String(settings.totalTimeoutMs / 1_000)}
            />
          )}
        </Field>
        <Field label="Budget a day (US $)">
          {(id) => (
            <input
              id={id}
              name="budget"
              type="number"
              min="0"
              step="any"
              placeholder="no limit"
              defaultValue={settings.dailyBudgetUsd === null ? "" : String(settings.dailyBudgetUsd)}
            />
          )}
        </Field>
      </div>
      <Field
        label="Key"
        hint={
          settings.modelKeySet
            ? "A key of this workspace is set. Type another to replace it."
            : "No key of this workspace is set; the installation's own is used if it has one."
        }
      >
        {(id, described) => (
          <input
            id={id}
            name="modelKey"
            type="password"
            autocomplete="off"
            maxLength={500}
            placeholder={settings.modelKeySet ? "set" : "not set"}
            aria-describedby={described}
          />
        )}
      </Field>
      <div class="actions">
        <button type="submit" class="main" disabled={work.busy.value}>
          Save model
        </button>
        <button type="button" disabled={work.busy.value} onClick={test}>
          Test
        </button>
        {settings.modelKeySet ? (
          <Sure
            label="Remove the key"
            sure="Really remove?"
            about="key of the model"
            onYes={() => void work.run(() => store.change.settings({ modelKey: null }), "The key is removed.")}
          />
        ) : null}
      </div>
      <Said work={work} />
      <div role="status">
        {tested.value?.ok === true ? (
          <p class="note good">
            {tested.value.model} answered after {(tested.value.ms / 1_000).toFixed(1)} s.
          </p>
        ) : tested.value ? (
          <p class="note error">It did not answer. {tested.value.error}</p>
        ) : null}
      </div>
    </form>
  );
}
