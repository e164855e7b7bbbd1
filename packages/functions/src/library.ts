/** After articles or past replies came in: the indexes are made anew, and the drafts that cite what changed are told. */

import type { Imported } from "@cuecard/core/import/run";
import * as Settings from "@cuecard/core/settings";
import { listArticles } from "@cuecard/core/store/articles";
import { head } from "@cuecard/core/store/packed";
import { rebuild, rebuildLearned } from "@cuecard/core/store/policies";
import * as deps from "./deps.ts";

/** Small bases are indexed before the answer, so that what was put is found at once; larger ones by a job. */
const inlineArticles = 400;
const inlineReplies = 500;

/** A message of the queue holds 256 KB; an id at most 256 bytes. */
const idsAJob = 500;

export async function reindex(workspace: string): Promise<"done" | "queued"> {
  if ((await listArticles(deps.table(), workspace)).length <= inlineArticles) {
    await rebuild(deps.table(), workspace, "policies", deps);
    // The words are found at once; the meaning some seconds later.
    if (await mayHaveVectors(workspace)) await (await deps.send())({ type: "index", workspace, what: "vectors" });
    return "done";
  }
  await (await deps.send())({ type: "index", workspace, what: "policies" });
  return "queued";
}

/** The job knows for sure; here nothing of a key is needed, so that whoever imports at night is given none. */
async function mayHaveVectors(workspace: string): Promise<boolean> {
  if (deps.stageEmbeddingModel()) return true;
  const [{ settings }, vectors] = await Promise.all([
    Settings.load(deps.table(), workspace),
    head(deps.table(), workspace, "vectors"),
  ]);
  return Boolean(settings.embeddingModel || vectors);
}

/** Past replies are built in by a job unless they are few: jobs that come together find nothing left to do. */
export async function relearn(workspace: string, replies: number): Promise<"done" | "queued"> {
  if (replies <= inlineReplies) {
    await rebuildLearned(deps.table(), workspace, deps);
    return "done";
  }
  await (await deps.send())({ type: "index", workspace, what: "learned" }, { delaySeconds: 2 });
  return "queued";
}

export async function tellDrafts(workspace: string, articles: string[]): Promise<void> {
  for (let i = 0; i < articles.length; i += idsAJob)
    await (await deps.send())({ type: "changed", workspace, articles: articles.slice(i, i + idsAJob) });
}

export async function settleImport(workspace: string, { counts, touched }: Imported): Promise<"done" | "queued"> {
  await tellDrafts(workspace, touched);
  return counts.created + counts.changed + counts.removed > 0 ? reindex(workspace) : "done";
}
