/** The demo's scripted conversations. What of one was played is read from its stored messages: there is no second state. */
import type { Event } from "@cuecard/core/event";
import * as z from "zod";
import { deskRep, readJson } from "../demo.ts";

export const Script = z.object({
  id: z.string(),
  subject: z.string(),
  channel: z.string(),
  team: z.string(),
  tags: z.array(z.string()),
  customer: z.object({ id: z.string(), name: z.string(), email: z.string() }),
  language: z.string(),
  label: z.enum(["control", "bot"]).optional(),
  /** `t` in seconds from the first; a rep's lines are what a good rep would write, and are not played. */
  events: z.array(z.object({ t: z.number(), by: z.enum(["customer", "rep", "bot"]), text: z.string() })),
});
export type Script = z.infer<typeof Script>;

export const readScripts = async (): Promise<Script[]> =>
  z.array(Script).parse(await readJson("conversations.json")) as Script[];

/** The same at every start, so that what was played stays played. */
export const conversationId = ({ id }: Script) => `demo-${id}`;
const messageId = (script: Script, index: number) => `${conversationId(script)}-${index}`;

export const facts = (script: Script): Event["conversation"] => ({
  id: conversationId(script),
  subject: script.subject,
  channel: script.channel,
  team: script.team,
  tags: script.tags,
  customer: script.customer,
  assignee: deskRep,
});

/** Indexes of the lines that a customer or bot has still to say. `played` holds the ids of stored messages. */
const left = (script: Script, played: ReadonlySet<string>): number[] =>
  script.events.flatMap(({ by }, i) => (by === "rep" || played.has(messageId(script, i)) ? [] : [i]));

export const customerLinesLeft = (script: Script, played: ReadonlySet<string>): number =>
  left(script, played).filter((i) => script.events[i]!.by === "customer").length;

/**
 * What is said next, up to where the rep has to answer. The last line is said now and the others as long before as
 * they stand in the script, but none before `afterMs`, the time of what was said last.
 */
export function next(script: Script, played: ReadonlySet<string>, nowMs: number, afterMs: number): Event[] {
  const [first, ...rest] = left(script, played);
  if (first === undefined) return [];
  const lines = [first];
  for (const i of rest) {
    if (script.events.slice(lines.at(-1)!, i).some(({ by }) => by === "rep")) break;
    lines.push(i);
  }
  const end = script.events[lines.at(-1)!]!.t;
  let atMs = afterMs;
  return lines.map((i) => {
    const { t, by, text } = script.events[i]!;
    atMs = Math.max(atMs + 1, nowMs - (end - t) * 1_000);
    const author =
      by === "customer"
        ? { kind: "customer" as const, id: script.customer.id, name: script.customer.name }
        : { kind: "bot" as const, name: "Larkspur bot" };
    return {
      type: "message.created",
      conversation: facts(script),
      message: {
        id: messageId(script, i),
        at: new Date(atMs).toISOString(),
        author,
        visibility: "public",
        text,
      },
    };
  });
}
