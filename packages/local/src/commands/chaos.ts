/** `npm run chaos`: faults, and what was lost. Exit code 1 if it was anything. */
import { readFile } from "node:fs/promises";
import { machine } from "../bench/machine.ts";
import { chaos } from "../chaos/chaos.ts";
import { type Kept, reliability } from "../chaos/page.ts";
import { flags, wholeOf } from "../flags.ts";

const usage = `npm run chaos -- [--events N] [--seed S] [--kills N] [--file FILE] [--json] [--doc [--kept FILE]…]
  --events  webhooks that are sent, doubled, late and crossed (300)
  --seed    the same seed makes the same faults (1)
  --kills   how often the whole process is killed in between (5)
  --file    real conversations, as npm run replay takes them, instead of invented ones
  --json    prints one object alone
  --doc     writes docs/reliability.md
  --kept    with --doc, instead of a run: what --json printed before, once for each run`;

const { values } = flags(usage, {
  options: {
    events: { type: "string", default: "300" },
    seed: { type: "string", default: "1" },
    kills: { type: "string", default: "5" },
    file: { type: "string" },
    json: { type: "boolean", default: false },
    doc: { type: "boolean", default: false },
    kept: { type: "string", multiple: true, default: [] },
  },
});

const mustBeNone = ["lost", "storedTwice", "unfinished", "decisionsLost", "reportMismatches", "leaks"] as const;

try {
  const runs =
    values.kept.length > 0
      ? await Promise.all(values.kept.map(async (file) => JSON.parse(await readFile(file, "utf8")) as Kept))
      : [await run()];
  if (values.doc)
    await reliability(runs, `--events N --seed S${values.file || values.kept.length ? " --file FILE" : ""}`);
  process.exitCode = runs.some((one) => mustBeNone.some((name) => one[name] !== 0)) ? 1 : 0;
} catch (error) {
  console.error(error instanceof Error ? error.stack : error);
  process.exitCode = 1;
}

async function run(): Promise<Kept> {
  const seed = wholeOf("seed", values.seed, 0, 2 ** 31);
  const { details: _details, ...report } = await chaos({
    events: wholeOf("events", values.events, 1, 1_000_000),
    seed,
    kills: wholeOf("kills", values.kills, 0, 1_000),
    ...(values.file ? { file: values.file } : {}),
    progress: (line) => console.error(line),
  });
  const kept = { ...report, seed, machine: machine() };
  if (values.json) console.log(JSON.stringify(kept));
  else for (const [name, value] of Object.entries(report)) console.log(`${name.padEnd(18)}${JSON.stringify(value)}`);
  return kept;
}
