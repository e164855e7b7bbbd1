import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { routes as localRoutes } from "../../packages/local/src/routes.ts";
import * as Allowed from "./allowed.ts";
import * as Check from "./checks.ts";
import { layOutPlatform, paths } from "./platform.ts";
import { type Recording, record } from "./record.ts";

const environment = {
  CUECARD_ALARM_EMAIL: "oncall@example.com",
  OPENAI_BASE_URL: "https://models.example.com/v1",
  CUECARD_MODEL: "m-1",
  CUECARD_DOMAIN: "cuecard.example.com",
};

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

let dev: Recording;
let prod: Recording;
let set: Recording;
let broken: Recording;

beforeAll(async () => {
  await layOutPlatform();
  dev = await record("dev");
  prod = await record("prod");
  set = await record("trial", environment);
  broken = await changed("broken", [
    ["stacks/api.ts", "api.handler", "api.missing"],
    ["stacks/storage.ts", '[onTable("GetItem", "PutItem")]', '[onTable("GetItem", "PutItem", "Scan")]'],
  ]);
}, 300_000);

describe("types", () => {
  it("fit the platform's components, and a wrong setting is refused", { timeout: 120_000 }, async () => {
    const folder = path.join(paths.scratch, "types");
    await mkdir(folder, { recursive: true });
    const refused = `// @ts-expect-error a time to live is an attribute's name
      new sst.aws.Dynamo("Wrong", { fields: { pk: "string" }, primaryIndex: { hashKey: "pk" }, ttl: 5 });`;
    await writeFile(path.join(folder, "refused.ts"), refused);
    const project = {
      extends: "../../../stacks/tsconfig.json",
      files: ["../../../sst.config.ts", "refused.ts"],
      include: ["../../../stacks/*.ts"],
    };
    await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify(project));
    const tsc = path.join(paths.root, "node_modules/typescript/bin/tsc");
    const run = promisify(execFile)(process.execPath, [tsc, "-p", folder], { cwd: paths.root });
    expect(
      await run.then(
        () => "",
        (error) => error.stdout,
      ),
    ).toBe("");
  });

  it("of the links are those a deploy would write", async () => {
    const file = await readFile(path.join(paths.root, "sst-env.d.ts"), "utf8");
    const written = [...file.matchAll(/^ {4}"(\w+)": \{\n([^}]*)\}/gm)].map(
      ([, name, body]) => [name, [...body!.matchAll(/"(\w+)":/g)].map(([, key]) => key).sort()] as const,
    );
    const linked = dev.resources
      .filter(({ type }) => type === "sst:sst:LinkRef")
      .map(
        ({ name, inputs }) =>
          [name.replace(/LinkRef$/, ""), [...Object.keys(inputs.properties), "type"].sort()] as const,
      );
    expect(Object.fromEntries(written)).toEqual(Object.fromEntries(linked));
  });
});

describe.each(["dev", "prod", "trial"])("stage %s", (stage) => {
  let recording: Recording;
  beforeAll(() => {
    recording = { dev, prod, trial: set }[stage]!;
  });

  it("serves the routes, each by its handler", () => {
    const by = (name: string) => `packages/functions/src/${name}.handler`;
    expect(Check.routes(recording, "HttpGateway")).toEqual({
      "POST /webhooks/{workspace}/{helpdesk}": by("webhook"),
      "GET /healthz": by("api"),
      "GET /openapi.json": by("api"),
      "ANY /api/{proxy+}": by("api"),
    });
    expect(Check.routes(recording, "SocketGateway")).toEqual({
      $connect: by("socket"),
      $disconnect: by("socket"),
      $default: by("socket"),
    });
  });

  it("gives each function its rights and not one more", () => {
    expect(Check.differing(recording, Allowed.rights)).toEqual([]);
    expect(Check.wildcards(recording)).toEqual([]);
    expect(Check.links(recording)).toEqual(Allowed.links);
  });

  it("keeps the table, the queues and the alarms as the records need them", () => {
    expect(Check.table(recording)).toEqual([]);
    expect(Check.queues(recording)).toEqual([]);
    expect(Check.alarms(recording)).toEqual([]);
  });

  it("runs every function alike, with logs that end and tell little", () => {
    expect(Check.runtimes(recording)).toEqual([]);
    expect(Check.logs(recording)).toEqual([]);
  });

  it("is closed but for the gateways, and meets no other stage", () => {
    expect(Check.exposure(recording)).toEqual([]);
    expect(Check.names(recording)).toEqual([]);
  });

  it("runs the nightly work every hour", () => {
    const { scheduleExpression, state, target } = Check.named(recording, "scheduler/schedule", "HourlySchedule");
    expect({ scheduleExpression, state }).toEqual({ scheduleExpression: "rate(1 hour)", state: "ENABLED" });
    expect(target.arn).toContain("NightlyFunction");
  });

  it("tells the next step", () => {
    expect(recording.outputs.next).toBe(`npx sst shell --stage ${stage} -- npm run setup`);
    expect(recording.outputs.lead).toMatch(/^https:\/\/.+\/lead$/);
    expect(recording.outputs.channel).toMatch(/^wss:/);
  });
});

describe("handlers", () => {
  it("exist, are exported and can be bundled", () => {
    expect(Check.handlers(dev).filter((problem) => !problem.includes("Could not resolve"))).toEqual([]);
  });
});

describe("local routes", () => {
  it("are the deployed ones", () => {
    const local = localRoutes.map(({ route, handler }) => [route, `packages/functions/src/${handler}.handler`]);
    expect(Object.fromEntries(local)).toEqual(Check.routes(dev, "HttpGateway"));
  });
});

