/** The contract's black-box check, where it lies beside the checkout: once without a language model, once with one. */
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { quoteFirstPassage } from "../openai/answers.ts";
import { startModelServer } from "../openai/server.ts";
import { until } from "./product.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const smoke = join(root, "../shared/contract/smoke.mjs");

if (existsSync(smoke)) {
  test("the contract holds without a language model", async () => {
    expect(await checked({})).toMatchObject({ failed: 0, failures: [] });
  }, 90_000);

  test("the contract holds with a language model", async () => {
    const model = await startModelServer({
      otherwise: { text: quoteFirstPassage, firstTokenMs: 20, tokensPerSecond: 200 },
    });
    onTestFinished(() => model.stop());
    const result = await checked({
      OPENAI_API_KEY: "sk-test",
      OPENAI_BASE_URL: model.url,
      CUECARD_MODEL: "gpt-4o-mini",
    });
    expect(result).toMatchObject({ failed: 0, failures: [] });
    expect(model.requests.length).toBeGreaterThan(4);
  }, 90_000);
} else {
  console.log("smoke.mjs is not beside this checkout: its two tests are left out.");
  test("the contract's own check is looked for beside the checkout", () => expect(existsSync(root)).toBe(true));
}

/** Starts what `npm start` starts, runs the check against it, and gives the check's last line. */
async function checked(env: Record<string, string>): Promise<unknown> {
  const dataFolder = await mkdtemp(join(tmpdir(), "cuecard-smoke-"));
  const child = spawn(process.execPath, ["--import", "tsx", join(root, "packages/local/src/main.ts")], {
    env: { PATH: process.env.PATH, PORT: "0", CUECARD_DATA: dataFolder, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      said += chunk;
    });
  onTestFinished(async () => {
    if (child.exitCode === null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
    }
    await rm(dataFolder, { recursive: true, force: true, maxRetries: 3 });
  });
  await until(() => said.includes("Ctrl-C") || child.exitCode !== null, 30_000);
  const url = /demo desk +(\S+)\//.exec(said)?.[1];
  const secret = /(whsec_\S+)/.exec(said)?.[1];
  if (!url || !secret) throw new Error(said);
  const out = await new Promise<string>((resolve) =>
    execFile(
      process.execPath,
      ["--experimental-websocket", smoke, url, secret],
      { timeout: 60_000 },
      (_, stdout, stderr) => resolve(stdout || stderr),
    ),
  );
  return JSON.parse(out.trim().split("\n").at(-1) ?? "null");
}
