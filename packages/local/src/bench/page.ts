/** A run's figures for people: lines in the terminal, and docs/performance.md. */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Machine, onMachine } from "./machine.ts";

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
  lookup:
    "Time, memory and stored form of the lookup beside MiniSearch and Orama, each in fresh processes on the same made-up articles, with up to four turns as the query. `mb`: what the loaded index holds on the heap; `storedKb`: compressed; `loadMs`: from that to the first query.",
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

type Flat = Record<string, unknown>;
const isObject = (value: unknown): value is Flat => typeof value === "object" && value !== null;
const row = (cells: unknown[]) => `| ${cells.join(" | ")} |`;
const table = (head: string[], rows: unknown[][]) =>
  [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");

/** A table of what is one figure each, then one for each list, whose entries are its rows. */
function tablesOf(result: object): string[] {
  const entries = Object.entries(result).filter(([name]) => name !== "byKind");
  const isList = (value: unknown): value is Flat | Flat[] => isObject(value) && Object.values(value).every(isObject);
  const single = entries.filter(([, value]) => !isList(value)).flatMap(([name, value]) => flat(value, name));
  const lists = entries.flatMap(([name, value]) => (isList(value) ? [{ name, value }] : []));
  return [
    ...(single.length > 0 ? [table(["", ""], single)] : []),
    ...lists.map(({ name, value }) => {
      const rows = Object.entries(value as Record<string, Flat>);
      const columns = [...new Set(rows.flatMap(([, one]) => Object.keys(one)))].filter(
        (column) => column !== "heaviest",
      );
      const named = !Array.isArray(value);
      const title = named ? [name] : [];
      return table(
        [...title, ...columns],
        rows.map(([key, one]) => [...(named ? [key] : []), ...columns.map((column) => one[column] ?? "")]),
      );
    }),
  ];
}

/** What is aimed at, and where the figure stands in the results. */
const aims: [what: string, is: "at most" | "at least", aim: number, figure: string][] = [
  ["first token, p50 of the direct call", "at most", 1.08, "firstToken.p50Ratio"],
  ["first token, p95 of the direct call", "at most", 1.2, "firstToken.p95Ratio"],
  ["last token, p50 of the direct call", "at most", 1.03, "firstToken.last.p50Ratio"],
  ["webhooks answered, of plain puts", "at least", 0.35, "ingest.ratio"],
  ["webhooks worked off, of plain puts", "at least", 0.12, "ingest.drainedRatio"],
  ["p99 of the webhook's answer, ms", "at most", 50, "ingest.p99Ms"],
  ["write units, of the least possible", "at most", 1.8, "units.ratio"],
  ["calls for one more message, 1,000 messages against 10", "at most", 1.2, "growth.callsRatio"],
  ["items read for one more message, the same", "at most", 1.2, "growth.itemsRatio"],
  ["webhook's load time, of the client alone", "at most", 1.3, "cold.functions.webhook.ratio"],
  ["socket's load time", "at most", 1.3, "cold.functions.socket.ratio"],
  ["worker's load time", "at most", 1.6, "cold.functions.worker.ratio"],
  ["API's load time", "at most", 1.6, "cold.functions.api.ratio"],
];

function aimed(results: Record<string, object>): string {
  const rows = aims.flatMap(([what, is, aim, path]) => {
    const here = path.split(".").reduce<unknown>((value, key) => (value as Flat | undefined)?.[key], results);
    if (typeof here !== "number") return [];
    return [[what, `${is} ${aim}`, here, (is === "at most" ? here <= aim : here >= aim) ? "reached" : "not reached"]];
  });
  return table(["figure", "aim", "here", ""], rows);
}

export async function performancePage(on: Machine, results: Record<string, object>): Promise<void> {
  const sections = Object.entries(meaning).flatMap(([name, means]) => {
    const result = results[name];
    return result ? [`## ${name}\n\n${means}\n\n${tablesOf(result).join("\n\n")}\n`] : [];
  });
  await writeFile(
    page,
    `# Performance: speed, cost and growth

Written by \`npm run bench -- --doc\`; ${onMachine(on)}.

How to read it: everything runs beside its reference in the same run, and the two take turns, so ratios hold on a busy machine
better than milliseconds do, and counts (calls, units, items, bytes) hold on any. A load above the number of cores says that
something else was running: then take no time from here.

${aimed(results)}

${sections.join("\n")}`,
  );
}
