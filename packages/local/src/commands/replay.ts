/** `npm run replay -- FILE`: real conversations through the signed webhook of a running Cuecard. */
import { randomBytes, randomUUID } from "node:crypto";
import { flags, numberOf, wholeOf } from "../flags.ts";
import { client, openSidebar, signIn } from "../replay/client.ts";
import { readDialogues } from "../replay/dialogues.ts";
import { replay, type Tally } from "../replay/replay.ts";
import { names, sender } from "../senders/sender.ts";

const usage = `npm run replay -- FILE [--speed N|max] [--as HELPDESK] [--limit N] [--url U] [--json]
  FILE       JSON lines, .gz too: {id, agent, customer, events:[{t, speaker, type, text}]}
  --speed    times faster than recorded; max: each step as soon as the one before is done (max)
  --as       ${names.join(", ")} (standard)
  --limit    conversations
  --url      of a running Cuecard (http://localhost:4000)`;

const { values, positionals } = flags(usage, {
  allowPositionals: true,
  options: {
    speed: { type: "string", default: "max" },
    as: { type: "string", default: "standard" },
    limit: { type: "string" },
    url: { type: "string", default: process.env.CUECARD_URL ?? `http://localhost:${process.env.PORT ?? 4000}` },
    workspace: { type: "string", default: "demo" },
    json: { type: "boolean", default: false },
  },
});

try {
  const [file] = positionals;
  if (!file) throw new Error(usage);
  const speed = values.speed === "max" ? "max" : numberOf("speed", values.speed, 0.01, 1_000_000);
  const limit = values.limit === undefined ? undefined : wholeOf("limit", values.limit, 1, 10_000_000);
  const base = values.url.replace(/\/$/, "");
  const dialogues = await readDialogues(file, {
    prefix: `replay-${randomUUID().slice(0, 8)}-`,
    ...(limit === undefined ? {} : { limit }),
  });

  const secret =
    values.as === "standard" ? `whsec_${randomBytes(24).toString("base64")}` : randomBytes(24).toString("base64url");
  const as = await sender(values.as, secret);
  const admin = await signIn(base, "replay-admin", "admin", values.workspace);
  // The workspace's own secret stays as it is: ours goes where the one before a rotation stands.
  const { secret: own, ...rest } = as.secretFields();
  const configured = await admin("PUT", `/api/helpdesks/${values.as}`, {
    // Not every helpdesk sends tags: what comes while we replay is marked by the helpdesk's own field.
    body: values.as === "standard" ? { ...rest, secretOld: own ?? null } : { ...as.secretFields(), tag: "replay" },
  });
  if (configured.status !== 200)
    throw new Error(`The secret of ${values.as} could not be stored (${configured.status}).`);

  let tally: Tally;
  try {
    const rep = await signIn(base, "replay-rep", "rep", values.workspace);
    const sidebar = await openSidebar(rep);
    const progress = bar(dialogues.length);
    const given = { workspace: values.workspace, hook: client(base), rep, sidebar, sender: as, progress };
    // An open connection would keep a command that failed from ending.
    tally = await replay(given, dialogues, speed).finally(() => sidebar.close());
  } finally {
    // Also when it failed: what real customers write from now on is no replay.
    if (values.as !== "standard") await admin("PUT", `/api/helpdesks/${values.as}`, { body: { tag: null } });
  }
  process.stderr.write("\n");
  console.log(values.json ? JSON.stringify(tally) : table(tally));
  process.exitCode = tally.lost > 0 ? 1 : 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function bar(total: number) {
  const width = 40;
  return (done: number) => {
    const full = Math.round((done / Math.max(1, total)) * width);
    if (process.stderr.isTTY) process.stderr.write(`\r${"█".repeat(full)}${"░".repeat(width - full)} ${done}/${total}`);
    else if (done % 50 === 0 || done === total) process.stderr.write(`${done}/${total} `);
  };
}

function table({ sent, accepted, duplicates, lost, suggestions, decisions, latencyMs }: Tally): string {
  const ms = ({ p50, p95, p99 }: Tally["latencyMs"]["webhook"]) =>
    [p50, p95, p99].map((value) => (value === null ? "–" : `${value}`).padStart(9)).join("");
  return [
    `events        sent ${sent}   accepted ${accepted}   duplicates ${duplicates}   lost ${lost}`,
    ...Object.entries(suggestions).map(
      ([kind, states]) =>
        `${kind.padEnd(14)}${Object.entries(states)
          .sort()
          .map(([state, n]) => `${state} ${n}`)
          .join("   ")}`,
    ),
    `decisions     ${Object.entries(decisions)
      .map(([kind, n]) => `${kind} ${n}`)
      .join("   ")}`,
    `${"ms".padEnd(30)}${["p50", "p95", "p99"].map((name) => name.padStart(9)).join("")}`,
    `${"webhook answered".padEnd(30)}${ms(latencyMs.webhook)}`,
    `${"first frame with draft text".padEnd(30)}${ms(latencyMs.firstDraft)}`,
  ].join("\n");
}
