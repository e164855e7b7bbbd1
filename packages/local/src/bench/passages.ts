/** The lookup's time and memory beside MiniSearch, on made-up articles of the demo's own sentences. */

import { build, search } from "@cuecard/core/lookup/lookup";
import type { Article } from "@cuecard/core/policy";
import { passagesOf } from "@cuecard/core/policy";
import MiniSearch from "minisearch";
import { readArticles } from "../demo.ts";
import { chance } from "../history/chance.ts";
import { demoDialogues } from "./dialogue.ts";
import { percentile, round } from "./figures.ts";

const queries = 60;
/** The first are not yet compiled, and not counted. */
const warm = 20;

/** Milliseconds of the quicker of two runs: what else the machine does is not the lookup's. */
function quicker(run: () => unknown): number {
  const began = performance.now();
  run();
  const once = performance.now();
  run();
  return Math.min(once - began, performance.now() - once);
}

export async function lookup({ sizes }: { sizes: number[] }) {
  const sentences = (await readArticles()).flatMap((article) => passagesOf(article)).map(({ text }) => text);
  const words = [...new Set(sentences.flatMap((text) => text.split(/\s+/)))];
  const luck = chance("lookup");
  const asked = (await demoDialogues())
    .flatMap(({ lines }) => lines.map((_, i) => lines.slice(Math.max(0, i - 3), i + 1)))
    .filter((lines) => lines.at(-1)?.by === "customer")
    .slice(0, queries);
  const found = [];
  for (const size of sizes) {
    const articles: Article[] = Array.from({ length: size }, (_, n) => ({
      id: `a${n}`,
      title: `${luck.pick(words)} ${luck.pick(words)} ${n}`,
      // Words of other places mixed in, so that no two passages are the same.
      text: `${luck.pick(sentences).slice(0, 300)} ${Array.from({ length: 20 }, () => luck.pick(words)).join(" ")}`,
      audience: "public",
    }));
    const before = memory();
    const began = performance.now();
    const index = build(articles);
    const buildMs = performance.now() - began;
    const ourMb = memory() - before;
    const other = memory();
    const began2 = performance.now();
    const mini = new MiniSearch({ fields: ["title", "text"], idField: "id" });
    mini.addAll(articles);
    const miniBuildMs = performance.now() - began2;
    const miniMb = memory() - other;
    const ours: number[] = [];
    const theirs: number[] = [];
    const conversations = asked.map((lines) => lines.map(({ by, text }) => ({ author: by, text })));
    type Turns = (typeof conversations)[number];
    const find = (turns: Turns) => search(index, { turns, language: "en" }, { limit: 3, today: "2026-01-01" });
    const findTheirs = (turns: Turns) => mini.search(turns.map(({ text }) => text).join(" "));
    for (const turns of conversations.slice(0, warm)) {
      find(turns);
      findTheirs(turns);
    }
    for (const turns of conversations) {
      ours.push(quicker(() => find(turns)));
      theirs.push(quicker(() => findTheirs(turns)));
    }
    found.push({
      passages: size,
      p50Ms: round(percentile(ours, 0.5), 2),
      p95Ms: round(percentile(ours, 0.95), 2),
      mb: round(ourMb, 1),
      buildMs: round(buildMs),
      minisearch: {
        p50Ms: round(percentile(theirs, 0.5), 2),
        p95Ms: round(percentile(theirs, 0.95), 2),
        mb: round(miniMb, 1),
        buildMs: round(miniBuildMs),
      },
    });
  }
  return { sizes: found };
}

/** MB of heap and typed arrays; exact only where node runs with --expose-gc. */
function memory(): number {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
}