describe("removal", () => {
  it("is refused for prod, whose table stays; any other stage goes whole", () => {
    expect(prod.app).toMatchObject({ name: "cuecard", removal: "retain", protect: true });
    expect(dev.app).toMatchObject({ name: "cuecard", removal: "remove", protect: false });
    expect(Object.values(prod.kept)).toContain("aws:dynamodb/table:Table");
    // The account's API Gateway log role is shared by every app in it, so no stage takes it away.
    expect(Object.keys(dev.kept).sort()).toEqual([
      "APIGatewayPushToCloudWatchLogsRole",
      "SocketGatewayAPIGatewayAccountSetup",
    ]);
  });
});

describe("settings", () => {
  it("are none: secrets are empty until set, and functions get only what their code reads", () => {
    const secrets = dev.resources
      .filter(({ type }) => type === "sst:sst:LinkRef")
      .flatMap(({ name, inputs }) => ("value" in inputs.properties ? [[name, inputs.properties.value]] : []));
    expect(secrets.sort()).toEqual([
      ["ModelKeyLinkRef", ""],
      ["SessionKeyLinkRef", ""],
      ["VaultKeyLinkRef", ""],
    ]);
    const own = (recording: Recording, name: string) =>
      Object.keys(Check.named(recording, "lambda/function", name).environment.variables).filter(
        (key) => !key.startsWith("SST_"),
      );
    for (const { name } of dev.builds) expect(own(dev, `${name}Function`)).toEqual([]);
    for (const { name } of set.builds) {
      const model = ["Api", "Worker"].includes(name) ? ["CUECARD_MODEL", "OPENAI_BASE_URL"] : [];
      expect(own(set, `${name}Function`).sort()).toEqual(model);
    }
  });

  it("of the alarms' e-mail and the domain are used when given", () => {
    expect(Check.ofType(dev, "sns/topicSubscription")).toEqual([]);
    expect(Check.named(set, "sns/topicSubscription", "AlarmsEmail")).toMatchObject({
      protocol: "email",
      endpoint: environment.CUECARD_ALARM_EMAIL,
    });
    expect(set.outputs.sidebar).toBe("https://cuecard.example.com/sidebar");
  });
});

describe("pages", () => {
  it("share one origin with API and webhooks, and leave the demo desk at home", () => {
    const entries = dev.resources
      .flatMap(({ inputs }) => (typeof inputs.entry === "string" ? inputs.entry.split(",") : []))
      .filter((part) => part.startsWith("/"));
    expect(entries.sort()).toEqual(["/api", "/healthz", "/openapi.json", "/webhooks"]);
    const files = dev.resources.find(({ name }) => name.startsWith("PagesKvKeys"))?.inputs.entries;
    expect(files).toMatchObject({ "/sidebar.html": "s3", "/lead.html": "s3" }); // served as /sidebar and /lead
    const { code } = Check.named(dev, "cloudfront/function", "FrontCloudfrontFunctionRequest");
    expect(code).toContain('location: { value: "/lead" }');
    expect(Buffer.byteLength(code)).toBeLessThanOrEqual(10_240); // CloudFront's limit
    const cached = Check.named(
      dev,
      "cloudfront/cachePolicy",
      "FrontServerCachePolicy",
    ).parametersInCacheKeyAndForwardedToOrigin;
    expect(cached.headersConfig.headers.items).toContain("authorization");
  });
});

describe("layout", () => {
  it("loads stacks one by one inside run(), and a stack imports only its siblings", async () => {
    const folder = path.join(paths.root, "stacks");
    const files = (await readdir(folder)).filter((file) => file.endsWith(".ts"));
    const imported = /\bimport\s*(?:[^"'()]*?from\s*)?\(?\s*["']([^"']+)["']/g;
    for (const file of files)
      for (const [, from] of (await readFile(path.join(folder, file), "utf8")).matchAll(imported))
        expect(files.map((name) => `./${name.replace(/\.ts$/, "")}`)).toContain(from);
    const config = await readFile(path.join(paths.root, "sst.config.ts"), "utf8");
    expect(config).toMatch(/^\/\/\/ <reference path=".\/.sst\/platform\/config.d.ts" \/>/);
    expect(config).not.toMatch(/^import /m);
  });
});

describe("the checks can fail", () => {
  it("on a wrong handler name and a widened right in the source", () => {
    expect(Check.handlers(broken).join()).toContain("packages/functions/src/api.missing");
    expect(Check.differing(broken, Allowed.rights)).toEqual(["Webhook may also: dynamodb:Scan on table"]);
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
      "a table that can be deleted",
      Check.table,
      "aws:dynamodb/table:",
      (one) => Object.assign(one, { deletionProtectionEnabled: false }),
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
      Check.wildcards,
      "aws:iam/role:",
      (one) => Object.assign(one, { assumeRolePolicy: { Statement: [{ Principal: { AWS: "root" } }] } }),
    ],
    [
      "a whole service",
      Check.wildcards,
      "aws:iam/role:",
      (one) =>
        Object.assign(one, {
          inlinePolicies: [{ policy: '{"Statement":[{"actions":["dynamodb:*"],"resources":["x"]}]}' }],
        }),
    ],
    [
      "every resource",
      Check.wildcards,
      "aws:iam/role:",
      (one) =>
        Object.assign(one, {
          inlinePolicies: [{ policy: '{"Statement":[{"actions":["dynamodb:GetItem"],"resources":["*"]}]}' }],
        }),
    ],
  ])("on %s", (_, check, type, change) => {
    expect(check(prod)).toEqual([]);
    const copy = structuredClone(prod);
    for (const { inputs } of copy.resources.filter((resource) => resource.type.startsWith(type))) change(inputs);
    expect(check(copy)).not.toEqual([]);
  });
});
