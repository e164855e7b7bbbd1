/** `npm run dryrun -- FILE`: Cuecard's drafts beside the replies really sent, before anything is connected. */
import { writeFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { extractiveModel } from "@cuecard/core/model/extractive";
import type { Model } from "@cuecard/core/model/port";
import { page } from "../dryrun/page.ts";
import { dryRun } from "../dryrun/run.ts";
import { flags, wholeOf } from "../flags.ts";
import { readFolder } from "../import/folder.ts";
import { readHistory } from "../import/history.ts";

const usage = `npm run dryrun -- FILE [--policies FOLDER] [--last N] [--out FILE.html] [--json]
  FILE        past conversations as JSON lines (.gz too), oldest first; saved replies among them teach
  --policies  the articles as for npm run import; without them past replies alone speak
  --last      how many replies are shown (500); it learns from the conversations before them, at least half of all
  --out       the page to look at (dryrun.html)
  With OPENAI_API_KEY set (OPENAI_BASE_URL, CUECARD_MODEL) that model writes, and its provider bills; else the embedded engine`;

const { values, positionals } = flags(usage, {
  allowPositionals: true,
  options: {
    policies: { type: "string" },
    last: { type: "string", default: "500" },
    out: { type: "string", default: "dryrun.html" },
    json: { type: "boolean", default: false },
  },
});

try {
  const [file] = positionals;
  const last = wholeOf("last", values.last, 1, 10_000_000);
  if (!file) throw new Error(usage);
  const { conversations, saved } = await readHistory(file);
  if (conversations.length < 2)
    throw new Error(`${file} holds fewer than two conversations: nothing to learn from and judge by.`);
  const { articles, unread } = values.policies ? await readFolder(values.policies) : { articles: [], unread: [] };
  for (const { name, reason } of unread) console.error(`not read: ${name}: ${reason}`);
  const model = await chosen();
  const now = new Date();
  const run = await dryRun(conversations, {
    articles,
    saved,
    model,
    last,
    today: now.toISOString().slice(0, 10),
    signal: new AbortController().signal,
    progress: (done, of) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${of}${done === of ? "\n" : ""}`);
    },
  });
  const out = resolve(values.out);
  await writeFile(out, page(run, basename(file), now.toISOString().slice(0, 16).replace("T", " ")));
  const { turns, ...figures } = run;
  const part = (share: number | null) => (share === null ? "–" : `${Math.round(share * 100)} %`);
  console.log(
    values.json
      ? JSON.stringify({ ...figures, replies: turns.length, page: out, turns })
      : `${turns.length} replies: ${part(run.share.drafted)} with a draft, ${part(run.retained)} of its words kept, ` +
          `${part(run.share.accepted + run.share.edited)} sent as drafted or edited; ${run.gaps.length} questions without a policy.\nLook at ${out}`,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function chosen(): Promise<Model> {
  const apiKey = process.env.OPENAI_API_KEY;
  if (!apiKey) return extractiveModel;
  const { openaiModel } = await import("@cuecard/core/model/openai");
  const baseURL = process.env.OPENAI_BASE_URL;
  return openaiModel({
    apiKey,
    model: process.env.CUECARD_MODEL || "gpt-5-mini",
    ...(baseURL ? { baseURL } : {}),
    firstTokenTimeoutMs: 20_000,
    totalTimeoutMs: 60_000,
  });
}
