/** What must hold of a recorded stage. Each check gives the problems it finds, so that a test can see it find one. */
import type { Inputs, Recording, Resource } from "./record.ts";

export const ofType = (recording: Recording, type: string) =>
  recording.resources.filter((resource) => resource.type.startsWith(`aws:${type}:`));
export const named = (recording: Recording, type: string, name: string): Inputs =>
  ofType(recording, type).find((resource) => resource.name === name)?.inputs ?? {};

/** Each function with its resource and its role. */
export const functions = (recording: Recording) =>
  recording.builds.map((build) => {
    const fn = named(recording, "lambda/function", `${build.name}Function`);
    return {
      ...build,
      fn,
      role: ofType(recording, "iam/role").find(({ inputs }) => fn.role?.endsWith(`:role/${inputs.name}`)),
    };
  });

/** A route, and the handler behind its integration. */
export function routes(recording: Recording, gateway: string): Record<string, string> {
  const integrations = ofType(recording, "apigatewayv2/integration");
  const own = ofType(recording, "apigatewayv2/route").filter(({ inputs }) => inputs.apiId === `${gateway}Api-id`);
  return Object.fromEntries(
    own.map(({ inputs }) => {
      const target =
        integrations.find(({ name }) => inputs.target === `integrations/${name}-id`)?.inputs.integrationUri ?? "";
      const behind = functions(recording).find(({ fn }) => target.includes(`:function:${fn.name}`));
      return [inputs.routeKey, behind?.handler ?? "nothing"];
    }),
  );
}

export function runtimes(recording: Recording): string[] {
  return functions(recording).flatMap(({ name, fn }) => {
    const log = ofType(recording, "cloudwatch/logGroup").find(
      ({ inputs }) => inputs.name === fn.loggingConfig?.logGroup,
    );
    return [
      fn.runtime === "nodejs24.x" ? [] : `${name} runs on ${fn.runtime}`,
      fn.architectures?.join() === "arm64" ? [] : `${name} runs on ${fn.architectures}`,
      fn.loggingConfig?.logFormat === "JSON" ? [] : `${name} does not log JSON`,
      log ? [] : `${name} has no log group`,
      fn.timeout > 0 && fn.memorySize >= 256 ? [] : `${name} has ${fn.timeout} s and ${fn.memorySize} MB`,
    ].flat();
  });
}

/** Every log must end some day, and no access log may hold a query (it carries tickets), a path (ids) or an address. */
export function logs(recording: Recording): string[] {
  const endless = ofType(recording, "cloudwatch/logGroup").filter(({ inputs }) => !(inputs.retentionInDays <= 90));
  const talkative = ofType(recording, "apigatewayv2/stage").filter(
    ({ inputs }) =>
      !inputs.accessLogSettings?.format ||
      /path|query|body|header|identity|userAgent|requestOverride/i.test(inputs.accessLogSettings.format),
  );
  return [
    ...endless.map(({ name }) => `${name} is kept for ever`),
    ...talkative.map(({ name }) => `${name} logs too much or nothing`),
  ];
}

/** A flood must end at the gateways, and a contact centre's busiest minute must not. */
export function throttles(recording: Recording): string[] {
  return ofType(recording, "apigatewayv2/stage").flatMap(({ name, inputs }) => {
    const { throttlingRateLimit: rate, throttlingBurstLimit: burst } = inputs.defaultRouteSettings ?? {};
    const isRight = rate >= 500 && rate <= 2_000 && burst >= rate && burst <= 5_000;
    return isRight ? [] : [`${name} lets through ${rate} a second, ${burst} at once`];
  });
}

export function table(recording: Recording): string[] {
  const prod = recording.stage === "prod";
  const found = named(recording, "dynamodb/table", "RecordsTable");
  const index = {
    hashKey: "gpk",
    name: "reports",
    nonKeyAttributes: ["row"],
    projectionType: "INCLUDE",
    rangeKey: "gsk",
  };
  const wanted: Inputs = {
    attributes: ["pk", "sk", "gpk", "gsk"].map((name) => ({ name, type: "S" })),
    hashKey: "pk",
    rangeKey: "sk",
    ttl: { attributeName: "expiresAt", enabled: true },
    globalSecondaryIndexes: [index],
    pointInTimeRecovery: { enabled: true },
    billingMode: "PAY_PER_REQUEST",
    streamEnabled: false,
    deletionProtectionEnabled: prod,
  };
  return Object.entries(wanted).flatMap(([key, value]) =>
    JSON.stringify(found[key]) === JSON.stringify(value) ? [] : `table: ${key} is ${JSON.stringify(found[key])}`,
  );
}

