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
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a page must not take it for one
  "${document.title='owned'} <%= owned %> #{owned}",
  `"><svg onload="document.title='owned'"> ' onfocus=document.title='owned' autofocus '`,
  "\u200B\u200D\uFEFF\u00AD zero \u0000\u001B[31m wide",
  "\u202Etxet desrever \u2066\u200F",
];
/** One word that no line can hold. */
const endless = "W".repeat(10_000);
const hostile = payloads.join(" ");
const words = /^(text|title|question|reply|label|name|reason|heading|quote|note|summary|sentence|instruction|article)$/;

/** The same answer, with what people write made hostile. */
function poisoned<T>(value: T, key = ""): T {
  if (typeof value === "string") return (words.test(key) ? `${value} ${hostile} ${endless}` : value) as T;
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

test.each([1280, 320])("on the lead's page, %s px wide", async (width) => {
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
  const page = await visit("/lead", { viewport: { width, height: 900 } });
  const title = await page.title();
  await page.getByText("onerror=").first().waitFor();
  await unharmed(page, title);
});

const narrow = { viewport: { width: 320, height: 720 } };
const wide = { viewport: { width: 1280, height: 900 } };

test.each([
  ["wide", wide],
  ["narrow", narrow],
])("on the admin's page, %s", async (_, options) => {
  const server = await serve();
  const say = (name: string, body: unknown, status = 200) => {
    server.instead[name] = { status, body };
  };
  const bad = `${hostile} ${endless}`;
  say("GET /api/me", { repId: bad, role: "admin", workspace: bad });
  const settings = {
    assistWhen: "watched",
    kinds: ["draft"],
    teams: [bad, "Payments"],
    repLanguage: bad,
    timeZone: "Europe/Berlin",
    retentionDays: 90,
    dailyBudgetUsd: 5,
    repFigures: "pseudonymous",
    repSees: "workspace",
    model: bad,
    embeddingModel: bad,
    baseUrl: `javascript:document.title='owned' ${bad}`,
    firstTokenTimeoutMs: 12_000,
    totalTimeoutMs: 40_000,
    embedOrigins: [`javascript:document.title='owned'`, bad],
    modelKeySet: true,
  };
  say("GET /api/settings", settings);
  say("GET /api/helpdesks", {
    known: [bad, "zendesk"],
    helpdesks: [{ helpdesk: `x ${bad}`, fields: ["secret", bad], changedAt: "", lastSeenAt: Canned.at(0) }],
  });
  say("GET /api/people", {
    people: [
      { email: "ada@example.com", name: "Ada", role: "admin", reps: {} },
      { email: bad, name: bad, role: "rep", reps: { [bad]: bad, zendesk: endless } },
    ],
  });
  const times = { createdAt: Canned.at(0), expiresAt: Canned.at(0) };
  say("GET /api/tokens", { tokens: [{ id: bad, name: bad, createdBy: bad, ...times }] });
  const source = { nightly: true, articles: 1, lastOkAt: Canned.at(0), unread: [{ name: bad, reason: bad }] };
  say("GET /api/imports", {
    imports: [
      { ...source, id: "i1", kind: bad, source: `javascript:document.title='owned' ${bad}`, error: null },
      { ...source, id: "i2", kind: "files", source: bad, error: { message: bad, at: Canned.at(0) } },
    ],
  });
  say("GET /api/reports/acceptance", {
    rows: [
      { key: bad, label: bad },
      { key: endless, label: endless },
    ],
  });
  say("GET /api/reports/cost", { rows: [{ kind: bad, model: bad, usd: 1 }], totalUsd: 1 });
  say("POST /api/model/test", { ok: false, error: bad });
  say("POST /api/tokens", { error: { code: bad, message: bad } }, 400);
  say("PUT /api/settings", { error: { code: "x", message: bad, path: bad } }, 400);
  say("PUT /api/people", { error: { code: "x", message: bad } }, 409);
  const page = await visit("/admin", options);
  const title = await page.title();
  for (const text of ["onerror=", "Failed"]) await page.getByText(text).first().waitFor();
  await unharmed(page, title);
  // What a button answers is somebody else's words, too.
  await page.getByRole("button", { name: "Test", exact: true }).click();
  await page.getByRole("button", { name: "Save suggestions" }).click();
  await page.getByLabel("What for").fill("x");
  await page.getByRole("button", { name: "Make a token" }).click();
  await page.getByRole("button", { name: "Revoke" }).first().click();
  await expect.poll(() => server.calls.filter(({ method }) => method !== "GET").length).toBeGreaterThan(2);
  await expect.poll(() => page.getByText("txet desrever").count()).toBeGreaterThan(8);
  await unharmed(page, title);
});

test("on the sign-in of a page, and where the provider leads back to", async () => {
  const server = await serve();
  const bad = `${hostile} ${endless}`;
  server.instead["GET /api/me"] = { status: 401, body: { error: { code: "x", message: bad } } };
  server.instead["POST /dev/login"] = { status: 404, body: { error: { code: "x", message: bad } } };
  server.instead["POST /api/sign-in"] = {
    status: 502,
    body: { error: { code: "provider_unreachable", message: bad } },
  };
  for (const path of ["/admin", "/lead"]) {
    const page = await visit(`${path}?${new URLSearchParams({ workspace: bad.slice(0, 3_000) })}`, narrow);
    await page.getByRole("button", { name: "Sign in with your work account" }).click();
    await page.getByRole("alert").waitFor();
    await unharmed(page, await page.title());
    expect(await page.title()).not.toContain("owned");
  }
  const back = await visit(
    `/sign-in?${new URLSearchParams({ code: payloads.join(""), state: payloads.join("") })}`,
    narrow,
  );
  await back.getByText("This window belongs to a sign-in that is over").waitFor();
  expect(new URL(back.url()).search).toBe("");
  expect(await back.locator("body script, body img, body iframe, body svg").count()).toBe(0);
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
