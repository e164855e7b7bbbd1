/** What must come out right when things cross, come twice, late, or not at all. */
import type { Suggestion } from "@cuecard/core/protocol";
import * as conversations from "@cuecard/core/store/conversations";
import type { Table } from "@cuecard/core/store/port";
import { rowOf } from "@cuecard/core/store/row";
import { rank } from "@cuecard/core/suggestion";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { database, gate, instant, message, saying, type World, world } from "./spine-world.ts";

const table = database();
const ask = "How long does a refund take? I sent the shoes back ten days ago.";
const other = "Please give me a moment, I am looking into your order right now.";
const live = (one: World) => one.draft().then(({ state }) => state);

describe("two runs for one turn", () => {
  test("one owner: the other is told when to look again, and nothing is made twice", async () => {
    const one = world(table());
    await one.say("customer", ask, 0);
    const held = gate("A refund takes five days.");
    one.script(held.script);
    const first = one.assist();
    await held.reached;
    const second = await one.assist();
    expect(second).toMatchObject({ made: [], busy: one.deps.now() + 10_000 });
    held.open();
    expect((await first).made).toHaveLength(1);
    expect(await one.assist()).toMatchObject({ made: [] });
    expect(one.modelCalls()).toBe(1);
    expect((await one.suggestions()).map(({ state }) => state.kind)).toEqual(["draft"]);
  });

  test("an expired lease is taken over; the old owner's late text does not replace the new one", async () => {
    const one = world(table());
    await one.say("customer", ask, 0);
    const held = gate("The old run's words.");
    one.script(held.script);
    const old = one.assist();
    await held.reached;
    one.clock(11);
    one.script(saying("The new run's words."));
    expect((await one.assist()).made).toHaveLength(1);
    held.open();
    expect((await old).made).toEqual([]);
    const { state, text } = await one.draft();
    expect(text?.text).toBe("The new run's words.");
    expect(state).toMatchObject({ status: "ready", attempt: 2 });
    expect(state.owner).toBeUndefined();
  });

  test("a run that goes on keeps its lease, and one that lost it stops at the next look", async () => {
    const one = world(table());
    await one.say("customer", ask, 0);
    const held = gate("First words.", "First words and more.");
    one.script(held.script);
    const first = one.assist();
    await held.reached;
    one.clock(6);
    held.open();
    await first;
    expect(await live(one)).toMatchObject({ status: "ready", attempt: 1, readyMs: 6_000 });
  });

  test("a write that went through, but whose answer was lost, is known again as the own one", async () => {
    for (const lost of ["streaming", "ready"]) {
      const one = world(table());
      await one.say("customer", ask, 0);
      let once = true;
      const flaky: Table = {
        ...table(),
        // What the client makes of it: it repeats the write, and the condition no longer holds.
        async put(item, condition) {
          const kept = await table().put(item, condition);
          const hit = once && kept && item.sk.endsWith("#draft") && item.status === lost;
          if (hit) once = false;
          return hit ? false : kept;
        },
      };
      const { made, busy } = await one.assist({ ...one.deps, table: flaky });
      expect([lost, once, busy, made.map(({ status }) => status)]).toEqual([lost, false, undefined, ["ready"]]);
      expect(one.modelCalls()).toBe(1);
    }
  });

  test("a run that dies of a defect lets go at once, so that the next try counts as one", async () => {
    const one = world(table());
    await one.say("customer", ask, 0);
    one.script(async function* () {
      yield { text: "half" };
      throw new TypeError("a defect");
    });
    await expect(one.assist()).rejects.toThrow("a defect");
    expect(await live(one)).toMatchObject({ status: "streaming", leaseUntil: 0 });
    await expect(one.assist()).rejects.toThrow("a defect");
    expect(one.modelCalls()).toBe(2);
    one.script(saying("Whole."));
    expect((await one.assist()).made).toHaveLength(1);
  });
});

describe("the customer writes again", () => {
  test("while the older draft streams: it goes stale, and its run's last write is refused", async () => {
    const one = world(table());
    await one.watch();
    await one.say("customer", ask, 0);
    const held = gate("The older draft.");
    one.script(held.script);
    const older = one.assist();
    await held.reached;
    const { id } = await live(one);
    one.clock(2);
    await one.say("customer", "And where do I send the parcel?", 2);
    one.script(saying("The newer draft."));
    await one.assist();
    held.open();
    expect((await older).made).toEqual([]);
    const states = (await one.suggestions()).map(({ state }) => [state.status, state.outcome]);
    expect(states).toEqual([
      ["stale", "stale"],
      ["ready", undefined],
    ]);
    const seen = one.frames.flatMap((frame) =>
      frame.type === "suggestion" && frame.suggestion.id === id ? [frame.suggestion] : [],
    );
    expect(latest(seen)).toMatchObject({ status: "stale" });
  });

  test("just before the older run takes its turn: the older suggestion still ends stale", async () => {
    const one = world(table());
    await one.say("customer", ask, 0);
    let crossed = false;
    const late = {
      ...one.deps,
      table: {
        ...table(),
        put: async (...args: Parameters<ReturnType<typeof table>["put"]>) => {
          if (!crossed && args[0].sk.startsWith("SUG#") && args[0].workspace === undefined) {
            crossed = true;
            await one.say("customer", "And where do I send the parcel?", 1);
            await one.assist();
          }
          return table().put(...args);
        },
      },
    };
    await one.assist(late);
    expect(crossed).toBe(true);
    expect((await one.suggestions()).map(({ state }) => state.status)).toEqual(["stale", "ready"]);
  });

  test("within the same second, as helpdesks tell time: the later message's draft stays", async () => {
    for (const ids of [
      ["a", "b"],
      ["x1", "x2"],
      ["1", "2"],
      ["p", "q"],
    ] as const) {
      const one = world(table());
      await one.say("customer", ask, 0, { id: ids[0] });
      await one.assist();
      await one.say("customer", "And where do I send the parcel?", 0, { id: ids[1] });
      await one.assist();
      const states = (await one.suggestions()).map(({ state }) => state.status).sort();
      expect([ids, states]).toEqual([ids, ["ready", "stale"]]);
    }
  });
});

