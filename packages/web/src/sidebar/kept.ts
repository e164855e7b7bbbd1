/**
 * A session that a rep got by a window, kept while this tab is open: some helpdesks (Chatwoot, Freshdesk) load our frame anew for each
 * conversation, and nobody signs in forty times a day. `sessionStorage` is of this tab, this origin and, in a frame, this
 * helpdesk's site alone; what a host hands over is never put there. The token itself is good for a quarter of an hour.
 */
import { expiryOf } from "../session.ts";

type For = { workspace?: string | undefined; helpdesk?: string | undefined };
/** Too little left to begin anything with. */
const spareMs = 5_000;
const keyOf = ({ workspace = "", helpdesk = "" }: For) => `cuecard ${workspace} ${helpdesk}`;

/** Browsers may deny a frame any storage: then a rep signs in for each. */
function storage(): Storage | undefined {
  try {
    return window.sessionStorage;
  } catch {
    return undefined;
  }
}

export const keep = (whose: For, token: string): void => storage()?.setItem(keyOf(whose), token);
export const forget = (whose: For): void => storage()?.removeItem(keyOf(whose));

export function recall(whose: For): string | undefined {
  const token = storage()?.getItem(keyOf(whose)) ?? undefined;
  const expiry = token === undefined ? undefined : expiryOf(token);
  return expiry !== undefined && expiry * 1_000 > Date.now() + spareMs ? token : undefined;
}
