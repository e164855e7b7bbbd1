/** `npm run import -- FOLDER`: policy articles from Markdown files, and past conversations, into a running Cuecard. */
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { parseArgs } from "node:util";
import { type Article, parseArticle } from "@cuecard/core/policy";
import { template } from "@cuecard/core/redact";
import { type Client, signIn } from "../replay/client.ts";
import { readDialogues } from "../replay/dialogues.ts";

const usage = `npm run import -- [FOLDER] [--history FILE] [--workspace W] [--url U]
  FOLDER     Markdown files (.md, .txt), with front matter or without; folders inside are read too
  --history  past conversations as JSON lines (.gz too); they teach drafts, and enter no report
  --url      of a running Cuecard (http://localhost:4000)`;

/** Under the API's 1 MB a body. */
const batchBytes = 700_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    history: { type: "string" },
    workspace: { type: "string", default: "demo" },
    url: { type: "string", default: process.env.CUECARD_URL ?? `http://localhost:${process.env.PORT ?? 4000}` },
    json: { type: "boolean", default: false },
  },
});

try {
  const [folder] = positionals;
  if (!folder && !values.history) throw new Error(usage);
  const call = await signIn(values.url.replace(/\/$/, ""), "import", "admin", values.workspace);
  const unread: string[] = [];
  const counts = { created: 0, changed: 0, same: 0, replies: 0 };
  const articles = folder ? await readFolder(folder, unread) : [];
  for (const part of batches(articles)) add(counts, await post(call, { articles: part }));
  if (values.history)
    for (const part of batches(await readHistory(values.history))) add(counts, await post(call, { replies: part }));
  for (const name of unread) console.error(`not read: ${name}`);
  console.log(
    values.json
      ? JSON.stringify({ ...counts, unread })
      : `articles: ${counts.created} new, ${counts.changed} changed, ${counts.same} as they were; replies: ${counts.replies}`,
  );
  process.exitCode = unread.length > 0 ? 1 : 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function post(call: Client, body: unknown): Promise<Record<string, unknown>> {
  const { status, json } = await call("POST", "/api/policies", { body });
  const error = json.error as { message?: string; path?: string } | undefined;
  if (status >= 300)
    throw new Error(`The import was refused (${status}): ${error?.path ?? ""} ${error?.message ?? ""}`);
  return json;
}

function add(counts: Record<string, number>, answer: Record<string, unknown>) {
  for (const name of Object.keys(counts)) counts[name] = counts[name]! + Number(answer[name] ?? 0);
}

/** A file that cannot be read is named, and the rest goes on. Its path is its id, unless the front matter gives one. */
async function readFolder(folder: string, unread: string[]): Promise<Article[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && /\.(md|markdown|txt)$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  const articles: Article[] = [];
  for (const file of files.sort()) {
    const name = relative(folder, file).split(sep).join("/");
    try {
      articles.push(parseArticle(name, await readFile(file, "utf8")));
    } catch (error) {
      unread.push(`${name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return articles;
}

/** Every reply with what the customer had said before it; personal data leaves before anything is sent. */
async function readHistory(file: string) {
  const replies: { id: string; question: string; reply: string }[] = [];
  for (const { id, steps } of await readDialogues(file, { prefix: "" })) {
    let asked: string[] = [];
    steps.forEach(({ by, event }, i) => {
      const made = event(new Date(0).toISOString());
      if (made.type !== "message.created") return;
      if (by === "customer") asked = [...asked.slice(-3), made.message.text];
      else if (asked.length > 0 && made.message.text.trim())
        replies.push({ id: `${id}-${i}`, question: template(asked.join("\n")), reply: template(made.message.text) });
    });
  }
  return replies;
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
