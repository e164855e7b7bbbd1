/**
 * The whole product in a process of its own, which a measurement starts, asks and kills. Its settings come in the
 * environment; it tells where it is, and what was counted, over the channel to its parent.
 */

import { prepare } from "../demo.ts";
import { handlers } from "../handlers.ts";
import { chance } from "../history/chance.ts";
import { start } from "../runtime.ts";
import { type Between, startBetween } from "./between.ts";
import type { Asked, Told } from "./product.ts";

const { env } = process;
const share = Number(env.BENCH_FAULTS ?? 0);
const plain = env.BENCH_PLAIN === "1";
let between: Between | undefined;
const tell = (told: Told) => process.send?.(told);

const runtime = await start({
  port: Number(env.PORT ?? 0),
  dataFolder: env.CUECARD_DATA!,
  env,
  prepare,
  ...(env.BENCH_WORKERS ? { limits: { queue: { concurrency: Number(env.BENCH_WORKERS) } } } : {}),
  async handlers(lines) {
    // A proxy costs time: where only time is measured, there is none.
    if (!plain) {
      between = await startBetween(env.AWS_ENDPOINT_URL_DYNAMODB!, {
        ...(share > 0 ? { faults: { share, chance: chance(env.BENCH_SEED ?? "1").share } } : {}),
      });
      env.BENCH_DATABASE = env.AWS_ENDPOINT_URL_DYNAMODB;
      env.AWS_ENDPOINT_URL_DYNAMODB = between.url;
    }
    // Once an hour on its own: it would fall into the middle of what is counted.
    return { ...(await handlers(lines)), nightly: async () => undefined };
  },
  failed: (error) => {
    console.error(error.message);
    process.exit(1);
  },
});

process.on("message", ({ id, ask }: Asked) => {
  if (ask === "reset") between?.reset();
  if (ask === "calm") between?.calm();
  tell({
    id,
    counted: ask === "counted" ? (between?.counted() ?? { calls: [], least: 0 }) : undefined,
    size: runtime.queue.size(),
    dead: runtime.queue.deadLetters().length,
    faults: between?.faults,
    memory: process.memoryUsage().rss,
    databasePid: runtime.databasePid(),
    now: performance.now(),
  });
});
process.on("disconnect", () => process.exit(0));
tell({
  id: 0,
  ready: {
    url: runtime.url,
    secret: runtime.demoSecret,
    database: env.BENCH_DATABASE ?? env.AWS_ENDPOINT_URL_DYNAMODB!,
    links: Object.fromEntries(Object.entries(env).filter(([name]) => /^(?:SST_RESOURCE|AWS)_/.test(name))),
  },
});
