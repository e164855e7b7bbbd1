/** Where a measurement's figures could slip: at its end and new start, at closing, at borders of days, when somebody is erased or moves. */
import { begin, erase } from "@cuecard/core/erasure";
import type { Event } from "@cuecard/core/event";
import { takeIn } from "@cuecard/core/intake";
import { recompute } from "@cuecard/core/outcome";
import { putRep } from "@cuecard/core/rep";
import { closeDays } from "@cuecard/core/report/close";
import { comparison } from "@cuecard/core/report/comparison";
import { outcomeRows } from "@cuecard/core/report/days";
import * as Measurements from "@cuecard/core/report/measurements";
import { shadowCellsOf, shadowFigures } from "@cuecard/core/report/shadow";
import * as Settings from "@cuecard/core/settings";
import * as conversations from "@cuecard/core/store/conversations";
import * as keys from "@cuecard/core/store/keys";
import { listShadows, putShadow } from "@cuecard/core/store/shadows";
import { expect, it } from "vitest";
import { database } from "./spine-world.ts";

const table = database();
const noon = Date.parse("2026-03-02T12:00:00Z"); // a Monday
const day = 86_400_000;
const minute = 60_000;
const iso = (ms: number) => new Date(ms).toISOString();
let n = 0;

/** Events go in as the worker takes them, at the server's time `clock.ms`. */
function place() {
  const workspace = `edges-${++n}`;
  const clock = { ms: noon };
  const listed = conversations.listed();
  const deps = { table: table(), channel: { send: async () => "sent" as const }, now: () => clock.ms };
  const load = () => Settings.load(table(), workspace);
  const take = async (event: Event) => {
    await conversations.append(table(), workspace, event, clock.ms, Math.floor(clock.ms / 1_000) + 90 * 86_400, listed);
    const { sk } = conversations.eventKey(workspace, event);
    const taken = await takeIn(deps, workspace, event.conversation.id, sk, await load());
    if (taken) await recompute(table(), workspace, taken.header);
    return taken?.header;
  };
  const save = (patch: Settings.SettingsPatch) =>
    Settings.save(table(), workspace, patch, { nowMs: clock.ms, random: () => "salt", seal: (text) => text });
  const start = async (wish: Partial<Measurements.Start>, salt = "salt") =>
    (
      await Measurements.start(table(), workspace, Measurements.Start.parse({ holdout: 0.5, ...wish }), {
        nowMs: clock.ms,
        salt,
      })
    ).measurement!;
  const effect = async (options: { id?: string; by?: "tenure" } = {}) =>
    comparison(table(), workspace, await load(), { ...options, nowMs: clock.ms });
  const close = async () => closeDays(table(), workspace, (await load()).settings, clock.ms);
  return { workspace, clock, take, save, start, effect, close };
}

const facts = (id: string, more: Partial<Event["conversation"]> = {}) => ({
  id,
  customer: { id: `of-${id}` },
  assignee: { id: "sam" },
  ...more,
});
const says = (kind: "customer" | "rep", id: string, ms: number, more: Partial<Event["conversation"]> = {}): Event => ({
  type: "message.created",
  conversation: facts(id, more),
  message: {
    id: `${kind}-${id}-${ms}`,
    at: iso(ms),
    author: { kind, id: kind === "rep" ? "sam" : "ada" },
    visibility: "public",
    text: "Where is my parcel?",
  },
});
const turns = (type: "resolved" | "reopened", id: string, ms: number): Event => ({
  type: `conversation.${type}`,
  conversation: facts(id),
  at: iso(ms),
});
const rated = (id: string, ms: number, score: number): Event => ({
  type: "conversation.rated",
  conversation: facts(id),
  at: iso(ms),
  rating: { score },
});

type Compared = Awaited<ReturnType<typeof comparison>>;
const of = ({ metrics }: Compared, name: string) => {
  const { assist, control } = metrics.find(({ metric }) => metric === name)!;
  return { assist, control };
};

