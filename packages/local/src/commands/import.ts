/** `npm run import -- FOLDER|URL`: policy articles from files or a help centre, and past conversations, into a running Cuecard. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { readFolder } from "../import/folder.ts";
import { readHistory, repliesOf } from "../import/history.ts";
import { type Client, signIn } from "../replay/client.ts";

const usage = `npm run import -- [FOLDER|URL] [--history FILE] [--workspace W] [--url U] [--json]
  FOLDER     Markdown with front matter, text, HTML and PDF; folders inside are read too. Again: what is gone is removed
  URL        https://… of a help centre: Zendesk Guide, or Intercom Articles (--kind intercom); read again each night.
             CUECARD_IMPORT_TOKEN holds its token where it needs one (Zendesk: email:token)
  --history  past conversations and saved replies as JSON lines (.gz too); they teach drafts, and enter no report
  --source   another name for FOLDER than its path, if it is read from several machines
  --url      of a running Cuecard (http://localhost:4000)`;

/** Under the API's 1 MB a body. */
const batchBytes = 700_000;
/** A help centre takes minutes where it asks us to wait. */
const patienceMs = 15 * 60_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    history: { type: "string" },
    kind: { type: "string" },
    source: { type: "string" },
    workspace: { type: "string", default: "demo" },
    url: { type: "string", default: process.env.CUECARD_URL ?? `http://localhost:${process.env.PORT ?? 4000}` },
    json: { type: "boolean", default: false },
  },
});

type Done = { created: number; changed: number; same: number; removed: number; replies: number };
const done: Done & { unread: { name: string; reason: string }[]; skipped: string[]; gone: string[]; error?: string } = {
  created: 0,
  changed: 0,
  same: 0,
  removed: 0,
  replies: 0,
  unread: [],
  skipped: [],
  gone: [],
};

try {
  const [from] = positionals;
  if (!from && !values.history) throw new Error(usage);
  const call = await signIn(values.url.replace(/\/$/, ""), "import", "admin", values.workspace);
  if (from && /^https?:\/\//i.test(from)) await centre(call, from);
  else if (from) await folder(call, from);
  if (values.history) await history(call, values.history);
  for (const { name, reason } of done.unread) console.error(`not read: ${name}: ${reason}`);
  if (done.skipped.length > 0) console.error(`no policy files: ${list(done.skipped)}`);
  if (done.gone.length > 0) console.error(`removed, since gone from there: ${list(done.gone)}`);
  if (done.error) console.error(`stopped: ${done.error}`);
  const { created, changed, same, removed, replies } = done;
  console.log(
    values.json
      ? JSON.stringify(done)
      : `articles: ${created} new, ${changed} changed, ${same} as they were, ${removed} removed; replies: ${replies}`,
  );
  process.exitCode = done.unread.length > 0 || done.error ? 1 : 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function folder(call: Client, path: string): Promise<void> {
  const source = values.source ?? `folder:${resolve(path)}`;
  const { articles, unread, skipped } = await readFolder(path);
  done.unread = unread;
  done.skipped = skipped;
  if (articles.length === 0)
    throw new Error(`${path} holds no file that can be read as a policy; nothing was changed.`);
  for (const part of batches(articles.map((article) => ({ ...article, source }))))
    add(await post(call, "/api/policies", { articles: part }));
  // An article whose file cannot be read today is not gone: then nothing is removed.
  const keep = unread.length === 0 ? articles.map(({ id }) => id) : null;
  const end = { source, keep, unread: unread.map(({ name, reason }) => ({ name, reason: reason.slice(0, 500) })) };
  const answer = await post(call, "/api/policies", { end });
  add(answer);
  done.gone = answer.gone as string[];
}

async function centre(call: Client, url: string): Promise<void> {
  const token = process.env.CUECARD_IMPORT_TOKEN;
  const body = { url, ...(values.kind ? { kind: values.kind } : {}), ...(token ? { token } : {}) };
  const before = await post(call, "/api/imports", body);
  const ends = Date.now() + patienceMs;
  for (;;) {
    const { json } = await call("GET", "/api/imports");
    const now = (json.imports as Record<string, unknown>[] | undefined)?.find(({ id }) => id === before.id);
    if (now && now.lastTriedAt !== before.lastTriedAt) {
      add(now.counts as Record<string, unknown>);
      const error = now.error as { message: string } | null;
      if (error) done.error = `${error.message} It is tried again within the hour.`;
      return;
    }
    if (Date.now() > ends)
      throw new Error("The help centre is still being read; GET /api/imports says when it is done.");
    await new Promise((next) => setTimeout(next, 300));
  }
}

async function history(call: Client, file: string): Promise<void> {
  for (const part of batches(repliesOf(await readHistory(file))))
    add(await post(call, "/api/policies", { replies: part }));
}

async function post(call: Client, path: string, body: unknown): Promise<Record<string, unknown>> {
  const { status, json } = await call("POST", path, { body });
  const error = json.error as { message?: string; path?: string } | undefined;
  if (status >= 300)
    throw new Error(`The import was refused (${status}): ${error?.path ?? ""} ${error?.message ?? ""}`);
  return json;
}

function add(answer: Record<string, unknown>) {
  for (const name of ["created", "changed", "same", "removed", "replies"] as const)
    done[name] += Number(answer[name] ?? 0);
}

function list(names: string[]): string {
  return `${names.slice(0, 20).join(", ")}${names.length > 20 ? `, and ${names.length - 20} more` : ""}`;
}

function* batches<T>(all: T[]): Generator<T[]> {
  let batch: T[] = [];
  let bytes = 0;
  for (const one of all) {
    const size = Buffer.byteLength(JSON.stringify(one)) + 1;
    if (batch.length > 0 && (bytes + size > batchBytes || batch.length === 900)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(one);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
