/** Each command says what it takes, and says in one line what it does not know. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { scripts } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as { scripts: Record<string, string> };

/** They take nothing of their own, or hand it on to another program. */
const without = ["build", "prepare", "test", "test:watch", "test:node", "test:browser", "check", "knip", "format"];
const commands = Object.keys(scripts).filter((name) => !without.includes(name));

/** As npm would, without npm, which alone takes half a second. */
function run(name: string, ...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const file = scripts[name]!.split(" ").at(-1)!;
  return new Promise((done) => {
    const child = spawn(process.execPath, ["--import", "tsx", file, ...args], {
      cwd: root,
      env: { ...process.env, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 50_000,
    });
    const said = { out: "", err: "" };
    child.stdout.on("data", (part) => {
      said.out += part;
    });
    child.stderr.on("data", (part) => {
      said.err += part;
    });
    child.on("close", (code) => done({ code, ...said }));
  });
}

test("every script is a file of ours that tsx runs, or listed as taking nothing", () => {
  for (const name of commands) expect(scripts[name], name).toMatch(/^(tsx|node --import tsx) [\w/.-]+\.ts$/);
});

// Two at a time: that is how many processors there are.
describe.each(commands)("npm run %s", (name) => {
  test("--help and an unknown option", { timeout: 60_000 }, async () => {
    const [help, unknown] = await Promise.all([run(name, "--help"), run(name, "--no-such-option")]);
    expect(help).toMatchObject({ code: 0, err: "" });
    expect(help.out).toMatch(new RegExp(`^npm (run )?${name}\\b`));
    expect(unknown).toMatchObject({ code: 2, out: "" });
    expect(unknown.err).toMatch(/^[^\n]*--no-such-option[^\n]*\n$/);
  });
});

// Each of them once ran on with NaN, or said so only after it had begun.
test.each([
  ["chaos", "--events"],
  ["load", "--rate"],
  ["recount", "--days"],
  ["replay", "--speed", "file.jsonl"],
  ["simulate", "--seeds"],
  ["import", "--limit", "folder"],
  ["dryrun", "--last", "file.jsonl"],
  ["fuzz", "--requests"],
])("npm run %s refuses what is no number for %s", { timeout: 60_000 }, async (name, option, ...more) => {
  const [word, none] = await Promise.all([run(name, option, "many", ...more), run(name, option, "0", ...more)]);
  for (const { code, out, err } of [word, none]) {
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(new RegExp(`^${option} takes a number from [^\\n]*\\n$`));
  }
});
