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

/**
 * Lets people in, or changes them. Throws `conflict`, and changes nothing, when no admin would be left: nobody could let
 * another one in. Admins are written first, so that one is there at every moment.
 */
export async function putPeople(
  table: Table,
  workspace: string,
  people: Person[],
  random: () => string,
): Promise<Person[]> {
  const before = await listPeople(table, workspace);
  const after = new Map([...before, ...people].map((person) => [person.email, person]));
  if (before.some(isAdmin) && ![...after.values()].some(isAdmin)) throw lastAdmin();
  // Of an address that is named twice the last entry counts, as it would one after the other.
  const anew = [...new Map(people.map((person) => [person.email, person])).values()];
  for (const person of [...anew.filter(isAdmin), ...anew.filter((one) => !isAdmin(one))])
    await putPerson(table, workspace, person, random);
  await keepAnAdmin(table, workspace, before, random);
  return listPeople(table, workspace);
}

/** Gives false when there was no such person. Throws `conflict` for the last admin. */
export async function removePerson(
  table: Table,
  workspace: string,
  email: string,
  random: () => string,
): Promise<boolean> {
  const before = await listPeople(table, workspace);
  if (before.some(isAdmin) && !before.some((one) => isAdmin(one) && one.email !== email)) throw lastAdmin();
  await table.remove(keys.membership(email, workspace));
  const gone = (await table.remove(keys.person(workspace, email))) !== undefined;
  await keepAnAdmin(table, workspace, before, random);
  return gone;
}

/** Two who take each other's rights away at the same moment both saw another admin: whoever looks last puts back those it knew. */
async function keepAnAdmin(table: Table, workspace: string, before: Person[], random: () => string): Promise<void> {
  if (!before.some(isAdmin) || (await listPeople(table, workspace)).some(isAdmin)) return;
  for (const person of before.filter(isAdmin)) await putPerson(table, workspace, person, random);
  throw lastAdmin();
}

const isAdmin = ({ role }: Person) => role === "admin";
const lastAdmin = () =>
  new AppError("conflict", "last_admin", "This is the last admin. Make somebody else an admin first.");

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
