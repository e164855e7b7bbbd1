/** Once an hour: closes the days whose time is over, builds in what was taught, reads help centres again, and marks what has expired. */
import { expired } from "@cuecard/core/changed";
import { importCentre } from "@cuecard/core/import/run";
import { closeDays } from "@cuecard/core/report/close";
import { sendDigest } from "@cuecard/core/report/digest";
import * as Settings from "@cuecard/core/settings";
import { listSources } from "@cuecard/core/store/imports";
import { rebuildLearned } from "@cuecard/core/store/policies";
import { listWorkspaces } from "@cuecard/core/store/workspaces";
import type { Context } from "aws-lambda";
import * as deps from "./deps.ts";
import { settleImport, tellDrafts } from "./library.ts";
import { log } from "./log.ts";
import { outbound, postTo } from "./outbound.ts";

/** Help centres are read once a day; one that failed is tried again the next hour. */
const againMs = 23 * 3_600_000;
/** Left for the other workspaces and for writing down how it went. */
const reserveMs = 60_000;

export async function handler(_event: unknown, context?: Pick<Context, "getRemainingTimeInMillis">): Promise<void> {
  const leftMs = () => (context?.getRemainingTimeInMillis() ?? 900_000) - reserveMs;
  let failed: unknown;
  for (const workspace of await listWorkspaces(deps.table())) {
    // One workspace's trouble must not be the others'.
    for (const [what, work] of Object.entries(tasks))
      try {
        await work(workspace, leftMs);
      } catch (error) {
        log("error", "nightly task failed", { workspace, what, error });
        failed ??= error;
      }
  }
  if (failed) throw failed;
}

const tasks: Record<string, (workspace: string, leftMs: () => number) => Promise<void>> = {
  /** What is past its end takes nobody in anyway; this says so in the settings. */
  async measurement(workspace) {
    await Settings.end(deps.table(), workspace, deps.now(), true);
  },
  async close(workspace) {
    const { settings } = await Settings.load(deps.table(), workspace);
    const days = await closeDays(deps.table(), workspace, settings, deps.now());
    if (days.length > 0) log("info", "days closed", { workspace, days });
  },
  async digest(workspace) {
    const loaded = await Settings.load(deps.table(), workspace);
    if (await sendDigest({ table: deps.table(), post: postTo, nowMs: deps.now() }, workspace, loaded))
      log("info", "digest sent", { workspace });
  },
  async learn(workspace) {
    if (await rebuildLearned(deps.table(), workspace, deps)) log("info", "learnt", { workspace });
  },
  async expire(workspace) {
    const { settings } = await Settings.load(deps.table(), workspace);
    const ids = await expired(deps.table(), workspace, Settings.dayOf(deps.now(), settings.timeZone));
    if (ids.length > 0) await tellDrafts(workspace, ids);
  },
  async imports(workspace, leftMs) {
    for (const { id, kind, lastOkAt, error } of await listSources(deps.table(), workspace)) {
      const due = error || !lastOkAt || Date.parse(lastOkAt) + againMs <= deps.now();
      if (kind === "folder" || !due || leftMs() <= 0) continue;
      const imported = await importCentre(outbound(AbortSignal.timeout(leftMs()), 300_000), workspace, id);
      await settleImport(workspace, imported);
      log("info", "help centre read", { workspace, kind, ...imported.counts });
    }
  },
};
