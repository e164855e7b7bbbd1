/** Puts jobs on the queue. A job carries ids, never text. */

import { SendMessageBatchCommand, type SendMessageBatchResultEntry, SQSClient } from "@aws-sdk/client-sqs";
import type { Job } from "@cuecard/core/job";

/** Resolves once the job is kept. `delaySeconds` up to 900. */
export type Send = (job: Job, options?: { delaySeconds?: number }) => Promise<void>;

type Waiting = { body: string; delaySeconds: number; kept(): void; failed(error: unknown): void };

/** SQS's limit for one call. */
const mostAtOnce = 10;

/**
 * Jobs that come while others are on their way go together in the next call: in one process that serves many senders at
 * once, each call costs as much as everything else an event needs. One that comes alone waits for nobody.
 */
export function sender(url: string, client = new SQSClient({ maxAttempts: 3, cacheMiddleware: true })): Send {
  client.middlewareStack.remove("loggerMiddleware"); // as in core's store/dynamo.ts
  const waiting: Waiting[] = [];
  let busy = false;

  const flush = async () => {
    while (waiting.length > 0) await sendTogether(waiting.splice(0, mostAtOnce));
    // In the same step as the last look at `waiting`, or what comes between would wait for the next job.
    busy = false;
  };

  const sendTogether = async (jobs: Waiting[]) => {
    try {
      const { Successful = [], Failed = [] } = await client.send(
        new SendMessageBatchCommand({
          QueueUrl: url,
          Entries: jobs.map(({ body, delaySeconds }, at) => ({
            Id: String(at),
            MessageBody: body,
            ...(delaySeconds > 0 ? { DelaySeconds: delaySeconds } : {}),
          })),
        }),
      );
      const kept = new Set(Successful.map(({ Id }: SendMessageBatchResultEntry) => Id));
      for (const [at, job] of jobs.entries()) {
        if (kept.has(String(at))) job.kept();
        else
          job.failed(
            new Error(
              `the queue kept no job: ${Failed.find(({ Id }) => Id === String(at))?.Code ?? "no reason given"}`,
            ),
          );
      }
    } catch (error) {
      for (const job of jobs) job.failed(error);
    }
  };

  return (job, { delaySeconds = 0 } = {}) =>
    new Promise<void>((kept, failed) => {
      waiting.push({ body: JSON.stringify(job), delaySeconds: Math.min(900, Math.ceil(delaySeconds)), kept, failed });
      if (busy) return;
      busy = true;
      setImmediate(flush); // after everybody else who is ready to run
    });
}
