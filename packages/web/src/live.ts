/** One WebSocket that comes back by itself. It watches one conversation at a time; a frame is handed on as it came. */
import type { ClientAction, ServerFrame } from "@cuecard/core/protocol";
import { RequestError } from "./client.ts";

export type LiveState = "connecting" | "live" | "reconnecting" | "signed-out";

export type Live = {
  watch(conversationId: string): void;
  /** Says so once per connection; before the connection stands, nothing is said. */
  shown(suggestionId: string): void;
  close(): void;
};

type Options = {
  /** May bring what is known of the conversation along, so that it is read before the socket stands. */
  ticket(conversationId: string | undefined): Promise<{ ticket: string; url: string; snapshot?: ServerFrame }>;
  onFrame(frame: ServerFrame): void;
  onState(state: LiveState): void;
  /** What is watched from the start. */
  first?: string | undefined;
  random?: () => number;
};

/** API Gateway ends a connection after 10 idle minutes, home routers often after one. */
const pingEveryMs = 30_000;
/** Two pings without any answer: the line is dead though nobody told us. */
const silentForMs = 70_000;
const firstDelayMs = 400;
const longestDelayMs = 15_000;

/** How long to wait before the n-th attempt in a row (from 0), spread so that a restart is not met by all pages at once. */
export const backoffMs = (attempt: number, random: number) =>
  Math.min(longestDelayMs, firstDelayMs * 2 ** attempt) * (0.5 + random / 2);

export function connect({ ticket, onFrame, onState, first, random = Math.random }: Options): Live {
  let socket: WebSocket | undefined;
  let watched = first;
  let attempt = 0;
  let closed = false;
  let lastHeard = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let told = new Set<string>();

  const send = (action: ClientAction) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(action));
  };

  async function open(): Promise<void> {
    clearTimeout(timer);
    try {
      const { ticket: once, url, snapshot } = await ticket(watched);
      if (closed) return;
      if (snapshot) onFrame(snapshot);
      const address = new URL(url, location.href);
      address.protocol = address.protocol.replace("http", "ws");
      address.searchParams.set("ticket", once);
      start(new WebSocket(address));
    } catch (error) {
      if (error instanceof RequestError && (error.status === 401 || error.status === 403)) onState("signed-out");
      else retry();
    }
  }

  function start(next: WebSocket) {
    socket = next;
    next.onopen = () => {
      attempt = 0;
      lastHeard = Date.now();
      told = new Set();
      onState("live");
      if (watched !== undefined) send({ action: "watch", conversationId: watched });
    };
    next.onmessage = ({ data }) => {
      lastHeard = Date.now();
      onFrame(JSON.parse(String(data)) as ServerFrame);
    };
    next.onclose = () => {
      if (socket === next) retry();
    };
  }

  function retry() {
    socket = undefined;
    if (closed) return;
    onState("reconnecting");
    clearTimeout(timer);
    timer = setTimeout(() => void open(), backoffMs(attempt++, random()));
  }

  const now = () => {
    if (socket || closed) return;
    attempt = 0;
    void open();
  };
  addEventListener("online", now);
  const pinger = setInterval(() => {
    if (socket?.readyState !== WebSocket.OPEN) return;
    if (Date.now() - lastHeard > silentForMs) {
      const dead = socket;
      retry();
      dead.close();
    } else send({ action: "ping" });
  }, pingEveryMs);

  onState("connecting");
  void open();
  return {
    watch(conversationId) {
      if (watched === conversationId) return;
      if (watched !== undefined) send({ action: "unwatch", conversationId: watched });
      watched = conversationId;
      send({ action: "watch", conversationId });
    },
    shown(suggestionId) {
      if (socket?.readyState !== WebSocket.OPEN || told.has(suggestionId)) return;
      told.add(suggestionId);
      send({ action: "shown", suggestionId });
    },
    close() {
      closed = true;
      clearInterval(pinger);
      clearTimeout(timer);
      removeEventListener("online", now);
      socket?.close();
    },
  };
}
