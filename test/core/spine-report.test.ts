/** A report is a pure function of the records: days, their closing, and figures that a recount of the raw items confirms. */
import { acceptance, type By } from "@cuecard/core/report/acceptance";
import { closeDays } from "@cuecard/core/report/close";
import { readDays } from "@cuecard/core/report/days";
import { addDays, dayOf, defaults, type Settings } from "@cuecard/core/settings";
import { suggestionId, suggestionKey, turnKey } from "@cuecard/core/store/suggestion-id";
import { putState, read } from "@cuecard/core/store/suggestions";
import type { Outcome, State } from "@cuecard/core/suggestion";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { database, event, world } from "./spine-world.ts";

const table = database();
const berlin: Settings = { ...defaults, timeZone: "Europe/Berlin", repFigures: "named" };
let n = 0;

type Given = Partial<
  Pick<
    State,
    | "outcome"
    | "retained"
    | "shownAt"
    | "clicked"
    | "sentBy"
    | "assignee"
    | "team"
    | "kind"
    | "status"
    | "language"
    | "articles"
    | "engine"
  >
>;
async function put(workspace: string, nowMs: number, timeZone: string, given: Given = {}): Promise<State> {
  const at = new Date(nowMs).toISOString();
  const conversationId = `c${++n}`;
  const kind = given.kind ?? "draft";
  const turn = turnKey(at, "m");
  const id = suggestionId(conversationId, turn, kind);
  const state = {
    ...suggestionKey(workspace, id),
    v: 1,
    id,
    conversationId,
    turn,
    turnAt: at,
    status: "ready",
    engine: "scripted",
    attempt: 1,
    createdAt: at,
    day: dayOf(nowMs, timeZone),
    team: "payments",
    articles: [],
    flags: [],
    ...given,
    kind,
    ...(given.clicked ? { clickedAt: at, clickedBy: "sam" } : {}),
  } as State;
  await putState(table(), workspace, undefined, state);
  return state;
}

describe("days", () => {
  test("belong to the workspace's calendar, through both changes of the clock", () => {
    const day = (iso: string) => dayOf(Date.parse(iso), "Europe/Berlin");
    expect(day("2026-03-28T22:59:59Z")).toBe("2026-03-28");
    expect(day("2026-03-28T23:00:00Z")).toBe("2026-03-29");
    // That day has 23 hours, the one in October 25.
    expect(day("2026-03-29T21:59:59Z")).toBe("2026-03-29");
    expect(day("2026-03-29T22:00:00Z")).toBe("2026-03-30");
    expect(day("2026-10-24T22:00:00Z")).toBe("2026-10-25");
    expect(day("2026-10-25T22:59:59Z")).toBe("2026-10-25");
    expect(day("2026-10-25T23:00:00Z")).toBe("2026-10-26");
    expect(addDays("2026-03-28", 2)).toBe("2026-03-30");
    expect(addDays("2024-02-28", 1)).toBe("2024-02-29");
    expect(dayOf(Date.parse("2026-01-01T00:30:00Z"), "America/New_York")).toBe("2025-12-31");
    expect(dayOf(Date.parse("2026-01-01T12:00:00Z"), "Pacific/Kiritimati")).toBe("2026-01-02");
  });

  test("close on the fifteenth day after, at midnight of the workspace; what is undecided is stale then", async () => {
    const one = world(table(), { settings: berlin });
    // 2026-03-22, 23:30 in Berlin; the clock changes on the 29th.
    const nowMs = Date.parse("2026-03-22T22:30:00Z");
    const open = await put(one.workspace, nowMs, "Europe/Berlin", { shownAt: "2026-03-22T22:31:00.000Z" });
    const failed = await put(one.workspace, nowMs, "Europe/Berlin", { status: "failed" });
    expect(open.day).toBe("2026-03-22");
    expect(await closeDays(table(), one.workspace, berlin, Date.parse("2026-04-05T21:59:59Z"))).toEqual([]);
    expect((await read(table(), one.workspace, open.id))!.state.outcome).toBeUndefined();
    expect(await closeDays(table(), one.workspace, berlin, Date.parse("2026-04-05T22:00:00Z"))).toEqual(["2026-03-22"]);
    expect((await read(table(), one.workspace, open.id))!.state.outcome).toBe("stale");
    expect((await read(table(), one.workspace, failed.id))!.state.outcome).toBeUndefined();
    expect(await closeDays(table(), one.workspace, berlin, Date.parse("2026-04-06T22:00:00Z"))).toEqual([]);
  });

  test("a closed day says what a recount says, and stays so when asked again", async () => {
    const one = world(table(), { settings: berlin });
    const nowMs = Date.parse("2026-03-02T10:00:00Z");
    for (const outcome of ["accepted", "accepted", "edited", "ignored", "unseen", "stale", "rejected"] as const)
      await put(one.workspace, nowMs, "Europe/Berlin", {
        outcome,
        retained: 0.75,
        shownAt: new Date(nowMs).toISOString(),
      });
    await put(one.workspace, nowMs, "Europe/Berlin", { kind: "answer", outcome: "accepted" });
    await one.say("customer", "How long does a refund take, please?", 0);
    await one.append(event("resolved", 100));
    await one.take(event("resolved", 100));
    const [before] = await readDays(table(), one.workspace, "2026-03-02", "2026-03-02");
    expect(before!.closed).toBe(false);
    const later = nowMs + 20 * 86_400_000;
    expect(await closeDays(table(), one.workspace, berlin, later)).toEqual(["2026-03-02"]);
    const [after] = await readDays(table(), one.workspace, "2026-03-02", "2026-03-02");
    expect({ ...after, closed: false }).toEqual(before);
    expect(after!.closed).toBe(true);
    expect(after!.outcomes).toMatchObject([
      { arm: "assist", conversations: 1, moments: { resolved: { n: 1, sum: 1 } } },
    ]);
    const report = await acceptance(table(), one.workspace, {
      from: "2026-03-01",
      to: "2026-03-03",
      by: "kind",
      settings: berlin,
      nowMs: later,
    });
    expect(report.total).toMatchObject({
      accepted: 2,
      edited: 1,
      rejected: 1,
      ignored: 1,
      unseen: 1,
      stale: 1,
      decided: 5,
      rate: 0.6,
      retainedShare: 0.75,
    });
  });
});

