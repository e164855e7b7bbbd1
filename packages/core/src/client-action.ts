/** What a page may ask over its WebSocket; part of `protocol.ts`, of which the socket itself needs no more. */
import * as z from "zod";

/** From the page to the server. */
export const ClientAction = z.discriminatedUnion("action", [
  z.object({ action: z.literal("watch"), conversationId: z.string().min(1).max(1_024) }),
  z.object({ action: z.literal("unwatch"), conversationId: z.string().min(1).max(1_024) }),
  z.object({ action: z.literal("shown"), suggestionId: z.string().min(1).max(1_200) }),
  z.object({ action: z.literal("ping") }),
]);
export type ClientAction = z.infer<typeof ClientAction>;
