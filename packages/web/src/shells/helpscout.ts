/**
 * Help Scout's app frame. It lends no composer: the draft goes to the clipboard, through Help Scout, as a frame may not write
 * there itself. Message names as in @helpscout/javascript-sdk 0.10.
 */
import type { Held } from "../frame.ts";
import { draftCopied } from "../strings.ts";
import { start } from "./start.ts";

/** The one page that is spoken to, and believed. */
export const helpScout = "https://secure.helpscout.net";

export function helpscout(frame: Window, begin: typeof start): Held {
  const say = (type: string, value?: unknown) =>
    frame.parent.postMessage(
      {
        type,
        appId: frame.name.replace(/app-side-panel-|app-/, ""),
        iframeId: frame.name,
        ...(value === undefined ? {} : { value }),
      },
      helpScout,
    );
  const held = begin({
    insert: false,
    onInsert: () => undefined,
    onCopy: (text) => say("SET_CLIPBOARD_TEXT", { text, successMessage: draftCopied(navigator.languages) }),
    onResize: (height) => say("SET_APP_HEIGHT", height),
  });
  frame.addEventListener("message", ({ source, origin, data }: MessageEvent) => {
    if (source !== frame.parent || origin !== helpScout || data?.type !== "SEND_APP_CONTEXT") return;
    const id = data.conversation?.id;
    held.show(typeof id === "number" || typeof id === "string" ? String(id) : "");
  });
  say("GET_APP_CONTEXT");
  return held;
}

helpscout(window, start);
