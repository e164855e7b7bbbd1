/**
 * What was known of a conversation before its arm was drawn, as a value of the primary metric: the mean of whose it was and
 * of what it is about, both from before the measurement's start. Written once, at the start: nothing that the measurement
 * does, neither a suggestion nor what a rep learned from one, can move it. (A mean that trails along with the measurement
 * would hold the arms' own effects, and in a switchback the week's own.)
 */
import type { OutcomeRow } from "../outcome.ts";
import type { Measurement } from "../settings.ts";
import * as keys from "../store/keys.ts";
import type { Item, Stored, Table } from "../store/port.ts";
import type { MetricName } from "./outcomes.ts";

export type Before = {
  metric: MetricName;
  mean: number;
  /** How far the rep's mean lies from the mean of all. */
  reps: Record<string, number>;
  /** How far the topic's lies from what its reps would have. */
  topics: Record<string, number>;
};
/** A measurement with what its rows are adjusted by. */
export type Known = Measurement & { before?: Before };

/** Fewer values give no covariate, and then the headline is the plain comparison within reps. */
export const leastBefore = 200;
/** Means of few values are pulled towards none, as if so many values of the overall mean were among them. */
const pull = 10;
/** The item stays far under DynamoDB's 400 KB. */
const mostKept = 2_000;

type Sums = Map<string, { n: number; sum: number }>;
const put = (sums: Sums, key: string | null | undefined, value: number) => {
  if (!key) return;
  const { n, sum } = sums.get(key) ?? { n: 0, sum: 0 };
  sums.set(key, { n: n + 1, sum: sum + value });
};
const means = (sums: Sums) =>
  Object.fromEntries(
    [...sums]
      .sort(([, a], [, b]) => b.n - a.n)
      .slice(0, mostKept)
      .map(([key, { n, sum }]) => [key, sum / (n + pull)]),
  );

/** Undefined for too few values. Rows may come from any arm: the same table serves both. */
export function beforeOf(rows: OutcomeRow[], metric: MetricName): Before | undefined {
  const known = rows.flatMap((row) => {
    const value = row[metric];
    return value === null || row.simulated ? [] : [{ value, rep: row.repAtDraw ?? row.rep, topic: row.topic }];
  });
  if (known.length < leastBefore) return undefined;
  const mean = known.reduce((sum, { value }) => sum + value, 0) / known.length;
  const byRep: Sums = new Map();
  for (const { rep, value } of known) put(byRep, rep, value - mean);
  const reps = means(byRep);
  const byTopic: Sums = new Map();
  for (const { rep, topic, value } of known) put(byTopic, topic, value - mean - shift(reps, rep));
  return { metric, mean, reps, topics: means(byTopic) };
}

/** In the metric's unit. Whoever is not known counts as the mean: that neither helps nor misleads. */
export const foreseen = ({ mean, reps, topics }: Before, { repAtDraw, topic }: OutcomeRow): number =>
  mean + shift(reps, repAtDraw) + shift(topics, topic);

/** Ids and tags come from outside: "constructor" is one like any other. */
const shift = (means: Record<string, number>, key: string | null | undefined): number =>
  key && Object.hasOwn(means, key) ? means[key]! : 0;

const key = (workspace: string, id: string) => ({ pk: keys.workspacePk(workspace), sk: `BEFORE#${id}` });

export async function putBefore(table: Table, workspace: string, id: string, before: Before): Promise<void> {
  await table.put({ ...key(workspace, id), v: 1, before } as unknown as Item, "absent");
}

/** It never changes, so each process reads it once. */
const read = new WeakMap<Table, Map<string, Before>>();

export async function withBefore(table: Table, workspace: string, measurements: Measurement[]): Promise<Known[]> {
  const cache = read.get(table) ?? new Map<string, Before>();
  read.set(table, cache);
  return Promise.all(
    measurements.map(async (one) => {
      if (!one.adjusted) return one;
      const name = `${workspace}\n${one.id}`;
      const item = cache.has(name)
        ? undefined
        : ((await table.get(key(workspace, one.id))) as (Stored & { before: Before }) | undefined);
      if (item) cache.set(name, item.before);
      const before = cache.get(name);
      return before ? { ...one, before } : one;
    }),
  );
}
