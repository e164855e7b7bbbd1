/**
 * Metrics as CloudWatch's embedded metric format has them: a log line that names which of its fields are figures, so that
 * one line serves both and nothing is sent to anybody. Each name with each set of values of its dimensions is a metric of its own,
 * at about $0.30 a month: so a stage is one dimension, a workspace none, and a dimension's values are words of ours.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */

/** Of whatever has no other: how many. `CostUsd` has no unit there. */
export const units = {
  Handled: "Count",
  Errors: "Count",
  Events: "Count",
  Drafts: "Count",
  Decisions: "Count",
  TokensIn: "Count",
  TokensOut: "Count",
  FirstTokenMs: "Milliseconds",
  CostUsd: "None",
} as const;

export type Figure = { name: keyof typeof units; value: number; by?: Record<string, string> };

const namespace = "Cuecard";

/** The fields that make a line a metric; `atMs` is Unix milliseconds. None for no figures. */
export function embedded(figures: Figure[], { stage, atMs }: { stage: string; atMs: number }): Record<string, unknown> {
  if (figures.length === 0) return {};
  const fields: Record<string, unknown> = {};
  const sets = new Map<string, { Namespace: string; Dimensions: string[][]; Metrics: object[] }>();
  for (const { name, value, by = {} } of figures) {
    Object.assign(fields, by, { [name]: value });
    const dimensions = ["stage", ...Object.keys(by)];
    const set = sets.get(dimensions.join()) ?? { Namespace: namespace, Dimensions: [dimensions], Metrics: [] };
    set.Metrics.push({ Name: name, Unit: units[name] });
    sets.set(dimensions.join(), set);
  }
  return {
    ...fields,
    stage,
    _aws: { Timestamp: atMs, CloudWatchMetrics: [...sets.values()] },
  };
}

export const count = (name: Figure["name"], by?: Record<string, string>): Figure => ({
  name,
  value: 1,
  ...(by ? { by } : {}),
});

/** What ran, and whether it failed: the share of errors is one through the other. */
export const handled = (failed: boolean): Figure[] => [count("Handled"), { name: "Errors", value: failed ? 1 : 0 }];
