/** `npm run chaos`: faults, and what was lost. Exit code 1 if it was anything. */
import { chaos, type Report } from "../chaos/chaos.ts";
import { reliability } from "../chaos/page.ts";
import { flags, wholeOf } from "../flags.ts";

const usage = `npm run chaos -- [--events N] [--seed S] [--kills N] [--file FILE] [--json] [--doc]
  --events  webhooks that are sent, doubled, late and crossed (300)
  --seed    the same seed makes the same faults (1)
  --kills   how often the whole process is killed in between (5)
  --file    real conversations, as npm run replay takes them, instead of invented ones
  --json    prints one object alone
  --doc     writes docs/reliability.md`;

const { values } = flags(usage, {
  options: {
    events: { type: "string", default: "300" },
    seed: { type: "string", default: "1" },
    kills: { type: "string", default: "5" },
    file: { type: "string" },
    json: { type: "boolean", default: false },
    doc: { type: "boolean", default: false },
  },
});

const mustBeNone = ["lost", "storedTwice", "unfinished", "decisionsLost", "reportMismatches", "leaks"] as const;

try {
  const report: Report = await chaos({
    events: wholeOf("events", values.events, 1, 1_000_000),
    seed: wholeOf("seed", values.seed, 0, 2 ** 31),
    kills: wholeOf("kills", values.kills, 0, 1_000),
    ...(values.file ? { file: values.file } : {}),
    progress: (line) => console.error(line),
  });
  const { details: _details, ...told } = report;
  if (values.json) console.log(JSON.stringify(told));
  else for (const [name, value] of Object.entries(told)) console.log(`${name.padEnd(18)}${JSON.stringify(value)}`);
  if (values.doc) await reliability(report, process.argv.slice(2));
  process.exitCode = mustBeNone.some((name) => report[name] !== 0) ? 1 : 0;
} catch (error) {
  console.error(error instanceof Error ? error.stack : error);
  process.exitCode = 1;
}
