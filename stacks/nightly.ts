import { serve } from "./function";
import { rights, tableName } from "./storage";

/** Closes days. Hourly, because each workspace's day ends in its own time zone. */
const nightly = serve("Nightly", {
  handler: "packages/functions/src/nightly.handler",
  link: [tableName],
  permissions: rights.nightly,
  timeout: "15 minutes",
  memory: "1024 MB",
});

new sst.aws.CronV2("Hourly", { schedule: "rate(1 hour)", function: nightly, retries: 2 });

export const functions = { nightly };
