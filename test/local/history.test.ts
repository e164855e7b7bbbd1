/** The simulated history is counted as real records are, and goes without a trace of it and without a scratch on them. */

import { cellsOf } from "@cuecard/core/report/cells";
import { outcomeRows, putDay, readDays, suggestionRows } from "@cuecard/core/report/days";
import { addDays, dayOf, type Measurement } from "@cuecard/core/settings";
import type { Item } from "@cuecard/core/store/port";
import { rowOf } from "@cuecard/core/store/row";
import { suggestionId, suggestionKey, turnKey } from "@cuecard/core/store/suggestion-id";
import { putState } from "@cuecard/core/store/suggestions";
import type { State } from "@cuecard/core/suggestion";
import { openHistory } from "@cuecard/local/history/history";
import { type Day, measurementAt, plan } from "@cuecard/local/history/plan";
import { beforeAll, describe, expect, test } from "vitest";
import { type Demo, demo } from "./demo-started.ts";
import { until } from "./started.ts";

type Row = { key: string; accepted: number; edited: number; rejected: number; ignored: number; shown: number };
type Acceptance = { rows: Row[]; total: Row; simulated: number };
type Effect = {
  measurement: Measurement;
  simulated: boolean;
  sampleRatio: { mismatch: boolean; assist: number; control: number };
  metrics: {
    metric: string;
    role: string;
    verdict: string;
    low: number;
    high: number;
    harmRuledOut: boolean;
    control: { mean: number };
  }[];
};
type Gaps = {
  questions: { text: string; count: number; conversationIds: string[] }[];
  articles: { articleId: string; cited: number; rate: number }[];
  reasons: { reason: string; count: number }[];
};

const one = demo();
const timeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
const today = dayOf(Date.now(), timeZone());
const [from, to] = [addDays(today, -42), addDays(today, -1)];
const openFrom = addDays(today, -14);

const report = async <T>(path: string) => (await (await one().as("lead"))("GET", `/api/reports/${path}`)) as T;
const indexed = async ({ table }: Demo) => {
  const days = Array.from({ length: 43 }, (_, i) => addDays(from, i));
  const suggestions = (await Promise.all(days.map((day) => suggestionRows(table, "demo", day)))).flat();
  const outcomes = (await Promise.all(days.map((day) => outcomeRows(table, "demo", day)))).flat();
  return { suggestions, outcomes };
};

/** Cut off early, as by a stop of the process, and then taken up by the next start. */
beforeAll(async () => {
  const { table, history } = one();
  const lines: string[] = [];
  const first = openHistory({ table, now: Date.now, log: (line) => lines.push(line) });
  void first.write();
  await until(async () => (await readDays(table, "demo", from, addDays(from, 3))).some(({ closed }) => closed));
  await first.stop();
  expect(await history.present()).toBe(false);

  const began = performance.now();
  await history.write();
  // Some three seconds where nothing else runs.
  expect(performance.now() - began).toBeLessThan(60_000);
  expect(lines).toEqual([]);
}, 120_000);

