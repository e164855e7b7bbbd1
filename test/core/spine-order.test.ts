/** A conversation's events in any order, and twice, end in the same header and outcome; the arm is drawn once. */
import { draw } from "@cuecard/core/arm";
import type { Event } from "@cuecard/core/event";
import { measure, recompute } from "@cuecard/core/outcome";
import { defaults, type Measurement } from "@cuecard/core/settings";
import type { Table } from "@cuecard/core/store/port";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { byTime, conversation, database, event, instant, message, world } from "./spine-world.ts";

const table = database();
const measurement: Measurement = {
  id: "m",
  salt: "salt",
  holdout: 0.5,
  primaryMetric: "handleTimeMs",
  startedAt: instant(0),
};

describe("any order, any repetition", () => {
  const rated = (score: number, seconds: number): Event => ({
    type: "conversation.rated",
    conversation: { id: "c1" },
    at: instant(seconds),
    rating: { score },
  });
  const history: Event[] = [
    message("customer", "How long does a refund take, please?", 0),
    message("bot", "A colleague will be with you soon.", 1),
    event("assigned", 2, { assignee: { id: "kim", name: "Kim" } }),
    message("rep", "It takes five working days.", 60),
    event("assigned", 80, { assignee: { id: "sam" }, tags: ["refund"] }),
    event("resolved", 100, { subject: "A refund" }),
    rated(2, 110),
    message("customer", "It is not there yet, after two weeks of waiting for it!", 200),
    event("reopened", 201),
    message("rep", "I am sorry, I send it again now.", 260),
    event("resolved", 300),
    rated(4, 310),
  ];
  const end = async (events: Event[]) => {
    const one = world(table());
    for (const each of events) {
      await one.append(each);
      await one.take(each);
    }
    // What was known at the draw depends on what had come by then, and must: nothing later may change a covariate.
    const { rev: _, pk: __, atDraw, ...header } = (await one.header())!;
    const { rev: ___, pk: ____, gpk: _____, repAtDraw, topic, row, ...outcome } = (await one.outcome())!;
    expect(atDraw).toBeDefined();
    expect([repAtDraw ?? undefined, topic]).toEqual([atDraw?.rep, atDraw?.topic]);
    expect(row).toContain(topic as string);
    return { header, outcome };
  };

  test("header and outcome", async () => {
    const usual = await end(history.toSorted(byTime));
    expect(usual.header).toMatchObject({
      status: { value: "resolved" },
      subject: { value: "A refund" },
      assignee: { value: { id: "sam" } },
      lastCustomer: { id: "m200" },
    });
    expect(usual.outcome).toMatchObject({ resolved: 1, reopened7d: 1, replies: 2, firstReplyMs: 60_000, rating: 4 });
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...history, ...history.slice(0, 4)], { minLength: history.length + 4 }),
        async (mixed) => {
          expect(await end(mixed)).toEqual(usual);
        },
      ),
      { numRuns: 8 },
    );
  });

  test("an outcome that is being written while a reply comes in does not lose the reply", async () => {
    const one = world(table());
    await one.say("customer", "How long does a refund take, please?", 0);
    const header = (await one.header())!;
    let crossed = false;
    const slow: Table = {
      ...table(),
      async put(...args) {
        if (!crossed && args[0].sk === "OUT") {
          crossed = true;
          await one.say("rep", "It takes five working days.", 60);
        }
        return table().put(...args);
      },
    };
    await one.append(event("resolved", 100));
    await recompute(slow, one.workspace, header);
    expect(crossed).toBe(true);
    expect(await one.outcome()).toMatchObject({ replies: 1, resolved: 1 });
  });
});

describe("the arm", () => {
  test("is a pure function of salt and id, with the promised share, and grows with it", () => {
    const ids = Array.from({ length: 4_000 }, (_, i) => `conversation-${i}`);
    const control = (holdout: number, salt = "salt") =>
      ids.filter((id) => draw({ ...measurement, holdout, salt }, id).arm === "control");
    expect(control(0.5)).toEqual(control(0.5));
    // Five standard errors of 4,000 draws.
    for (const share of [0.1, 0.5, 0.9])
      expect(Math.abs(control(share).length / 4_000 - share)).toBeLessThan(
        5 * Math.sqrt((share * (1 - share)) / 4_000),
      );
    const wide = new Set(control(0.5));
    expect(control(0.1).every((id) => wide.has(id))).toBe(true);
    const both = control(0.5, "another").filter((id) => wide.has(id)).length;
    expect(Math.abs(both / 4_000 - 0.25)).toBeLessThan(0.04);
    expect(control(0)).toEqual([]);
    expect(control(1)).toHaveLength(4_000);
    expect(draw(null, "c1")).toEqual({ arm: "assist", measurement: null });
  });

  test("is drawn at the first customer message, once; no later event, retry or measurement moves it", async () => {
    const one = world(table(), { loaded: { measurement: { ...measurement, holdout: 1 } } });
    await one.say("bot", "Welcome!", 0);
    expect((await one.header())!.arm).toBeUndefined();
    const first = await one.say("customer", "How long does a refund take, please?", 5);
    expect(await one.header()).toMatchObject({ arm: "control", measurement: "m", day: "2026-03-02" });
    expect(await one.outcome()).toMatchObject({ arm: "control", measurement: "m", resolved: 0 });
    one.loaded.measurement = { ...measurement, id: "m2", salt: "new", holdout: 0.000_001 };
    one.clock(3 * 86_400);
    await one.take(first);
    await one.say("customer", "Hello? Is anybody there today?", 3 * 86_400);
    await one.say("customer", "An older message that comes late.", 1);
    await one.append(event("assigned", 4 * 86_400, { team: "other" }));
    expect(await one.header()).toMatchObject({
      arm: "control",
      measurement: "m",
      day: "2026-03-02",
      indexTeam: "payments",
    });
    expect((await one.outcome())!.gpk).toContain("2026-03-02");
  });
});

