import { createHash } from "node:crypto";
import * as Arm from "@cuecard/core/arm";
import { strip } from "@cuecard/core/erasure";
import type { Event } from "@cuecard/core/event";
import { takeIn } from "@cuecard/core/intake";
import { isoWeek, type Measurement } from "@cuecard/core/measurement";
import { measure, type OutcomeRow, packOutcome, recompute, unpackOutcome } from "@cuecard/core/outcome";
import { listReps, putRep, teamOn, tenureOn } from "@cuecard/core/rep";
import { acceptance } from "@cuecard/core/report/acceptance";
import { beforeOf, putBefore, withBefore } from "@cuecard/core/report/before";
import { cellsOf } from "@cuecard/core/report/cells";
import { closeDay } from "@cuecard/core/report/close";
import { compare, comparison } from "@cuecard/core/report/comparison";
import { outcomeRows, putDay, readDays, resultOf } from "@cuecard/core/report/days";
import { sendDigest } from "@cuecard/core/report/digest";
import { gaps } from "@cuecard/core/report/gaps";
import * as Measurements from "@cuecard/core/report/measurements";
import { money } from "@cuecard/core/report/money";
import { outcomeCellsOf } from "@cuecard/core/report/outcomes";
import { plan, planned, volume } from "@cuecard/core/report/plan";
import { records } from "@cuecard/core/report/records";
import { naming } from "@cuecard/core/report/reps";
import * as Settings from "@cuecard/core/settings";
import * as conversations from "@cuecard/core/store/conversations";
import * as keys from "@cuecard/core/store/keys";
import type { Item, Table } from "@cuecard/core/store/port";
import { pack, type SuggestionRow, unpack } from "@cuecard/core/store/row";
import { pseudonyms } from "@cuecard/core/vault";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { database } from "./spine-world.ts";

const table = database();
const noon = Date.parse("2026-03-02T12:00:00Z"); // a Monday
const day = 86_400_000;
const minute = 60_000;
const iso = (ms: number) => new Date(ms).toISOString();
let n = 0;

/** A workspace, and events that go in as the worker takes them, at the server's time `clock.ms`. */
function place() {
  const workspace = `measured-${++n}`;
  const clock = { ms: noon };
  const listed = conversations.listed();
  const deps = { table: table(), channel: { send: async () => "sent" as const }, now: () => clock.ms };
  const take = async (event: Event) => {
    await conversations.append(table(), workspace, event, clock.ms, Math.floor(clock.ms / 1_000) + 90 * 86_400, listed);
    const loaded = await Settings.load(table(), workspace);
    const { sk } = conversations.eventKey(workspace, event);
    const taken = await takeIn(deps, workspace, event.conversation.id, sk, loaded);
    if (taken) await recompute(table(), workspace, taken.header);
    return taken?.header;
  };
  const start = (wish: Partial<Measurements.Start>) =>
    Measurements.start(table(), workspace, Measurements.Start.parse({ holdout: 0.5, ...wish }), {
      nowMs: clock.ms,
      salt: "salt",
    });
  const outcome = async (id: string) => unpackOutcome(String((await table().get(keys.outcome(workspace, id)))?.row));
  return { workspace, clock, take, start, outcome };
}

type Facts = Partial<Event["conversation"]>;
const facts = (id: string, more: Facts = {}) => ({
  id,
  customer: { id: `of-${id}` },
  assignee: { id: "sam" },
  ...more,
});
const says = (kind: "customer" | "rep", id: string, ms: number, more: Facts = {}, rep = "sam"): Event => ({
  type: "message.created",
  conversation: facts(id, more),
  message: {
    id: `${kind}-${ms}`,
    at: iso(ms),
    author: { kind, id: kind === "rep" ? rep : "ada" },
    visibility: "public",
    text: "Where is my parcel?",
  },
});
const turns = (type: "resolved" | "reopened", id: string, ms: number): Event => ({
  type: `conversation.${type}`,
  conversation: facts(id),
  at: iso(ms),
});

