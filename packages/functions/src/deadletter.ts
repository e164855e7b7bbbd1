/** Jobs that failed three times: what they were to make is marked as failed, so that nothing stays streaming; the letter is kept, ids only. */
import { Job } from "@cuecard/core/job";
import { deadLettersPk } from "@cuecard/core/store/keys";
import { broadcast } from "@cuecard/core/store/presence";
import { parseSuggestionId, turnKey } from "@cuecard/core/store/suggestion-id";
import { changeState, recent } from "@cuecard/core/store/suggestions";
import { view } from "@cuecard/core/suggestion";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import * as deps from "./deps.ts";
import { log } from "./log.ts";
import { handled } from "./metrics.ts";

const keepSeconds = 30 * 86_400;

export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { body, messageId } of Records)
    try {
      const nowMs = deps.now();
      await deps.table().put({
        pk: deadLettersPk,
        sk: `${new Date(nowMs).toISOString()}#${messageId}`,
        v: 1,
        body,
        expiresAt: Math.floor(nowMs / 1_000) + keepSeconds,
      });
      const job = Job.safeParse(JSON.parse(body));
      if (job.success) await fail(job.data);
      const { type, workspace, correlation } = job.data ?? {};
      log("error", "dead letter", { messageId, type, workspace, correlation }, handled(false));
    } catch (error) {
      log("error", "dead letter could not be handled", { messageId, error }, handled(true));
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  return { batchItemFailures };
}

/** What the job was to make: one suggestion, those of one message's turn, or of the conversation whatever streams. */
function wantedBy(job: Job): { conversationId: string; of: (id: string) => boolean } | undefined {
  if (job.type === "request") return { ...parseSuggestionId(job.suggestionId), of: (id) => id === job.suggestionId };
  // What is fetched makes none itself, and a name that could not be read must not end a draft.
  if (!("conversationId" in job) || job.type === "fetch") return undefined;
  const { conversationId } = job;
  const [, at, messageId] = job.type === "event" ? (/^MSG#([^#]+)#(.*)$/s.exec(job.sk) ?? []) : [];
  const turn = at && messageId ? turnKey(at, messageId) : undefined;
  return { conversationId, of: (id) => turn === undefined || parseSuggestionId(id).turn === turn };
}

async function fail(job: Job): Promise<void> {
  const { workspace } = job;
  const wanted = wantedBy(job);
  if (!wanted) return;
  const { conversationId } = wanted;
  for (const whole of await recent(deps.table(), workspace, conversationId)) {
    if (!wanted.of(whole.state.id)) continue;
    const state = await changeState(deps.table(), workspace, whole.state.id, (old) => {
      // Whoever may still be at it finds that the suggestion is no longer its own, and stops.
      if (old.status !== "streaming") return undefined;
      const { owner: _owner, leaseUntil: _leaseUntil, ...rest } = old;
      return { ...rest, status: "failed", reason: "It could not be made." };
    });
    if (state)
      await broadcast(
        deps.table(),
        await deps.channel(),
        workspace,
        { type: "suggestion", conversationId, suggestion: view({ ...whole, state }) },
        deps.now(),
      );
  }
}
