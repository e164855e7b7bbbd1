/**
 * `npm run load -- [--rate N | --find] [--seconds S] [--sidebars N] [--json]`: sidebars that watch while events arrive.
 * `--find` doubles the rate until this machine no longer holds it, then halves the gap.
 */
import { machine, onMachine } from "../bench/machine.ts";
import { flags, numberOf, wholeOf } from "../flags.ts";
import { type Load, load } from "../load/load.ts";

const usage = `npm run load -- [--rate N] [--find] [--seconds N] [--sidebars N] [--json]
  --rate      events a second (20)
  --find      doubles the rate until this machine no longer holds it, then halves the gap
  --seconds   of each run (60)
  --sidebars  open at once (200)
  --json      prints one object alone`;

const { values } = flags(usage, {
  options: {
    rate: { type: "string", default: "20" },
    find: { type: "boolean", default: false },
    seconds: { type: "string", default: "60" },
    sidebars: { type: "string", default: "200" },
    json: { type: "boolean", default: false },
  },
});
// No account is ever reached: the endpoints are this machine's.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
const seconds = numberOf("seconds", values.seconds, 1, 86_400);
const sidebars = wholeOf("sidebars", values.sidebars, 1, 10_000);
const rate = numberOf("rate", values.rate, 0.1, 10_000);
const progress = (line: string) => console.error(line);

async function find(): Promise<Load[]> {
  const runs: Load[] = [];
  const holds = async (rate: number) => {
    progress(`— ${rate} events a second`);
    const run = await load({ sidebars, rate, seconds, progress });
    runs.push(run);
    return run.holds;
  };
  let [low, high] = [0, 10];
  while (high < 640 && (await holds(high))) [low, high] = [high, high * 2];
  for (let step = 0; step < 2 && high - low > 5; step++) {
    const middle = Math.round((low + high) / 2);
    if (await holds(middle)) low = middle;
    else high = middle;
  }
  return runs;
}

try {
  const on = machine();
  const runs = values.find ? await find() : [await load({ sidebars, rate, seconds, progress })];
  const best = runs.filter(({ holds }) => holds).sort((a, b) => b.rate - a.rate)[0];
  if (values.json) console.log(JSON.stringify({ machine: on, holdsPerSecond: best?.rate ?? null, runs }));
  else {
    for (const run of runs)
      for (const [name, value] of Object.entries(run)) console.log(`${name.padEnd(18)}${JSON.stringify(value)}`);
    console.log(onMachine(on));
  }
  process.exitCode = runs.some(({ lost }) => lost > 0) ? 1 : 0;
} catch (error) {
  console.error(error instanceof Error ? error.stack : error);
  process.exitCode = 1;
}
