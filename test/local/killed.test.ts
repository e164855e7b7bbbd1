import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { folder, started, until } from "./started.ts";

test("after SIGKILL the database's process ends too, and the next start does what was left", async () => {
  const dataFolder = await folder();
  const script = fileURLToPath(new URL("./runtime-process.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", script, dataFolder], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  await until(() => said.includes("\n"), 15_000);
  const pid = Number(said);
  expect(isAlive(pid)).toBe(true);
  child.kill("SIGKILL");
  await until(() => !isAlive(pid), 5_000);

  const bodies: string[] = [];
  await started({ worker: async ({ Records }) => void bodies.push(Records[0]!.body) }, { dataFolder });
  await until(() => bodies.length === 1);
  expect(bodies).toEqual(["undone"]);
}, 30_000);

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
