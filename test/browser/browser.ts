/** The browser the tests drive: Debian's chromium, or the one `CHROMIUM` names. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { build } from "../../packages/web/build.ts";

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // A test's helpdesk stands at a public address, and Cuecard on this machine: a browser would ask the rep first.
      "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests",
    ],
  });

/** The pages, built into a folder of their own: tests run beside a server that serves `dist`. */
export async function buildPages(): Promise<string> {
  const out = await mkdtemp(join(tmpdir(), "cuecard-pages-"));
  await build({ out });
  return out;
}

export type Opened = { page: Page; faults: string[] };

/** `faults` gathers what the console complains of: script errors, refusals of the content policy. */
export async function open(
  browser: Browser,
  url: string,
  { before, ...options }: BrowserContextOptions & { before?: (context: BrowserContext) => Promise<void> } = {},
): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 320, height: 720 }, locale: "en", ...options });
  await before?.(context);
  const page = await context.newPage();
  page.setDefaultTimeout(5_000);
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (line) => {
    if (line.type() === "error") faults.push(line.text());
  });
  await page.goto(url);
  return { page, faults };
}