describe("the acceptance report", () => {
  const outcomes: (Outcome | undefined)[] = [
    undefined,
    "unseen",
    "stale",
    "superseded",
    "ignored",
    "rejected",
    "edited",
    "accepted",
  ];
  const history = fc.array(
    fc.record({
      outcome: fc.constantFrom(...outcomes),
      kind: fc.constantFrom(
        "draft" as const,
        "draft" as const,
        "answer" as const,
        "rewrite" as const,
        "summary" as const,
        "policy" as const,
      ),
      clicked: fc.constantFrom(undefined, "inserted" as const, "copied" as const),
      shown: fc.boolean(),
      sentBy: fc.constantFrom(undefined, "sam", "kim", "lee"),
      assignee: fc.constantFrom(undefined, "sam"),
      team: fc.constantFrom("payments", "returns", ""),
      language: fc.constantFrom("en", "de", undefined),
      engine: fc.constantFrom("embedded", "gpt"),
      articles: fc.uniqueArray(fc.constantFrom("refunds", "returns")),
      retained: fc.integer({ min: 0, max: 10 }).map((tenths) => tenths / 10),
      daysAgo: fc.nat(5),
    }),
    { minLength: 1, maxLength: 25 },
  );

  test("equals a recount of the raw items, by every grouping", async () => {
    const today = Date.parse("2026-03-10T15:00:00Z");
    await fc.assert(
      fc.asyncProperty(history, async (rows) => {
        const { workspace } = world(table());
        const raw: State[] = [];
        for (const { daysAgo, shown, ...row } of rows) {
          const nowMs = today - daysAgo * 86_400_000;
          const given = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as Given;
          raw.push(
            await put(workspace, nowMs, "Europe/Berlin", {
              ...given,
              ...(shown ? { shownAt: new Date(nowMs).toISOString() } : {}),
            }),
          );
        }
        const inRange = raw.filter(({ day }) => day >= "2026-03-06");
        const by = async (by: By) =>
          (
            await acceptance(table(), workspace, {
              from: "2026-03-06",
              to: "2026-03-10",
              by,
              settings: berlin,
              nowMs: today,
            })
          ).rows;
        const rep = (state: State) => state.sentBy ?? state.clickedBy ?? state.assignee ?? "";
        const decides = ({ kind }: State) => kind !== "policy" && kind !== "summary";
        const groupings: [By, (state: State) => string[]][] = [
          ["rep", (state) => (decides(state) ? [rep(state)] : [])],
          ["team", (state) => (decides(state) ? [state.team] : [])],
          ["kind", (state) => [state.kind]],
          ["language", (state) => (decides(state) ? [state.language ?? ""] : [])],
          ["model", (state) => (decides(state) ? [state.engine] : [])],
          ["day", (state) => (decides(state) ? [state.day] : [])],
          ["policy", (state) => (decides(state) ? state.articles : [])],
        ];
        for (const [name, keysOf] of groupings) {
          const expected = recount(inRange, keysOf);
          const rowsOf = (await by(name)).map(
            ({
              key,
              shown,
              accepted,
              edited,
              rejected,
              ignored,
              unseen,
              stale,
              superseded,
              clicked,
              rate,
              retainedShare,
            }) => [
              key,
              { shown, accepted, edited, rejected, ignored, unseen, stale, superseded, clicked, rate, retainedShare },
            ],
          );
          expect([name, Object.fromEntries(rowsOf)]).toEqual([name, expected]);
        }
      }),
      { numRuns: 12 },
    );
  });

  /** As slowly and plainly as can be, from the items themselves. */
  function recount(states: State[], keysOf: (state: State) => string[]) {
    const rows: Record<string, Record<string, unknown>> = {};
    for (const key of new Set(states.flatMap(keysOf))) {
      const own = states.filter((state) => keysOf(state).includes(key));
      const counted = own.filter(
        ({ kind, clicked }) => kind === "draft" || (["answer", "rewrite"].includes(kind) && clicked),
      );
      const of = (outcome: Outcome) => counted.filter((state) => state.outcome === outcome).length;
      const used = counted.filter(({ outcome }) => outcome === "accepted" || outcome === "edited");
      const decided = used.length + of("rejected") + of("ignored");
      rows[key] = {
        shown: own.filter(({ shownAt, clicked }) => shownAt || clicked).length,
        accepted: of("accepted"),
        edited: of("edited"),
        rejected: of("rejected"),
        ignored: of("ignored"),
        unseen: of("unseen"),
        stale: of("stale"),
        superseded: of("superseded"),
        clicked: own.filter(({ clicked }) => clicked).length,
        rate: decided > 0 ? used.length / decided : null,
        retainedShare:
          used.length > 0
            ? expect.closeTo(used.reduce((sum, { retained }) => sum + retained!, 0) / used.length, 9)
            : null,
      };
    }
    return rows;
  }
});
