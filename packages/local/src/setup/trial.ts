/** The last step: a message as the helpdesk would send it, signed; and what Cuecard makes of it. */
import { randomUUID } from "node:crypto";
import type { Event } from "@cuecard/core/event";
import type { Suggestion } from "@cuecard/core/protocol";
import { sender } from "../senders/sender.ts";
import type { Place } from "./place.ts";
import { call } from "./steps.ts";

export type Trial = {
  ok: boolean;
  /** What came back, and how long after the message (ms); or why nothing was tried. */
  kind?: string;
  engine?: string;
  ms?: number;
  reason?: string;
};

const patienceMs = 60_000;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The conversation is erased afterwards; one unseen suggestion of it stays in the reports of the day. */
export async function trial(
  { admin, hook }: Place,
  workspace: string,
  { helpdesk, secret, team }: { helpdesk: string; secret: string; team: string | undefined },
): Promise<Trial> {
  const id = `setup-${randomUUID().slice(0, 8)}`;
  const as = await sender(helpdesk, secret);
  const at = new Date();
  const conversation = {
    id,
    subject: "A test of Cuecard's setup",
    customer: { id, name: "Setup" },
    assignee: { id: "setup" },
    ...(team ? { team } : {}),
  };
  // Nobody watches, and not every helpdesk says in a message whose it is: without an assignee nothing would be made.
  const assigned: Event = {
    type: "conversation.assigned",
    at: new Date(at.getTime() - 1).toISOString(),
    conversation,
  };
  const message: Event = {
    type: "message.created",
    conversation,
    message: {
      id: `${id}-1`,
      at: at.toISOString(),
      author: { kind: "customer", id },
      visibility: "public",
      text: "Hello, how long does a refund take, and where do I ask for it?",
    },
  };
  const began = performance.now();
  for (const event of [assigned, message]) {
    const request = as.build(event, { nowMs: at.getTime(), deliveryId: `${id}-${event.type}` });
    if (!request) return { ok: false, reason: `${helpdesk} has no webhook for ${event.type}` };
    const answer = await hook("POST", `/webhooks/${workspace}${request.path}`, {
      raw: request.body,
      headers: request.headers,
    });
    if (answer.status !== 202)
      return {
        ok: false,
        reason: `the webhook answered ${answer.status}: ${(answer.json.error as { message?: string })?.message ?? ""}`,
      };
  }
  try {
    while (performance.now() - began < patienceMs) {
      const { status, json } = await admin("GET", `/api/conversations/${id}`);
      const made = status === 200 ? (json.suggestions as Suggestion[]) : [];
      const ended = made.find(({ status }) => status === "ready") ?? made.find(({ status }) => status === "failed");
      if (ended?.status === "failed")
        return { ok: false, kind: ended.kind, reason: "the suggestion failed: see the worker's log" };
      if (ended) return { ok: true, kind: ended.kind, engine: ended.engine, ms: Math.round(performance.now() - began) };
      await sleep(300);
    }
    return { ok: false, reason: `no suggestion came within ${patienceMs / 1_000} s` };
  } finally {
    await call(admin, "DELETE", `/api/customers/${id}`);
  }
}