describe("a measurement", () => {
  it("is ended and started anew by any change of its plan, and draws afresh", async () => {
    const { workspace, clock, start } = place();
    const first = await start({ days: 21, exempt: { tags: ["vip"], teams: [], newRepDays: 0 } });
    expect(first.measurement).toMatchObject({ holdout: 0.5, endsAt: iso(noon + 21 * day), exempt: { tags: ["vip"] } });
    clock.ms += day;
    const second = await start({ holdout: 0.1 });
    expect(second.past).toHaveLength(1);
    expect(second.past[0]).toMatchObject({ holdout: 0.5, endedAt: iso(noon + day) });
    expect(second.settings.holdout).toBe(0.1);
    clock.ms += day;
    const saved = await Settings.save(
      table(),
      workspace,
      { primaryMetric: "rating" },
      { nowMs: clock.ms, random: () => "another", seal: (text) => text },
    );
    expect(saved.past).toHaveLength(2);
    expect(saved.measurement).toMatchObject({ primaryMetric: "rating", holdout: 0.1 });
  });

  it("takes nobody in after its end, and is over then, whether or not somebody noticed", async () => {
    const { workspace, clock, take, start } = place();
    await start({ holdout: 1, days: 1 });
    expect((await take(says("customer", "before", noon)))?.arm).toBe("control");
    clock.ms += day + minute;
    expect(await take(says("customer", "after", noon + day))).toMatchObject({ arm: "assist", measurement: null });
    expect(await Measurements.list(table(), workspace, clock.ms)).toMatchObject({
      current: null,
      past: [{ endedAt: iso(noon + day) }],
      proposal: { holdouts: [0.05, 0] },
    });
    clock.ms += day;
    const ended = await Settings.end(table(), workspace, clock.ms, true);
    expect(ended).toMatchObject({ measurement: null, settings: { holdout: 0 }, past: [{ endedAt: iso(noon + day) }] });
    expect(JSON.stringify(await Measurements.list(table(), workspace, clock.ms))).not.toContain('"salt"');
  });

  it("leaves out tags, teams, new reps and who gets no suggestions, before anything is drawn", async () => {
    const { workspace, take, start } = place();
    await putRep(table(), workspace, { id: "new", startedAt: "2026-02-20" });
    await putRep(table(), workspace, { id: "old", startedAt: "2020-01-01" });
    await Settings.save(
      table(),
      workspace,
      { teams: ["payments", "returns"] },
      { nowMs: noon, random: () => "x", seal: (text) => text },
    );
    await start({ holdout: 1, exempt: { tags: ["vip"], teams: ["returns"], newRepDays: 30 } });
    const cases: [Facts, string | undefined][] = [
      [{ team: "payments", assignee: { id: "old" } }, undefined],
      [{ team: "payments", assignee: { id: "old" }, tags: ["vip"] }, "tag"],
      [{ team: "returns", assignee: { id: "old" } }, "team"],
      [{ team: "payments", assignee: { id: "new" } }, "new_rep"],
      [{ team: "payments", assignee: { id: "never seen" } }, "new_rep"],
      [{ team: "orders", assignee: { id: "old" } }, "off"],
    ];
    for (const [i, [more, why]] of cases.entries()) {
      const header = await take(says("customer", `c${i}`, noon + i, more));
      expect([header?.arm, header?.exempt]).toEqual([why ? "assist" : "control", why]);
    }
    const report = await comparison(table(), workspace, await Settings.load(table(), workspace), { nowMs: noon });
    expect(report.exempt).toEqual({ tag: 1, team: 1, new_rep: 2, off: 1 });
    expect(report.sampleRatio).toMatchObject({ assist: 0, control: 1 });
  });

  it("draws whole weeks of a rep in a switchback, the same whatever the conversation", async () => {
    const { clock, take, start } = place();
    await start({ design: "switchback" });
    const arms = new Map<string, Set<string>>();
    for (let week = 0; week < 8; week++) {
      clock.ms = noon + week * 7 * day;
      for (const rep of ["sam", "kim"])
        for (let i = 0; i < 2; i++) {
          const header = await take(says("customer", `${week}${rep}${i}`, clock.ms + i, { assignee: { id: rep } }));
          const own = arms.get(header!.unit!) ?? new Set();
          arms.set(header!.unit!, own.add(header!.arm!));
        }
    }
    expect(arms.size).toBe(16);
    expect([...arms.values()].every((own) => own.size === 1)).toBe(true);
    expect(new Set([...arms.values()].flatMap((own) => [...own]))).toEqual(new Set(["assist", "control"]));
    expect([...arms.keys()][0]).toBe("2026-W10 rep sam");
  });

  it("numbers weeks as ISO 8601 does", () => {
    const known = {
      "2026-01-01": "2026-W01",
      "2027-01-03": "2026-W53",
      "2024-12-30": "2025-W01",
      "2021-01-01": "2020-W53",
    };
    for (const [date, week] of Object.entries(known)) expect(isoWeek(date)).toBe(week);
  });
});

