/** What a rep's page or card tells of a suggestion: that it was before the rep's eyes, and what was clicked. Either may come twice. */
import { settle } from "@cuecard/core/attribution";
import type { Loaded } from "@cuecard/core/settings";
import { requireSight } from "@cuecard/core/snapshot";
import * as conversations from "@cuecard/core/store/conversations";
import type { Identity } from "@cuecard/core/store/presence";
import { putPart, read } from "@cuecard/core/store/suggestions";
import type { Whole } from "@cuecard/core/suggestion";
import * as deps from "./deps.ts";
import { tellJudged } from "./steps.ts";

export type Click = {
  action: "inserted" | "copied" | "rejected";
  reason?: string | undefined;
  note?: string | undefined;
};

async function settled(workspace: string, { state }: Whole, { settings }: Loaded): Promise<void> {
  const { acceptThreshold: threshold } = settings;
  const options = { threshold, now: deps.now, only: state.id };
  tellJudged(workspace, await settle(deps.table(), workspace, state.conversationId, options));
}

/** The first time counts; the same again after a reconnect changes nothing. */
export async function shown(identity: Identity, suggestionId: string, loaded: Loaded): Promise<void> {
  const { workspace, repId } = identity;
  const whole = await read(deps.table(), workspace, suggestionId);
  if (!whole || whole.state.shownAt) return;
  const header = await conversations.header(deps.table(), workspace, whole.state.conversationId, deps.now());
  if (header) requireSight(identity, header, loaded.settings);
  const { expiresAt } = whole.state;
  const fields = { shownAt: new Date(deps.now()).toISOString(), repId, ...(expiresAt ? { expiresAt } : {}) };
  await putPart(deps.table(), workspace, suggestionId, "shown", fields, "absent");
  // Also when the mark was there: who kept it may have died before it was counted.
  await settled(workspace, whole, loaded);
}

/** The suggestion as it stands after the click. */
export async function clicked(
  { workspace, repId }: Identity,
  whole: Whole,
  click: Click,
  loaded: Loaded,
): Promise<Whole["state"]> {
  const { id, expiresAt } = whole.state;
  const fields = { ...click, at: new Date(deps.now()).toISOString(), repId, ...(expiresAt ? { expiresAt } : {}) };
  await putPart(deps.table(), workspace, id, `click#${click.action}`, fields, "absent");
  await settled(workspace, whole, loaded);
  return ((await read(deps.table(), workspace, id)) ?? whole).state;
}
