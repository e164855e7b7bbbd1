/** Events of made-up conversations, with the demo's own words. */
import type { Event } from "@cuecard/core/event";
import * as z from "zod";
import { readJson } from "../demo.ts";

const Told = z.array(
  z.object({
    id: z.string(),
    events: z.array(z.object({ by: z.string(), text: z.string().optional() }).loose()),
  }),
);

export type Line = { by: "customer" | "rep"; text: string };

/** The demo's conversations, spoken lines alone. */
export async function demoDialogues(): Promise<{ id: string; lines: Line[] }[]> {
  return Told.parse(await readJson("conversations.json")).map(({ id, events }) => ({
    id,
    lines: events.flatMap(({ by, text }) => ((by === "customer" || by === "rep") && text ? [{ by, text }] : [])),
  }));
}

export const facts = (id: string, rep?: string) => ({
  id,
  subject: "Refund",
  channel: "chat",
  team: "payments",
  customer: { id: `cust-${id}`, name: "Nora Whitfield", email: "nora@example.com" },
  ...(rep === undefined ? {} : { assignee: { id: rep, name: "Sam" } }),
  tags: ["bench"],
});

export const said = (id: string, n: number, { by, text }: Line, at: string, rep?: string): Event => ({
  type: "message.created",
  conversation: facts(id, rep),
  message: {
    id: `${id}-${n}`,
    at,
    author: by === "customer" ? { kind: "customer", id: `cust-${id}` } : { kind: "rep", id: rep ?? "bench-rep" },
    visibility: "public",
    text,
  },
});

export const resolved = (id: string, at: string, rep?: string): Event => ({
  type: "conversation.resolved",
  at,
  conversation: facts(id, rep),
});
