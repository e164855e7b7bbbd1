/** A run that waits for its model is alive: nobody takes its work over, and nobody pays for work that is not wanted any more. */
import { describe, expect, test } from "vitest";
import { database, gate, world } from "./spine-world.ts";

const table = database();
const ask = "How long does a refund take? I sent the shoes back ten days ago.";
const aMoment = (ms: number) => new Promise((done) => setTimeout(done, ms));

describe("while the model thinks", () => {
  test("the lease is renewed, though no word has come", async () => {
    const one = world(table());
    await one.say("customer", ask, 0);
    const held = gate("A refund takes five days.");
    one.script(held.script);
    const first = one.assist();
    await held.reached;
    one.clock(9);
    await aMoment(1_600);
    one.clock(12);
    expect((await one.assist()).busy).toBeGreaterThan(one.deps.now());
    held.open();
    expect((await first).made).toHaveLength(1);
    expect(one.modelCalls()).toBe(1);
  });

  test("a run whose turn is over is told to stop before its first word", async () => {
    const one = world(table());
    await one.say("customer", ask, 0);
    let stopped = false;
    one.script(async function* (_task, signal) {
      await new Promise<void>((done) => signal.addEventListener("abort", () => done(), { once: true }));
      stopped = true;
      signal.throwIfAborted();
      yield { text: "Too late." };
    });
    const older = one.assist();
    await aMoment(200);
    const held = gate("The newer draft.");
    one.script(held.script);
    await one.say("customer", "And one more thing: when?", 5);
    const newer = one.assist();
    await held.reached;
    expect((await older).made).toEqual([]);
    expect(stopped).toBe(true);
    held.open();
    expect((await newer).made).toHaveLength(1);
  });
});