it("a conversation stays with the measurement that drew it, whatever starts before it is over", async () => {
  const { clock, take, start, effect } = place();
  const first = await start({ holdout: 1 });
  await take(says("customer", "a", noon));
  clock.ms += day;
  const second = await start({ holdout: 1, primaryMetric: "rating" }, "another");
  expect(second.id).not.toBe(first.id);
  // Goes on, comes back, and is resolved under the second: drawn once, counted once.
  expect(await take(says("customer", "a", clock.ms))).toMatchObject({ arm: "control", measurement: first.id });
  await take(says("rep", "a", clock.ms + minute));
  await take(turns("resolved", "a", clock.ms + 2 * minute));
  await take(says("customer", "b", clock.ms));
  const [old, now] = [await effect({ id: first.id }), await effect()];
  expect([old.sampleRatio?.control, now.sampleRatio?.control]).toEqual([1, 1]);
  expect([old.running, now.running]).toEqual([false, true]);
  expect([of(old, "resolved").control, of(now, "resolved").control]).toMatchObject([
    { n: 1, mean: 1 },
    { n: 1, mean: 0 },
  ]);
});

it("what comes after a day was closed changes none of its figures", async () => {
  const { workspace, clock, take, start, effect, close } = place();
  await start({ holdout: 1 });
  await take(says("customer", "a", noon));
  await take(says("rep", "a", noon + minute));
  await take(turns("resolved", "a", noon + 2 * minute));
  // The last moment of the seven days, and one after it.
  await take(turns("reopened", "a", noon + 2 * minute + 7 * day + 1));
  expect(of(await effect(), "reopened7d").control).toMatchObject({ n: 1, mean: 0 });
  await take(rated("a", noon + 9 * day, 4));
  clock.ms = noon + 15 * day;
  expect(await close()).toEqual(["2026-03-02"]);
  const closed = await effect();
  expect(of(closed, "rating").control).toMatchObject({ n: 1, mean: 4 });
  await take(rated("a", noon + 16 * day, 1));
  await take(turns("reopened", "a", noon + 2 * minute + 7 * day));
  expect((await outcomeRows(table(), workspace, "2026-03-02"))[0]).toMatchObject({ rating: 1, reopened7d: 1 });
  expect((await effect()).metrics).toEqual(closed.metrics);
});

it("an erasure changes no figure, while the day is open and after it is closed", async () => {
  const { workspace, clock, take, start, effect, close } = place();
  await start({ holdout: 0.5 });
  for (let i = 0; i < 6; i++) {
    const id = `c${i}`;
    await take(says("customer", id, noon + i * minute));
    await take(says("rep", id, noon + (i + 8) * minute));
    await take(turns("resolved", id, noon + 30 * minute));
    if (i % 2) await take(rated(id, noon + day, 5));
  }
  const forget = async (id: string) => {
    const list = await begin(table(), workspace, `of-${id}`, clock.ms + minute);
    expect(await erase(table(), workspace, list)).toMatchObject({ erased: 1, more: false });
  };
  const figures = async () => {
    const { metrics, sampleRatio, helpedAnyway, exempt } = await effect();
    return { metrics, sampleRatio, helpedAnyway, exempt };
  };
  clock.ms += 2 * day;
  const before = await figures();
  await forget("c0");
  await forget("c1");
  expect(await figures()).toEqual(before);
  clock.ms = noon + 16 * day;
  expect(await close()).toEqual(["2026-03-02"]);
  await forget("c2");
  expect(await figures()).toEqual(before);
});

it("weeks and days are those of the measurement's calendar, across the change of the clocks", async () => {
  const { workspace, clock, take, save, start, close } = place();
  await save({ timeZone: "America/New_York" });
  clock.ms = Date.parse("2026-03-06T12:00:00Z");
  await start({ design: "switchback" });
  // The clocks go forward on the night to Sunday the 8th. An hour before Monday there is Monday already in Greenwich.
  const at = async (id: string, time: string) => {
    clock.ms = Date.parse(time);
    return take(says("customer", id, clock.ms));
  };
  const late = await at("sunday", "2026-03-09T03:30:00Z");
  const early = await at("monday", "2026-03-09T04:30:00Z");
  expect(late).toMatchObject({ day: "2026-03-08", unit: "2026-W10 rep sam" });
  expect(early).toMatchObject({ day: "2026-03-09", unit: "2026-W11 rep sam" });
  // Whoever moves the workspace's calendar meanwhile moves no week.
  await save({ timeZone: "Pacific/Auckland" });
  expect(await at("later", "2026-03-15T12:00:00Z")).toMatchObject({ day: "2026-03-16", unit: "2026-W11 rep sam" });
  await save({ timeZone: "America/New_York" });
  clock.ms = Date.parse("2026-03-23T03:59:00Z");
  expect(await close()).toEqual([]);
  clock.ms = Date.parse("2026-03-23T04:00:00Z");
  expect(await close()).toEqual(["2026-03-08"]);
  expect((await outcomeRows(table(), workspace, "2026-03-08")).map(({ conversationId }) => conversationId)).toEqual([
    "sunday",
  ]);
});

