/** What somebody may ask in a minute, by any number of processes, against the real store's protocol of versions. */
import { limiter } from "@cuecard/core/store/limit";
import type { Item, Key, Table } from "@cuecard/core/store/port";
import fc from "fast-check";
import { expect, test } from "vitest";

/** As much of the table as is asked: one item by key, and a write that fails where the version has moved on. */
function memory() {
  const items = new Map<string, Item>();
  const calls = { get: 0, put: 0 };
  const idOf = ({ pk, sk }: Key) => `${pk}\n${sk}`;
  const table = {
    async get(key: Key) {
      calls.get++;
      return structuredClone(items.get(idOf(key)));
    },
    async put(item: Item, when?: "absent" | { rev: number }) {
      calls.put++;
      const old = items.get(idOf(item));
      if (when === "absent" ? old : when && old?.rev !== when.rev) return false;
      items.set(idOf(item), structuredClone(item));
      return true;
    },
  } as unknown as Table;
  return { table, calls };
}

const limit = { perMinute: 20, free: 5, block: 4 };
const asked = (nowMs: number, who = "sam") => ({ workspace: "w", who, what: "search", limit, nowMs });
const noon = 1_800_000_000_000 - (1_800_000_000_000 % 60_000);

test("who asks as people do costs nothing; who runs away is stopped, and told for how long", async () => {
  const { table, calls } = memory();
  const ask = limiter();
  for (let i = 0; i < limit.free; i++) expect(await ask(table, asked(noon))).toBeUndefined();
  expect(calls).toEqual({ get: 0, put: 0 });
  for (let i = 0; i < limit.perMinute; i++) expect(await ask(table, asked(noon + 10_000))).toBeUndefined();
  expect(await ask(table, asked(noon + 15_500))).toBe(45);
  const { put } = calls;
  for (let i = 0; i < 1_000; i++) expect(await ask(table, asked(noon + 20_000))).toBe(40);
  expect(calls.put, "refusing costs no write").toBe(put);
  expect(put).toBe(limit.perMinute / limit.block);
  expect(await ask(table, asked(noon + 20_000, "kim")), "somebody else").toBeUndefined();
  expect(await ask(table, asked(noon + 60_000)), "the next minute").toBeUndefined();
});

test("however many processes are asked, in any order: never more than the limit and what each gives freely, never less", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 6 }),
      fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 150 }),
      async (processes, order) => {
        const { table } = memory();
        const asks = Array.from({ length: processes }, () => limiter());
        let passed = 0;
        for (const n of order) if ((await asks[n % processes]!(table, asked(noon + 1))) === undefined) passed++;
        expect(passed).toBeLessThanOrEqual(limit.perMinute + limit.free * processes);
        const one = await limiter()(table, { ...asked(noon + 1), limit: { ...limit, free: 0 } });
        if (passed < order.length) expect(one).toBe(60);
      },
    ),
    { numRuns: 60 },
  );
});

test("all at once: who finds the table busy again and again is let through, one request at a time", async () => {
  const { table } = memory();
  const asks = Array.from({ length: 40 }, () => limiter());
  const none = { ...asked(noon), limit: { ...limit, free: 0 } };
  const answers = await Promise.all(asks.map((ask) => ask(table, none)));
  const later = await Promise.all(asks.map((ask) => ask(table, none)));
  expect(answers.filter((one) => one === undefined).length).toBeGreaterThan(0);
  expect(later.filter((one) => one !== undefined).length).toBeGreaterThan(20);
});
