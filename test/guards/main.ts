/**
 * `npm run guards [-- --only PATTERN] [--doc]`: takes each guard of the product away, one by one and in a copy, and runs the tests that
 * should notice. Prints a table; exit code 1 if a guard can go unnoticed. `--doc` writes the table into SECURITY.md.
 */
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { flags } from "@cuecard/local/flags";
import { type Guard, guards } from "./guards.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const usage = `npm run guards -- [--only PATTERN] [--doc]
  --only  a regular expression for the names of guards, as SECURITY.md lists them (all)
  --doc   writes the table into SECURITY.md`;
const { values } = flags(usage, {
  options: { only: { type: "string", default: "" }, doc: { type: "boolean", default: false } },
});

/** Sources are copied; packages are links, but for our own, which must lead into the copy. */
async function copied(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), "cuecard-guards-"));
  const left = new Set(["node_modules", ".git", ".sst", ".cuecard"]);
  for (const name of await readdir(root))
    if (!left.has(name)) await cp(join(root, name), join(copy, name), { recursive: true });
  const modules = join(copy, "node_modules");
  await mkdir(join(modules, "@cuecard"), { recursive: true });
  for (const name of await readdir(join(root, "node_modules")))
    if (name !== "@cuecard" && name !== ".vite" && name !== ".vite-temp")
      await symlink(join(root, "node_modules", name), join(modules, name));
  for (const name of await readdir(join(copy, "packages")))
    await symlink(join(copy, "packages", name), join(modules, "@cuecard", name));
  return copy;
}

/** A test that hangs without its guard has noticed, too. */
const patienceMs = 240_000;

function green(folder: string, { tests, only }: Pick<Guard, "tests" | "only">): Promise<boolean> {
  return new Promise((done) => {
    const run = spawn(
      process.execPath,
      [
        join(root, "node_modules/vitest/vitest.mjs"),
        "run",
        tests,
        "--bail=1",
        "--testTimeout=120000",
        ...(only ? ["-t", only] : []),
      ],
      { cwd: folder, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, NO_COLOR: "1" }, timeout: patienceMs },
    );
    let said = "";
    run.stdout.on("data", (part) => {
      said += part;
    });
    run.stderr.resume();
    // Narrowed to nothing, all of nothing passes.
    run.on("close", (code) => done(code === 0 && /Tests\s+.*\d+ passed/.test(said)));
  });
}

const chosen = guards.filter(({ name }) => new RegExp(values.only).test(name));
const copy = await copied();
const rows: { guard: Guard; result: "red" | "NOT NOTICED" | "red without it, too" }[] = [];
try {
  const healthy = new Map<string, boolean>();
  for (const guard of chosen) {
    const key = `${guard.tests} ${guard.only}`;
    if (!healthy.has(key)) healthy.set(key, await green(copy, guard));
    const path = join(copy, guard.file);
    const source = await readFile(path, "utf8");
    if (source.split(guard.from).length !== 2) throw new Error(`${guard.name}: its text is not once in ${guard.file}`);
    await writeFile(
      path,
      source.replace(guard.from, () => guard.to),
    );
    const isGreen = await green(copy, guard);
    await writeFile(path, source);
    const result = !healthy.get(key) ? "red without it, too" : isGreen ? "NOT NOTICED" : "red";
    rows.push({ guard, result });
    console.log(`${result.padEnd(20)} ${guard.name.padEnd(62)} ${guard.tests}`);
  }
} finally {
  await rm(copy, { recursive: true, force: true });
}

const unnoticed = rows.filter(({ result }) => result !== "red");
console.log(`${rows.length - unnoticed.length} of ${rows.length} guards cannot be taken away unnoticed`);
if (values.doc) await document();
process.exitCode = unnoticed.length > 0 ? 1 : 0;

/** Rows of guards that were not asked for now stay as they were last seen. */
async function document(): Promise<void> {
  const path = join(root, "SECURITY.md");
  const page = await readFile(path, "utf8");
  const before = new Map([...page.matchAll(/^\| (.+?) \| `.*$/gm)].map(([line, name]) => [name, line]));
  const lines = guards.map(({ name, tests }) => {
    const row = rows.find(({ guard }) => guard.name === name);
    return row
      ? `| ${name} | \`${tests}\` | ${row.result} |`
      : (before.get(name) ?? `| ${name} | \`${tests}\` | not run |`);
  });
  const table = ["| guard | test | without it |", "|---|---|---|", ...lines].join("\n");
  await writeFile(
    path,
    page.replace(/(<!-- guards -->\n)[\s\S]*(<!-- \/guards -->)/, (_, begin, end) => `${begin}${table}\n${end}`),
  );
}
