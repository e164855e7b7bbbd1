/** One rep's sidebar under load: watches one conversation at a time and notes when what it waits for came. */
import WebSocket from "ws";
import type { Running } from "../bench/product.ts";

export type Watching = {
  /** Leaves the conversation before. */
  watch(conversationId: string): void;
  /** The customer's message was sent at this moment. */
  expect(messageId: string): void;
  heard(): { messageMs: number[]; suggestionMs: number[]; unanswered: number };
  close(): void;
};

export async function listen(product: Running, repId: string): Promise<Watching> {
  const api = await product.as("rep", repId);
  const { json } = await api("POST", "/api/tickets", { body: {} });
  const socket = new WebSocket(`${json.url}?ticket=${encodeURIComponent(String(json.ticket))}`);
  await new Promise<void>((resolve, reject) => {
    socket.once("open", () => resolve());
    socket.once("error", reject);
  });
  socket.on("error", () => undefined); // what it does not hear is counted
  const messageMs: number[] = [];
  const suggestionMs: number[] = [];
  const sentAt = new Map<string, number>();
  let watched: string | undefined;
  let asked: number | undefined;
  let unanswered = 0;
  const send = (action: object) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(action));
  const keepAlive = setInterval(() => send({ action: "ping" }), 60_000);
  socket.on("message", (data) => {
    const frame = JSON.parse(data.toString()) as {
      type: string;
      conversationId?: string;
      message?: { id: string };
      suggestion?: { kind: string; status: string };
    };
    if (frame.conversationId !== watched) return;
    const now = performance.now();
    const began = frame.message && sentAt.get(frame.message.id);
    if (frame.type === "message" && began !== undefined) {
      messageMs.push(now - began);
      sentAt.delete(frame.message!.id);
    }
    if (frame.type === "suggestion" && frame.suggestion?.status !== "stale" && asked !== undefined) {
      suggestionMs.push(now - asked);
      asked = undefined;
    }
  });
  return {
    watch(conversationId) {
      if (watched) send({ action: "unwatch", conversationId: watched });
      if (asked !== undefined) unanswered++;
      asked = undefined;
      sentAt.clear();
      watched = conversationId;
      send({ action: "watch", conversationId });
    },
    expect(messageId) {
      if (asked !== undefined) unanswered++;
      asked = performance.now();
      sentAt.set(messageId, asked);
    },
    heard: () => ({ messageMs, suggestionMs, unanswered }),
    close() {
      clearInterval(keepAlive);
      socket.close();
    },
  };
}
