/** Language and calendar, who sees what, and how long it is kept. */
import type * as Data from "./data.ts";
import { Card, Field, Said, typed, useWork, Waiting } from "./parts.tsx";
import type { Store } from "./store.ts";

const figures: [Data.Settings["repFigures"], string][] = [
  ["named", "each rep, by name"],
  ["pseudonymous", "each rep, under a made-up name"],
  ["team", "teams alone"],
];
const sees: [Data.Settings["repSees"], string][] = [
  ["workspace", "all conversations"],
  ["team", "those of the own team"],
  ["own", "the own alone"],
];
/** What browsers know; one that cannot say offers the saved one alone, and any can be typed. */
const zones = () => (typeof Intl.supportedValuesOf === "function" ? Intl.supportedValuesOf("timeZone") : []);

export function Privacy({ store }: { store: Store }) {
  const { value } = store.settings.value;
  return (
    <Card title="Language, calendar, privacy">
      <Waiting of={store.settings.value} />
      {value ? <Form store={store} settings={value} /> : null}
    </Card>
  );
}

function Form({ store, settings }: { store: Store; settings: Data.Settings }) {
  const work = useWork(store);
  return (
    <form
      class="part"
      onSubmit={(event) => {
        event.preventDefault();
        const of = typed(event.currentTarget);
        void work.run(() =>
          store.change.settings({
            repLanguage: of("language"),
            timeZone: of("zone"),
            retentionDays: Number(of("days")),
            repFigures: of("figures") as Data.Settings["repFigures"],
            repSees: of("sees") as Data.Settings["repSees"],
          }),
        );
      }}
    >
      <div class="row-of-fields">
        <Field label="Reps' language" hint="A code: en, de, pt-BR. Drafts follow the customer's.">
          {(id, described) => (
            <input
              id={id}
              name="language"
              required
              minLength={2}
              maxLength={35}
              aria-describedby={described}
              defaultValue={settings.repLanguage}
            />
          )}
        </Field>
        <Field label="Time zone" hint="Where the report's days begin and end.">
          {(id, described) => (
            <>
              <input
                id={id}
                name="zone"
                required
                list={`${id}-zones`}
                aria-describedby={described}
                defaultValue={settings.timeZone}
              />
              <datalist id={`${id}-zones`}>
                {zones().map((zone) => (
                  <option key={zone} value={zone} />
                ))}
              </datalist>
            </>
          )}
        </Field>
        <Field label="Days kept" hint="Of messages; 16 at least. A change holds for what comes from now on.">
          {(id, described) => (
            <input
              id={id}
              name="days"
              type="number"
              min="16"
              max="3650"
              required
              aria-describedby={described}
              defaultValue={String(settings.retentionDays)}
            />
          )}
        </Field>
      </div>
      <div class="row-of-fields wide">
        <Choice label="Reports show" name="figures" options={figures} chosen={settings.repFigures} />
        <Choice label="A rep sees" name="sees" options={sees} chosen={settings.repSees} />
      </div>
      <div class="actions">
        <button type="submit" class="main" disabled={work.busy.value}>
          Save these
        </button>
      </div>
      <Said work={work} />
    </form>
  );
}

type ChoiceProps = { label: string; name: string; options: [string, string][]; chosen: string };

function Choice({ label, name, options, chosen }: ChoiceProps) {
  return (
    <Field label={label}>
      {(id) => (
        <select id={id} name={name}>
          {options.map(([value, words]) => (
            <option key={value} value={value} selected={value === chosen}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
