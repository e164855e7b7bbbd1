/** One page for whoever is called: what comes in, what is made of it, how fast, at what price, and what waits or fails. */
import * as Assist from "./assist";
import { deadJobs, queue } from "./queue";

const region = aws.getRegionOutput().region;
const stage = $app.stage;
const minute = 60;

/** All values of a dimension, those that do not exist yet too. */
const split = (metric: string, ...dimensions: string[]) => ({
  expression: `SEARCH('{Cuecard,${["stage", ...dimensions].join()}} stage="${stage}" MetricName="${metric}"', 'Sum', ${5 * minute})`,
  label: "",
});
const own = (metric: string, options: object) => ["Cuecard", metric, "stage", stage, options];

const rows: { title: string; metrics: unknown[]; stacked?: boolean }[] = [
  { title: "Events by helpdesk and answer", metrics: [[split("Events", "helpdesk", "answer")]], stacked: true },
  { title: "Drafts by state", metrics: [[split("Drafts", "state")]], stacked: true },
  {
    title: "First word of a draft, ms after the customer's message",
    metrics: [own("FirstTokenMs", { stat: "p50" }), own("FirstTokenMs", { stat: "p95" })],
  },
  { title: "Decisions, as they fall", metrics: [[split("Decisions", "decision")]], stacked: true },
  {
    title: "Errors in 100",
    metrics: [
      own("Errors", { id: "errors", stat: "Sum", visible: false }),
      own("Handled", { id: "handled", stat: "Sum", visible: false }),
      [{ expression: "100 * errors / handled", label: "share" }],
    ],
  },
  { title: "Tokens", metrics: [own("TokensIn", { stat: "Sum" }), own("TokensOut", { stat: "Sum" })], stacked: true },
  { title: "Dollars for the model", metrics: [own("CostUsd", { stat: "Sum", period: 60 * minute })] },
  {
    title: "Jobs: age of the oldest (s), dead letters, workers at once",
    metrics: [
      ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", queue.nodes.queue.name, { stat: "Maximum" }],
      ["AWS/SQS", "NumberOfMessagesReceived", "QueueName", deadJobs.nodes.queue.name, { stat: "Sum", label: "dead" }],
      ["AWS/Lambda", "ConcurrentExecutions", "FunctionName", Assist.functions.worker.name, { stat: "Maximum" }],
    ],
  },
];

const width = 12;
const height = 6;
new aws.cloudwatch.Dashboard("Dashboard", {
  dashboardName: `${$app.name}-${stage}`,
  dashboardBody: $jsonStringify({
    widgets: rows.map(({ title, metrics, stacked = false }, i) => ({
      type: "metric",
      x: (i % 2) * width,
      y: Math.floor(i / 2) * height,
      width,
      height,
      properties: { title, metrics, stacked, region, view: "timeSeries", period: 5 * minute, stat: "Sum" },
    })),
  }),
});
