import * as Api from "./api";
import * as Assist from "./assist";
import * as Nightly from "./nightly";
import { deadJobs, queue } from "./queue";
import * as Realtime from "./realtime";

const topic = new sst.aws.SnsTopic("Alarms");

const email = process.env.CUECARD_ALARM_EMAIL;
if (email) new aws.sns.TopicSubscription("AlarmsEmail", { topic: topic.arn, protocol: "email", endpoint: email });

type Metric = {
  namespace: "AWS/SQS" | "AWS/Lambda" | "AWS/ApiGateway";
  metricName: string;
  dimensions: Record<string, $util.Input<string>>;
  statistic: "Sum" | "Maximum";
  threshold: number;
  alarmDescription: string;
};

/** Rings when one minute reaches the threshold. Silence is health: a metric without data means nothing happened. */
function alarm(name: string, metric: Metric) {
  new aws.cloudwatch.MetricAlarm(`${name}Alarm`, {
    ...metric,
    name: `${$app.name}-${$app.stage}-${name}`,
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    period: 60,
    evaluationPeriods: 1,
    treatMissingData: "notBreaching",
    alarmActions: [topic.arn],
    okActions: [topic.arn],
  });
}

// SQS does not count a move to the dead-letter queue as NumberOfMessagesSent, and the subscriber empties the queue
// before ApproximateNumberOfMessagesVisible is sampled. What it receives is counted; what waits, only if it cannot receive.
alarm("DeadLetters", {
  namespace: "AWS/SQS",
  metricName: "NumberOfMessagesReceived",
  dimensions: { QueueName: deadJobs.nodes.queue.name },
  statistic: "Sum",
  threshold: 1,
  alarmDescription: "A job failed three times. Its letter is kept in the table.",
});
alarm("DeadLettersWaiting", {
  namespace: "AWS/SQS",
  metricName: "ApproximateNumberOfMessagesVisible",
  dimensions: { QueueName: deadJobs.nodes.queue.name },
  statistic: "Maximum",
  threshold: 1,
  alarmDescription: "A dead letter waits, so its handler does not run.",
});
alarm("JobsWaiting", {
  namespace: "AWS/SQS",
  metricName: "ApproximateAgeOfOldestMessage",
  dimensions: { QueueName: queue.nodes.queue.name },
  statistic: "Maximum",
  threshold: 120, // seconds: past the first retry, and too late for a rep who waits
  alarmDescription: "Jobs wait for a worker: suggestions come late.",
});
alarm("WorkerThrottles", {
  namespace: "AWS/Lambda",
  metricName: "Throttles",
  dimensions: { FunctionName: Assist.functions.worker.name },
  statistic: "Sum",
  threshold: 1,
  alarmDescription: "The account has no free slot for a worker. Ask AWS for a higher Lambda concurrency limit.",
});
alarm("ApiFaults", {
  namespace: "AWS/ApiGateway",
  metricName: "5xx",
  dimensions: { ApiId: Api.gateway.nodes.api.id },
  statistic: "Sum",
  threshold: 1,
  alarmDescription: "A request or a webhook was answered with a server error.",
});

/** Our own figures, which log lines carry (functions/src/metrics.ts). */
const own = (metricName: string) => ({ namespace: "Cuecard", metricName, dimensions: { stage: $app.stage } });
const common = (name: string) => ({
  name: `${$app.name}-${$app.stage}-${name}`,
  comparisonOperator: "GreaterThanOrEqualToThreshold",
  treatMissingData: "notBreaching",
  alarmActions: [topic.arn],
  okActions: [topic.arn],
});
const minutes = (count: number) => count * 60;

/** A share of nearly nothing says nothing: the first failure of a quiet night has its own alarm above. */
const fewest = 50;
const sum = (id: string, metricName: string) => ({
  id,
  metric: { ...own(metricName), stat: "Sum", period: minutes(5) },
});
new aws.cloudwatch.MetricAlarm("ErrorShareAlarm", {
  ...common("ErrorShare"),
  metricQueries: [
    sum("errors", "Errors"),
    sum("handled", "Handled"),
    {
      id: "share",
      expression: `IF(handled >= ${fewest}, 100 * errors / handled, 0)`,
      label: "Errors in 100",
      returnData: true,
    },
  ],
  threshold: 2, // percent
  evaluationPeriods: 2,
  alarmDescription: "Two of a hundred requests, deliveries and jobs fail, for ten minutes.",
});

new aws.cloudwatch.MetricAlarm("FirstTokenAlarm", {
  ...common("FirstToken"),
  ...own("FirstTokenMs"),
  extendedStatistic: "p95",
  evaluateLowSampleCountPercentiles: "ignore",
  period: minutes(5),
  evaluationPeriods: 3,
  threshold: 6_000, // ms; by then most reps have begun to type
  alarmDescription: "One draft of twenty begins later than six seconds after the customer's message.",
});

/** Models whose price is not known are not in it. Each workspace's own limit is `dailyBudgetUsd`; this one is the whole stage's. */
const dollarsAnHour = Number(process.env.CUECARD_ALARM_USD_PER_HOUR || 20);
if (!(dollarsAnHour > 0)) throw new Error("CUECARD_ALARM_USD_PER_HOUR is a number above 0.");
new aws.cloudwatch.MetricAlarm("SpendAlarm", {
  ...common("Spend"),
  ...own("CostUsd"),
  statistic: "Sum",
  period: minutes(60),
  evaluationPeriods: 1,
  threshold: dollarsAnHour,
  alarmDescription: `The model cost ${dollarsAnHour} dollars or more within an hour.`,
});

const functions = { ...Api.functions, ...Realtime.functions, ...Assist.functions, ...Nightly.functions };
for (const [name, fn] of Object.entries(functions))
  alarm(`${name[0].toUpperCase()}${name.slice(1)}Errors`, {
    namespace: "AWS/Lambda",
    metricName: "Errors",
    dimensions: { FunctionName: fn.name },
    statistic: "Sum",
    threshold: 1,
    alarmDescription: `The ${name} function failed.`,
  });
