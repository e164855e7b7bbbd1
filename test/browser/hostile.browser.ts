/** Whatever customers, models, articles and reps write is text on every page: it runs nothing, loads nothing, and stretches nothing. */
import { expect, test } from "vitest";
import * as Canned from "./canned.ts";
import { place, setup } from "./setup.ts";

const { serve, visit } = setup();

const payloads = [
  `<img src=x onerror="document.title='owned'">`,
  "<script>document.title='owned'</script>",
  `<svg/onload="document.title='owned'">`,
  `"><iframe srcdoc="<script>parent.document.title='owned'</script>"></iframe>`,
  "[a link](javascript:document.title='owned') javascript:document.title='owned'",
  "{{constructor.constructor('document.title=1')()}}",
  "\u202Etxet desrever \u2066\u200F",
];
const hostile = payloads.join(" ");
const words = /^(text|title|question|reply|label|name|reason|heading|quote|note|summary|sentence|instruction|article)$/;

/** The same answer, with what people write made hostile. */
function poisoned<T>(value: T, key = ""): T {
  if (typeof value === "string") return (words.test(key) ? `${value} ${hostile}` : value) as T;
  if (Array.isArray(value)) return value.map((one) => poisoned(one, key)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, poisoned(one, name)])) as T;
}

type Page = Awaited<ReturnType<typeof visit>>;
async function unharmed(page: Page, title: string) {
  expect(await page.title()).toBe(title);
  // The content policy's refusals would be told at the test's end; here is what must not be there to be refused.
  expect(await page.locator("#app script, #app iframe, #app img[src=x], #app svg[onload]").count()).toBe(0);
  const links = await page
    .locator("#app a[href]")
    .evaluateAll((all) => all.map((one) => one.getAttribute("href") ?? ""));
  expect(links.filter((href) => !/^(https?:\/\/|[/?#])/.test(href))).toEqual([]);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide).toBeLessThanOrEqual(0);
}

test("on the lead's page", async () => {
  const server = await serve();
  const { gaps, proposals, articles, imports, records, measurements, plan } = Canned;
  const bodies = {
    "GET /api/reports/gaps": gaps,
    "GET /api/proposals": proposals,
    "GET /api/reports/articles": articles,
    "GET /api/imports": imports,
    "GET /api/reports/records": records,
    "GET /api/measurements": measurements,
    "GET /api/measurements/plan": plan,
  };
  for (const [name, body] of Object.entries(bodies)) server.instead[name] = { status: 200, body: poisoned(body) };
  const page = await visit("/lead", { viewport: { width: 1280, height: 900 } });
  const title = await page.title();
  await page.getByText("onerror=").first().waitFor();
  await unharmed(page, title);
});

test("in the sidebar, with one line of 200 KB in a message and in a draft", async () => {
  const server = await serve();
  const line = "x".repeat(200_000);
  const citation = {
    n: 1,
    articleId: "a",
    title: hostile,
    heading: hostile,
    quote: hostile,
    url: "data:text/html,owned",
  };
  place(server, "c1", {
    conversation: { team: hostile, customer: { name: hostile } },
    messages: [Canned.message("m1", 0, `${hostile} ${line}`)],
    suggestions: [
      Canned.summary("c1", hostile),
      Canned.policy("c1", { citations: [citation] }),
      Canned.suggestion("c1", { text: `${hostile} ${line} [1]`, citations: [citation], engine: hostile, flags: [] }),
    ],
  });
  const began = performance.now();
  const page = await visit("/sidebar?conversation=c1");
  await page.locator("[data-draft]").waitFor();
  await unharmed(page, "Cuecard");
  // Seconds would be a page that hangs, even on a busy machine.
  expect(performance.now() - began).toBeLessThan(15_000);
});
