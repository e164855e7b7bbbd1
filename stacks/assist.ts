import { modelEnvironment, serve } from "./function";
import { consume, deadJobs, enqueue, jobs, queue, workerTimeoutSeconds } from "./queue";
import { channel, push } from "./realtime";
import { modelKey, vaultKey } from "./secrets";
import { rights, tableName } from "./storage";

/**
 * Runs at once. Unbounded, a burst takes every slot of the account and the webhook's with it, and a job that
 * finds no slot still counts as received: three such and it is a dead letter.
 */
const workersAtOnce = 100;

const worker = serve("Worker", {
  handler: "packages/functions/src/worker.handler",
  link: [tableName, jobs, channel, vaultKey, modelKey],
  permissions: [...rights.worker, enqueue, push, consume(queue)],
  timeout: `${workerTimeoutSeconds} seconds`,
  memory: "1024 MB",
  environment: modelEnvironment(),
});

queue.subscribe(worker.arn, {
  batch: { size: 1, partialResponses: true }, // one job a run: a failure repeats itself alone
  transform: { eventSourceMapping: { scalingConfig: { maximumConcurrency: workersAtOnce } } },
});

/** Marks what a letter asked for as failed and keeps the letter in the table; alarms.ts says why it still rings. */
const deadLetter = serve("DeadLetter", {
  handler: "packages/functions/src/deadletter.handler",
  link: [tableName, channel],
  permissions: [...rights.deadletter, push, consume(deadJobs)],
  timeout: "60 seconds",
  memory: "512 MB",
});

deadJobs.subscribe(deadLetter.arn, { batch: { size: 10, partialResponses: true } });

export const functions = { worker, deadLetter };
