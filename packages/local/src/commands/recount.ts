/** `npm run recount`: holds every item of a data folder against the lead's report. For a Cuecard that is not running. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { startDatabase } from "../database.ts";
import { flags, wholeOf } from "../flags.ts";
import { lockFolder } from "../lock.ts";
import { recount } from "../recount.ts";

const usage = `npm run recount -- [--data FOLDER] [--workspace W] [--days N] [--json]
  --data       of a Cuecard that is not running (CUECARD_DATA, else .cuecard)
  --workspace  demo
  --days       up to today (30)
  --json       prints one object alone`;

const { values } = flags(usage, {
  options: {
    data: { type: "string", default: process.env.CUECARD_DATA ?? ".cuecard" },
    workspace: { type: "string", default: "demo" },
    days: { type: "string", default: "30" },
    json: { type: "boolean", default: false },
  },
});

// No account is ever reached: the endpoint is this machine's, the credentials are words.
Object.assign(process.env, {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
});
const days = wholeOf("days", values.days, 1, 3_660);

try {
  const folder = resolve(values.data);
  if (!existsSync(`${folder}/table`)) throw new Error(`${folder} holds no table: it is no data folder of Cuecard.`);
  const unlock = lockFolder(folder);
  const database = await startDatabase(`${folder}/table`, console.error, (error) => console.error(error.message));
  try {
    const result = await recount(new DynamoDBClient({ endpoint: database.endpoint }), values.workspace, days);
    console.log(
      values.json
        ? JSON.stringify(result)
        : `${result.suggestions} suggestions, ${result.messages} messages read; ${result.mismatches.length} differ from the report or from a new judgement`,
    );
    for (const line of result.mismatches.slice(0, 20)) console.error(line);
    process.exitCode = result.mismatches.length > 0 ? 1 : 0;
  } finally {
    await database.stop();
    unlock();
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
