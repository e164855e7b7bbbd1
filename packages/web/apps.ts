/**
 * `npm run apps -- --url https://YOUR-HOST [--workspace demo] [--out dist/apps]`: each helpdesk's app, in the form that
 * helpdesk takes: `zendesk.zip`, `freshdesk.zip`, and a `NAME.json` with the addresses where it takes no file. Nothing secret is in any.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { strToU8, zipSync } from "fflate";
import type { Files, Target } from "./src/apps/app.ts";
import { freshdesk } from "./src/apps/freshdesk.ts";
import { settings } from "./src/apps/settings.ts";
import { zendesk } from "./src/apps/zendesk.ts";

const here = dirname(fileURLToPath(import.meta.url));
/** Zips know no earlier year; a fixed time gives the same bytes from the same input. */
const packedAt = new Date(1980, 0, 2);

/** Throws for an address that no helpdesk would load. */
export function targetOf(url: string, workspace: string, version: string): Target {
  if (!URL.canParse(url)) throw new Error(`--url takes an address such as https://cuecard.example.com, not ${url}`);
  const { origin, protocol, hostname } = new URL(url);
  if (protocol !== "https:" && !["localhost", "127.0.0.1"].includes(hostname))
    throw new Error(`Helpdesks load pages over https alone: ${url}`);
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(workspace)) throw new Error(`No workspace has such a name: ${workspace}`);
  return { origin, workspace, version };
}

export const zip = (files: Files): Uint8Array =>
  zipSync(
    Object.fromEntries(
      Object.entries(files).map(([name, content]) => [name, typeof content === "string" ? strToU8(content) : content]),
    ),
    { mtime: packedAt },
  );

/** By the name of the file to be written. */
export async function apps(target: Target): Promise<Files> {
  const icon = await readFile(join(here, "src/style/icon.svg"), "utf8");
  return {
    "zendesk.zip": zip(zendesk(target)),
    "freshdesk.zip": zip(await freshdesk(target, icon)),
    ...Object.assign({}, ...Object.values(settings(target))),
  };
}

const usage = `npm run apps -- --url U [--workspace W] [--out FOLDER]
  --url        where Cuecard is, as https://cuecard.example.com
  --workspace  demo
  --out        where the packages go (dist/apps)`;

async function main() {
  if (process.argv.includes("--help")) return console.log(usage);
  const { values } = parseArgs({
    options: { url: { type: "string" }, workspace: { type: "string", default: "demo" }, out: { type: "string" } },
  });
  if (!values.url) throw new Error("Say where Cuecard is: npm run apps -- --url https://cuecard.example.com");
  const { version } = JSON.parse(await readFile(join(here, "package.json"), "utf8"));
  const made = await apps(targetOf(values.url, values.workspace, version));
  // Beside the pages in the project's folder, and never among them: those are served.
  const out = resolve(values.out ?? join(here, "../../dist/apps"));
  await mkdir(out, { recursive: true });
  for (const [name, content] of Object.entries(made)) {
    await writeFile(join(out, name), content);
    console.log(`${String(Buffer.byteLength(content)).padStart(8)}  ${join(out, name)}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await main().catch((error) => {
    const isOption = String(error.code).startsWith("ERR_PARSE_ARGS");
    console.error(isOption ? error.message.split(/\.\s/)[0] : error instanceof Error ? error.message : error);
    process.exitCode = isOption ? 2 : 1;
  });
