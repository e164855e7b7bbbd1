/**
 * The lookup's time, memory and stored form beside MiniSearch and Orama, each in fresh processes of its own on the same
 * made-up articles of the demo's words: what one engine leaves on the heap must not count as another's.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { round } from "./figures.ts";

export const engines = ["cuecard", "minisearch", "orama"] as const;
export type Engine = (typeof engines)[number];

/** Of one engine in one process. `mb`: what the loaded index holds; `storedKb`: compressed, as it would be kept. */
export type Measured = {
  p50Ms: number;
  p95Ms: number;
  mb: number;
  buildMs: number;
  storedKb: number;
  loadMs: number;
};

/** At 100,000 it was not through after seven minutes. */
const mostForOrama = 20_000;

const script = fileURLToPath(new URL("./passages-process.ts", import.meta.url));
const run = promisify(execFile);

async function measure(engine: Engine, size: number): Promise<Measured> {
  const { stdout } = await run(process.execPath, ["--expose-gc", "--import", "tsx", script, engine, String(size)], {
    maxBuffer: 2 ** 20,
  });
  return JSON.parse(stdout);
}

/** Taking turns, twice each: the quicker of both, since what else the machine does is no engine's. */
export async function lookup({ sizes }: { sizes: number[] }) {
  const found = [];
  for (const size of sizes) {
    const of = new Map<Engine, Measured>();
    const some = engines.filter((engine) => engine !== "orama" || size <= mostForOrama);
    for (const engine of [...some, ...some]) {
      const one = await measure(engine, size);
      const before = of.get(engine) ?? one;
      of.set(engine, {
        p50Ms: Math.min(before.p50Ms, one.p50Ms),
        p95Ms: Math.min(before.p95Ms, one.p95Ms),
        mb: Math.min(before.mb, one.mb),
        buildMs: Math.min(before.buildMs, one.buildMs),
        storedKb: one.storedKb,
        loadMs: Math.min(before.loadMs, one.loadMs),
      });
    }
    for (const [engine, { p50Ms, p95Ms, mb, buildMs, storedKb, loadMs }] of of)
      found.push({
        passages: size,
        engine,
        p50Ms: round(p50Ms, 2),
        p95Ms: round(p95Ms, 2),
        mb: round(mb, 1),
        buildMs: round(buildMs),
        storedKb: round(storedKb),
        loadMs: round(loadMs),
      });
  }
  return { engines: found };
}
