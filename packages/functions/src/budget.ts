/** The day's budget: what it covers is what a provider is asked for, drafts, embeddings and translations alike. */
import { spentTodayUsd } from "@cuecard/core/report/spend";
import { dayOf, type Loaded } from "@cuecard/core/settings";
import { addSpent, type Spent } from "@cuecard/core/store/spent";
import * as deps from "./deps.ts";
import { log } from "./log.ts";

export async function isSpent(workspace: string, { settings }: Loaded): Promise<boolean> {
  const { dailyBudgetUsd, timeZone } = settings;
  return (
    dailyBudgetUsd !== null && (await spentTodayUsd(deps.table(), workspace, timeZone, deps.now())) >= dailyBudgetUsd
  );
}

/** What the lookup asked for. A figure that cannot be kept must not cost the rep the answer. */
export async function countSpent(
  workspace: string,
  { settings }: Loaded,
  spent: Pick<Spent, "what" | "model" | "tokensIn" | "tokensOut">,
): Promise<void> {
  const day = dayOf(deps.now(), settings.timeZone);
  await addSpent(deps.table(), workspace, { day, ...spent }, deps.random()).catch((error: unknown) =>
    log("warn", "spend not counted", { workspace, error }),
  );
}
