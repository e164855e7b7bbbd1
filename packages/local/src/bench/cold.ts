/** How large each function is as SST bundles it, and how long a fresh process takes to load it, beside the database's client alone. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Metafile } from "esbuild";
import { bundle, root } from "./bundle.ts";
import { percentile, round } from "./figures.ts";

const names = ["webhook", "socket", "worker", "api"] as const;
type Name = (typeof names)[number] | "reference";

/** Bundles each function, and the database's client alone, into `folder`. `start` names the files that are loaded at the start. */
export async function bundles(folder: string) {
  const reference = join(folder, "reference.ts");
  await writeFile(
    reference,
    `import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, DeleteCommand } from "@aws-sdk/lib-dynamodb";
export const handler = () => [DynamoDBDocumentClient.from(new DynamoDBClient({})), GetCommand, PutCommand, QueryCommand, DeleteCommand];`,
  );
  const entries: { name: Name; file: string }[] = [
    { name: "reference", file: reference },
    ...names.map((name) => ({ name, file: join(root, `packages/functions/src/${name}.ts`) })),
  ];
  const made = [];
  for (const { name, file } of entries) {
    const out = join(folder, name);
    const { metafile } = await bundle(file, out);
    const start = [...reached(metafile)].flatMap((output) => Object.keys(metafile.outputs[output]!.inputs));
    made.push({ name, entry: join(out, "index.mjs"), ...sizes(metafile), heaviest: heaviest(metafile), start });
  }
  return made;
}

export async function cold({ rounds }: { rounds: number }) {
  const folder = await mkdtemp(join(tmpdir(), "cuecard-cold-"));
  try {
    const made = await bundles(folder);
    const times = new Map(made.map(({ name }) => [name, [] as number[]]));
    for (let round = 0; round < rounds; round++)
      for (const { name, entry } of made) times.get(name)!.push(await loadMs(entry));
    const reference50 = percentile(times.get("reference")!, 0.5);
    const functions = Object.fromEntries(
      made.map(({ name, atStartKb, allKb, heaviest }) => {
        const ms = percentile(times.get(name)!, 0.5);
        return [name, { atStartKb, allKb, loadMs: round(ms), ratio: round(ms / reference50, 2), heaviest }];
      }),
    );
    return { functions };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What is loaded at the start: the entry and what it imports statically; the rest comes when it is first asked for. */
function reached({ outputs }: Metafile): Set<string> {
  const [entry] = Object.keys(outputs).filter((name) => outputs[name]!.entryPoint && name.endsWith("index.mjs"));
  const seen = new Set<string>();
  const visit = (name: string) => {
    if (seen.has(name) || !outputs[name]) return;
    seen.add(name);
    for (const { path, kind } of outputs[name].imports) if (kind === "import-statement") visit(path);
  };
  visit(entry!);
  return seen;
}

function sizes(metafile: Metafile) {
  const start = reached(metafile);
  const sum = (names: Iterable<string>) =>
    round([...names].reduce((all, name) => all + metafile.outputs[name]!.bytes, 0) / 1_024);
  return { atStartKb: sum(start), allKb: sum(Object.keys(metafile.outputs)) };
}

/** The packages that make the start heavy, in KB. */
function heaviest(metafile: Metafile): Record<string, number> {
  const kb = new Map<string, number>();
  for (const output of reached(metafile))
    for (const [path, { bytesInOutput }] of Object.entries(metafile.outputs[output]!.inputs)) {
      const name =
        /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path.replace(/.*packages\/(\w+)\/.*/, "$1");
      kb.set(name, (kb.get(name) ?? 0) + bytesInOutput / 1_024);
    }
  const first = [...kb].sort(([, a], [, b]) => b - a).slice(0, 8);
  return Object.fromEntries(first.map(([name, size]) => [name, round(size)]));
}

const script = (entry: string) =>
  `const t = performance.now(); await import(${JSON.stringify(entry)}); console.log(performance.now() - t); process.exit(0);`;

/** As SST would: links in the environment, read when first used. */
async function loadMs(entry: string): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script(entry)], {
    env: {
      PATH: process.env.PATH,
      AWS_REGION: "us-east-1",
      SST_RESOURCE_App: '{"name":"cuecard","stage":"bench"}',
      SST_RESOURCE_Table: '{"name":"table"}',
    },
  });
  return Number(stdout.trim().split("\n").at(-1));
}
