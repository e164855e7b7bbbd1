/** Routes of the policy base: read, put, remove; a changed base is indexed anew. */
import { AppError } from "@cuecard/core/error";
import { ExternalId } from "@cuecard/core/event";
import { Article } from "@cuecard/core/policy";
import {
  getArticle,
  listArticles,
  putArticle,
  putExample,
  ReplyExample,
  rebuild,
  removeArticle,
  type What,
} from "@cuecard/core/store/policies";
import * as z from "zod";
import * as deps from "../deps.ts";
import { admins, checked, everyone, leads, route } from "./route.ts";

/** Small bases are indexed before the answer, so that what was put is found at once; larger ones by a job. */
const inlineArticles = 400;

async function reindex(workspace: string, what: What): Promise<"done" | "queued"> {
  if (what === "policies" && (await listArticles(deps.table(), workspace)).length <= inlineArticles) {
    await rebuild(deps.table(), workspace, what, deps);
    return "done";
  }
  await (await deps.send())({ type: "index", workspace, what });
  return "queued";
}

const idOf = ({ id }: Record<string, string>) => checked(ExternalId, id, "id");
const unknown = () => new AppError("missing", "policy_unknown", "There is no article with this id.");

export const policies = [
  route({
    method: "GET",
    path: "/api/policies",
    roles: leads,
    summary: "All articles, without their text.",
    async run({ identity }) {
      const articles = await listArticles(deps.table(), identity.workspace);
      return { body: { articles: articles.map(({ text, ...rest }) => ({ ...rest, characters: text.length })) } };
    },
  }),
  route({
    method: "POST",
    path: "/api/policies",
    roles: admins,
    audit: "policies.imported",
    summary: "Puts many articles at once (an import): those that did not change are left alone.",
    body: z.object({
      articles: z.array(Article).max(1_000).default([]),
      replies: z.array(ReplyExample).max(5_000).default([]),
    }),
    async run({ identity, body }) {
      const { workspace } = identity;
      const counts = { created: 0, changed: 0, same: 0, replies: body.replies.length };
      // Sixteen at a time: the base is written in seconds and the table stays free for others.
      for (let i = 0; i < body.articles.length; i += 16)
        for (const result of await Promise.all(
          body.articles.slice(i, i + 16).map((article) => putArticle(deps.table(), workspace, article, deps.now())),
        ))
          counts[result]++;
      for (let i = 0; i < body.replies.length; i += 16)
        await Promise.all(body.replies.slice(i, i + 16).map((reply) => putExample(deps.table(), workspace, reply)));
      const index = body.articles.length > 0 ? await reindex(workspace, "policies") : "done";
      if (body.replies.length > 0) await rebuild(deps.table(), workspace, "replies", deps);
      return { body: { ...counts, index } };
    },
  }),
  route({
    method: "GET",
    path: "/api/policies/{id}",
    roles: everyone,
    summary: "One article, whole.",
    async run({ identity, params }) {
      const article = await getArticle(deps.table(), identity.workspace, idOf(params));
      if (!article) throw unknown();
      return { body: article };
    },
  }),
  route({
    method: "PUT",
    path: "/api/policies/{id}",
    roles: leads,
    audit: "policy.changed",
    summary: "Puts one article.",
    body: Article.partial({ id: true }),
    async run({ identity, params, body }) {
      const result = await putArticle(
        deps.table(),
        identity.workspace,
        { ...body, id: idOf(params) },
        deps.now(),
      );
      return {
        status: result === "created" ? 201 : 200,
        body: { id: params.id, result, index: await reindex(identity.workspace, "policies") },
      };
    },
    answers: { 200: "It was there; changed or the same.", 201: "It is new." },
  }),
  route({
    method: "DELETE",
    path: "/api/policies/{id}",
    roles: leads,
    audit: "policy.removed",
    summary: "Removes one article.",
    async run({ identity, params }) {
      if (!(await removeArticle(deps.table(), identity.workspace, idOf(params)))) throw unknown();
      return { body: { id: params.id, index: await reindex(identity.workspace, "policies") } };
    },
  }),
];
