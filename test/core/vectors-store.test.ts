/** Vectors in the table: only what is missing is asked for, what came is kept, and one run a workspace. */
import { randomUUID } from "node:crypto";
import { AppError } from "@cuecard/core/error";
import { cost } from "@cuecard/core/report/cost";
import { spentTodayUsd } from "@cuecard/core/report/spend";
import { putArticle } from "@cuecard/core/store/articles";
import { head, read, write } from "@cuecard/core/store/packed";
import { rebuild } from "@cuecard/core/store/policies";
import { addSpent } from "@cuecard/core/store/spent";
import { begin, embedPassages, finish, vectorLibrary } from "@cuecard/core/store/vectors";
import { expect, test } from "vitest";
import { meant } from "../openai/answers.ts";
import { database, start } from "./spine-world.ts";

const table = database();
const now = () => start;
const deps = { now, random: randomUUID, untilMs: start + 1 };

async function base(articles: number) {
  const workspace = `v-${randomUUID().slice(0, 8)}`;
  const put = async (n: number, text: string) => {
    await putArticle(
      table(),
      workspace,
      { id: `a${n}`, title: `Article ${n}`, text, audience: "public", language: "en" },
      start,
    );
  };
  const text = (n: number) => `What number ${n} says; ask desk${n}@shop.example about it.`;
  await Promise.all(Array.from({ length: articles }, (_, n) => put(n, text(n))));
  const index = () => rebuild(table(), workspace, "policies", { now, random: randomUUID });
  await index();
  const sent: string[][] = [];
  const embed = async (texts: string[]) => {
    sent.push(texts);
    return texts.map((text) => meant(text, 64));
  };
  return { workspace, put, index, sent, embed };
}

test("sixty-four a request, nothing personal, and afterwards only what changed", async () => {
  const { workspace, put, index, sent, embed } = await base(150);
  const first = await embedPassages(table(), workspace, { id: "m", embed }, deps);
  expect(first).toMatchObject({ left: 0, beyond: 0, embedded: sent.flat().length });
  expect(Math.max(...sent.map(({ length }) => length))).toBe(64);
  expect(sent.flat().filter((text) => text.includes("@"))).toEqual([]);
  const asked = sent.length;
  expect(await embedPassages(table(), workspace, { id: "m", embed }, deps)).toEqual({
    embedded: 0,
    left: 0,
    beyond: 0,
  });
  await put(3, "Something else.");
  await index();
  expect(await embedPassages(table(), workspace, { id: "m", embed }, deps)).toMatchObject({ embedded: 1, left: 0 });
  expect(sent).toHaveLength(asked + 1);
  const vectors = await vectorLibrary()(table(), workspace);
  expect(vectors).toMatchObject({ id: "m", size: 64, left: 0 });
  expect(vectors!.scale!.fits).toBeGreaterThan(vectors!.scale!.base);
  // Another model's are made anew, all of them.
  const anew = await embedPassages(table(), workspace, { id: "other", embed }, deps);
  expect(anew.embedded).toBe(first.embedded);
});

test("a failure in the middle keeps what came; the next run asks for the rest alone", async () => {
  const { workspace, sent, embed } = await base(300);
  let calls = 0;
  const breaks = (texts: string[]) => {
    if (++calls > 3) throw new AppError("upstream", "embedding_busy", "");
    return embed(texts);
  };
  const first = await embedPassages(table(), workspace, { id: "m", embed: async (texts) => breaks(texts) }, deps);
  expect(first.error?.code).toBe("embedding_busy");
  expect(first.embedded).toBe(3 * 64);
  expect((await vectorLibrary()(table(), workspace))?.left).toBe(first.left);
  const before = new Set(sent.flat());
  sent.length = 0;
  const second = await embedPassages(table(), workspace, { id: "m", embed }, deps);
  expect(second).toMatchObject({ embedded: first.left, left: 0 });
  expect(sent.flat().filter((text) => before.has(text))).toEqual([]);
});

test("vectors of uneven length are refused, and time that is up ends it", async () => {
  const { workspace, embed } = await base(100);
  let n = 0;
  const uneven = async (texts: string[]) => texts.map((text) => meant(text, 32 + (n++ % 2)));
  const refused = await embedPassages(table(), workspace, { id: "m", embed: uneven }, deps);
  expect(refused.error?.code).toBe("embedding_nonsense");
  const late = await embedPassages(table(), workspace, { id: "m", embed }, { ...deps, untilMs: start });
  expect(late).toMatchObject({ embedded: 0 });
  expect(late.left).toBeGreaterThan(100);
  await expect(
    embedPassages(table(), workspace, { id: "m", embed: () => Promise.reject(new TypeError("a bug")) }, deps),
  ).rejects.toThrow("a bug");
});

test("what another version wrote is nobody's, and made anew", async () => {
  const { workspace, embed } = await base(3);
  await embedPassages(table(), workspace, { id: "m", embed }, deps);
  const bytes = Buffer.from((await read(table(), workspace, "vectors", (await head(table(), workspace, "vectors"))!))!);
  bytes.write("CUE0");
  await write(table(), workspace, "vectors", "older", "by another version", bytes, start);
  expect((await vectorLibrary()(table(), workspace))?.id).toBe("");
  expect(await embedPassages(table(), workspace, { id: "m", embed }, deps)).toMatchObject({ left: 0 });
  expect((await vectorLibrary()(table(), workspace))?.id).toBe("m");
});

test("of runs that come together one works, and looks again when it ends", async () => {
  const workspace = `v-${randomUUID()}`;
  const came = await Promise.all([1, 2, 3, 4].map(() => begin(table(), workspace, start)));
  expect(came.filter(Boolean)).toHaveLength(1);
  expect(await finish(table(), workspace)).toBe(true);
  expect(await begin(table(), workspace, start)).toBe(true);
  expect(await finish(table(), workspace)).toBe(false);
  // A run that died lets the next one in after a minute.
  await begin(table(), workspace, start);
  expect(await begin(table(), workspace, start + 59_000)).toBe(false);
  expect(await begin(table(), workspace, start + 60_000)).toBe(true);
});

test("what the lookup asked for counts for the day's budget and stands in the costs; an unknown price stays unknown", async () => {
  const workspace = `v-${randomUUID()}`;
  const day = "2026-03-02";
  const add = (model: string, tokensIn: number) =>
    addSpent(table(), workspace, { day, what: "question", model, tokensIn, tokensOut: 0 }, randomUUID());
  await Promise.all(Array.from({ length: 20 }, () => add("text-embedding-3-small", 1_000_000)));
  expect(await spentTodayUsd(table(), workspace, "UTC", start)).toBeCloseTo(20 * 0.02, 9);
  const ask = { from: day, to: day, nowMs: start };
  expect(await cost(table(), workspace, ask)).toMatchObject({
    rows: [{ kind: "lookup: question", model: "text-embedding-3-small", tokensIn: 20_000_000 }],
    totalUsd: expect.closeTo(0.4, 9),
  });
  await add("somebody-elses", 10);
  expect(await cost(table(), workspace, ask)).toMatchObject({ totalUsd: null });
});
