/** Lays out the deployment tool's own components in `.sst/`, which types and recordings are checked against. No AWS, npm's registry alone. */
import { execFile } from "node:child_process";
import { access, mkdir, readFile, rm, rmdir, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";

const root = path.resolve(import.meta.dirname, "../..");
export const paths = { root, platform: path.join(root, ".sst/platform"), scratch: path.join(root, ".sst/check") };

const run = promisify(execFile);
const present = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

/** Whether the platform is complete and of the version this project pins. `version` is written before its packages are. */
async function laidOut(): Promise<boolean> {
  const manifest = path.join(root, "node_modules/sst/package.json");
  const wanted = JSON.parse(await readFile(manifest, "utf8")).version as string;
  const version = path.join(paths.platform, "version");
  const complete = await Promise.all(
    ["config.d.ts", "node_modules/@pulumi/aws/package.json"].map((file) => present(path.join(paths.platform, file))),
  );
  return complete.every(Boolean) && (await present(version)) && (await readFile(version, "utf8")).trim() === wanted;
}

/** Test files run side by side and may all find nothing: one lays out, the others wait. A claim older than this was left by a killed run. */
const claimMs = 300_000;

async function claim(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    // Undefined: whoever held it let go in this very moment.
    const found = await stat(folder).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > claimMs) await rmdir(folder);
    return false;
  }
}

/** Takes 30 to 50 s and 320 MB the first time, nothing after. */
export async function layOutPlatform(): Promise<void> {
  await mkdir(paths.scratch, { recursive: true });
  const claimed = path.join(paths.scratch, "laying-out");
  for (;;) {
    if (await claim(claimed)) break;
    await setTimeout(200);
  }
  try {
    if (!(await laidOut())) await install();
  } finally {
    await rmdir(claimed);
  }
}

async function install(): Promise<void> {
  console.log("Laying out the SST platform in .sst/ (once, about 40 s)");
  await rm(paths.platform, { recursive: true, force: true });
  await run("npx", ["--no-install", "sst", "install", "--stage", "ci"], {
    cwd: root,
    env: { ...process.env, SST_SKIP_DEPENDENCY_CHECK: "1", NO_BUN: "1", SST_TELEMETRY_DISABLED: "1" },
    timeout: 240_000,
  });
  if (!(await laidOut())) throw new Error("sst install left .sst/platform incomplete");
}
