/** Routes of what articles come from: files, and help centres that are read again each night. */

import { isIP } from "node:net";
import { AppError } from "@cuecard/core/error";
import { isPublic } from "@cuecard/core/import/address";
import { centreOf, kindOf, kinds } from "@cuecard/core/import/centre";
import { articleOf } from "@cuecard/core/import/files";
import { none, putAll, removeMissing } from "@cuecard/core/import/run";
import type { Article } from "@cuecard/core/policy";
import { listSources, noteSource, readSource, removeSource, tokenPlace, viewSource } from "@cuecard/core/store/imports";
import * as z from "zod";
import * as deps from "../deps.ts";
import { settleImport } from "../library.ts";
import { admins, leads, route } from "./route.ts";

const File = z.object({
  /** Its path: the id without its ending, unless the file gives one. */
  name: z.string().min(1).max(240),
  text: z.string().optional(),
  /** For PDF, and any other bytes. */
  base64: z.string().optional(),
});

const Body = z.union([
  z.strictObject({
    url: z.url().max(1_000),
    kind: z.enum(kinds).optional(),
    token: z.string().min(1).max(2_000).optional(),
  }),
  z.strictObject({
    source: z.string().min(1).max(2_000),
    files: z.array(File).min(1).max(500),
    /** These are all files of the source: articles of others that it had are removed. */
    complete: z.boolean().default(false),
  }),
]);

export const imports = [
  route({
    method: "GET",
    path: "/api/imports",
    roles: leads,
    summary: "Where articles come from, and when each source was last read. Tokens are never given back.",
    async run({ identity }) {
      return { body: { imports: (await listSources(deps.table(), identity.workspace)).map(viewSource) } };
    },
  }),
  route({
    method: "POST",
    path: "/api/imports",
    limit: "imports",
    roles: admins,
    audit: "policies.imported",
    summary:
      "A help centre by its `url` (read now, and again each night), or `files`: Markdown, text and HTML as `text`, PDF as `base64`.",
    body: Body,
    answers: {
      200: "The files are in; `unread` names those that could not be read.",
      202: "The help centre is being read.",
    },
    async run({ identity: { workspace }, body }) {
      return "url" in body ? await addCentre(workspace, body) : { body: await addFiles(workspace, body) };
    },
  }),
  route({
    method: "DELETE",
    path: "/api/imports/{id}",
    roles: admins,
    audit: "import.removed",
    summary: "Reads a source no more. Its articles stay.",
    async run({ identity, params }) {
      if (!(await removeSource(deps.table(), identity.workspace, params.id!)))
        throw new AppError("missing", "import_unknown", "There is no import with this id.");
      return { body: { id: params.id } };
    },
  }),
];

type Centre = { url: string; kind?: (typeof kinds)[number] | undefined; token?: string | undefined };

async function addCentre(workspace: string, { url: given, kind: said, token }: Centre) {
  const url = new URL(given);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const insecure = url.protocol !== "https:" || (isIP(host) !== 0 && !isPublic(host)) || url.username !== "";
  if (insecure && !deps.privateImports())
    throw new AppError("input", "invalid_field", "The address must begin with https:// and be public.", "url");
  const kind = said ?? kindOf(url);
  const { base } = (await centreOf(kind)).open(url, token);
  const source = base.href;
  const sealed = token === undefined ? {} : { token: deps.secrets().seal(token, tokenPlace(workspace, source)) };
  const { id } = await noteSource(deps.table(), workspace, { source, kind }, () => ({ url: url.href, ...sealed }));
  await (await deps.send())({ type: "import", workspace, source: id });
  return { status: 202, body: viewSource((await readSource(deps.table(), workspace, id))!) };
}

async function addFiles(
  workspace: string,
  { source, files, complete }: Extract<z.infer<typeof Body>, { files: unknown }>,
) {
  const articles: Article[] = [];
  const unread: { name: string; reason: string }[] = [];
  for (const { name, text, base64 } of files)
    try {
      const bytes = base64 === undefined ? Buffer.from(text ?? "") : Buffer.from(base64, "base64");
      articles.push({ ...(await articleOf(name, bytes)), source });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      unread.push({ name, reason: error.message });
    }
  const imported = none();
  await putAll(deps.table(), workspace, articles, imported, deps.now());
  // An article whose file cannot be read today is not gone.
  const keep = new Set(articles.map(({ id }) => id));
  if (complete && unread.length === 0) await removeMissing(deps.table(), workspace, source, keep, imported);
  const at = new Date(deps.now()).toISOString();
  await noteSource(deps.table(), workspace, { source, kind: "folder" }, () => ({
    lastTriedAt: at,
    lastOkAt: at,
    counts: imported.counts,
    ...(complete ? { articles: keep.size } : {}),
    unread: unread.length > 0 ? unread : undefined,
  }));
  return { ...imported.counts, unread, index: await settleImport(workspace, imported) };
}
