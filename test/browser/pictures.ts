/** `npm run pictures -- [URL]`: the README's pictures, taken from a running Cuecard (http://localhost:4000) with its demo. */
import { mkdirSync } from "node:fs";
import { flags } from "@cuecard/local/flags";
import { openBrowser } from "./browser.ts";

const usage = "npm run pictures -- [URL]        (of a running Cuecard with its demo; writes docs/images)";
const [url = "http://localhost:4000"] = flags(usage, { allowPositionals: true }).positionals;
const folder = "docs/images";
mkdirSync(folder, { recursive: true });

const browser = await openBrowser();
const desk = await browser.newPage({ viewport: { width: 1_180, height: 860 }, locale: "en" });
await desk.goto(`${url}/`);
await desk.getByRole("button", { name: /play/i }).first().click();
const sidebar = desk.frameLocator("iframe");
await sidebar
  .getByRole("button", { name: /insert/i })
  .first()
  .waitFor({ timeout: 20_000 });
await desk.waitForTimeout(500);
await desk.screenshot({ path: `${folder}/desk.png` });

const lead = await browser.newPage({ viewport: { width: 1_180, height: 1_150 }, locale: "en" });
// The history is made after the start, and the page reads it when it is opened.
for (let tries = 0; ; tries++) {
  await lead.goto(`${url}/lead`);
  const verdict = lead.getByText(/Handle time is/).first();
  if (
    await verdict.waitFor({ timeout: 10_000 }).then(
      () => true,
      () => false,
    )
  )
    break;
  if (tries === 9) throw new Error("The lead's page shows no verdict.");
}
await lead.waitForLoadState("networkidle");
await lead.waitForTimeout(500);
await lead.screenshot({ path: `${folder}/lead.png` });
await browser.close();
console.log(`written to ${folder}`);
