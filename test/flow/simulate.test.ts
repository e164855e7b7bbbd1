/** The simulation as a person runs it: through webhooks, queue and sidebars of a Cuecard of its own, and then it ends. */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";

const command = fileURLToPath(new URL("../../packages/local/src/commands/simulate.ts", import.meta.url));

it("reads the real report over HTTP, prints one object, ends by itself and leaves nothing", async () => {
  const folder = await mkdtemp(join(tmpdir(), "simulated-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const args = ["--import", "tsx", command, "--conversations", "14", "--effect", "-0.3", "--seed", "4", "--json"];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    timeout: 90_000,
    env: { ...process.env, TMPDIR: folder },
  });
  const told = JSON.parse(stdout);
  expect(told).toMatchObject({
    conversations: 14,
    effect: -0.3,
    control: 0.5,
    truth: { relative: expect.any(Number) },
    found: { verdict: "not_known_yet" },
    finds: false,
    wrong: false,
    seconds: expect.any(Number),
  });
  expect(told.arms.assist + told.arms.control).toBe(14);
  const { made, reported } = told.decisions;
  const sum = (of: Record<string, number>) => Object.values(of).reduce((all, n) => all + n, 0);
  expect(sum(made)).toBeGreaterThan(0);
  expect(sum(reported)).toBe(sum(made));
  expect(told.anyway.reported).toBe(told.anyway.asked);
  expect((await readdir(folder)).filter((name) => name.startsWith("cuecard-"))).toEqual([]);
}, 100_000);
