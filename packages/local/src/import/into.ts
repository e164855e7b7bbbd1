/** Brings articles and past replies into a running Cuecard, through its API. */
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Deps } from "@cuecard/core/helpdesk/http";
import { readPast } from "@cuecard/core/import/past";
import type { Client } from "../replay/client.ts";
import { readFolder, type Unread } from "./folder.ts";
import { historyOf, readHistory, repliesOf } from "./history.ts";

/** Under the API's 1 MB a body. */
const batchBytes = 700_000;
/** A help centre takes minutes where it asks us to wait. */
const patienceMs = 15 * 60_000;

export type Asked = {
  /** A folder, or the address of a help centre. */
  from?: string | undefined;
  /** A file of past conversations and saved replies, or the address of a helpdesk. */
  history?: string | undefined;
  /** How many past conversations are read from a helpdesk, the newest first. */
  limit?: number | undefined;
  source?: string | undefined;
  kind?: string | undefined;
  token?: string | undefined;
};
export type Done = {
  created: number;
  changed: number;
  same: number;
  removed: number;
  replies: number;
  unread: Unread[];
  /** Files that are no policy by their ending. */
  skipped: string[];
  /** Ids of articles whose files are gone. */
  gone: string[];
  error?: string;
};

/** Throws with words for a person when the import is refused. */
export async function importInto(call: Client, asked: Asked, helpdesk: Deps = patient): Promise<Done> {
  const { from, history, source, kind, token } = asked;
  const done: Done = { created: 0, changed: 0, same: 0, removed: 0, replies: 0, unread: [], skipped: [], gone: [] };
  if (from && /^https?:\/\//i.test(from)) await centre(call, { url: from, kind, token }, done);
  else if (from) await folder(call, from, source ?? `folder:${resolve(from)}`, done);
  if (history)
    for (const part of batches(repliesOf(await past(history, asked, helpdesk, done))))
      add(done, await post(call, "/api/policies", { replies: part }));
  return done;
}

/** A helpdesk's limits hold for a minute: that long it may ask us to wait, a few times over. */
const patient: Deps = {
  fetch: (...request) => globalThis.fetch(...request),
  sleep: (ms) => sleep(ms),
  nowMs: () => Date.now(),
  maxWaitMs: 5 * 60_000,
};

/** What was read before a failure is kept, and the failure said. */
async function past(from: string, { token, limit = 1_000 }: Asked, helpdesk: Deps, done: Done) {
  if (!/^https?:\/\//i.test(from)) return readHistory(from);
  const found = await readPast(new URL(from), token, limit, helpdesk);
  if (found.error)
    done.error = `${found.error.message} ${found.conversations.length} past conversations were read before; run it again for the rest.`;
  return historyOf(found);
}

async function folder(call: Client, path: string, source: string, done: Done): Promise<void> {
  const { articles, unread, skipped } = await readFolder(path);
  done.unread = unread;
  done.skipped = skipped;
  if (articles.length === 0)
    throw new Error(`${path} holds no file that can be read as a policy; nothing was changed.`);
  for (const part of batches(articles.map((article) => ({ ...article, source }))))
    add(done, await post(call, "/api/policies", { articles: part }));
  // An article whose file cannot be read today is not gone: then nothing is removed.
  const keep = unread.length === 0 ? articles.map(({ id }) => id) : null;
  const end = { source, keep, unread: unread.map(({ name, reason }) => ({ name, reason: reason.slice(0, 500) })) };
  const answer = await post(call, "/api/policies", { end });
  add(done, answer);
  done.gone = answer.gone as string[];
}

type Centre = { url: string; kind: string | undefined; token: string | undefined };

async function centre(call: Client, { url, kind, token }: Centre, done: Done): Promise<void> {
  const body = { url, ...(kind ? { kind } : {}), ...(token ? { token } : {}) };
  const before = await post(call, "/api/imports", body);
  const ends = Date.now() + patienceMs;
  for (;;) {
    const { json } = await call("GET", "/api/imports");
    const now = (json.imports as Record<string, unknown>[] | undefined)?.find(({ id }) => id === before.id);
    if (now && now.lastTriedAt !== before.lastTriedAt) {
      add(done, now.counts as Record<string, unknown>);
      const error = now.error as { message: string } | null;
      if (error) done.error = `${error.message} It is tried again within the hour.`;
      return;
    }
    if (Date.now() > ends)
      throw new Error("The help centre is still being read; GET /api/imports says when it is done.");
    await new Promise((next) => setTimeout(next, 300));
  }
}

async function post(call: Client, path: string, body: unknown): Promise<Record<string, unknown>> {
  const { status, json } = await call("POST", path, { body });
  const error = json.error as { message?: string; path?: string } | undefined;
  if (status >= 300)
    throw new Error(`The import was refused (${status}): ${error?.path ?? ""} ${error?.message ?? ""}`);
  return json;
}

function add(done: Done, answer: Record<string, unknown>) {
  for (const name of ["created", "changed", "same", "removed", "replies"] as const)
    done[name] += Number(answer[name] ?? 0);
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
