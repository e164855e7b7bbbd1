/**
 * The talk between the sidebar in its frame and the helpdesk page around it, by postMessage. Every message is
 * `{source: "cuecard", v: 1, type, …}`; docs/helpdesks/embed.md shows the host's side.
 *
 * The host is believed if it has our own origin, or if the token it hands over, or the rep signed in with, is of a
 * workspace that lists its origin (`embedOrigins`). A page's query could say anything, so it is not asked.
 */

export type HostContext = {
  type: "context";
  conversationId: string;
  token?: string;
  /** Whose ids these are, and where to sign in; both are hints, and open nothing. */
  helpdesk?: string;
  workspace?: string;
  /** False where the host can put nothing into its composer: the primary action then is Copy. */
  insert?: boolean;
  /** True where the host copies for us, as its frame may not. */
  copy?: boolean;
};
export type HostComposer = { type: "composer"; empty: boolean; mode: "reply" | "note" };
export type FromHost = HostContext | HostComposer;
export type ToHost =
  | { type: "ready" }
  | { type: "insert"; text: string; suggestionId: string; conversationId: string }
  | { type: "copy"; text: string }
  | { type: "resize"; height: number };

export const envelope = <M extends object>(message: M) => ({ source: "cuecard" as const, v: 1 as const, ...message });

/** What a host said, if it is ours and well-formed; else undefined. */
export function parseFromHost(data: unknown): FromHost | undefined {
  const message = data as Record<string, unknown> | null;
  if (typeof message !== "object" || message?.source !== "cuecard" || message.v !== 1) return undefined;
  const { type, conversationId, empty, mode } = message;
  if (type === "context" && typeof conversationId === "string") {
    const hints = (["token", "helpdesk", "workspace"] as const).filter((name) => typeof message[name] === "string");
    const can = (["insert", "copy"] as const).filter((name) => typeof message[name] === "boolean");
    return { type, conversationId, ...Object.fromEntries([...hints, ...can].map((name) => [name, message[name]])) };
  }
  if (type === "composer" && typeof empty === "boolean" && (mode === "reply" || mode === "note"))
    return { type, empty, mode };
  return undefined;
}

export type Host = {
  send(message: ToHost): void;
  /** Looks again at a host that was not believed: the rep may have signed in meanwhile. */
  retry(): void;
};

type Options = {
  frame: Window;
  /** Asked for each context of a foreign origin that is not believed yet; without a token in it the rep's own session counts. */
  trusts(origin: string, context: HostContext): Promise<boolean>;
  onContext(context: HostContext): void;
  onComposer(composer: HostComposer): void;
  /** A host spoke that is not believed. Its hints may be shown, nothing else of it. */
  onStranger?(origin: string, context: HostContext): void;
};

const readyEveryMs = 250;

/** Messages before the host is known, and from any other window or origin, are dropped. */
export function attachHost({ frame, trusts, onContext, onComposer, onStranger }: Options): Host {
  let origin: string | undefined;
  let refused: { from: string; context: HostContext } | undefined;
  let before: Promise<void> = Promise.resolve();
  let heard = false;

  async function take(from: string, message: FromHost) {
    if (origin === undefined && message.type === "context") {
      if (from !== frame.location.origin && !(await trusts(from, message))) {
        refused = { from, context: message };
        return onStranger?.(from, message);
      }
      origin = from;
      refused = undefined;
    }
    if (origin !== from) return;
    if (message.type === "context") onContext(message);
    else onComposer(message);
  }
  // One after the other: while a host is looked up, its next context must not be overtaken by the one before.
  const queue = (from: string, message: FromHost) => {
    before = before.then(() => take(from, message));
  };
  frame.addEventListener("message", ({ data, source, origin: from }: MessageEvent) => {
    const message = source === frame.parent ? parseFromHost(data) : undefined;
    heard ||= message !== undefined;
    if (message) queue(from, message);
  });
  // Says nothing but that we are here, so any host may hear it; again, since its script may come after ours.
  const tell = () => frame.parent.postMessage(envelope({ type: "ready" }), "*");
  tell();
  let left = 20;
  const again = setInterval(() => {
    if (heard || left-- === 0) clearInterval(again);
    else tell();
  }, readyEveryMs);
  return {
    send(message) {
      if (origin !== undefined) frame.parent.postMessage(envelope(message), origin);
    },
    retry() {
      if (refused) queue(refused.from, refused.context);
    },
  };
}
