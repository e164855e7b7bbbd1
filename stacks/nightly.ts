import { serve } from "./function";
import { enqueue, jobs } from "./queue";
import { vaultKey } from "./secrets";
import { rights, tableName } from "./storage";

/**
 * Closes days, builds in what decisions taught, reads help centres again, marks what has expired. Hourly, because each
 * workspace's day ends in its own time zone.
 */
const nightly = serve("Nightly", {
  handler: "packages/functions/src/nightly.handler",
  link: [tableName, jobs, vaultKey],
  permissions: [...rights.nightly, enqueue],
  timeout: "15 minutes",
  memory: "1024 MB",
});

new sst.aws.CronV2("Hourly", { schedule: "rate(1 hour)", function: nightly, retries: 2 });

export const functions = { nightly };
