/** A run's figures for people: lines in the terminal, and docs/performance.md. */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type machine, onMachine } from "./machine.ts";

const page = fileURLToPath(new URL("../../../../docs/performance.md", import.meta.url));

/** What each measure says, against what, and what is aimed at. */
const meaning: Record<string, string> = {
  firstToken:
    "From posting the customer's message to the first frame with draft text, beside the `openai` client that asks the same server (250 ms to the first token) directly; `last` to the last word. Alternating pairs. Aimed at: p50 1.08, p95 1.20, last 1.03.",
  ingest:
    "Signed webhooks a second with nobody watching, beside plain PutItems a second into the same embedded DynamoDB, in turn. `drained`: until the worker is done, too. `p99Ms` at half of the drained rate. Aimed at: 0.35, drained 0.12.",
  units:
    "DynamoDB write units of a conversation of ten messages, four drafts, four decisions and one outcome, by item size; `least`: each of those items and its index entry written once. Aimed at: 1.8.",
  growth:
    "What one more message costs in a long conversation, and a report over many suggestions of open days. Calls, items and bytes do not depend on the machine. Aimed at: within 1.2.",
  cold: "Each function bundled as for Lambda: KB loaded at the start, KB in all, and the time of a fresh process, beside a bundle of the DynamoDB client alone. Aimed at: 1.3 for webhook and socket, 1.6 for worker and api.",
  lookup: "Time and memory of the lookup beside MiniSearch, with up to four turns as the query.",
  memory:
    "Peak resident memory of the worker's bundle in a fresh process, Node itself included: to make the index of so many passages, and to answer the last turn of a conversation of 200. Aimed at: less than the 1,024 MB of the function.",
  dollars:
    "Counted operations times the prices of `bench/prices.ts` (US East, on demand). The model's price is not in it; Lambda's seconds are assumed, and stand there.",
};

export const lines = (name: string, result: object): string[] => [
  name,
  ...flat(result).map(([path, value]) => `  ${path.padEnd(44)}${value}`),
];

function flat(value: unknown, path = ""): [string, string][] {
  if (typeof value !== "object" || value === null) return [[path, String(value)]];
  return Object.entries(value).flatMap(([key, one]) => flat(one, path ? `${path}.${key}` : key));
}

export async function performancePage(
  on: ReturnType<typeof machine>,
  results: Record<string, object>,
  args: string,
): Promise<void> {
  const sections = Object.entries(results).map(([name, result]) => {
    const rows = flat(result).filter(([path]) => !path.startsWith("byKind.") && !path.includes("heaviest."));
    return `## ${name}\n\n${meaning[name] ?? ""}\n\n| | |\n|---|---|\n${rows.map(([path, value]) => `| ${path} | ${value} |`).join("\n")}\n`;
  });
  await writeFile(
    page,
    `# Performance: speed, cost and growth

Written by \`npm run bench -- ${args}\`; ${onMachine(on)}.

How to read it: everything runs beside its reference in the same run, and the two take turns, so ratios hold on a busy machine
better than milliseconds do, and counts (calls, units, items, bytes) hold on any. A load above the number of cores says that
something else was running: then take no time from here.

${sections.join("\n")}`,
  );
}