describe("what an outcome measures", () => {
  const day = 86_400;
  const asked = (seconds: number) => message("customer", "?", seconds).message;
  const replied = (seconds: number) => message("rep", "!", seconds).message;
  const closed = (seconds: number) => event("resolved", seconds);

  test("nothing without a customer", () => {
    expect(measure([replied(1)], [closed(2)])).toMatchObject({
      resolved: 0,
      replies: null,
      handleTimeMs: null,
      rep: null,
    });
  });
  test("the first reply counts from the first question, whatever came before it", () => {
    expect(measure([replied(0), asked(10), asked(20), replied(100), replied(130)], [])).toMatchObject({
      firstReplyMs: 90_000,
      replies: 2,
      resolved: 0,
      reopened7d: null,
      contactedAgain7d: null,
    });
  });
  test("no gap counts for more than fifteen minutes", () => {
    const { handleTimeMs } = measure(
      [asked(0), replied(60), asked(100), replied(100 + 3 * 3_600), replied(100 + 3 * 3_600 + 30)],
      [],
    );
    expect(handleTimeMs).toBe((60 + 15 * 60 + 30) * 1_000);
  });
  test("resolved within seven days of the first question, or not", () => {
    expect(measure([asked(0)], [closed(7 * day)]).resolved).toBe(1);
    expect(measure([asked(0)], [closed(7 * day + 1)]).resolved).toBe(0);
    expect(measure([asked(0)], [closed(-5), closed(50)]).resolutionMs).toBe(50_000);
  });
  test("reopened by an event or by the customer, within seven days of the end; thanks a rep's word is none", () => {
    const reopened = (...more: Parameters<typeof measure>[0]) => measure([asked(0), ...more], [closed(100)]).reopened7d;
    expect(reopened()).toBe(0);
    expect(reopened(asked(100 + 7 * day))).toBe(1);
    expect(reopened(asked(101 + 7 * day))).toBe(0);
    expect(reopened(replied(200))).toBe(0);
    expect(measure([asked(0)], [closed(100), event("reopened", 200)]).reopened7d).toBe(1);
    expect(measure([asked(0)], [closed(100), event("reopened", 101 + 7 * day)]).reopened7d).toBe(0);
  });
  test("contacted again: another conversation of the same customer within seven days of the end", () => {
    const again = (...later: number[]) => measure([asked(0)], [closed(100)], later.map(instant)).contactedAgain7d;
    expect([again(), again(50), again(101), again(100 + 7 * day), again(101 + 7 * day)]).toEqual([0, 0, 1, 1, 0]);
  });
  test("the last rating counts; the rep is who replied most", () => {
    const rating = (score: number, seconds: number): Event => ({
      type: "conversation.rated",
      conversation,
      at: instant(seconds),
      rating: { score },
    });
    const kim = { ...replied(30), author: { kind: "rep" as const, id: "kim" } };
    expect(measure([asked(0), kim, replied(40), replied(50)], [rating(1, 60), rating(5, 70)])).toMatchObject({
      rating: 5,
      rep: "sam",
    });
  });
  test("a new conversation of the same customer shows in the older one's outcome", async () => {
    const one = world(table(), { settings: defaults });
    await one.say("customer", "How long does a refund take, please?", 0);
    await one.append(event("resolved", 100));
    await one.take(event("resolved", 100));
    expect((await one.outcome())!.contactedAgain7d).toBe(0);
    const next = message("customer", "Still nothing here, what is going on?", 500);
    const second: Event = { ...next, conversation: { ...next.conversation, id: "c2" } };
    await one.append(second);
    await one.take(event("resolved", 100));
    expect((await one.outcome())!.contactedAgain7d).toBe(1);
  });
});
