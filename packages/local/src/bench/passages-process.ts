/** One engine at one size, in a process that does nothing else: ENGINE PASSAGES. Prints its figures as JSON. */
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import { build, pack, search, unpack } from "@cuecard/core/lookup/lookup";
import { type Article, passagesOf } from "@cuecard/core/policy";
import { create, insertMultiple, load, save, search as searchOrama } from "@orama/orama";
import MiniSearch from "minisearch";
import { readArticles } from "../demo.ts";
import { chance } from "../history/chance.ts";
import { demoDialogues } from "./dialogue.ts";
import { percentile } from "./figures.ts";
import type { Engine, Measured } from "./passages.ts";

type Turns = { author: "customer" | "rep"; text: string }[];
/** `find` is given up to four turns, the last of them the customer's. */
type Made = { bytes(): Uint8Array; load(bytes: Uint8Array): unknown; find(loaded: never, turns: Turns): unknown };

const queries = 60;
/** The first are not yet compiled, and not counted. */
const warm = 20;
const limit = 3;

/** The others have no stored form but JSON: squeezed as ours is. */
const squeezed = (value: unknown) =>
  brotliCompressSync(JSON.stringify(value), { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
const opened = (bytes: Uint8Array) => JSON.parse(brotliDecompressSync(bytes).toString());
const joined = (turns: Turns) => turns.map(({ text }) => text).join(" ");

const makers: Record<Engine, (articles: Article[]) => Promise<Made>> = {
  async cuecard(articles) {
    const index = build(articles);
    return {
      bytes: () => pack(index),
      load: unpack,
      find: (loaded: ReturnType<typeof unpack>, turns) =>
        search(loaded, { turns, language: "en" }, { limit, today: "2026-01-01" }),
    };
  },
  async minisearch(articles) {
    const options = { fields: ["title", "text"], storeFields: ["title", "text"], idField: "id" };
    const index = new MiniSearch(options);
    index.addAll(articles);
    return {
      bytes: () => squeezed(index),
      load: (bytes) => MiniSearch.loadJS(opened(bytes), options),
      find: (loaded: MiniSearch, turns) => loaded.search(joined(turns)).slice(0, limit),
    };
  },
  async orama(articles) {
    const schema = { title: "string", text: "string" } as const;
    const index = create({ schema });
    insertMultiple(
      index,
      articles.map(({ id, title, text }) => ({ id, title, text })),
    );
    return {
      bytes: () => squeezed(save(index)),
      load: (bytes) => {
        const fresh = create({ schema });
        load(fresh, opened(bytes));
        return fresh;
      },
      find: (loaded: typeof index, turns) => searchOrama(loaded, { term: joined(turns), limit }),
    };
  },
};

/** MB of heap and typed arrays after a collection. */
function memory(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
}

/** Milliseconds of `run`, and what it gave. */
async function timed<T>(run: () => T | Promise<T>): Promise<[T, number]> {
  const began = performance.now();
  const value = await run();
  return [value, performance.now() - began];
}

const [engine, size] = process.argv.slice(2) as [Engine, string];
const asked = (await demoDialogues())
  .flatMap(({ lines }) => lines.map((_, i) => lines.slice(Math.max(0, i - 3), i + 1)))
  .filter((lines) => lines.at(-1)?.by === "customer")
  .slice(0, queries)
  .map((lines): Turns => lines.map(({ by, text }) => ({ author: by, text })));

const { bytes, made, buildMs } = await built();
const before = memory();
const [loaded, loadMs] = await timed(() => made.load(bytes));
const mb = memory() - before;
for (const turns of asked.slice(0, warm)) await made.find(loaded as never, turns);
const taken: number[] = [];
for (const turns of asked) taken.push((await timed(() => made.find(loaded as never, turns)))[1]);

const measured: Measured = {
  p50Ms: percentile(taken, 0.5),
  p95Ms: percentile(taken, 0.95),
  mb,
  buildMs,
  storedKb: bytes.length / 1_024,
  loadMs,
};
console.log(JSON.stringify(measured));

/** In a function of its own, so that neither articles nor the index that was built are held while the loaded one is weighed. */
async function built() {
  const sentences = (await readArticles()).flatMap((article) => passagesOf(article)).map(({ text }) => text);
  const words = [...new Set(sentences.flatMap((text) => text.split(/\s+/)))];
  const luck = chance("lookup");
  const articles = Array.from(
    { length: Number(size) },
    (_, n): Article => ({
      id: `a${n}`,
      title: `${luck.pick(words)} ${luck.pick(words)} ${n}`,
      // Words of other places mixed in, so that no two passages are the same.
      text: `${luck.pick(sentences).slice(0, 300)} ${Array.from({ length: 20 }, () => luck.pick(words)).join(" ")}`,
      audience: "public",
    }),
  );
  const [whole, buildMs] = await timed(() => makers[engine](articles));
  const bytes = whole.bytes();
  const { load, find } = whole;
  return { bytes, made: { load, find }, buildMs };
}
