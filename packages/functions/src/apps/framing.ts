/** Who may hold the sidebar in a frame: where each workspace's helpdesks stand, and the origins its admin lists (`embedOrigins`). */
import * as Settings from "@cuecard/core/settings";
import * as helpdesks from "@cuecard/core/store/helpdesks";
import { listWorkspaces } from "@cuecard/core/store/workspaces";
import * as deps from "../deps.ts";
import { ancestors } from "./page.ts";

/** Their agents' pages hold our app's page, which is in `embedOrigins`; a frame asks all who stand around it. */
const around: Record<string, string[]> = { freshdesk: ["https://*.freshdesk.com", "https://*.myfreshworks.com"] };

/** Sources of `frame-ancestors`, of all workspaces together: a page without a session does not know whose it is. */
export async function framedBy(): Promise<string[]> {
  const sources = new Set<string>();
  for (const workspace of await listWorkspaces(deps.table())) {
    const [{ settings }, connected] = await Promise.all([
      Settings.load(deps.table(), workspace),
      helpdesks.list(deps.table(), workspace),
    ]);
    for (const origin of settings.embedOrigins) sources.add(new URL(origin).origin);
    for (const { helpdesk } of connected) {
      const credentials = (await helpdesks.credentials(deps.table(), workspace, helpdesk, deps.secrets())) ?? {};
      for (const one of ancestors(helpdesk, credentials, []).split(" ")) if (one !== "'none'") sources.add(one);
      for (const one of around[helpdesk] ?? []) sources.add(one);
    }
  }
  return [...sources].sort();
}
