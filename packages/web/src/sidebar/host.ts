/**
 * The talk between the sidebar in its frame and the helpdesk page around it, by postMessage. Every message is
 * `{source: "cuecard", v: 1, type, …}`; docs/helpdesks/embed.md shows the host's side.
 *
 * The host is believed if it has our own origin, or if the token it hands over is of a workspace that lists its origin
 * (`embedOrigins`). A page's query could say anything, so it is not asked.
 */

export type HostContext = { type: "context"; conversationId: string; token?: string };
export type HostComposer = { type: "composer"; empty: boolean; mode: "reply" | "note" };
export type FromHost = HostContext | HostComposer;
export type ToHost =
  | { type: "ready" }
  | { type: "insert"; text: string; suggestionId: string }
  | { type: "resize"; height: number };

export const envelope = <M extends object>(message: M) => ({ source: "cuecard" as const, v: 1 as const, ...message });

/** What a host said, if it is ours and well-formed; else undefined. */
export function parseFromHost(data: unknown): FromHost | undefined {
  const message = data as Record<string, unknown> | null;
  if (typeof message !== "object" || message?.source !== "cuecard" || message.v !== 1) return undefined;
  const { type, conversationId, token, empty, mode } = message;
  if (type === "context" && typeof conversationId === "string")
    return { type, conversationId, ...(typeof token === "string" ? { token } : {}) };
  if (type === "composer" && typeof empty === "boolean" && (mode === "reply" || mode === "note"))
    return { type, empty, mode };
  return undefined;
}

export type Host = { send(message: ToHost): void };

type Options = {
  frame: Window;
  /** Asked once for each foreign origin and token; says whether that origin may hold the sidebar. */
  trusts(origin: string, token: string): Promise<boolean>;
  onContext(context: HostContext): void;
  onComposer(composer: HostComposer): void;
};

/** Messages before the host is known, and from any other window or origin, are dropped. */
export function attachHost({ frame, trusts, onContext, onComposer }: Options): Host {
  let origin: string | undefined;
  async function hear({ data, source, origin: from }: MessageEvent) {
    const message = source === frame.parent ? parseFromHost(data) : undefined;
    if (!message) return;
    if (origin === undefined && message.type === "context") {
      const own = from === frame.location.origin;
      if (!own && !(message.token && (await trusts(from, message.token)))) return;
      origin = from;
    }
    if (origin !== from) return;
    if (message.type === "context") onContext(message);
    else onComposer(message);
  }
  frame.addEventListener("message", (event) => void hear(event));
  // Says nothing but that we are here, so any host may hear it.
  frame.parent.postMessage(envelope({ type: "ready" }), "*");
  return {
    send(message) {
      if (origin !== undefined) frame.parent.postMessage(envelope(message), origin);
    },
  };
}