describe("frames", () => {
  test("lost, late and doubled ones do no harm as long as lower `seq` is dropped", async () => {
    const one = world(table());
    await one.watch();
    await one.say("customer", ask, 0);
    const words = "A refund takes five working days once the parcel is back with us".split(" ");
    one.script(async function* () {
      for (let i = 1; i <= words.length; i++) {
        one.clock(i / 10);
        yield { text: words.slice(0, i).join(" ") };
      }
    });
    await one.assist();
    const frames = one.frames.flatMap((frame) => (frame.type === "suggestion" ? [frame.suggestion] : []));
    expect(frames.length).toBeGreaterThan(8);
    const seqs = frames.map(({ seq }) => seq);
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
    const final = frames.at(-1)!;
    const mixed = fc.shuffledSubarray([...frames, ...frames.slice(0, -1)], { minLength: 1 });
    fc.assert(
      fc.property(mixed, fc.nat(), (some, place) => {
        const arrived = [...some];
        arrived.splice(place % (some.length + 1), 0, final);
        expect(latest(arrived)).toEqual(final);
      }),
      { numRuns: 100 },
    );
  });
});

/** What a page shows after these frames. */
const latest = (frames: Suggestion[]) =>
  frames.reduce<Suggestion | undefined>((shown, frame) => (shown && frame.seq < shown.seq ? shown : frame), undefined);

