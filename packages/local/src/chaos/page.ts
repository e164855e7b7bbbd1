/** Writes docs/reliability.md from one run, or from several that were kept. */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Machine, onMachine } from "../bench/machine.ts";
import type { Report } from "./chaos.ts";

/** What `npm run chaos -- --json` prints. */
export type Kept = Omit<Report, "details"> & { seed: number; machine: Machine };

const page = fileURLToPath(new URL("../../../../docs/reliability.md", import.meta.url));

/** `args` as they were given to each run, without its seed. Where the dialogues came from is nobody's business. */
export async function reliability(runs: Kept[], args: string): Promise<void> {
  const row = (what: string, of: (run: Kept) => number | string) => `| ${[what, ...runs.map(of)].join(" | ")} |`;
  const head = (what: string) => `${row(what, ({ seed }) => `seed ${seed}`)}\n|---|${runs.map(() => "---:|").join("")}`;
  await writeFile(
    page,
    `# Reliability: what is lost when nearly everything fails

Written from \`npm run chaos -- ${args}\`; ${[...new Set(runs.map(({ machine }) => onMachine(machine)))].join("; ")}.

The run sends whole conversations through the signed webhook while 10 % of the events come twice and 10 % out of order; the
model fails 15 % of its answers (429, 500, silence, cut, error in the stream, empty, nonsense, unfinished); DynamoDB throttles or
fails 5 % of the calls, a third of them after they worked; sidebars lose their connections; and the server's process is killed
with SIGKILL and started again. Two reps may each see their own conversations alone, and both ask for all of them.

${head("sent and suffered")}
${row("events", ({ events }) => events)}
${row("answered 2xx", ({ accepted }) => accepted)}
${row("suggestions made", ({ suggestions }) => suggestions)}
${row("kills", ({ kills }) => kills)}
${row("connections dropped", ({ drops }) => drops)}
${row("calls throttled", ({ faults }) => faults.throttled ?? 0)}
${row("calls failed", ({ faults }) => faults.failed ?? 0)}
${row("calls failed after they worked", ({ faults }) => faults.failedAfter ?? 0)}
${row("dead letters", ({ deadLetters }) => deadLetters)}
${row("sent again by one command", ({ redriven }) => redriven)}
${row("minutes", ({ seconds }) => Math.round(seconds / 60))}

${head("found afterwards, item by item: all must be 0")}
${row("events answered 2xx that are not in the table", ({ lost }) => lost)}
${row("messages stored twice", ({ storedTwice }) => storedTwice)}
${row("suggestions without an end", ({ unfinished }) => unfinished)}
${row("clicks answered 2xx without a record", ({ decisionsLost }) => decisionsLost)}
${row("figures of the report that a recount of the items does not give", ({ reportMismatches }) => reportMismatches)}
${row("frames that reached a rep who may not see the conversation", ({ leaks }) => leaks)}

How to read it: a sender repeats what is not answered 2xx, as every helpdesk does; so the promise begins with the answer. A
suggestion may end as failed: then the rep sees why, and a button. A job that failed three times is a dead letter: \`GET
/dev/dead-letters\` lists them on a laptop, \`POST\` sends them again; \`npm run letters\` does both, there and on a
stage. The seed fixes what is sent and which answers of the model fail; which calls meet a fault depends on timing too, so two runs differ.
`,
  );
}
