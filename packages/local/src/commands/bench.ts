/** `npm run bench`: speed, cost and growth, each beside its reference in the same run. */
import { readFile } from "node:fs/promises";
import { cold } from "../bench/cold.ts";
import { conversationCounts } from "../bench/conversation.ts";
import { dollars } from "../bench/dollars.ts";
import { round } from "../bench/figures.ts";
import { firstToken } from "../bench/first-token.ts";
import { growth } from "../bench/growth.ts";
import { ingest } from "../bench/ingest.ts";
import { type Machine, machine, onMachine } from "../bench/machine.ts";
import { memory } from "../bench/memory.ts";
import { lines, performancePage } from "../bench/page.ts";
import { lookup } from "../bench/passages.ts";
import { flags } from "../flags.ts";

const usage = `npm run bench -- [--only NAME,NAME] [--quick|--full] [--json] [--doc [--kept FILE]…]
  --only   firstToken, ingest, units, growth, cold, lookup, memory, dollars (all)
  --quick  smaller sizes: the counts are as good, the times are not
  --full   the largest sizes, too
  --json   prints one object alone
  --doc    writes docs/performance.md
  --kept   with --doc, instead of a run: what --json printed before, in parts if need be`;

const { values } = flags(usage, {
  options: {
    only: { type: "string" },
    json: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    full: { type: "boolean", default: false },
    doc: { type: "boolean", default: false },
    kept: { type: "string", multiple: true, default: [] },
  },
});
const { quick, full } = values;
// No account is ever reached: the endpoints are this machine's.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

let counted: ReturnType<typeof conversationCounts> | undefined;
const counts = () => {
  counted ??= conversationCounts({ conversations: quick ? 1 : 5 });
  return counted;
};

const measures: Record<string, () => Promise<object>> = {
  firstToken: () => firstToken({ pairs: quick ? 15 : 100 }),
  ingest: () => ingest({ seconds: quick ? 10 : 60 }),
  async units() {
    const { written, least, read, messages, drafts, decisions, byKind } = await counts();
    return { written, least, ratio: round(written / least, 3), read, messages, drafts, decisions, byKind };
  },
  growth: () =>
    growth({
      sizes: quick ? [10, 100] : [10, 100, 1_000],
      rows: [1_000, ...(quick ? [] : [10_000]), ...(full ? [100_000] : [])],
    }),
  cold: () => cold({ rounds: quick ? 3 : 15 }),
  lookup: () => lookup({ sizes: [1_000, ...(quick ? [] : [12_000, 100_000])] }),
  memory: () => memory({ passages: full ? 100_000 : quick ? 800 : 12_000, turns: quick ? 20 : 200 }),
  dollars: async () => dollars(await counts()),
};

type Measured = { machine: Machine } & Record<string, object>;

try {
  const { machine: on, ...results } = values.kept.length > 0 ? await kept(values.kept) : await run();
  if (values.doc) await performancePage(on, results);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function run(): Promise<Measured> {
  const names = values.only ? values.only.split(",") : Object.keys(measures);
  const unknown = names.find((name) => !measures[name]);
  if (unknown) throw new Error(`Nothing is called ${unknown}; there are ${Object.keys(measures).join(", ")}.`);
  const results: Measured = { machine: machine() };
  for (const name of names) {
    if (!values.json) console.error(`— ${name}`);
    results[name] = await measures[name]!();
    if (!values.json) console.log(lines(name, results[name]).join("\n"));
  }
  console.log(values.json ? JSON.stringify(results) : onMachine(results.machine));
  return results;
}

/** The later file's figures hold. */
async function kept(files: string[]): Promise<Measured> {
  const parts = await Promise.all(files.map(async (file) => JSON.parse(await readFile(file, "utf8")) as Measured));
  return Object.assign({}, ...parts);
}
