/**
 * Chatwoot's dashboard app: a frame that is told the conversation, by a text of JSON, when it loads and when it asks; it can put
 * nothing into the composer. Unsigned, so it says what is open and never who is there.
 * https://www.chatwoot.com/docs/product/others/dashboard-apps/
 */
import type { Held } from "../frame.ts";
import { start } from "./start.ts";

/** Nothing tells the frame that another conversation was opened. */
const askEveryMs = 500;

function conversationOf(data: unknown): string | undefined {
  if (typeof data !== "string") return undefined;
  try {
    const { event, data: context } = JSON.parse(data);
    const id = context?.conversation?.id;
    return event === "appContext" ? (typeof id === "number" || typeof id === "string" ? String(id) : "") : undefined;
  } catch {
    return undefined; // some other talk of the page
  }
}

export function chatwoot(frame: Window, begin: typeof start): Held {
  const held = begin({ insert: false, onInsert: () => undefined });
  let shown: string | undefined;
  frame.addEventListener("message", ({ source, data }: MessageEvent) => {
    // The policy of this page lets the firm's own Chatwoot alone hold it.
    const id = source === frame.parent ? conversationOf(data) : undefined;
    if (id === undefined || id === shown) return;
    shown = id;
    held.show(id);
  });
  // It says nothing of us, and Chatwoot's address is not known here.
  const ask = () => frame.parent.postMessage("chatwoot-dashboard-app:fetch-info", "*");
  ask();
  setInterval(() => {
    if (!document.hidden) ask();
  }, askEveryMs);
  document.addEventListener("visibilitychange", ask);
  return held;
}

chatwoot(window, start);