export function queues(recording: Recording): string[] {
  const jobs = named(recording, "sqs/queue", "JobQueueQueue");
  const letters = named(recording, "sqs/queue", "DeadJobsQueue");
  const redrive = JSON.parse(jobs.redrivePolicy ?? "{}");
  const mapped = (queue: Inputs, handler: string) => {
    const mapping = ofType(recording, "lambda/eventSourceMapping").find(({ inputs }) =>
      inputs.eventSourceArn?.endsWith(`:${queue.name}`),
    )?.inputs;
    const behind = functions(recording).find(({ fn }) => mapping?.functionName?.endsWith(`:${fn.name}`));
    return {
      mapping: mapping ?? {},
      timeout: behind?.fn.timeout,
      right: behind?.handler === `packages/functions/src/${handler}.handler`,
    };
  };
  const worker = mapped(jobs, "worker");
  const dead = mapped(letters, "deadletter");
  return [
    redrive.deadLetterTargetArn?.endsWith(`:${letters.name}`) ? [] : "jobs have no dead-letter queue",
    redrive.maxReceiveCount === 3 ? [] : `a job is tried ${redrive.maxReceiveCount} times`,
    worker.right ? [] : "jobs do not reach the worker",
    dead.right ? [] : "letters do not reach their handler",
    worker.mapping.batchSize === 1 ? [] : "a failure repeats other jobs",
    [worker, dead].every(({ mapping }) => mapping.functionResponseTypes?.includes("ReportBatchItemFailures"))
      ? []
      : "a reported failure is lost",
    jobs.visibilityTimeoutSeconds >= worker.timeout + 30 ? [] : "a job is given out again while it runs",
    letters.visibilityTimeoutSeconds >= dead.timeout ? [] : "a letter is given out again while it runs",
    letters.messageRetentionSeconds > 4 * 86_400 ? [] : "letters end before they can be read",
  ].flat();
}

export function alarms(recording: Recording): string[] {
  const topic = named(recording, "sns/topic", "AlarmsTopic").name;
  const found = ofType(recording, "cloudwatch/metricAlarm");
  const key = ({ namespace, metricName, statistic, dimensions }: Inputs) =>
    `${namespace} ${metricName} ${statistic} ${JSON.stringify(dimensions)}`;
  const queue = (name: string) => ({ QueueName: named(recording, "sqs/queue", name).name });
  const worker = { FunctionName: named(recording, "lambda/function", "WorkerFunction").name };
  const wanted = [
    {
      namespace: "AWS/SQS",
      metricName: "NumberOfMessagesReceived",
      statistic: "Sum",
      dimensions: queue("DeadJobsQueue"),
    },
    {
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      statistic: "Maximum",
      dimensions: queue("DeadJobsQueue"),
    },
    {
      namespace: "AWS/SQS",
      metricName: "ApproximateAgeOfOldestMessage",
      statistic: "Maximum",
      dimensions: queue("JobQueueQueue"),
    },
    { namespace: "AWS/Lambda", metricName: "Throttles", statistic: "Sum", dimensions: worker },
    { namespace: "AWS/ApiGateway", metricName: "5xx", statistic: "Sum", dimensions: { ApiId: "HttpGatewayApi-id" } },
    ...functions(recording).map(({ fn }) => ({
      namespace: "AWS/Lambda",
      metricName: "Errors",
      statistic: "Sum",
      dimensions: { FunctionName: fn.name },
    })),
  ];
  const stage = { stage: recording.stage };
  const own = (name: string) => named(recording, "cloudwatch/metricAlarm", `${name}Alarm`);
  const share = own("ErrorShare");
  const summed = (share.metricQueries ?? []).flatMap((one: Inputs) => (one.metric ? [one.metric] : []));
  const ours = [
    own("FirstToken").extendedStatistic === "p95" && own("FirstToken").metricName === "FirstTokenMs"
      ? []
      : "nobody hears of slow drafts",
    own("Spend").metricName === "CostUsd" && own("Spend").period === 3_600 ? [] : "nobody hears of the bill",
    [own("FirstToken"), own("Spend"), ...summed].every(
      ({ namespace, dimensions }) => namespace === "Cuecard" && JSON.stringify(dimensions) === JSON.stringify(stage),
    )
      ? []
      : "an alarm listens to another stage",
    summed.map(({ metricName, stat }: Inputs) => `${metricName} ${stat}`).join() === "Errors Sum,Handled Sum" &&
    share.metricQueries.filter((one: Inputs) => one.returnData).length === 1
      ? []
      : "nobody hears of the share of errors",
  ].flat();
  const missing = wanted.filter((one) => !found.some(({ inputs }) => key(inputs) === key(one)));
  const deaf = found.filter(
    ({ inputs }) =>
      !inputs.alarmActions?.some((arn: string) => arn.endsWith(`:${topic}`)) ||
      inputs.treatMissingData !== "notBreaching",
  );
  return [
    ...ours,
    ...missing.map((one) => `no alarm for ${key(one)}`),
    ...deaf.map(({ name }) => `${name} tells nobody`),
  ];
}

