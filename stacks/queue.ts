/** Work that a webhook or a click asks for, and the letters that could not be delivered. */

/** The worker's limit; a batch is one job. */
export const workerTimeoutSeconds = 60;
/** AWS advises six times the limit; with one job a batch 30 s more is enough, and a retry comes while it still matters. */
const visibilitySeconds = workerTimeoutSeconds + 30;
/** A letter keeps its first date when it moves here, so this must outlast the queue's own 4 days. */
const letterDays = 14;

export const deadJobs = new sst.aws.Queue("DeadJobs", {
  visibilityTimeout: `${visibilitySeconds} seconds`,
  transform: { queue: { messageRetentionSeconds: letterDays * 24 * 60 * 60 } },
});

export const queue = new sst.aws.Queue("JobQueue", {
  visibilityTimeout: `${visibilitySeconds} seconds`,
  dlq: { queue: deadJobs.arn, retry: 3 },
});

/** Links the address alone: linking the queue itself would grant sqs:*. */
export const jobs = new sst.Linkable("Jobs", { properties: { url: queue.url } });

export const enqueue = { actions: ["sqs:SendMessage"], resources: [queue.arn] };

/** What a function must be allowed so that Lambda can feed it from this queue. */
export const consume = (from: sst.aws.Queue) => ({
  actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
  resources: [from.arn],
});
