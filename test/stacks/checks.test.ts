/** The checks are held to be able to fail: on a changed source, and on a changed recording. */
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import * as Allowed from "./allowed.ts";
import * as Check from "./checks.ts";
import { layOutPlatform, paths } from "./platform.ts";
import { type Recording, record } from "./record.ts";
import * as Rights from "./rights.ts";

/** Evaluates the stacks with one word changed in the source. */
async function changed(name: string, edits: [file: string, from: string, to: string][]) {
  const copy = path.join(paths.scratch, name);
  await rm(copy, { recursive: true, force: true });
  await mkdir(copy, { recursive: true });
  await cp(path.join(paths.root, "stacks"), path.join(copy, "stacks"), { recursive: true });
  await cp(path.join(paths.root, "sst.config.ts"), path.join(copy, "sst.config.ts"));
  for (const [file, from, to] of edits) {
    const source = await readFile(path.join(copy, file), "utf8");
    expect(source).toContain(from);
    await writeFile(path.join(copy, file), source.replace(from, to));
  }
  return record("dev", {}, copy);
}

let broken: Recording;

beforeAll(async () => {
  await layOutPlatform();
  broken = await changed("broken", [
    ["stacks/api.ts", "api.handler", "api.missing"],
    [
      "stacks/storage.ts",
      '[onTable("GetItem", "BatchGetItem", "PutItem")]',
      '[onTable("GetItem", "BatchGetItem", "PutItem", "Scan")]',
    ],
  ]);
}, 300_000);

describe("the checks can fail", () => {
  it("on a wrong handler name and a widened right in the source", () => {
    expect(Rights.handlers(broken).join()).toContain("packages/functions/src/api.missing");
    expect(Rights.differing(broken, Allowed.rights)).toEqual(["Webhook may also: dynamodb:Scan on table"]);
    expect(Rights.unused(broken)).toContain("Webhook never needs: dynamodb:Scan on table");
  });

  type Mutation = [
    name: string,
    check: (recording: Recording) => string[],
    type: string,
    change: (inputs: Record<string, unknown>) => void,
  ];
  it.each<Mutation>([
    ["a table without TTL", Check.table, "aws:dynamodb/table:", (one) => delete one.ttl],
    [
      "a table whose deletion is not settled",
      Check.table,
      "aws:dynamodb/table:",
      (one) => Object.assign(one, { deletionProtectionEnabled: undefined }),
    ],
    ["a queue without letters", Check.queues, "aws:sqs/queue:", (one) => delete one.redrivePolicy],
    [
      "a job given out twice",
      Check.queues,
      "aws:sqs/queue:",
      (one) => Object.assign(one, { visibilityTimeoutSeconds: 60 }),
    ],
    [
      "an alarm on the wrong metric",
      Check.alarms,
      "aws:cloudwatch/metricAlarm:",
      (one) => Object.assign(one, { metricName: "NumberOfMessagesSent" }),
    ],
    [
      "an alarm on another stage's figures",
      Check.alarms,
      "aws:cloudwatch/metricAlarm:",
      (one) => Object.assign(one, one.namespace === "Cuecard" ? { dimensions: { stage: "other" } } : {}),
    ],
    [
      "a share of errors that is none",
      Check.alarms,
      "aws:cloudwatch/metricAlarm:",
      (one) => Object.assign(one, one.metricQueries ? { metricQueries: [] } : {}),
    ],
    [
      "a dashboard without what it is for",
      (recording) => Check.dashboard(recording, ["Events"]),
      "aws:cloudwatch/dashboard:",
      (one) => Object.assign(one, { dashboardBody: JSON.stringify({ widgets: [] }) }),
    ],
    ["an alarm nobody hears", Check.alarms, "aws:cloudwatch/metricAlarm:", (one) => delete one.alarmActions],
    [
      "another processor",
      Check.runtimes,
      "aws:lambda/function:",
      (one) => Object.assign(one, { architectures: ["x86_64"] }),
    ],
    ["another runtime", Check.runtimes, "aws:lambda/function:", (one) => Object.assign(one, { runtime: "nodejs20.x" })],
    ["a log without end", Check.logs, "aws:cloudwatch/logGroup:", (one) => delete one.retentionInDays],
    [
      "a log of queries",
      Check.logs,
      "aws:apigatewayv2/stage:",
      (one) => Object.assign(one, { accessLogSettings: { format: "$context.path" } }),
    ],
    [
      "a gateway without a throttle",
      Check.throttles,
      "aws:apigatewayv2/stage:",
      (one) => delete one.defaultRouteSettings,
    ],
    ["a name without its stage", Check.names, "aws:sqs/queue:", (one) => Object.assign(one, { name: "jobs" })],
    [
      "a public bucket",
      Check.exposure,
      "aws:s3/bucketPublicAccessBlock:",
      (one) => Object.assign(one, { blockPublicPolicy: false }),
    ],
    ["a public function", Check.exposure, "aws:lambda/permission:", (one) => Object.assign(one, { principal: "*" })],
    [
      "any origin",
      Check.exposure,
      "aws:apigatewayv2/api:",
      (one) => Object.assign(one, { corsConfiguration: { allowOrigins: ["*"] } }),
    ],
    [
      "a role the account's root may take",
      Rights.wildcards,
      "aws:iam/role:",
      (one) => Object.assign(one, { assumeRolePolicy: { Statement: [{ Principal: { AWS: "root" } }] } }),
    ],
    [
      "a whole service",
      Rights.wildcards,
      "aws:iam/role:",
      (one) =>
        Object.assign(one, {
          inlinePolicies: [{ policy: '{"Statement":[{"actions":["dynamodb:*"],"resources":["x"]}]}' }],
        }),
    ],
    [
      "every resource",
      Rights.wildcards,
      "aws:iam/role:",
      (one) =>
        Object.assign(one, {
          inlinePolicies: [{ policy: '{"Statement":[{"actions":["dynamodb:GetItem"],"resources":["*"]}]}' }],
        }),
    ],
  ])("on %s", (_, check, type, change) => {
    expect(check(broken)).toEqual([]);
    const copy = structuredClone(broken);
    for (const { inputs } of copy.resources.filter((resource) => resource.type.startsWith(type))) change(inputs);
    expect(check(copy)).not.toEqual([]);
  });
});
