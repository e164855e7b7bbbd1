/** Writes docs/reliability.md from a run. */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { machine, onMachine } from "../bench/machine.ts";
import type { Report } from "./chaos.ts";

const page = fileURLToPath(new URL("../../../../docs/reliability.md", import.meta.url));

/** `args` as they were given. Where the dialogues came from is nobody's business. */
export async function reliability(report: Report, args: string[]): Promise<void> {
  const given = args.map((arg, at) => (args[at - 1] === "--file" ? "FILE" : arg)).join(" ");
  const { throttled = 0, failed = 0, failedAfter = 0 } = report.faults;
  const rows: [string, number][] = [
    ["events answered 2xx that are not in the table", report.lost],
    ["messages stored twice", report.storedTwice],
    ["suggestions without an end", report.unfinished],
    ["clicks answered 2xx without a record", report.decisionsLost],
    ["figures of the report that a recount of the items does not give", report.reportMismatches],
    ["frames that reached a rep who may not see the conversation", report.leaks],
  ];
  await writeFile(
    page,
    `# Reliability: what is lost when nearly everything fails

Written by \`npm run chaos -- ${given}\`; ${onMachine(machine())}.

The run sends whole conversations through the signed webhook while 10 % of the events come twice and 10 % out of order; the
model fails 15 % of its answers (429, 500, silence, cut, error in the stream, empty, nonsense, unfinished); DynamoDB throttles or
fails 5 % of the calls, a third of them after they worked; sidebars lose their connections; and the server's process is killed
with SIGKILL and started again. Two reps may each see their own conversations alone, and both ask for all of them.

| sent and suffered | |
|---|---|
| events | ${report.events} |
| answered 2xx | ${report.accepted} |
| suggestions made | ${report.suggestions} |
| kills | ${report.kills} |
| connections dropped | ${report.drops} |
| calls throttled, failed, failed after they worked | ${throttled}, ${failed}, ${failedAfter} (of the runs that were not killed in between) |
| dead letters, sent again by one command | ${report.deadLetters}, ${report.redriven} |

| found afterwards, item by item | must be 0 |
|---|---|
${rows.map(([what, n]) => `| ${what} | ${n} |`).join("\n")}

How to read it: a sender repeats what is not answered 2xx, as every helpdesk does; so the promise begins with the answer. A
suggestion may end as failed: then the rep sees why, and a button. A job that failed three times is a dead letter: \`GET
/dev/dead-letters\` lists them on a laptop, \`POST\` sends them again; \`npm run letters\` does both, there and on a
stage. The seed fixes what is sent and which answers of the model fail; which calls meet a fault depends on timing too, so two runs differ.
`,
  );
}
