/** Reps with a sidebar each, whose connections break, and who look whether they are shown what is not theirs. */
import { ServerFrame, type Suggestion } from "@cuecard/core/protocol";
import WebSocket from "ws";
import type { Client } from "../replay/client.ts";

export type Rep = {
  id: string;
  watch(conversationId: string): void;
  /** Closes the conversation: after a break it is not opened again. */
  leave(conversationId: string): void;
  shown(suggestion: Suggestion): void;
  /** The newest ready draft that came for a conversation. */
  draft(conversationId: string): Suggestion | undefined;
  /** How many drafts and summaries of a conversation have come to their end, well or not. */
  ended(conversationId: string): number;
  /** Breaks the connection; it is opened again. */
  drop(): void;
  close(): void;
};

/** `api` gives a client that is signed in, again after each restart; `leaked` hears of each frame of another's conversation. */
export function openRep(given: {
  id: string;
  api(): Promise<Client>;
  mayWatch(conversationId: string): boolean;
  leaked(frame: ServerFrame): void;
}): Rep {
  const watched = new Set<string>();
  const shown = new Map<string, string>();
  const drafts = new Map<string, Suggestion>();
  const ended = new Map<string, Set<string>>();
  let socket: WebSocket | undefined;
  let closed = false;

  const send = (action: unknown) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(action));
  };
  const hear = (data: WebSocket.RawData) => {
    const read = ServerFrame.safeParse(JSON.parse(data.toString()));
    if (!read.success) return; // the gateway's own word that something failed
    const frame = read.data;
    // An empty snapshot tells nothing: a conversation may be watched before its first message.
    const tells = frame.type === "snapshot" ? frame.conversation !== null || frame.messages.length > 0 : true;
    if (frame.type !== "error" && frame.type !== "pong" && tells && !given.mayWatch(frame.conversationId))
      given.leaked(frame);
    const suggestions =
      frame.type === "snapshot" ? frame.suggestions : frame.type === "suggestion" ? [frame.suggestion] : [];
    for (const one of suggestions) {
      if (one.kind === "draft" && one.status === "ready") drafts.set(one.conversationId, one);
      if (one.kind !== "policy" && one.status !== "streaming" && watched.has(one.conversationId))
        ended.set(one.conversationId, (ended.get(one.conversationId) ?? new Set()).add(one.id));
    }
  };
  const connect = async () => {
    while (!closed)
      try {
        const { status, json } = await (await given.api())("POST", "/api/tickets", { body: {} });
        if (status !== 201 && status !== 200) throw new Error(`ticket: ${status}`);
        const opened = new WebSocket(`${json.url}?ticket=${encodeURIComponent(String(json.ticket))}`);
        await new Promise<void>((resolve, reject) => {
          opened.once("open", () => resolve());
          opened.once("error", reject);
        });
        socket = opened;
        opened.on("message", hear);
        opened.on("error", () => opened.terminate());
        opened.once("close", () => void connect());
        for (const conversationId of watched) send({ action: "watch", conversationId });
        // As the page does: what it shows, it says again.
        for (const suggestionId of shown.keys()) send({ action: "shown", suggestionId });
        return;
      } catch {
        // The server is down, or the call was made to fail: as a page does, we try again.
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
  };
  void connect();
  return {
    id: given.id,
    watch(conversationId) {
      watched.add(conversationId);
      send({ action: "watch", conversationId });
    },
    leave(conversationId) {
      watched.delete(conversationId);
      drafts.delete(conversationId);
      ended.delete(conversationId);
      for (const [id, of] of shown) if (of === conversationId) shown.delete(id);
      send({ action: "unwatch", conversationId });
    },
    shown({ id: suggestionId, conversationId }) {
      shown.set(suggestionId, conversationId);
      send({ action: "shown", suggestionId });
    },
    draft: (conversationId) => drafts.get(conversationId),
    ended: (conversationId) => ended.get(conversationId)?.size ?? 0,
    drop: () => socket?.terminate(),
    close() {
      closed = true;
      socket?.terminate();
    },
  };
}
