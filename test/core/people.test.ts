/** The list of people: whatever is done to it, once there was an admin there is one. */
import { listPeople, type Person, putPeople, removePerson, workspacesOf } from "@cuecard/core/people";
import fc from "fast-check";
import { expect, test } from "vitest";
import { tabled } from "./tabled.ts";

const table = tabled();
let workspaces = 0;
let epochs = 0;
const random = () => `e${++epochs}`;
const person = (name: string, role: Person["role"]): Person => ({ email: `${name}@example.com`, role, reps: {} });
const conflict = { kind: "conflict", code: "last_admin" };

/** A new workspace with these people in it. */
async function opened(people: Person[]) {
  const workspace = `people-${++workspaces}`;
  if (people.length > 0) await putPeople(table(), workspace, people, random);
  return {
    workspace,
    put: (...anew: Person[]) => putPeople(table(), workspace, anew, random),
    remove: (name: string) => removePerson(table(), workspace, `${name}@example.com`, random),
    roles: async () =>
      Object.fromEntries((await listPeople(table(), workspace)).map(({ email, role }) => [email.split("@")[0], role])),
  };
}

test("the last admin can neither be made something else nor be removed, and nothing else of the request is done", async () => {
  const { put, remove, roles } = await opened([person("ada", "admin"), person("sam", "rep")]);
  await expect(put(person("new", "rep"), person("ada", "lead"))).rejects.toMatchObject(conflict);
  await expect(remove("ada")).rejects.toMatchObject(conflict);
  expect(await roles()).toEqual({ ada: "admin", sam: "rep" });
});

test("an admin may hand over to another one in one request, and a list without admins may be filled", async () => {
  const { put, remove, roles } = await opened([person("ada", "admin")]);
  await put(person("ada", "rep"), person("bob", "admin"));
  expect(await roles()).toEqual({ ada: "rep", bob: "admin" });
  expect(await remove("ada")).toBe(true);
  expect(await remove("ada")).toBe(false);
  const reps = await opened([person("sam", "rep")]);
  await reps.put(person("sam", "lead"));
  expect(await reps.remove("sam")).toBe(true);
  expect(await workspacesOf(table(), "sam@example.com")).not.toContain(reps.workspace);
});

test("an address named twice in one request is as its last entry says", async () => {
  const { put, roles } = await opened([person("ada", "admin"), person("bob", "admin")]);
  await put(person("bob", "admin"), person("bob", "rep"));
  expect(await roles()).toEqual({ ada: "admin", bob: "rep" });
  await expect(put(person("ada", "admin"), person("ada", "rep"))).rejects.toMatchObject(conflict);
});

test("whatever several do at the same moment, an admin is left", async () => {
  const name = fc.constantFrom("ada", "bob", "cem");
  const step = fc.oneof(
    fc.record({ name, role: fc.constantFrom<Person["role"]>("rep", "admin") }),
    fc.record({ name, role: fc.constant(undefined) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { maxLength: 4 }), async (rounds) => {
      const { put, remove, roles } = await opened([person("ada", "admin"), person("bob", "admin")]);
      for (const together of rounds) {
        await Promise.allSettled(together.map(({ name, role }) => (role ? put(person(name, role)) : remove(name))));
        expect(Object.values(await roles())).toContain("admin");
      }
    }),
    {
      numRuns: 12,
      // Each takes the other's rights away.
      examples: [
        [
          [
            [
              { name: "ada", role: "rep" },
              { name: "bob", role: "rep" },
            ],
          ],
        ],
      ],
    },
  );
});
