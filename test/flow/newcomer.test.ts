/** What a newcomer does by the docs alone: the blocks of docs/first-steps.md as they stand there, against a data folder of their own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { close, listen } from "@cuecard/local/loopback";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "./product.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
let folder: string;
let env: Record<string, string | undefined>;
let server: ChildProcess | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cuecard-newcomer-"));
  const unused = createServer();
  const port = await listen(unused, 0, "127.0.0.1");
  await close(unused);
  const own = Object.entries(process.env).filter(([name]) => !/^(SST|AWS|CUECARD|OPENAI|npm|VITEST)_/.test(name));
  // All that is not as the docs have it: a port and a folder that nobody else uses.
  env = { ...Object.fromEntries(own), PORT: String(port), CUECARD_DATA: join(folder, "data") };
});
afterAll(async () => {
  if (server?.exitCode === null) {
    process.kill(-server.pid!, "SIGINT"); // Ctrl-C: the terminal sends it to all of them
    await once(server, "exit");
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});

/** The files that the docs have one make lie in a folder of this test, not in the checkout. */
const here = (block: string) => block.replaceAll(/\b(setup\.json|first\.mjs)\b/g, (name) => join(folder, name));

function shell(block: string, detached = false) {
  const child = spawn("sh", ["-ec", here(block)], { cwd: root, env, detached, stdio: ["ignore", "pipe", "pipe"] });
  const said = { text: "" };
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said.text += chunk));
  return { child, said };
}

async function run(block: string): Promise<string> {
  const { child, said } = shell(block);
  const [code] = await once(child, "close");
  expect([code, said.text]).toEqual([0, said.text]);
  return said.text;
}

test("from nothing to a suggestion, a counted decision and an erased customer", async () => {
  const began = performance.now();
  const doc = await readFile(join(root, "docs/first-steps.md"), "utf8");
  const blocks = [...doc.matchAll(/```(sh|js)\n(.*?)```/gs)].map(([, language, text]) => ({ language, text: text! }));
  expect(blocks.map(({ language }) => language)).toEqual(["sh", "sh", "js", "sh"]);
  const [install, setup, script, send] = blocks.map(({ text }) => text) as [string, string, string, string];

  expect(install).toMatch(/^npm install\nnpm start\n$/);
  const start = shell(install.replace("npm install\n", ""), true);
  server = start.child;
  await until(() => start.said.text.includes("Ctrl-C") || server?.exitCode !== null, 60_000);
  for (const page of ["lead", "admin", "sidebar"])
    expect(start.said.text).toMatch(new RegExp(` http://\\S+/${page}\n`));

  expect(await run(setup)).toMatch(/articles: [1-9]\d* new/);
  const done = JSON.parse(await readFile(join(folder, "setup.json"), "utf8"));
  expect(done).toMatchObject({ workspace: "acme", created: true, admins: ["you@example.com"], test: { ok: true } });

  await writeFile(join(folder, "first.mjs"), here(script));
  const told = await run(send);
  expect(told).toMatch(/webhook 202\ndraft: .{40,}\[1\]/s);
  expect(told).toMatch(/accepted: 1 rate: 1\n/);
  expect(told).toMatch(/erased: done what remains: backups/);
  const seconds = (performance.now() - began) / 1_000;
  console.log(`A newcomer's first steps took ${seconds.toFixed(0)} s (without npm install).`);
  expect(seconds).toBeLessThan(120);
}, 180_000);
