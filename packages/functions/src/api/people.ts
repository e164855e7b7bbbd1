/** Routes of who may come in: the workspace itself, its people, and tokens for programs. */
import { AppError } from "@cuecard/core/error";
import { listPeople, Person, putPeople, removePerson } from "@cuecard/core/people";
import { issueToken, listTokens, revokeToken } from "@cuecard/core/store/tokens";
import { createWorkspace } from "@cuecard/core/store/workspaces";
import * as z from "zod";
import * as deps from "../deps.ts";
import { admins, route } from "./route.ts";

export const people = [
  route({
    method: "PUT",
    path: "/api/workspace",
    roles: admins,
    audit: "workspace.created",
    summary: "Makes the token's workspace, unless it is there.",
    body: z.unknown(),
    answers: { 200: "It was there.", 201: "It is new." },
    async run({ identity: { workspace } }) {
      const created = await createWorkspace(deps.table(), workspace, deps.now());
      return { status: created ? 201 : 200, body: { workspace, created } };
    },
  }),
  route({
    method: "GET",
    path: "/api/people",
    roles: admins,
    summary: "Who may sign in.",
    async run({ identity }) {
      return { body: { people: await listPeople(deps.table(), identity.workspace) } };
    },
  }),
  route({
    method: "PUT",
    path: "/api/people",
    roles: admins,
    audit: "people.changed",
    summary: "Lets people in, or changes them: e-mail, role, rep id per helpdesk. A change ends their sessions.",
    body: z.object({ people: z.array(Person).min(1).max(500) }),
    answers: { 200: "Who may sign in.", 409: "Nobody would be an admin any more (`last_admin`); nothing is changed." },
    async run({ identity, body }) {
      return { body: { people: await putPeople(deps.table(), identity.workspace, body.people, deps.random) } };
    },
  }),
  route({
    method: "DELETE",
    path: "/api/people/{email}",
    roles: admins,
    audit: "person.removed",
    summary: "Takes a person off the list; the session ends within half a minute.",
    answers: { 200: "Gone.", 409: "The last admin stays (`last_admin`)." },
    async run({ identity, params }) {
      const email = params.email!.toLowerCase();
      if (!(await removePerson(deps.table(), identity.workspace, email, deps.random)))
        throw new AppError("missing", "person_unknown", "There is nobody with this e-mail address.");
      return { body: { email } };
    },
  }),
  route({
    method: "GET",
    path: "/api/tokens",
    roles: admins,
    summary: "Tokens of programs; never the tokens themselves.",
    async run({ identity }) {
      return { body: { tokens: await listTokens(deps.table(), identity.workspace, deps.now()) } };
    },
  }),
  route({
    method: "POST",
    path: "/api/tokens",
    roles: admins,
    audit: "token.issued",
    summary: "A token for imports: `POST /api/policies` takes it, and nothing else does. It is shown this once.",
    body: z.object({
      name: z.string().trim().min(1).max(100),
      scope: z.literal("import").default("import"),
      days: z.number().int().min(1).max(3_650).default(365),
    }),
    answers: { 201: "The token." },
    async run({ identity: { workspace, repId }, body }) {
      const issued = await issueToken(
        deps.table(),
        workspace,
        { ...body, createdBy: repId },
        { nowMs: deps.now(), random: deps.random },
      );
      return { status: 201, body: issued };
    },
  }),
  route({
    method: "DELETE",
    path: "/api/tokens/{id}",
    roles: admins,
    audit: "token.revoked",
    summary: "Revokes a token at once.",
    async run({ identity, params }) {
      if (!(await revokeToken(deps.table(), identity.workspace, params.id!)))
        throw new AppError("missing", "token_unknown", "There is no such token.");
      return { body: { id: params.id } };
    },
  }),
];