describe("decisions", () => {
  async function drafted(): Promise<{ one: World; id: string; text: string }> {
    const one = world(table());
    await one.say("customer", ask, 0);
    await one.assist();
    const { state, text } = await one.draft();
    return { one, id: state.id, text: text!.text };
  }
  const reply = async (one: World, text: string, seconds: number) => {
    one.clock(seconds);
    await one.say("rep", text, seconds);
    await one.settle();
  };

  test("rejected, and then used after all: accepted", async () => {
    const { one, id, text } = await drafted();
    await one.shown(id, 1);
    await one.click(id, "rejected", 2);
    await one.settle();
    expect(await live(one)).toMatchObject({ outcome: "rejected", rejectedAt: instant(2) });
    await reply(one, text, 5);
    expect(await live(one)).toMatchObject({ outcome: "accepted", sentBy: "sam" });
  });

  test("rejected, and another reply: rejected stays, and who replied is known", async () => {
    const { one, id } = await drafted();
    await one.shown(id, 1);
    await reply(one, other, 5);
    expect((await live(one)).outcome).toBe("ignored");
    await one.click(id, "rejected", 6);
    await one.settle();
    expect(await live(one)).toMatchObject({ outcome: "rejected", sentBy: "sam" });
  });

  test("rejected, and its shown mark was lost: whoever rejects has seen it", async () => {
    const { one, id } = await drafted();
    await one.click(id, "rejected", 2);
    await one.settle();
    expect(rowOf(await live(one))).toMatchObject({ shown: true, outcome: "rejected" });
  });

  test('"one moment", and then the draft: accepted', async () => {
    const { one, id, text } = await drafted();
    await one.shown(id, 1);
    await reply(one, other, 5);
    expect((await live(one)).outcome).toBe("ignored");
    await reply(one, text, 60);
    expect(await live(one)).toMatchObject({ outcome: "accepted", retained: 1, replyId: "m60" });
  });

  test("a shown mark that is written after the reply but was received before it counts as seen", async () => {
    const { one, id, text } = await drafted();
    await reply(one, text, 5);
    expect((await live(one)).outcome).toBe("unseen");
    await one.shown(id, 4);
    await one.settle();
    expect(await live(one)).toMatchObject({ outcome: "accepted", shownAt: instant(4) });
  });

  test("one that was received after the reply does not", async () => {
    const { one, id, text } = await drafted();
    await reply(one, text, 5);
    await one.shown(id, 6);
    await one.settle();
    expect((await live(one)).outcome).toBe("unseen");
  });

  test("the reply that arrives while its draft streams is judged once the draft is whole", async () => {
    const one = world(table());
    await one.say("customer", ask, 0);
    const held = gate("A refund takes");
    one.script(held.script);
    const run = one.assist();
    await held.reached;
    const { id } = await live(one);
    await one.shown(id, 1);
    await reply(one, other, 3);
    expect((await live(one)).outcome).toBeUndefined();
    held.open();
    await run;
    await one.settle();
    expect((await live(one)).outcome).toBe("ignored");
  });

  test("a reply ignores the drafts of the last turn before it alone; older ones can only rise", async () => {
    const { one, id, text } = await drafted();
    await one.shown(id, 1);
    await one.say("customer", "And where do I send the parcel to, please?", 10);
    one.script(saying("Send it to the address that stands on the label inside the box, please."));
    await one.assist();
    await one.shown((await live(one)).id, 11);
    await reply(one, other, 20);
    expect((await one.suggestions()).map(({ state }) => state.outcome)).toEqual(["stale", "ignored"]);
    await reply(one, text, 30);
    expect((await one.suggestions()).map(({ state }) => state.outcome)).toEqual(["accepted", "ignored"]);
  });

  test("notes and bots decide nothing", async () => {
    const { one, id, text } = await drafted();
    await one.shown(id, 1);
    await one.say("rep", text, 5, { visibility: "internal" });
    await one.say("bot", text, 6);
    await one.settle();
    expect((await live(one)).outcome).toBeUndefined();
  });

  test("what was decided stays, even when the reply is redacted", async () => {
    const { one, id, text } = await drafted();
    await one.shown(id, 1);
    await reply(one, text, 5);
    const sent = message("rep", text, 5);
    const gone = {
      type: "message.redacted",
      at: instant(60),
      conversation: sent.conversation,
      message: { id: "m5" },
    } as const;
    await one.append(gone);
    await one.take(gone);
    await one.settle();
    expect(await live(one)).toMatchObject({ outcome: "accepted", retained: 1 });
  });

  test("marks, clicks and replies in any order, and twice, come to the same; a rank never falls", async () => {
    type Step = (one: World, id: string, text: string) => Promise<unknown>;
    const received =
      (seconds: number, kind: "rep", words: (text: string) => string): Step =>
      async (one, _, text) => {
        one.clock(seconds);
        await one.say(kind, words(text), seconds);
      };
    const steps: Step[] = [
      (one, id) => one.shown(id, 1),
      (one, id) => one.click(id, "inserted", 2),
      (one, id) => one.click(id, "rejected", 3),
      received(5, "rep", () => other),
      received(8, "rep", (text) => text.split(" ").slice(0, 9).join(" ")),
      received(9, "rep", (text) => text.split(" ").slice(0, 6).join(" ")),
    ];
    const end = async (chosen: Step[]) => {
      const { one, id, text } = await drafted();
      let before = -1;
      for (const step of chosen) {
        await step(one, id, text);
        await one.settle();
        const after = rank((await live(one)).outcome);
        expect(after).toBeGreaterThanOrEqual(before);
        before = after;
      }
      const { outcome, retained, replyId, sentBy, clicked, shownAt } = await live(one);
      return { outcome, retained, replyId, sentBy, clicked, shownAt };
    };
    const usual = await end(steps);
    expect(usual).toMatchObject({ outcome: "edited", replyId: "m8", clicked: "inserted" });
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...steps, ...steps], { minLength: 12, maxLength: 12 }), async (mixed) => {
        expect(await end(mixed)).toEqual(usual);
      }),
      { numRuns: 8 },
    );
  });
});

describe("repetition", () => {
  test("a job that runs any number of times leaves the same records, and asks the model once", async () => {
    const one = world(table());
    const event = message("customer", ask, 0);
    const job = async () => {
      await one.append(event);
      await one.take(event);
      await one.assist();
      await one.settle();
    };
    await job();
    const before = await one.records();
    for (let i = 0; i < 3; i++) await job();
    await Promise.all([job(), job(), job()]);
    expect(await one.records()).toEqual(before);
    expect(one.modelCalls()).toBe(1);
    expect(before.filter(({ sk }) => sk.endsWith("#draft"))).toHaveLength(1);
  });

  test("a redelivery after a crash between keeping and enqueuing is a duplicate, and its job is still to be done", async () => {
    const one = world(table());
    const event = message("customer", ask, 0);
    expect(await one.append(event)).toBe("stored");
    expect(await one.header()).toBeUndefined();
    expect(await one.append(event)).toBe("duplicate");
    await one.take(event);
    await one.assist();
    expect((await live(one)).status).toBe("ready");
  });

  test("a message's correction or redaction that comes before the message still holds", async () => {
    for (const type of ["message.edited", "message.redacted"] as const) {
      const one = world(table());
      const written = message("customer", ask, 0);
      const corrected = { ...written.message, text: "How long does an exchange take, please?" };
      const told = { type, at: instant(5), conversation: written.conversation, message: corrected } as const;
      for (const event of [told, written]) {
        await one.append(event);
        await one.take(event);
      }
      const [kept] = await conversations.messages(table(), one.workspace, one.id);
      expect(kept?.text).toBe(type === "message.edited" ? corrected.text : "");
    }
  });
});
