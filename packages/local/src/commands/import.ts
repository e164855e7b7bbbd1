/** `npm run import -- FOLDER|URL`: policy articles from files or a help centre, and past conversations, into a running Cuecard. */
import { flags, wholeOf } from "../flags.ts";
import { importInto } from "../import/into.ts";
import { client, signIn } from "../replay/client.ts";

const usage = `npm run import -- [FOLDER|URL] [--history FILE] [--workspace W] [--url U] [--json]
  FOLDER     Markdown with front matter, text, HTML and PDF; folders inside are read too. Again: what is gone is removed
  URL        https://… of a help centre: Zendesk Guide, or Intercom Articles (--kind intercom); read again each night.
             CUECARD_IMPORT_TOKEN holds its token where it needs one (Zendesk: email:token)
  --history  past conversations and saved replies as JSON lines (.gz too); they teach drafts, and enter no report.
             Or https://NAME.zendesk.com, https://api.intercom.io: what is over there, by its API and CUECARD_IMPORT_TOKEN
  --limit    how many conversations of a helpdesk are read, the newest first (1000)
  --source   another name for FOLDER than its path, if it is read from several machines
  --url      of a running Cuecard (http://localhost:4000); for a deployed one CUECARD_TOKEN holds a token of
             npm run setup -- --import-token NAME, which takes files alone`;

const { values, positionals } = flags(usage, {
  allowPositionals: true,
  options: {
    history: { type: "string" },
    limit: { type: "string", default: "1000" },
    kind: { type: "string" },
    source: { type: "string" },
    workspace: { type: "string", default: "demo" },
    url: { type: "string", default: process.env.CUECARD_URL ?? `http://localhost:${process.env.PORT ?? 4000}` },
    json: { type: "boolean", default: false },
  },
});

try {
  const [from] = positionals;
  const limit = wholeOf("limit", values.limit, 1, 10_000_000);
  if (!from && !values.history) throw new Error(usage);
  const base = values.url.replace(/\/$/, "");
  const own = process.env.CUECARD_TOKEN;
  const call = own ? client(base, own) : await signIn(base, "import", "admin", values.workspace);
  const { history, source, kind } = values;
  const token = process.env.CUECARD_IMPORT_TOKEN;
  const done = await importInto(call, { from, history, limit, source, kind, token });
  for (const { name, reason } of done.unread) console.error(`not read: ${name}: ${reason}`);
  if (done.skipped.length > 0) console.error(`no policy files: ${list(done.skipped)}`);
  if (done.gone.length > 0) console.error(`removed, since gone from there: ${list(done.gone)}`);
  if (done.error) console.error(`stopped: ${done.error}`);
  const { created, changed, same, removed, replies } = done;
  console.log(
    values.json
      ? JSON.stringify(done)
      : `articles: ${created} new, ${changed} changed, ${same} as they were, ${removed} removed; replies: ${replies}`,
  );
  process.exitCode = done.unread.length > 0 || done.error ? 1 : 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function list(names: string[]): string {
  return `${names.slice(0, 20).join(", ")}${names.length > 20 ? `, and ${names.length - 20} more` : ""}`;
}
