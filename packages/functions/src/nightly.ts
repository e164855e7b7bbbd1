/** Once an hour: closes the days whose time is over, in every workspace. */
import { closeDays } from "@cuecard/core/report/close";
import * as Settings from "@cuecard/core/settings";
import { listWorkspaces } from "@cuecard/core/store/workspaces";
import * as deps from "./deps.ts";
import { log } from "./log.ts";

export async function handler(): Promise<void> {
  for (const workspace of await listWorkspaces(deps.table())) {
    const { settings } = await Settings.load(deps.table(), workspace);
    const days = await closeDays(deps.table(), workspace, settings, deps.now());
    if (days.length > 0) log("info", "days closed", { workspace, days });
  }
}