describe("once written", () => {
  let days: Day[];
  let effect: Effect;
  beforeAll(async () => {
    effect = await report<Effect>("effect");
    days = [];
    const nowMs = Date.now();
    for await (const day of plan(measurementAt(nowMs, timeZone()), nowMs, timeZone())) days.push(day);
  });

  test("is marked in every row, and has 1,500 rows at most", async () => {
    const { suggestions, outcomes } = await indexed(one());
    expect(suggestions.length + outcomes.length).toBeGreaterThan(1_000);
    expect(suggestions.length + outcomes.length).toBeLessThanOrEqual(1_500);
    expect([...suggestions, ...outcomes].filter(({ simulated }) => !simulated)).toEqual([]);
    // A history cut off and begun again is whole, and nothing of it is there twice.
    const open = days.filter(({ closed }) => !closed).flatMap(({ conversations }) => conversations);
    expect(outcomes).toHaveLength(open.length);
    expect(suggestions).toHaveLength(open.flatMap((conversation) => conversation.suggestions).length);
  });

  test("is reported as a count of its rows by hand says", async () => {
    const { total, simulated } = await report<Acceptance>(`acceptance?from=${from}&to=${to}`);
    const drafts = days
      .flatMap(({ conversations }) => conversations.flatMap(({ suggestions }) => suggestions))
      .filter(({ kind }) => kind === "draft");
    const of = (outcome: string) => drafts.filter((draft) => draft.outcome === outcome).length;
    expect(total).toMatchObject({
      shown: drafts.filter(({ shownAt }) => shownAt).length,
      accepted: of("accepted"),
      edited: of("edited"),
      rejected: of("rejected"),
      ignored: of("ignored"),
    });
    expect(simulated).toBe(drafts.length);

    const late = await report<Acceptance>(`acceptance?from=${openFrom}&to=${to}&by=rep`);
    const { suggestions } = await indexed(one());
    for (const row of late.rows)
      expect(row.accepted).toBe(
        suggestions.filter(({ kind, rep, outcome }) => kind === "draft" && rep === row.key && outcome === "accepted")
          .length,
      );
    expect(late.rows).toHaveLength(10);
  });

  test("gives the lead a verdict: the true effect lies in its interval, and quality held", () => {
    expect(effect).toMatchObject({ simulated: true, sampleRatio: { mismatch: false } });
    expect(effect.sampleRatio.assist + effect.sampleRatio.control).toBeGreaterThan(5_000);
    const [primary] = effect.metrics.filter(({ role }) => role === "primary");
    expect(primary).toMatchObject({ metric: "handleTimeMs", verdict: "better" });
    const trueEffect = -0.12 * primary!.control.mean;
    expect(primary!.low).toBeLessThan(trueEffect);
    expect(primary!.high).toBeGreaterThan(trueEffect);
    expect(effect.metrics.filter(({ verdict }) => verdict === "worse")).toEqual([]);
    const held = effect.metrics.filter(({ role, harmRuledOut }) => role === "guardrail" && harmRuledOut);
    expect(held.map(({ metric }) => metric)).toEqual(["reopened7d", "contactedAgain7d", "escalated"]);
  });

  test("shows novices taking more than old hands, a gap with its question, and the article that fails", async () => {
    const tenure = (await report<Acceptance>("acceptance?by=tenure")).rows as (Row & { rate: number })[];
    const rate = (key: string) => tenure.find((row) => row.key === key)!.rate;
    expect(rate("0–3 months")).toBeGreaterThan(rate("over 3 years"));

    const { questions, articles, reasons } = await report<Gaps>("gaps");
    expect(questions[0]!.text).toMatch(/gift wrap/i);
    expect(questions[0]!.count).toBeGreaterThanOrEqual(5);
    const opened = await (await one().as("lead"))("GET", `/api/conversations/${questions[0]!.conversationIds[0]}`);
    expect(opened).toMatchObject({ messages: [{ text: questions[0]!.text }] });
    expect(articles.filter(({ cited }) => cited >= 30)[0]!.articleId).toBe("furniture-assembly");
    expect(reasons.length).toBeGreaterThanOrEqual(3);
  });

  test("is there once: the pages say so, and a second start adds nothing", async () => {
    const { table, history } = one();
    const before = await indexed(one());
    await history.write();
    expect(await indexed(one())).toEqual(before);
    const settings = (await (await one().as("lead"))("GET", "/api/settings")) as { pastMeasurements: Measurement[] };
    expect(settings.pastMeasurements).toHaveLength(1);
    expect(settings).toMatchObject({ holdout: 0, measurement: null });
    expect(await (await one().as("rep"))("GET", "/api/me")).toMatchObject({ demoHistory: true });
    expect(await table.get({ pk: "W#demo", sk: "SIMULATED" })).toMatchObject({ state: "written" });
  });
});

