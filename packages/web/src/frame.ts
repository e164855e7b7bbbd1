/**
 * The host's half of docs/helpdesks/embed.md: puts the sidebar into a page and speaks with it. `embed.ts` gives this to any
 * page, and each helpdesk's shell stands on it.
 */
import type { FromHost, ToHost } from "./sidebar/host.ts";

export type Hold = {
  /** Cuecard's own origin: nothing is said to, or heard from, any other. */
  origin: string;
  /** The draft, without passage marks. Put it in at the caret; never send it. */
  onInsert(text: string, suggestionId: string): void;
  /** False where there is no composer to put anything into: the sidebar then offers Copy first. */
  insert?: boolean;
  /** Copies for the sidebar, where its frame may not. */
  onCopy?(text: string): void;
  /** A session of ours, if the page has one; asked again whenever the frame was loaded anew. */
  token?: string | (() => Promise<string | undefined>);
  /** Whose ids the conversation and the rep have; for signing in and for notes. */
  helpdesk?: string;
  workspace?: string;
  onResize?(height: number): void;
};

export type Held = {
  frame: HTMLIFrameElement;
  /** Which conversation is open now; `""` for none. */
  show(conversationId: string): void;
  /** How the composer stands: in `note` the sidebar warns before it inserts. */
  composer(state: { empty: boolean; mode: "reply" | "note" }): void;
  close(): void;
};

const sameLoadMs = 5_000;

export function hold(place: Element, options: Hold): Held {
  const { origin, onInsert, insert, onCopy, token, helpdesk, workspace, onResize } = options;
  // A page of ours may bring the frame along, so that both load at once.
  const frame = place.querySelector("iframe") ?? document.createElement("iframe");
  if (!frame.isConnected) {
    frame.src = `${origin}/sidebar`;
    frame.title = "Cuecard";
    frame.allow = "clipboard-write";
    frame.style.cssText = "border:0;width:100%;height:100%";
  }

  let conversationId = "";
  let state: { empty: boolean; mode: "reply" | "note" } | undefined;
  let ready = false;
  let bearer: string | undefined;
  const say = (message: FromHost) =>
    ready && frame.contentWindow?.postMessage({ source: "cuecard", v: 1, ...message }, origin);
  const tell = () => {
    const who = { ...(helpdesk ? { helpdesk } : {}), ...(workspace ? { workspace } : {}) };
    const can = { ...(insert === undefined ? {} : { insert }), ...(onCopy ? { copy: true } : {}) };
    say({ type: "context", conversationId, ...who, ...can, ...(bearer ? { token: bearer } : {}) });
    if (state) say({ type: "composer", ...state });
  };
  const hear = (event: MessageEvent) => {
    if (event.source !== frame.contentWindow || event.origin !== origin) return;
    const message = event.data as ToHost & { source?: string; v?: number };
    if (message?.source !== "cuecard" || message.v !== 1) return;
    if (message.type === "ready") void begin();
    // Between the click and here another conversation may have been opened: the text is not for that customer.
    if (message.type === "insert" && message.conversationId === conversationId)
      onInsert(message.text, message.suggestionId);
    if (message.type === "copy") onCopy?.(message.text);
    if (message.type === "resize") onResize?.(message.height);
  };
  let asking = false;
  let askedMs = Number.NEGATIVE_INFINITY;
  async function begin() {
    if (asking) return;
    asking = true;
    // It says that it is ready several times while it loads: one session is enough for that.
    const anew = performance.now() - askedMs > sameLoadMs;
    // Without a token the sidebar offers to sign in: a page that cannot get one is no reason to show nothing.
    if (anew) bearer = typeof token === "function" ? await token().catch(() => undefined) : token;
    askedMs = performance.now();
    asking = false;
    ready = true;
    tell();
  }
  addEventListener("message", hear);
  if (!frame.isConnected) place.append(frame);
  return {
    frame,
    show(id) {
      conversationId = id;
      tell();
    },
    composer(next) {
      state = next;
      say({ type: "composer", ...next });
    },
    close() {
      removeEventListener("message", hear);
      frame.remove();
    },
  };
}