it("a rep who changes teams takes no conversation along, also of an open day", async () => {
  const { workspace, clock, take, start } = place();
  await start({ holdout: 1 });
  await putRep(table(), workspace, { id: "sam", teams: [{ from: "2026-01-01", team: "payments" }] });
  await take(says("customer", "a", noon));
  await take(says("rep", "a", noon + minute));
  const by = async (team: string) =>
    (
      await comparison(table(), workspace, await Settings.load(table(), workspace), {
        only: { team },
        nowMs: clock.ms,
      })
    ).sampleRatio?.control;
  expect([await by("payments"), await by("orders")]).toEqual([1, 0]);
  clock.ms += day;
  await putRep(table(), workspace, {
    id: "sam",
    teams: [
      { from: "2026-01-01", team: "payments" },
      { from: "2026-03-03", team: "orders" },
    ],
  });
  await take(says("customer", "b", clock.ms));
  await take(says("rep", "b", clock.ms + minute));
  expect([await by("payments"), await by("orders")]).toEqual([1, 1]);
});

it("says how near unseen drafts came, and no more than is known", () => {
  const none = shadowFigures([]);
  expect(none).toMatchObject({ made: 0, compared: 0, median: null, accepted: { n: 0, share: 0, low: 0, high: 1 } });
  expect(none.sentence).toMatch(/yet/);
  const row = (outcome: "accepted" | "edited" | "ignored" | null, retained: number | null) => ({
    measurement: "m",
    outcome,
    retained,
  });
  const figures = shadowFigures(
    shadowCellsOf([
      row("accepted", 1),
      row("edited", 0.7),
      row("ignored", 0.2),
      row("ignored", 0),
      row(null, null),
      row("ignored", 0.1),
    ]),
  );
  expect(figures).toMatchObject({
    made: 6,
    compared: 5,
    median: 0.2,
    accepted: { n: 1, share: 0.2 },
    edited: { n: 1 },
  });
  expect(figures.distribution).toEqual([1, 1, 1, 0, 0, 0, 0, 1, 0, 1]);
  expect(shadowFigures(shadowCellsOf([row("ignored", 0.3), row("edited", 0.7)])).median).toBe(0.5);
});

it("unseen drafts stay counted once their day is closed, when they themselves are gone", async () => {
  const { workspace, clock, take, start, effect, close } = place();
  const measurement = await start({ holdout: 1, shadow: true });
  for (const [id, retained] of [
    ["a", 0.5],
    ["b", 0.1],
  ] as const) {
    await take(says("customer", id, noon));
    await putShadow(table(), workspace, undefined, {
      ...keys.shadow(workspace, id, "t"),
      v: 1,
      kind: "shadow",
      conversationId: id,
      turn: "t",
      turnAt: iso(noon),
      measurement: measurement.id,
      day: "2026-03-02",
      team: "",
      createdAt: iso(noon),
      engine: "embedded",
      promptVersion: "1",
      text: "…",
      outcome: "ignored",
      retained,
    });
  }
  const { shadow } = await effect();
  expect(shadow).toMatchObject({ made: 2, compared: 2, median: 0.3 });
  clock.ms = noon + 16 * day;
  expect(await close()).toEqual(["2026-03-02"]);
  for (const id of ["a", "b"]) for (const one of await listShadows(table(), workspace, id)) await table().remove(one);
  expect((await effect()).shadow).toEqual(shadow);
  // One team alone is exploration, and says nothing of them.
  const narrow = { only: { team: "payments" }, nowMs: clock.ms };
  expect(
    (await comparison(table(), workspace, await Settings.load(table(), workspace), narrow)).shadow,
  ).toBeUndefined();
});
