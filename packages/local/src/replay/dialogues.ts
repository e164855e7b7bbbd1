/** Recorded dialogues as events: JSON lines (`.gz` too) of `{id, agent, customer, events:[{t, speaker, type, text}]}`. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import type { Event } from "@cuecard/core/event";
import * as z from "zod";

const Recorded = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  agent: z.union([z.string(), z.number()]).transform(String).optional(),
  customer: z.union([z.string(), z.number()]).transform(String).optional(),
  events: z.array(
    z.object({
      t: z.number(),
      speaker: z.string().optional(),
      type: z.string().default("message"),
      text: z.string().optional(),
    }),
  ),
});

/** One dialogue; `offsetMs` counts from its first event. */
export type Dialogue = {
  id: string;
  steps: { offsetMs: number; event: (at: string) => Event; by: "customer" | "rep" | "close" }[];
};

/** Throws with the file's line for a line that is not a dialogue. */
export async function readDialogues(
  file: string,
  { prefix, limit = Number.POSITIVE_INFINITY }: { prefix: string; limit?: number },
): Promise<Dialogue[]> {
  const raw = createReadStream(file);
  const lines = createInterface({
    input: file.endsWith(".gz") ? raw.pipe(createGunzip()) : raw,
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  const dialogues: Dialogue[] = [];
  let number = 0;
  const failed = new Promise<never>((_, reject) => raw.once("error", reject));
  const all = (async () => {
    for await (const line of lines) {
      number++;
      if (!line.trim()) continue;
      if (dialogues.length >= limit) break;
      dialogues.push(dialogueOf(parsed(line, file, number), prefix));
    }
  })();
  await Promise.race([all, failed]);
  raw.destroy();
  return dialogues;
}

function parsed(line: string, file: string, number: number): z.infer<typeof Recorded> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Error(`${file}, line ${number}: not JSON`);
  }
  const result = Recorded.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`${file}, line ${number}: ${issue?.path.join(".")} ${issue?.message}`);
}

function dialogueOf({ id, agent = "rep", customer = id, events }: z.infer<typeof Recorded>, prefix: string): Dialogue {
  const conversationId = `${prefix}${id}`;
  const conversation = {
    id: conversationId,
    subject: `Replay ${id}`,
    channel: "chat",
    customer: { id: `${prefix}${customer}` },
    assignee: { id: `rep-${agent}` },
    team: "replay",
    // Nothing that is sent in a replay teaches: two runs give the same decisions.
    tags: ["replay"],
  };
  const start = Math.min(...events.map(({ t }) => t));
  // A later line never gets an earlier time, and two messages of one second keep their order.
  let last = -1;
  const steps: Dialogue["steps"] = [];
  events.forEach(({ t, speaker, type, text }, i) => {
    const offsetMs = Math.max(Math.round((t - start) * 1_000), last + 1);
    if (type === "close")
      steps.push({ offsetMs, by: "close", event: (at) => ({ type: "conversation.resolved", at, conversation }) });
    else if (type === "message" && (speaker === "customer" || speaker === "agent")) {
      const kind = speaker === "customer" ? "customer" : "rep";
      const author = { kind, id: kind === "customer" ? `${prefix}${customer}` : `rep-${agent}` } as const;
      steps.push({
        offsetMs,
        by: kind,
        event: (at) => ({
          type: "message.created",
          conversation,
          message: { id: `${conversationId}-${i}`, at, author, visibility: "public", text: text ?? "" },
        }),
      });
    } else return;
    last = offsetMs;
  });
  return { id: conversationId, steps };
}
