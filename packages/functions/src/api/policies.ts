/** Routes of the policy base: read, put, remove; a changed base is indexed anew. */
import { AppError } from "@cuecard/core/error";
import { ExternalId } from "@cuecard/core/event";
import { none, putAll, removeMissing } from "@cuecard/core/import/run";
import { Article } from "@cuecard/core/policy";
import { getArticle, listArticles, putArticle, removeArticle } from "@cuecard/core/store/articles";
import { noteSource } from "@cuecard/core/store/imports";
import { putExamples, ReplyExample } from "@cuecard/core/store/policies";
import * as z from "zod";
import * as deps from "../deps.ts";
import { reindex, relearn, settleImport, tellDrafts } from "../library.ts";
import { admins, checked, everyone, leads, route } from "./route.ts";

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
    limit: "imports",
    roles: [...admins, "import"],
    audit: "policies.imported",
    summary: "Puts many articles at once (an import): those that did not change are left alone.",
    body: z.object({
      articles: z.array(Article).max(1_000).default([]),
      replies: z.array(ReplyExample).max(5_000).default([]),
      /** The last part of a folder's import: those of `source` that `keep` does not name are removed. */
      end: z
        .object({
          source: z.string().min(1).max(2_000),
          keep: z.array(z.string().max(256)).min(1).max(50_000).nullable(),
          unread: z
            .array(z.object({ name: z.string().max(1_000), reason: z.string().max(500) }))
            .max(1_000)
            .default([]),
        })
        .optional(),
    }),
    async run({ identity, body }) {
      const { workspace } = identity;
      const imported = none();
      await putAll(deps.table(), workspace, body.articles, imported, deps.now());
      const gone = body.end?.keep
        ? await removeMissing(deps.table(), workspace, body.end.source, new Set(body.end.keep), imported)
        : [];
      if (body.end) {
        const { source, keep, unread } = body.end;
        const at = new Date(deps.now()).toISOString();
        await noteSource(deps.table(), workspace, { source, kind: "folder" }, () => ({
          lastTriedAt: at,
          lastOkAt: at,
          ...(keep ? { articles: keep.length } : {}),
          unread: unread.length > 0 ? unread : undefined,
        }));
      }
      await putExamples(deps.table(), workspace, body.replies);
      const index = await settleImport(workspace, imported);
      const learned = body.replies.length > 0 ? await relearn(workspace, body.replies.length) : "done";
      return { body: { ...imported.counts, gone, replies: body.replies.length, index, learned } };
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
      const result = await putArticle(deps.table(), identity.workspace, { ...body, id: idOf(params) }, deps.now());
      if (result === "changed") await tellDrafts(identity.workspace, [params.id!]);
      return {
        status: result === "created" ? 201 : 200,
        body: { id: params.id, result, index: await reindex(identity.workspace) },
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
      await tellDrafts(identity.workspace, [params.id!]);
      return { body: { id: params.id, index: await reindex(identity.workspace) } };
    },
  }),
];
