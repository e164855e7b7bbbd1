import type { Table } from "@cuecard/core/store/port";
import { stageLetters } from "@cuecard/local/letters";
import { expect, test } from "vitest";
import { started, until } from "./started.ts";

test("dead letters can be listed and sent again from this machine, and from no other page", async () => {
  let mended = false;
  const worker = async () => {
    if (!mended) throw new Error("no");
  };
  const { url, queue } = await started({ worker }, { limits: { queue: { retryMs: [1, 1] } } });
  const id = await queue.send("job");
  const list = async () => (await (await fetch(`${url}/dev/dead-letters`)).json()) as { deadLetters: { id: string }[] };
  await until(async () => (await list()).deadLetters.length === 1);
  expect((await list()).deadLetters[0]).toMatchObject({ id, body: "job" });

  const foreign = { method: "POST", headers: { "x-forwarded-for": "1.2.3.4" } };
  expect((await fetch(`${url}/dev/dead-letters`, foreign)).status).toBe(403);
  mended = true;
  expect(await (await fetch(`${url}/dev/dead-letters`, { method: "POST" })).json()).toEqual({ redriven: 1 });
  await until(() => queue.size() === 0);
  expect(await list()).toEqual({ deadLetters: [] });
});

test("on a stage they stand in the table: listed, sent again, and gone once they are on the queue", async () => {
  const job = { type: "event", workspace: "demo", conversationId: "c1", sk: "MSG#x", correlation: "r1" };
  const items = new Map([
    ["2026-01-01T10:00:00.000Z#m1", JSON.stringify(job)],
    ["2026-01-01T11:00:00.000Z#m2", '{"type":"of another version"}'],
  ]);
  const table = {
    query: async () => [...items].map(([sk, body]) => ({ pk: "D", sk, v: 1, body })),
    remove: async ({ sk }: { sk: string }) => void items.delete(sk),
  } as unknown as Table;
  const sent: unknown[] = [];
  const letters = stageLetters(table, async (one) => {
    expect(items.size, "not before it is kept elsewhere").toBe(2);
    sent.push(one);
  });
  expect(await letters.list()).toMatchObject([{ id: "m1", diedAt: "2026-01-01T10:00:00.000Z", job }, { id: "m2" }]);
  expect(await letters.redrive()).toBe(1);
  expect(sent).toEqual([job]);
  expect([...items.keys()]).toEqual(["2026-01-01T11:00:00.000Z#m2"]);
});
