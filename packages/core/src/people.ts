/** Who may sign in: a person by e-mail, with a role in a workspace and one rep id for each helpdesk. */
import * as z from "zod";
import { AppError } from "./error.ts";
import { ExternalId } from "./event.ts";
import * as keys from "./store/keys.ts";
import { change, type Stored, type Table } from "./store/port.ts";

export const Email = z.email().max(254).toLowerCase();

export const Person = z.object({
  email: Email,
  name: z.string().max(200).optional(),
  role: z.enum(["rep", "lead", "admin"]),
  /** The person's id as each helpdesk has it: figures are kept by it. */
  reps: z.record(z.string().max(40), ExternalId).default({}),
});
export type Person = z.infer<typeof Person>;

/** `epoch` is another one after each change of what the person may do or is: a token from before is no good any more. */
export type PersonItem = Stored & Person & { epoch: string };

const rightsOf = ({ role, reps }: Person) => JSON.stringify([role, Object.entries(reps).sort()]);

export async function putPerson(
  table: Table,
  workspace: string,
  person: Person,
  random: () => string,
): Promise<PersonItem> {
  // The way from the e-mail first: a person who is listed but cannot be found could not sign in.
  await table.put({ ...keys.membership(person.email, workspace), v: 1 });
  const epoch = random();
  const { item } = await change<PersonItem>(table, keys.person(workspace, person.email), (old) => ({
    ...keys.person(workspace, person.email),
    v: 1,
    ...(old?.rev === undefined ? {} : { rev: old.rev }),
    ...person,
    epoch: old && rightsOf(old) === rightsOf(person) ? old.epoch : epoch,
  }));
  return item!;
}

/** Gives false when there was no such person. Throws `conflict` for the last admin: nobody could let another one in. */
export async function removePerson(table: Table, workspace: string, email: string): Promise<boolean> {
  const people = await listPeople(table, workspace);
  const person = people.find((one) => one.email === email);
  if (person?.role === "admin" && people.filter(({ role }) => role === "admin").length === 1)
    throw new AppError("conflict", "last_admin", "This is the last admin. Make somebody else an admin first.");
  await table.remove(keys.membership(email, workspace));
  return (await table.remove(keys.person(workspace, email))) !== undefined;
}

export async function findPerson(table: Table, workspace: string, email: string): Promise<PersonItem | undefined> {
  return (await table.get(keys.person(workspace, email))) as unknown as PersonItem | undefined;
}

export async function listPeople(table: Table, workspace: string): Promise<Person[]> {
  const items = await table.query({ pk: keys.workspacePk(workspace), prefix: "PERSON#" });
  return items.map((item) => Person.parse(item));
}

export async function workspacesOf(table: Table, email: string): Promise<string[]> {
  return (await table.query({ pk: keys.membershipPk(email) })).map(({ sk }) => sk);
}
