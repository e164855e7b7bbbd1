/** Routes of what the own replies taught: each rep sees and takes out the own ones, and nobody sees another's. */
import { AppError } from "@cuecard/core/error";
import { fromOf, ownLessons, takeOut } from "@cuecard/core/store/lessons";
import * as deps from "../deps.ts";
import { everyone, route } from "./route.ts";

export const own = [
  route({
    method: "GET",
    path: "/api/me/lessons",
    roles: everyone,
    summary: "The caller's own replies that drafts learn from, as redacted templates: the latest 50.",
    async run({ identity: { workspace, repId } }) {
      return { body: { lessons: await ownLessons(deps.table(), workspace, fromOf(workspace, repId), deps.now()) } };
    },
  }),
  route({
    method: "DELETE",
    path: "/api/me/lessons/{id}",
    roles: everyone,
    summary: "Takes an own reply out of what drafts learn from, for good; within the hour no draft goes by it.",
    answers: { 200: "Taken out.", 404: "None of the caller's (`lesson_unknown`)." },
    async run({ identity: { workspace, repId }, params }) {
      const id = params.id!;
      if (!(await takeOut(deps.table(), workspace, id, fromOf(workspace, repId), deps.now())))
        throw new AppError("missing", "lesson_unknown", "None of your replies has this id.");
      return { body: { id } };
    },
  }),
];
