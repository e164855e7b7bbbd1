/** Who may sign in, and as what. */
import * as Data from "./data.ts";
import { Card, Field, Said, Sure, typed, useWork, Waiting, type Work } from "./parts.tsx";
import type { Store } from "./store.ts";

const roles: Data.Role[] = ["rep", "lead", "admin"];

export function People({ store }: { store: Store }) {
  const work = useWork(store);
  const { value } = store.people.value;
  const admins = value?.people.filter(({ role }) => role === "admin").length ?? 0;
  return (
    <Card title="People" hint="Reps see the sidebar, leads the reports as well, admins this page too.">
      <Waiting of={store.people.value} />
      {value && value.people.length === 0 ? <p>Nobody is on the list yet. Begin with yourself, as an admin.</p> : null}
      {value?.people.length ? (
        <ul class="rows" aria-label="People">
          {value.people.map((person) => (
            <Row
              key={person.email}
              store={store}
              work={work}
              person={person}
              last={person.role === "admin" && admins === 1}
            />
          ))}
        </ul>
      ) : null}
      <Add store={store} work={work} />
      <Said work={work} />
    </Card>
  );
}

type RowProps = { store: Store; work: Work; person: Data.Person; last: boolean };

function Row({ store, work, person, last }: RowProps) {
  const { email, name, role, reps } = person;
  const ids = Object.entries(reps).map(([helpdesk, id]) => `${Data.nameOf(helpdesk)} ${id}`);
  return (
    <li>
      <span class="who">
        {name ? <span>{name}</span> : null}
        <span class={name ? "quiet" : ""}>{email}</span>
        {ids.length > 0 ? <span class="quiet small">{ids.join(", ")}</span> : null}
      </span>
      {last ? (
        <span class="quiet" title="Make somebody else an admin first">
          the only admin
        </span>
      ) : (
        <span class="actions">
          <select
            aria-label={`Role of ${email}`}
            value={role}
            disabled={work.busy.value}
            onChange={(event) => {
              const next = event.currentTarget.value as Data.Role;
              void work.run(() => store.change.person({ ...person, role: next }), `${email} is now ${next}.`);
            }}
          >
            {roles.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
          <Sure
            label="Remove"
            sure="Really remove?"
            about={email}
            onYes={() => void work.run(() => store.change.removePerson(email), `${email} is removed.`)}
          />
        </span>
      )}
    </li>
  );
}

function Add({ store, work }: { store: Store; work: Work }) {
  const helpdesks = store.helpdesks.value.value;
  return (
    <form
      class="part"
      onSubmit={(event) => {
        event.preventDefault();
        const form = event.currentTarget;
        const of = typed(form);
        const [email, name, id] = [of("email").toLowerCase(), of("name"), of("rep")];
        const known = store.people.value.value?.people.find((one) => one.email === email);
        const person: Data.Person = {
          ...known,
          email,
          role: of("role") as Data.Role,
          ...(name ? { name } : {}),
          reps: { ...known?.reps, ...(id ? { [of("helpdesk")]: id } : {}) },
        };
        void work.run(() => store.change.person(person), `${email} may sign in.`).then((ok) => ok && form.reset());
      }}
    >
      <h3>Let somebody in</h3>
      <div class="row-of-fields">
        <Field label="E-mail">
          {(id) => <input id={id} name="email" type="email" required maxLength={254} autocomplete="off" />}
        </Field>
        <Field label="Name">{(id) => <input id={id} name="name" maxLength={200} autocomplete="off" />}</Field>
        <Field label="Role">
          {(id) => (
            <select id={id} name="role">
              {roles.map((role) => (
                <option key={role} value={role}>
                  {role}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Helpdesk">
          {(id) => (
            <select id={id} name="helpdesk">
              {(helpdesks?.known ?? []).map((name) => (
                <option key={name} value={name}>
                  {Data.nameOf(name)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Id there">{(id) => <input id={id} name="rep" maxLength={200} autocomplete="off" />}</Field>
      </div>
      <div class="actions">
        <button type="submit" disabled={work.busy.value}>
          Let in
        </button>
      </div>
    </form>
  );
}
