/** Jobs that failed three times: what they were to make is marked as failed, so that nothing stays streaming; the letter is kept, ids only. */
import { Job } from "@cuecard/core/copilot";
import { deadLettersPk } from "@cuecard/core/store/keys";
import { broadcast } from "@cuecard/core/store/presence";
import { parseSuggestionId } from "@cuecard/core/store/suggestion-id";
import { changeState, recent } from "@cuecard/core/store/suggestions";
import { view } from "@cuecard/core/suggestion";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import * as deps from "./deps.ts";
import { log } from "./log.ts";

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
      log("error", "dead letter", {
        messageId,
        ...(job.success ? { type: job.data.type, workspace: job.data.workspace } : {}),
      });
    } catch (error) {
      log("error", "dead letter could not be handled", { messageId, error });
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  return { batchItemFailures };
}

async function fail(job: Job): Promise<void> {
  const { workspace } = job;
  const conversationId =
    "conversationId" in job
      ? job.conversationId
      : "suggestionId" in job
        ? parseSuggestionId(job.suggestionId).conversationId
        : undefined;
  if (conversationId === undefined) return;
  for (const whole of await recent(deps.table(), workspace, conversationId)) {
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
