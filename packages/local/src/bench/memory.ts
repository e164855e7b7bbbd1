/**
 * Whether the worker has room: its bundle in a fresh process, at a policy base of `passages` and a conversation of `turns`
 * turns, once to make the index and once to answer. Peak resident memory, Node itself included, beside the 1,024 MB that
 * `stacks/assist.ts` gives it.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type Article, passagesOf } from "@cuecard/core/policy";
import { putArticle } from "@cuecard/core/store/articles";
import { dynamoTable } from "@cuecard/core/store/dynamo";
import { tableName } from "../database.ts";
import { readArticles } from "../demo.ts";
import { chance } from "../history/chance.ts";
import { bundle, root } from "./bundle.ts";
import { said } from "./dialogue.ts";
import { round } from "./figures.ts";
import { startProduct } from "./product.ts";

/** Sections of an article; each becomes one passage. */
const sections = 8;

export async function memory({ passages, turns }: { passages: number; turns: number }) {
  const folder = await mkdtemp(join(tmpdir(), "cuecard-memory-"));
  const product = await startProduct({ env: { BENCH_PLAIN: "1" } });
  try {
    const out = join(folder, "worker");
    await bundle(join(root, "packages/functions/src/worker.ts"), out);
    const admin = await product.as("admin");
    await admin("PUT", "/api/settings", { body: { assistWhen: "off" } });
    const id = "long";
    for (let n = 0; n < turns * 2; n++)
      await product.hook(
        said(
          id,
          n,
          n % 2 === 0
            ? { by: "customer", text: `Question ${n}: how long does a refund take for order ${4_711 + n}?` }
            : { by: "rep", text: `Answer ${n}: within 14 days, I have noted order ${4_710 + n}.` },
          new Date(Date.now() - (turns * 2 - n) * 1_000).toISOString(),
          "bench-rep",
        ),
      );
    await product.hook(
      said(
        id,
        turns * 2,
        { by: "customer", text: "So how long does a refund take?" },
        new Date().toISOString(),
        "bench-rep",
      ),
    );
    await product.settled();
    await admin("PUT", "/api/settings", { body: { assistWhen: "always" } });
    const table = dynamoTable(
      tableName,
      new DynamoDBClient({
        endpoint: product.database,
        region: "us-east-1",
        credentials: { accessKeyId: "local", secretAccessKey: "local" },
      }),
    );
    const articles = await manyArticles(passages);
    const nowMs = Date.now();
    for (let at = 0; at < articles.length; at += 32)
      await Promise.all(articles.slice(at, at + 32).map((article) => putArticle(table, "demo", article, nowMs)));
    const run = (job: object) => inProcess(join(out, "index.mjs"), product.links, job);
    const index = await run({ type: "index", workspace: "demo", what: "policies" });
    const answer = await run({ type: "open", workspace: "demo", conversationId: id, byRep: true });
    const { json } = await admin("GET", `/api/conversations/${id}`);
    const made = json as { suggestions: { kind: string; status: string }[] };
    return {
      passages: articles.reduce((sum, article) => sum + passagesOf(article).length, 0),
      messages: turns * 2 + 1,
      givenMb: 1_024,
      index,
      answer,
      made: made.suggestions.map(({ kind, status }) => `${kind} ${status}`).join(", "),
    };
  } finally {
    await product.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Articles of the demo's own sentences with words of other places mixed in, so that no two passages are the same. */
async function manyArticles(passages: number): Promise<Article[]> {
  const texts = (await readArticles()).flatMap((article) => passagesOf(article)).map(({ text }) => text);
  const words = [...new Set(texts.flatMap((text) => text.split(/\s+/)))];
  const luck = chance("memory");
  const some = (count: number) => Array.from({ length: count }, () => luck.pick(words)).join(" ");
  return Array.from({ length: Math.ceil(passages / sections) }, (_, n) => ({
    id: `made-${n}`,
    title: `${some(2)} ${n}`,
    text: Array.from(
      { length: sections },
      (_, part) => `## ${some(2)} ${part}\n\n${luck.pick(texts).slice(0, 300)} ${some(20)}`,
    ).join("\n\n"),
    audience: "public",
  }));
}

/** As a function's container would run it. The heap's limit is what Lambda leaves of 1,024 MB. */
async function inProcess(entry: string, links: Record<string, string | undefined>, job: object) {
  const script = `const { handler } = await import(${JSON.stringify(entry)});
const began = performance.now();
const { batchItemFailures } = await handler({ Records: [{ messageId: "m", body: ${JSON.stringify(JSON.stringify(job))} }] }, { getRemainingTimeInMillis: () => 60_000 });
console.log(JSON.stringify({ ms: performance.now() - began, failed: batchItemFailures.length, kb: process.resourceUsage().maxRSS }));
process.exit(0);`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--max-old-space-size=940", "--input-type=module", "-e", script],
    { env: { PATH: process.env.PATH, ...links } as NodeJS.ProcessEnv, maxBuffer: 2 ** 24 },
  );
  const { ms, failed, kb } = JSON.parse(stdout.trim().split("\n").at(-1)!);
  return { mb: round(kb / 1_024), seconds: round(ms / 1_000, 1), failed };
}