test("goes with one call, and leaves real records as they were", async () => {
  const { table, history, url } = one();
  const admin = await one().as("admin");
  await admin("PUT", "/api/settings", { holdout: 0.5 });
  await admin("PUT", "/api/settings", { holdout: 0 });
  const real = realDraft(addDays(today, -5));
  await putState(table, "demo", undefined, real);
  // A closed day that holds both.
  const mixed = addDays(today, -20);
  const [day] = await readDays(table, "demo", mixed, mixed);
  const own = cellsOf([rowOf(realDraft(mixed))]);
  await putDay(table, "demo", mixed, { cells: [...day!.cells, ...own], outcomes: day!.outcomes });

  const answer = await (await fetch(`${url}/dev/history`, { method: "DELETE" })).json();
  expect(answer.removed).toBeGreaterThan(1_000);

  const { suggestions, outcomes } = await indexed(one());
  expect(suggestions).toEqual([rowOf(real)]);
  expect(outcomes).toEqual([]);
  const left = (await readDays(table, "demo", from, to)).filter(({ closed }) => closed);
  expect(left).toHaveLength(1);
  expect(left[0]).toMatchObject({ day: mixed, cells: own, outcomes: [] });
  expect(await table.query({ pk: "G#demo" })).toEqual([]);
  const { total } = await report<Acceptance>(`acceptance?from=${from}&to=${to}`);
  expect(total).toMatchObject({ accepted: 2, edited: 0, rejected: 0, ignored: 0 });
  const settings = (await admin("GET", "/api/settings")) as { pastMeasurements: Measurement[] };
  expect(settings.pastMeasurements.map(({ id }) => id.slice(0, 2))).toEqual(["m-"]);
  expect(await admin("GET", "/api/me")).toMatchObject({ demoHistory: false });

  await history.write();
  expect((await indexed(one())).outcomes).toEqual([]);
  expect(await history.present()).toBe(false);
});

test("is not written into a workspace that has a past of its own, nor left half when removed while it is written", async () => {
  const { table } = one();
  const marker = { pk: "W#demo", sk: "SIMULATED" };
  await table.remove(marker);
  const log = (line: string) => expect.fail(line);
  await openHistory({ table, now: Date.now, log }).write();
  expect(await table.get(marker)).toMatchObject({ state: "none" });

  await table.put({ ...marker, v: 1, state: "removed", nowMs: 0, timeZone: "UTC" } as Item);
  const later = Date.now() + 200 * 86_400_000;
  await table.remove(marker);
  const history = openHistory({ table, now: () => later, log });
  void history.write();
  const first = addDays(dayOf(later, timeZone()), -42);
  await until(async () => (await readDays(table, "demo", first, first))[0]!.closed);
  expect(await history.remove()).toBeGreaterThan(0);
  const days = await readDays(table, "demo", first, addDays(first, 42));
  expect(days.filter(({ closed, cells }) => closed || cells.length > 0)).toEqual([]);
  expect(await table.get(marker)).toMatchObject({ state: "removed" });
});

/** Accepted by somebody who exists; its conversation's name looks like a simulated one's. */
function realDraft(day: string): State {
  const at = `${day}T10:00:00.000Z`;
  const id = suggestionId("simulated-not", turnKey(at, "m1"), "draft");
  return {
    ...suggestionKey("demo", id),
    v: 1,
    id,
    conversationId: "simulated-not",
    turn: turnKey(at, "m1"),
    turnAt: at,
    kind: "draft",
    status: "ready",
    attempt: 1,
    createdAt: at,
    day,
    team: "orders",
    engine: "embedded",
    articles: [],
    flags: [],
    outcome: "accepted",
    retained: 1,
    sentBy: "r1",
    shownAt: at,
    decidedAt: at,
  };
}
