/** The whole of it, on one machine with an empty data folder: a customer writes, a rep inserts, changes, sends; the lead counts it. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { build } from "../../packages/web/build.ts";
import { open, openBrowser } from "./browser.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const readyWithinMs = 60_000;

let browser: Browser;
let server: ChildProcess;
let data: string;
let url: string;

const freePort = () =>
  new Promise<number>((done, fail) => {
    const probe = createServer().once("error", fail);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => done(typeof address === "object" && address ? address.port : 0));
    });
  });

beforeAll(async () => {
  [data, browser] = await Promise.all([mkdtemp(join(tmpdir(), "cuecard-flow-")), openBrowser(), build()]);
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const { OPENAI_API_KEY: _, OPENAI_BASE_URL: __, ...env } = process.env;
  server = spawn(process.execPath, ["--import", "tsx", "packages/local/src/main.ts"], {
    cwd: root,
    env: { ...env, PORT: String(port), CUECARD_DATA: data },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [server.stdout, server.stderr])
    stream?.on("data", (chunk) => {
      said = (said + chunk).slice(-4_000);
    });
  const until = Date.now() + readyWithinMs;
  for (;;) {
    if (server.exitCode !== null || Date.now() > until) throw new Error(`The server did not get ready:\n${said}`);
    const health = await fetch(`${url}/healthz`).catch(() => undefined);
    if (health?.ok) return;
    await new Promise((done) => setTimeout(done, 200));
  }
}, readyWithinMs + 10_000);

afterAll(async () => {
  await browser?.close();
  if (server?.exitCode === null) {
    const ended = new Promise((done) => server.once("exit", done));
    server.kill("SIGTERM");
    await ended;
  }
  if (data) await rm(data, { recursive: true, force: true });
});

test("Play, draft, Insert, change, Send: counted as edited, and the lead's page shows it", async () => {
  const { page, faults } = await open(browser, url, { viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(15_000);
  await page.getByRole("button", { name: "Play the first customer" }).click();
  await page.locator(".bubble.customer").first().waitFor();
  const sidebar = page.frameLocator("iframe");
  await sidebar.getByRole("button", { name: "Insert" }).first().click();

  const composer = page.getByRole("textbox", { name: "Reply to the customer" });
  await expect.poll(() => composer.inputValue()).not.toBe("");
  expect(await composer.inputValue()).not.toMatch(/\[\d+\]/);
  await composer.press("Control+End");
  await composer.pressSequentially(" Do write again if it is not there by then.");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.locator(".bubble.rep").last().waitFor();
  await page.getByText(/Counted: edited, \d+ % kept/).waitFor();

  await page.getByRole("link", { name: "See it on the lead's page" }).click();
  await page.getByRole("heading", { name: "Acceptance by kind" }).waitFor();
  await page.getByRole("button", { name: /draft/i }).first().waitFor();
  await page.locator(".sentence").waitFor();
  await page.screenshot({ path: join(tmpdir(), "cuecard-flow-lead.png"), fullPage: true });
  expect(faults).toEqual([]);
  await page.context().close();
});