/** The page must show each figure that a log line carries, of this stage, and nothing CloudWatch would not know. */
export function dashboard(recording: Recording, figures: string[]): string[] {
  const { dashboardName, dashboardBody } = named(recording, "cloudwatch/dashboard", "Dashboard");
  const { widgets = [] } = JSON.parse(dashboardBody ?? "{}") as { widgets?: Inputs[] };
  const text = JSON.stringify(widgets);
  const other = [...text.matchAll(/stage=\\"([^"\\]+)/g)].filter(([, stage]) => stage !== recording.stage);
  return [
    dashboardName === `cuecard-${recording.stage}` ? [] : `the dashboard is called ${dashboardName}`,
    figures
      .filter((name) => !text.includes(`"${name}"`) && !text.includes(`\\"${name}\\"`))
      .map((name) => `${name} is not shown`),
    other.map(([, stage]) => `it shows the stage ${stage}`),
    widgets.every(({ properties }) => properties.region === "us-east-1") ? [] : "a widget has no region",
    text.includes("undefined") || text.includes("Calling [to") ? "a name was not filled in" : [],
  ].flat();
}

const namedByUs =
  /^aws:(dynamodb\/table|sqs\/queue|sns\/topic|lambda\/function|iam\/role|s3\/bucket|apigatewayv2\/api|cloudwatch\/(logGroup|metricAlarm)|scheduler\/schedule|cloudfront\/(function|keyValueStore)):/;
/** API Gateway has one role for logs in an account and region, shared by all stages and apps. */
const accountWide = "APIGatewayPushToCloudWatchLogsRole";

/** Two stages in one account must not meet. */
export const names = ({ resources, stage }: Recording) =>
  resources
    .filter(({ type, name }) => namedByUs.test(type) && name !== accountWide)
    .filter(({ inputs }) => !`${inputs.name ?? inputs.bucket}`.includes(`cuecard-${stage}-`))
    .map(({ name, inputs }) => `${name} is called ${inputs.name ?? inputs.bucket}`);

/** No bucket or function may be reached but through the gateways and the distribution, and no other origin may read. */
export function exposure(recording: Recording): string[] {
  const open = (resource: Resource, what: string) => `${resource.name} ${what}`;
  const blocked = (bucket: Resource) =>
    ofType(recording, "s3/bucketPublicAccessBlock").some(
      ({ inputs }) =>
        inputs.bucket === bucket.inputs.bucket &&
        [inputs.blockPublicAcls, inputs.blockPublicPolicy, inputs.ignorePublicAcls, inputs.restrictPublicBuckets].every(
          (on) => on === true,
        ),
    );
  return [
    ...ofType(recording, "lambda/functionUrl").map((one) => open(one, "is a public function address")),
    ...ofType(recording, "s3/bucket")
      .filter((one) => !blocked(one))
      .map((one) => open(one, "is a public bucket")),
    ...ofType(recording, "s3/bucketCorsConfiguration").map((one) => open(one, "lets other origins read")),
    ...ofType(recording, "lambda/permission")
      .filter(
        ({ inputs }) =>
          inputs.principal !== "apigateway.amazonaws.com" || !/^arn:aws:execute-api:.+/.test(inputs.sourceArn),
      )
      .map((one) => open(one, `lets ${one.inputs.principal} call it`)),
    ...ofType(recording, "apigatewayv2/api")
      .filter(({ inputs }) => Object.keys(inputs.corsConfiguration ?? {}).length > 0)
      .map((one) => open(one, "lets other origins read")),
  ];
}
