/** Makes a workspace's indexes, and gives its passages their vectors where an embedding model is set. */
import { AppError } from "@cuecard/core/error";
import type { Job } from "@cuecard/core/job";
import { embed, embeddingId } from "@cuecard/core/model/embeddings";
import * as Settings from "@cuecard/core/settings";
import { rebuild, rebuildLearned } from "@cuecard/core/store/policies";
import { begin, embedPassages, finish } from "@cuecard/core/store/vectors";
import { countSpent, isSpent } from "./budget.ts";
import * as deps from "./deps.ts";
import { embeddingOf } from "./embedding.ts";
import { log } from "./log.ts";

/** Half of a worker's minute; the other half is for requests that are under way, and for the writing. */
const runMs = 30_000;
const requestMs = 15_000;

export async function indexNow(
  { workspace, what }: Extract<Job, { type: "index" }>,
  signal: AbortSignal,
): Promise<void> {
  if (what === "learned") return void (await rebuildLearned(deps.table(), workspace, deps));
  if (what === "policies") await rebuild(deps.table(), workspace, "policies", deps);
  await embedNow(workspace, signal);
}

async function embedNow(workspace: string, signal: AbortSignal): Promise<void> {
  const loaded = await Settings.load(deps.table(), workspace);
  const endpoint = embeddingOf(workspace, loaded);
  if (!endpoint || !(await begin(deps.table(), workspace, deps.now()))) return;
  const { model } = endpoint;
  let more = false;
  try {
    const embedder = {
      id: embeddingId(model),
      async embed(texts: string[]) {
        if (await isSpent(workspace, loaded)) throw new AppError("limit", "budget", "The day's budget is used up.");
        const { vectors, tokens } = await embed(endpoint, texts, { signal, timeoutMs: requestMs, retries: 2 });
        await countSpent(workspace, loaded, { what: "articles", model, tokensIn: tokens, tokensOut: 0 });
        return vectors;
      },
    };
    const { now, random } = deps;
    const { error, ...figures } = await embedPassages(deps.table(), workspace, embedder, {
      now,
      random,
      untilMs: now() + runMs,
    });
    if (error) log("warn", "passages not embedded", { workspace, code: error.code, ...figures });
    else if (figures.embedded > 0) log("info", "passages embedded", { workspace, ...figures });
    // After a failure the next lookup asks for the rest, a while later.
    more = !error && figures.left > 0;
  } finally {
    if ((await finish(deps.table(), workspace)) || more)
      await (await deps.send())({ type: "index", workspace, what: "vectors" });
  }
}
