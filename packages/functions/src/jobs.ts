/** Puts jobs on the queue. A job carries ids, never text. */

import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Job } from "@cuecard/core/job";

/** Resolves once the job is kept. `delaySeconds` up to 900. */
export type Send = (job: Job, options?: { delaySeconds?: number }) => Promise<void>;

export function sender(url: string, client = new SQSClient({ maxAttempts: 3, cacheMiddleware: true })): Send {
  return async (job, { delaySeconds } = {}) => {
    await client.send(
      new SendMessageCommand({
        QueueUrl: url,
        MessageBody: JSON.stringify(job),
        ...(delaySeconds ? { DelaySeconds: Math.min(900, Math.ceil(delaySeconds)) } : {}),
      }),
    );
  };
}