describe("outcomes", () => {
  it("begin a gap no earlier than the rep's previous action anywhere", async () => {
    const { take, outcome } = place();
    await take(says("customer", "a", noon));
    await take(says("customer", "b", noon + minute));
    await take(says("rep", "a", noon + 5 * minute));
    await take(says("rep", "b", noon + 7 * minute));
    expect(await outcome("a")).toMatchObject({ handleTimeMs: 5 * minute, firstReplyMs: 5 * minute });
    // Written to a minute after its customer, but begun when the rep was done with a.
    expect(await outcome("b")).toMatchObject({ handleTimeMs: 2 * minute, firstReplyMs: 6 * minute });
  });

  it("are the same in any order of arrival, once the day is closed", async () => {
    const events = [
      says("customer", "a", noon),
      says("rep", "a", noon + 2 * minute),
      says("customer", "b", noon + minute, { customer: { id: "of-a" } }),
      says("rep", "b", noon + 3 * minute, { customer: { id: "of-a" } }),
      turns("resolved", "a", noon + 30_000 + 2 * minute),
      turns("reopened", "a", noon + 2 * day),
    ];
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(events, { minLength: events.length }), async (shuffled) => {
        const { workspace, take, outcome } = place();
        for (const event of shuffled) await take(event);
        await closeDay(table(), workspace, "2026-03-02", noon + 20 * day);
        seen.add(JSON.stringify([await outcome("a"), await outcome("b")]));
      }),
      { numRuns: 6 },
    );
    expect(seen.size).toBe(1);
    expect([...seen][0]).toContain('"reopened7d":1');
  }, 20_000);

  it("count a late rating, and what was reopened across a day's border", async () => {
    const { workspace, clock, take, outcome } = place();
    clock.ms = Date.parse("2026-03-02T23:50:00Z");
    const late = clock.ms;
    await take(says("customer", "a", late));
    await take(says("rep", "a", late + minute));
    await take(turns("resolved", "a", late + 2 * minute));
    expect(await outcome("a")).toMatchObject({ resolved: 1, reopened7d: 0, rating: null });
    clock.ms += 3 * day;
    await take(turns("reopened", "a", clock.ms));
    await take({ type: "conversation.rated", at: iso(clock.ms), conversation: facts("a"), rating: { score: 2 } });
    expect(await outcome("a")).toMatchObject({ reopened7d: 1, rating: 2 });
    expect((await outcomeRows(table(), workspace, "2026-03-02")).map(({ rating }) => rating)).toEqual([2]);
    expect(await outcomeRows(table(), workspace, "2026-03-05")).toEqual([]);
  });

  it("tell handing on to another rep or team from the first assignment", () => {
    const assigned = (rep: string, ms: number, team?: string): Event => ({
      type: "conversation.assigned",
      at: iso(ms),
      conversation: facts("a", { assignee: { id: rep }, ...(team ? { team } : {}) }),
    });
    const messages = [says("customer", "a", noon), says("rep", "a", noon + 5)].flatMap((event) =>
      event.type === "message.created" ? [event.message] : [],
    );
    const escalated = (...events: Event[]) => measure(messages, events).escalated;
    expect(escalated(assigned("sam", noon), assigned("kim", noon + 1))).toBe(0); // routed, nobody had answered
    expect(escalated(assigned("sam", noon), assigned("kim", noon + 9))).toBe(1);
    expect(escalated(assigned("sam", noon, "first"), assigned("sam", noon + 9, "second"))).toBe(1);
  });

  it("stay as they were counted when a customer is erased", async () => {
    const { workspace, take, outcome } = place();
    const ada = { customer: { id: "ada" } };
    await take(says("customer", "a", noon, ada));
    await take(says("rep", "a", noon + minute, ada));
    for (const [rep, ms] of [
      ["sam", 0],
      ["kim", 2 * minute],
    ] as const)
      await take({
        type: "conversation.assigned",
        at: iso(noon + ms),
        conversation: facts("a", { ...ada, assignee: { id: rep } }),
      });
    await take({ ...turns("resolved", "a", noon + 3 * minute), conversation: facts("a", ada) } as Event);
    await take(says("customer", "b", noon + day, ada));
    await closeDay(table(), workspace, "2026-03-02", noon + 20 * day);
    const counted = await outcome("a");
    expect(counted).toMatchObject({ escalated: 1, contactedAgain7d: 1 });
    for (const item of await table().query({ pk: keys.conversationPk(workspace, "a") }))
      if (item.sk !== "OUT") await table().put(strip(item));
    await closeDay(table(), workspace, "2026-03-02", noon + 21 * day);
    expect(await outcome("a")).toEqual(counted);
  });

  it("keep rows that were packed before units and exemptions existed", () => {
    const row = unpackOutcome('[1,"c","assist",null,"sam","",null,false,false,60000,null,60000,2,1,0,0,0,4]');
    expect(row).toMatchObject({ conversationId: "c", handleTimeMs: 60_000, rating: 4, unit: null, exempt: null });
    expect(unpackOutcome(packOutcome({ ...row, unit: "2026-W10 rep sam" })).unit).toBe("2026-W10 rep sam");
  });
});

