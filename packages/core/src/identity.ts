/** Whom a helpdesk speaks of, by its own id or by e-mail: the way from its users to the people who may come in. */
import { Email, findPerson, listPeople, type PersonItem } from "./people.ts";
import type { Table } from "./store/port.ts";

export type Named = { externalId?: string | undefined; email?: string | undefined };

/**
 * The id counts first: an e-mail may be changed in a helpdesk by whoever it belongs to. A person whose record names
 * another id for this helpdesk is not found by e-mail. Undefined for a stranger.
 */
export async function personOf(
  table: Table,
  workspace: string,
  helpdesk: string,
  { externalId, email }: Named,
): Promise<PersonItem | undefined> {
  if (externalId) {
    const known = (await listPeople(table, workspace)).find(({ reps }) => reps[helpdesk] === externalId);
    if (known) return findPerson(table, workspace, known.email);
  }
  const address = Email.safeParse(email);
  if (!address.success) return undefined;
  const person = await findPerson(table, workspace, address.data);
  return person && (person.reps[helpdesk] ?? externalId) === externalId ? person : undefined;
}
