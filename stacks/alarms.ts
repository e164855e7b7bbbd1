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