describe("days", () => {
  it("belong to the workspace's calendar, also where the clocks change", () => {
    expect(Settings.dayOf(Date.parse("2026-03-08T04:30:00Z"), "America/New_York")).toBe("2026-03-07");
    expect(Settings.dayOf(Date.parse("2026-03-08T05:00:00Z"), "America/New_York")).toBe("2026-03-08");
    // 23 hours later it is the next day already: the clocks went forward.
    expect(Settings.dayOf(Date.parse("2026-03-09T04:00:00Z"), "America/New_York")).toBe("2026-03-09");
    expect(Settings.dayOf(Date.parse("2026-10-25T22:30:00Z"), "Europe/Berlin")).toBe("2026-10-25");
    expect(Settings.addDays("2026-03-07", 2)).toBe("2026-03-09");
  });

  it("reads a closed day once, and again where it was put anew", async () => {
    const { workspace } = place();
    const row = { ...unpackOutcome("[1]"), conversationId: "c", arm: "assist", resolved: 1 } as OutcomeRow;
    const put = (rows: OutcomeRow[]) =>
      putDay(table(), workspace, "2026-03-02", { cells: [], outcomes: outcomeCellsOf(rows) });
    await put([row]);
    let reads = 0;
    const counted: Table = {
      ...table(),
      query: (input) => {
        reads++;
        return table().query(input);
      },
    };
    for (let i = 0; i < 3; i++)
      expect((await readDays(counted, workspace, "2026-03-02", "2026-03-02"))[0]).toMatchObject({ closed: true });
    expect(reads).toBe(1);
    await putDay(counted, workspace, "2026-03-02", { cells: [], outcomes: outcomeCellsOf([row, row]) });
    expect((await readDays(counted, workspace, "2026-03-02", "2026-03-02"))[0]!.outcomes[0]!.conversations).toBe(2);
  });

  it("shares one reading between figures that are asked for at once, and none with what comes later or failed", async () => {
    const { workspace } = place();
    let reads = 0;
    let fails = false;
    const counted: Table = {
      ...table(),
      index: async () => {
        reads++;
        if (fails) throw new Error("no table");
        return { rows: [] };
      },
    };
    const ask = () => readDays(counted, workspace, "2026-03-01", "2026-03-02", noon);
    await Promise.all([ask(), ask(), ask()]);
    expect(reads).toBe(4); // suggestions and outcomes of two days
    await ask();
    expect(reads).toBe(8);
    fails = true;
    expect((await Promise.allSettled([ask(), ask()])).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    fails = false;
    expect(await ask()).toHaveLength(2);
  });

  it("says as of when, where a large open day was not read anew", async () => {
    const { workspace } = place();
    const rows = Array.from({ length: 2_001 }, (_, i) => ({ pk: "", sk: "", gsk: String(i), row: drafted(i) }));
    const big: Table = {
      ...table(),
      index: async ({ gpk }) => ({ rows: gpk.startsWith("S#") && gpk.endsWith("2026-03-02") ? rows : [] }),
    };
    const ask = (nowMs: number) =>
      acceptance(big, workspace, {
        from: "2026-03-01",
        to: "2026-03-02",
        by: "kind",
        settings: Settings.defaults,
        nowMs,
      });
    expect(await ask(noon)).toMatchObject({ asOf: iso(noon), total: { accepted: 2_001 } });
    rows.pop();
    expect(await ask(noon + 2_000)).toMatchObject({ asOf: iso(noon), total: { accepted: 2_001 } });
    expect(await ask(noon + 90_000)).toMatchObject({ asOf: iso(noon + 90_000), total: { accepted: 2_000 } });
  });
});

const drafted = (i: number, retained = 1) =>
  pack({
    ...unpack("[1]"),
    id: `s${i}`,
    conversationId: `c${i}`,
    kind: "draft",
    status: "ready",
    outcome: retained === 1 ? "accepted" : "edited",
    retained,
    rep: "sam",
    team: "",
    engine: "e",
    promptVersion: "p2",
    articles: [],
    flags: [],
    shown: true,
    createdAt: iso(noon),
    simulated: false,
  });

describe("reps", () => {
  it("who changes teams changes no past report", async () => {
    const { workspace } = place();
    await putDay(table(), workspace, "2026-03-02", {
      cells: cellsOf([unpack(drafted(1)), unpack(drafted(2, 0.55))]),
      outcomes: [],
    });
    const ask = async (by: "team" | "tenure" | "promptVersion") =>
      (
        await acceptance(table(), workspace, {
          from: "2026-03-02",
          to: "2026-03-02",
          by,
          settings: Settings.defaults,
          nowMs: noon,
        })
      ).rows;
    await putRep(table(), workspace, {
      id: "sam",
      startedAt: "2025-12-20",
      teams: [{ from: "2026-01-01", team: "payments" }],
    });
    const before = await ask("team");
    expect(before.map(({ key }) => key)).toEqual(["payments"]);
    await putRep(table(), workspace, { id: "sam", name: "Sam", teams: [{ from: "2026-03-03", team: "orders" }] });
    expect(await ask("team")).toEqual(before);
    const rep = (await listReps(table(), workspace)).get("sam");
    expect([teamOn(rep, "2026-03-02"), teamOn(rep, "2026-03-03")]).toEqual(["payments", "orders"]);
    expect((await ask("tenure")).map(({ key }) => key)).toEqual(["0–3 months"]);
    const [row] = await ask("promptVersion");
    expect(row).toMatchObject({ key: "p2", accepted: 1, edited: 1, retained: [0, 0, 0, 0, 0, 1, 0, 0, 0, 1] });
  });

  it("have pseudonyms that nobody makes without the key, the same in every report", async () => {
    const { workspace } = place();
    await putDay(table(), workspace, "2026-03-02", { cells: cellsOf([unpack(drafted(1))]), outcomes: [] });
    const ask = async (keys: string, repFigures: "pseudonymous" | "team" = "pseudonymous") =>
      (
        await acceptance(table(), workspace, {
          from: "2026-03-02",
          to: "2026-03-02",
          by: "rep",
          settings: { ...Settings.defaults, repFigures },
          nowMs: noon,
          pseudonym: pseudonyms(keys),
        })
      ).rows.map(({ key, label }) => `${key} ${label}`);
    const [one, other] = [Buffer.alloc(32, 1).toString("base64"), Buffer.alloc(32, 2).toString("base64")];
    const [row] = await ask(one);
    expect(row).toMatch(/^rep-([0-9a-f]{8}) Rep \1$/);
    expect(row).not.toContain(createHash("sha256").update(`${workspace}\nrep\nsam`).digest("hex").slice(0, 6));
    expect(await ask(one)).toEqual([row]);
    expect(await ask(`${other} ${one}`)).toEqual([row]);
    expect(await ask(other)).not.toEqual([row]);
    await expect(ask("")).rejects.toMatchObject({ code: "vault_unset" });
    expect(await ask("", "team")).toEqual([" no team"]);
  });

  it("one rep or one team alone is shown where reps are, by week too, and its rows with it", async () => {
    const { workspace } = place();
    const other = { ...unpack(drafted(3)), rep: "kim", team: "orders", flags: ["unsupported"] };
    for (const [i, row] of [unpack(drafted(1)), unpack(drafted(2, 0.55)), other].entries())
      await table().put({
        pk: `C#${workspace}`,
        sk: String(i),
        v: 1,
        gpk: keys.suggestionsOfDay(workspace, "2026-03-02"),
        gsk: String(i),
        row: pack(row),
      } as Item);
    const settings = { ...Settings.defaults, repFigures: "named" as const };
    const range = { from: "2026-03-02", to: "2026-03-02" };
    const ask = (more: object) =>
      acceptance(table(), workspace, { ...range, by: "week", settings, nowMs: noon, ...more });
    expect((await ask({})).rows).toMatchObject([{ key: "2026-W10", decided: 3, unsupported: 1, unsupportedSent: 1 }]);
    expect((await ask({ only: { rep: "sam" } })).total).toMatchObject({ decided: 2 });
    expect((await ask({ only: { team: "orders" } })).total).toMatchObject({ decided: 1 });
    const teamsAlone = { ...settings, repFigures: "team" as const };
    const refusal = { kind: "input", code: "teams_alone" };
    await expect(ask({ only: { rep: "sam" }, settings: teamsAlone })).rejects.toMatchObject(refusal);
    const reps = await listReps(table(), workspace);
    const names = { reps, name: naming(workspace, reps, "named", undefined), settings };
    const rowsOf = async (filter: object) =>
      (await records(table(), workspace, names, { ...range, limit: 10, filter })).rows.map(({ id }) => id);
    expect(await rowsOf({ by: "week", key: "2026-W10", rep: "kim" })).toEqual(["s3"]);
    expect((await rowsOf({ team: "" })).sort()).toEqual(["s1", "s2"]);
    expect(await rowsOf({ outcome: "unsupported" })).toEqual(["s3"]);
  });

  it("without a first day count from the earliest reply seen, in whatever order replies come", async () => {
    const { workspace, take } = place();
    for (const ms of [noon, noon - 200 * day, noon - 10 * day]) await take(says("rep", "a", ms));
    const rep = (await listReps(table(), workspace)).get("sam");
    expect(rep?.firstReplyAt).toBe(iso(noon - 200 * day));
    expect(tenureOn(rep, "2026-03-02")).toBe("3–12 months");
  });
});

/** Two arms of reps with times around `minutes`, spread as theirs are. */
function rows(count: number, minutes: { assist: number; control: number }, measurement: Measurement): OutcomeRow[] {
  return Array.from({ length: count }, (_, i) => {
    const { arm } = Arm.draw(measurement, `c${i}`);
    const handleTimeMs = minutes[arm] * minute * (0.5 + ((i * 7919) % 100) / 100);
    return {
      ...unpackOutcome("[1]"),
      conversationId: `c${i}`,
      arm,
      measurement: measurement.id,
      rep: `rep-${i % 6}`,
      team: "",
      anyway: false,
      simulated: false,
      handleTimeMs,
      firstReplyMs: handleTimeMs,
      replies: 2,
      resolved: 1,
      reopened7d: i % 12 === 0 ? 1 : 0,
      escalated: i % 20 === 0 ? 1 : 0,
    } as OutcomeRow;
  });
}
const running: Measurement = {
  id: "m-1",
  salt: "s",
  holdout: 0.5,
  primaryMetric: "handleTimeMs",
  startedAt: iso(noon),
  limits: { handleTimeMs: { low: 0, high: 7 * minute } },
};
const dayOfRows = (some: OutcomeRow[]) => ({
  day: "2026-03-02",
  closed: true,
  cells: [],
  outcomes: outcomeCellsOf(some, [running]),
});

describe("the comparison", () => {
  const faster = dayOfRows(rows(4_000, { assist: 4, control: 5 }, running));

  it("has a second opinion, and what an hour of a rep gets done", () => {
    const { metrics, secondOpinion, resolvedPerRepHour } = compare([faster], running);
    expect(metrics[0]).toMatchObject({ verdict: "better" });
    expect(secondOpinion!.winsorised!.high).toBeLessThan(0);
    expect(secondOpinion!.typical!.difference).toBeCloseTo(-0.2, 1);
    expect(resolvedPerRepHour.assist! / resolvedPerRepHour.control!).toBeCloseTo(1.25, 1);
    expect(resolvedPerRepHour.difference!.low).toBeGreaterThan(0);
  });

  it("takes off what was known before the start, as was fixed there, and says how much that took away", async () => {
    const { workspace } = place();
    const topics = ["refund|chat|en", "login|chat|en", "address|chat|en", "other|chat|en"];
    const about = (list: OutcomeRow[]) =>
      list.map((row, i) => {
        const times = 0.4 + 0.5 * (i % 4);
        const topic = topics[i % 4]!;
        return { ...row, topic, repAtDraw: row.rep, handleTimeMs: row.handleTimeMs! * times };
      });
    const past = about(rows(1_200, { assist: 10, control: 10 }, { ...running, id: "m-0" }));
    const before = beforeOf(past, "handleTimeMs")!;
    expect(beforeOf(past.slice(0, 100), "handleTimeMs")).toBeUndefined();
    expect(before.topics[topics[3]!]).toBeGreaterThan(before.topics[topics[0]!]!);

    const measurement: Measurement = { ...running, adjusted: true };
    await putBefore(table(), workspace, measurement.id, before);
    const [known] = await withBefore(table(), workspace, [measurement]);
    const during = about(rows(1_200, { assist: 9, control: 10 }, measurement));
    const days = [{ day: "2026-03-02", closed: true, cells: [], outcomes: outcomeCellsOf(during, [known!]) }];
    const [adjusted] = compare(days, measurement).metrics;
    const [plain] = compare(days, { ...running }).metrics;
    expect(adjusted!.plain).toEqual({ difference: plain!.difference, low: plain!.low, high: plain!.high });
    expect(adjusted!.varianceCut).toBeGreaterThan(0.4);
    expect(adjusted!.high! - adjusted!.low!).toBeLessThan(0.8 * (plain!.high! - plain!.low!));
    expect(Math.abs(adjusted!.difference! + 1.25 * minute * 0.92)).toBeLessThan(0.5 * minute);
    expect(adjusted!.assist.mean).toBe(plain!.assist.mean);
    expect(plain!.plain).toBeUndefined();

    // Whoever was not known before counts as the mean: nothing is taken off, and nothing breaks.
    const unknown = during.map((row) => ({ ...row, topic: null, repAtDraw: null }));
    const bare = [{ ...days[0]!, outcomes: outcomeCellsOf(unknown, [known!]) }];
    expect(compare(bare, measurement).metrics[0]).toEqual(compare(bare, running).metrics[0]);
    // The same after a day was packed away.
    await putDay(table(), workspace, "2026-03-02", { cells: [], outcomes: days[0]!.outcomes });
    const read = await readDays(table(), workspace, "2026-03-02", "2026-03-02");
    expect(compare(read, measurement)).toEqual(compare(days, measurement));
  });

  it("says it in money from the interval's ends, less what it costs, and not before it is known", () => {
    const judged = compare([faster], running);
    const window = { fromMs: noon, toMs: noon + 30 * day };
    const at = (repHourCost: number | null, some = judged) =>
      money(some, [faster], { measurement: running, repHourCost, window });
    const { perMonthUsd, sentence, awsUsdPerMonth } = at(30);
    const [low, high] = [judged.metrics[0]!.low!, judged.metrics[0]!.high!];
    const month = (4_000 * 365.25) / 12 / 30;
    expect(perMonthUsd!.high).toBeCloseTo((-low / 3_600_000) * 30 * month - awsUsdPerMonth, 6);
    expect(perMonthUsd!.low).toBeCloseTo((-high / 3_600_000) * 30 * month - awsUsdPerMonth, 6);
    expect(sentence).toMatch(/^In money: net between \+\$[\d,]+ and \+\$[\d,]+ a month/);
    // A bot or nobody answered as many again: they cost, and save nothing.
    const silent = rows(4_000, { assist: 4, control: 5 }, running).map((row) => ({ ...row, handleTimeMs: null }));
    const more = money(judged, [faster, dayOfRows(silent)], { measurement: running, repHourCost: 30, window });
    expect(more.conversationsPerMonth).toBeCloseTo(2 * month, 6);
    expect(more.perMonthUsd!.low).toBeCloseTo(perMonthUsd!.low - awsUsdPerMonth, 6);
    expect(at(null)).toMatchObject({ perMonthUsd: null, sentence: expect.stringContaining("not known yet") });
    expect(at(30, { ...judged, withdrawn: "Worse." })).toMatchObject({ perMonthUsd: null });
    expect(at(30, compare([dayOfRows(rows(90, { assist: 4, control: 5 }, running))], running)).perMonthUsd).toBeNull();
  });

  it("pools reps by how much they do, never by how the draw fell", () => {
    const few = dayOfRows(
      rows(4_000, { assist: 4, control: 5 }, running).map((row, i) => ({ ...row, rep: `rep-${i}` })),
    );
    expect(compare([few], running).metrics[0]).toMatchObject({ verdict: "better" });
  });

  it("counts rep-weeks, not conversations, in a switchback", () => {
    const weeks: Measurement = { ...running, design: "switchback" };
    const some = rows(4_000, { assist: 4, control: 5 }, running).map((row, i) => {
      const unit = `2026-W${10 + (i % 12)} rep rep-${i % 7}`;
      const { arm } = Arm.draw(weeks, row.conversationId, { unit });
      return {
        ...row,
        unit,
        arm,
        rep: `rep-${i % 7}`,
        handleTimeMs: (arm === "assist" ? 4 : 5) * minute * (0.8 + ((i * 31) % 40) / 100),
      };
    });
    const { sampleRatio, metrics, resolvedPerRepHour } = compare([dayOfRows(some)], weeks);
    // 60 ÷ 4 minutes against 60 ÷ 5: three more an hour.
    const { low, high } = resolvedPerRepHour.difference!;
    expect([low > 0, low < 3, high > 3, high < 6]).toEqual([true, true, true, true]);
    expect(compare([dayOfRows(some.slice(0, 20))], weeks).resolvedPerRepHour.difference).toBeNull();
    expect(sampleRatio.assist + sampleRatio.control).toBe(84);
    expect(metrics[0]).toMatchObject({ verdict: "better" });
  });

  it("labels another window exploration, and offers the same by tenure", async () => {
    const { workspace, clock, start } = place();
    const { measurement } = await start({});
    const own = { ...running, id: measurement!.id };
    await putDay(table(), workspace, "2026-03-02", {
      cells: [],
      outcomes: outcomeCellsOf(rows(1_000, { assist: 4, control: 5 }, own), [own]),
    });
    clock.ms += 16 * day;
    const loaded = await Settings.load(table(), workspace);
    const ask = (more: object) => comparison(table(), workspace, loaded, { nowMs: clock.ms, ...more });
    expect(await ask({})).toMatchObject({ exploration: false, money: { perMonthUsd: null } });
    const other = await ask({ from: "2026-03-03" });
    expect(other).toMatchObject({
      exploration: true,
      sentence: expect.stringMatching(/^Exploration, not a verdict\./),
    });
    expect(other.money).toBeUndefined();
    expect((await ask({ by: "tenure" })).groups).toMatchObject([{ key: "unknown", metrics: expect.any(Array) }]);
  });
});

describe("the plan", () => {
  it("says from past volume what half and a tenth in control would find", async () => {
    const past = Array.from({ length: 28 }, (_, i) => ({
      ...dayOfRows(rows(300, { assist: 5, control: 5 }, running)),
      day: Settings.addDays("2026-02-02", i),
    }));
    const seen = volume(past, { design: "conversation", primaryMetric: "handleTimeMs" });
    expect(seen).toMatchObject({ conversations: 8_400, conversationsPerDay: 300, unitsPerDay: 300 });
    const half = planned(seen, "conversation", 0.5, 21);
    expect(half.relative).toBeGreaterThan(planned(seen, "conversation", 0.5, 42).relative!);
    expect(half.relative).toBeLessThan(planned(seen, "conversation", 0.1, 21).relative!);
    const { workspace } = place();
    for (const one of past) await putDay(table(), workspace, one.day, one);
    const ask = { primaryMetric: "handleTimeMs", nowMs: noon } as const;
    const loaded = await Settings.load(table(), workspace);
    const told = await plan(table(), workspace, loaded, { ...ask, design: "conversation", holdout: 0.5, days: 21 });
    expect(told.sentence).toMatch(/^Half in control for 3 weeks, or 10 % for \d+, finds ±\d+\.?\d* % of handle time/);
    expect(told.asked!.relative).toBeCloseTo(half.relative!, 6);
    expect((await plan(table(), workspace, loaded, { ...ask, design: "switchback" })).past.sd).not.toBeNull();
    const empty = place();
    const none = await plan(table(), empty.workspace, await Settings.load(table(), empty.workspace), {
      ...ask,
      design: "conversation",
    });
    expect(none.sentence).toContain("too few past conversations");
  });

  it("fixes limits at the start from what came before it", async () => {
    const { workspace, clock, start } = place();
    for (const [i, row] of rows(300, { assist: 5, control: 5 }, running).entries())
      await table().put({
        ...keys.outcome(workspace, row.conversationId),
        v: 1,
        gpk: keys.outcomesOfDay(workspace, "2026-03-01"),
        gsk: `#${i}`,
        row: packOutcome(row),
      } as Item);
    const { measurement } = await start({ days: 14 });
    expect(measurement!.limits!.handleTimeMs!.high).toBeGreaterThan(7 * minute);
    expect(measurement!.tunedFor).toBe(4_200); // 300 in the one day there was
    expect(measurement!.adjusted).toBe(true);
    const [known] = await withBefore(table(), workspace, [measurement!]);
    expect(Object.keys(known!.before!.reps)).toHaveLength(6);
    clock.ms += minute;
    await expect(start({ endsAt: iso(noon) })).rejects.toMatchObject({ kind: "input", path: "endsAt" });
  });
});

describe("where it fails", () => {
  it("groups questions that say the same, says why articles are refused, what was caught, and which language lags", async () => {
    const { workspace } = place();
    const draft = (i: number, more: object) => ({ ...unpack(drafted(i)), language: "en", articles: ["a"], ...more });
    const rows = Array.from({ length: 120 }, (_, i) =>
      i < 60
        ? draft(i, i < 3 ? { outcome: "rejected", retained: null, reason: i ? "constructor" : "wrong policy" } : {})
        : draft(i, {
            language: "fi",
            ...(i % 3 ? { outcome: "ignored", retained: null } : { flags: ["unsupported"] }),
          }),
    ) as SuggestionRow[];
    await putDay(table(), workspace, "2026-03-02", resultOf(rows, [], []));
    for (const [i, text] of ["Where is my refund now?", "where is my refund", "Can I pay in cash?"].entries())
      await table().put({
        ...keys.gap(workspace, "2026-03-02", `s${i}`),
        v: 1,
        conversationId: `c${i}`,
        suggestionId: `s${i}`,
        turnAt: iso(noon + i),
        text,
      } as Item);
    const found = await gaps(table(), workspace, {
      from: "2026-03-02",
      to: "2026-03-02",
      settings: Settings.defaults,
      nowMs: noon,
      title: () => "Refunds",
    });
    expect(found.questions.map(({ count, conversationIds }) => [count, conversationIds.length])).toEqual([
      [2, 2],
      [1, 1],
    ]);
    expect(found.articles).toMatchObject([
      {
        title: "Refunds",
        rejected: 3,
        reasons: [
          { reason: "constructor", count: 2 },
          { reason: "wrong policy", count: 1 },
        ],
      },
    ]);
    expect(found.reasons).toHaveLength(2);
    expect(found.unsupported).toEqual({ caught: 20, sent: 20 });
    expect(found.languages.map(({ language, lags }) => [language, lags])).toEqual([
      ["fi", true],
      ["en", false],
    ]);
  });
});

describe("the week's digest", () => {
  it("goes out once a week, on Monday, and again the next hour where it did not arrive", async () => {
    const { workspace } = place();
    await putDay(table(), workspace, "2026-02-25", { cells: cellsOf([unpack(drafted(1))]), outcomes: [] });
    const loaded = await Settings.load(table(), workspace);
    const sent: string[] = [];
    const send = (nowMs: number, status = 200, digestUrl: string | null = "https://example.com/hook") =>
      sendDigest(
        {
          table: table(),
          nowMs,
          post: async (_url, body) => {
            sent.push(body);
            return status;
          },
        },
        workspace,
        { ...loaded, settings: { ...loaded.settings, digestUrl } },
      );
    expect(await send(noon, 200, null)).toBe(false);
    expect(await send(noon - day)).toBe(false); // a Sunday
    expect(await send(noon, 503)).toBe(false);
    expect(await send(noon + 60 * minute)).toBe(true);
    expect(await send(noon + day)).toBe(false);
    expect(sent).toHaveLength(2);
    expect(JSON.parse(sent[1]!)).toMatchObject({
      week: "2026-W09",
      from: "2026-02-23",
      to: "2026-03-01",
      acceptance: { decided: 1, accepted: 1 },
      effect: null,
      text: expect.stringContaining("1 of 1 drafts were sent"),
    });
  });
});
