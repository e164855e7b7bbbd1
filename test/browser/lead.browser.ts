import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { acceptance, articles, imports, measured, measurements, plan, proposals, records, tenure } from "./canned.ts";
import { setup, violations } from "./setup.ts";

const { serve: serveBare, visit } = setup();
async function serve() {
  const server = await serveBare();
  const bodies = {
    "GET /api/measurements": measurements,
    "GET /api/measurements/plan": plan,
    "GET /api/reports/articles": articles,
    "GET /api/proposals": proposals,
    "GET /api/imports": imports,
  };
  for (const [name, body] of Object.entries(bodies)) server.instead[name] = { status: 200, body };
  return server;
}
const admin = { repId: "demo", role: "admin", workspace: "demo" };
const wide = { viewport: { width: 1280, height: 900 } };

describe("the lead's page", () => {
  test("begins with the verdict, then shows the evidence, with intervals drawn", async () => {
    await serve();
    const page = await visit("/lead", wide);
    await page.getByText("handle time was 5 to 16 % lower with them").waitFor();
    await page.getByRole("img", { name: "Handle time: better" }).waitFor();
    await page.getByText("Not known yet, about 900 more conversations needed.").waitFor();
    await page.getByText("Other outcomes (1)").click();
    await page.getByText("No difference seen; anything from 0.04 lower is possible.").waitFor();
    await page.getByText("Questions without a policy (4)").waitFor();
    await page.getByText("Vouchers and gift cards").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test("beside the verdict stand money, who was left out, a second opinion, and tenure for who asks", async () => {
    const server = await serve();
    const page = await visit("/lead", wide);
    await page.getByText("net between −$200 and +$1,900 a month").waitFor();
    await page.getByText("250 conversations were left out before the draw (new reps 212, by tag 38).").waitFor();
    await page.getByText("Other outcomes (1)").click();
    await page.getByText("8.21 with suggestions, 7.40 without (+0.30 to +1.32)").waitFor();
    await page.getByText("−14 % to −4 % for a typical conversation").waitFor();
    server.instead["GET /api/reports/effect"] = { status: 200, body: tenure() };
    await page.getByText("By the rep's tenure").click();
    await page.getByRole("row", { name: /under 3 months .* −26 % to −10 %/ }).waitFor();
    await page.getByRole("row", { name: /over a year .* not known yet/ }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test("a lead sees what is measured and plans; starting and ending is an admin's", async () => {
    const server = await serve();
    const page = await visit("/lead", wide);
    await page.getByText(/Running since 1 Apr 2025, until 20 May 2025: 50 % of the conversations in control/).waitFor();
    await page.getByText("Plan the next").click();
    await page.getByText("Half in control for 3 weeks, or 10 % for 9").waitFor();
    await page.getByLabel("Days", { exact: true }).fill("28");
    await page.keyboard.press("Tab");
    await page.getByText("This finds ±6.8 %, four times in five.").waitFor();
    const asked = () => server.calls.findLast(({ path }) => path === "/api/measurements/plan")?.query;
    await expect.poll(asked).toEqual({
      design: "conversation",
      primaryMetric: "handleTimeMs",
      holdout: "0.5",
      days: "28",
    });
    await page.getByText("An admin may start it.").waitFor();
    expect(await page.getByRole("button", { name: "End it …" }).count()).toBe(0);
    expect(await violations(page)).toEqual([]);
  });

  test("an admin ends a measurement, is told what is proposed, and starts the next", async () => {
    const server = await serve();
    server.instead["GET /api/me"] = { status: 200, body: admin };
    server.instead["POST /api/measurements/end"] = { status: 200, body: measured };
    server.instead["POST /api/measurements"] = {
      status: 403,
      body: { error: { code: "forbidden", message: "Not for this role." } },
    };
    const page = await visit("/lead", wide);
    await page.getByRole("button", { name: "End it …" }).click();
    server.instead["GET /api/measurements"] = { status: 200, body: measured };
    await page.getByRole("button", { name: "End now" }).click();
    await page.getByText("would notice a change of 9 %").waitFor();
    await page.getByRole("button", { name: "Keep watch with 5 %" }).click();
    await page.getByLabel("Judged by").selectOption("Rating");
    await page.getByText("Leave some out").click();
    await page.getByLabel("Conversations with these tags").fill("vip, legal,vip");
    await page.getByLabel("Reps in their first days").fill("30");
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.getByText("An admin may do this.").waitFor();
    expect(
      server.calls.findLast(({ path, method }) => path === "/api/measurements" && method === "POST")?.body,
    ).toEqual({
      design: "conversation",
      primaryMetric: "rating",
      holdout: 0.05,
      days: 91,
      exempt: { tags: ["vip", "legal"], teams: [], newRepDays: 30 },
    });
    expect(await violations(page)).toEqual([]);
  });

  test("a proposed article is read, changed and accepted", async () => {
    const server = await serve();
    server.instead["POST /api/proposals/p1"] = { status: 200, body: {} };
    const page = await visit("/lead", wide);
    await page.getByText("asked 7×").click();
    await page.getByLabel("Title").fill("Paying in cash");
    expect(await violations(page)).toEqual([]);
    server.instead["GET /api/proposals"] = { status: 200, body: { proposals: [] } };
    await page.getByRole("button", { name: "Accept", exact: true }).click();
    await page.getByText("Proposed articles").waitFor({ state: "detached" });
    expect(server.calls.find(({ path }) => path === "/api/proposals/p1")?.body).toMatchObject({
      action: "accept",
      title: "Paying in cash",
      audience: "public",
    });
  });

  test("a proposed article is dropped", async () => {
    const server = await serve();
    const refusal = { error: { code: "conflict", message: "It was decided before." } };
    server.instead["POST /api/proposals/p1"] = { status: 409, body: refusal };
    const page = await visit("/lead", wide);
    await page.getByText("asked 7×").click();
    await page.getByRole("button", { name: "Drop" }).click();
    await page.getByText("It was decided before.").waitFor();
    expect(server.calls.find(({ path }) => path === "/api/proposals/p1")?.body).toEqual({ action: "drop" });
  });

  test("every article has its figures, for who asks; a source that failed shows by itself", async () => {
    const server = await serve();
    const page = await visit("/lead", wide);
    await page.getByText("The help centre answered 401.").waitFor();
    expect(server.calls.some(({ path }) => path === "/api/reports/articles")).toBe(false);
    await page.getByText("All articles").click();
    await page.getByRole("row", { name: /Vouchers and gift cards expired 70 29/ }).waitFor();
    expect(await page.getByRole("row", { name: /Opening hours.*few/ }).getAttribute("class")).toBe("few");
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Refunds after a return" }).click();
    await page.getByRole("heading", { name: "Rows behind it: policy refunds" }).waitFor();
  });

  test("says how much of a draft replies keep, and groups by prompt version", async () => {
    const server = await serve();
    const page = await visit("/lead", wide);
    await page.getByRole("img", { name: "52 % of the replies that used a draft kept at least nine tenths" }).waitFor();
    await page.getByRole("radio", { name: "prompt version" }).check({ force: true });
    await expect.poll(() => server.calls.some(({ query }) => query.by === "promptVersion")).toBe(true);
  });

  test("greys a group under thirty decisions", async () => {
    await serve();
    const page = await visit("/lead?by=team", wide);
    const fraud = page.getByRole("button", { name: /Fraud/ });
    expect(await fraud.textContent()).toContain("few: 21");
    expect(await fraud.getAttribute("class")).toContain("few");
  });

  test("keeps its state in the address, and every figure opens its rows", async () => {
    const server = await serve();
    const page = await visit("/lead", wide);
    await page.getByRole("radio", { name: "team" }).check({ force: true });
    await page.getByRole("button", { name: /Payments/ }).click();
    await page.getByRole("heading", { name: "Rows behind it: team payments" }).waitFor();
    expect(new URL(page.url()).search).toBe("?by=team&rows=team&key=payments");
    await page.getByRole("cell", { name: "c0", exact: true }).waitFor();
    expect(server.calls.find(({ path }) => path === "/api/reports/records")?.query).toMatchObject({
      by: "team",
      key: "payments",
    });
    await page.reload();
    await page.getByRole("heading", { name: "Rows behind it: team payments" }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: "Rows behind it" }).waitFor({ state: "detached" });
  });

  test("calls another window exploration and leaves the sentence alone", async () => {
    const server = await serve();
    const page = await visit("/lead", wide);
    await page.getByLabel("from").fill("2025-04-20");
    await page.getByText("exploration").first().waitFor();
    await page.getByRole("heading", { name: /The same in the chosen days/ }).waitFor();
    const asked = server.calls.filter(({ path }) => path === "/api/reports/effect").map(({ query }) => query);
    expect(asked).toEqual([{}, { from: "2025-04-20" }]);
    expect(await violations(page)).toEqual([]);
  });

  test("says when the arms have the wrong sizes", async () => {
    const server = await serve();
    const { effect } = await import("./canned.ts");
    const body = {
      ...effect(false),
      sampleRatio: { p: 0.00001, mismatch: true, controlShare: 0.5, assist: 3400, control: 2840 },
    };
    server.instead["GET /api/reports/effect"] = { status: 200, body };
    const page = await visit("/lead", wide);
    await page.getByText("no difference below can be trusted").waitFor();
  });

  test("opens a past measurement's verdict, and the conversations behind a figure", async () => {
    const server = await serve();
    server.instead["GET /api/reports/outcomes"] = {
      status: 200,
      body: { rows: [{ day: "2025-04-01", arm: "control", conversationId: "c7", handleTimeMs: 61_000 }] },
    };
    const page = await visit("/lead", wide);
    const { past } = measurements;
    await page.getByText(`Past ones (${past.length})`).click();
    await page.locator(".measurement li").getByRole("button").first().click();
    await page.getByRole("heading", { name: "Did it help?" }).waitFor();
    expect(new URL(page.url()).searchParams.get("measurement")).toBe(past[0]!.id);
    const asked = () => server.calls.findLast(({ path }) => path === "/api/reports/effect")?.query;
    await expect.poll(asked).toEqual({ measurement: past[0]!.id });
    await page.getByRole("button", { name: /Handle time without suggestions/ }).click();
    await page.getByRole("heading", { name: "Rows behind it: conversations without suggestions" }).waitFor();
    await page.getByRole("cell", { name: "c7", exact: true }).waitFor();
    expect(server.calls.find(({ path }) => path === "/api/reports/outcomes")?.query).toMatchObject({
      arm: "control",
      measurement: past[0]!.id,
    });
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Back to the latest" }).click();
    await page.getByRole("heading", { name: "Does it help?" }).waitFor();
  });

  test("looks at one team alone and by week, as exploration", async () => {
    const server = await serve();
    const page = await visit("/lead?by=team", wide);
    await page.getByRole("button", { name: /Payments/ }).click();
    await page.getByRole("button", { name: "This team alone" }).click();
    await page.getByText("payments alone").waitFor();
    await page.getByText("exploration").first().waitFor();
    await page.getByRole("button", { name: "by week" }).click();
    await page.getByRole("heading", { name: "Acceptance by week" }).waitFor();
    expect(new URL(page.url()).search).toBe("?by=team&each=week&team=payments");
    const asked = (by: string) =>
      server.calls.findLast(({ path, query }) => path === "/api/reports/acceptance" && query.by === by)?.query;
    expect(asked("week")).toEqual({ by: "week", team: "payments" });
    expect(asked("team")).toEqual({ by: "team", team: "payments" });
    expect(await violations(page)).toEqual([]);
  });

  test("says why articles are refused, what was caught, and which language lags", async () => {
    const server = await serve();
    const page = await visit("/lead", wide);
    await page.getByText("wrong policy 12×, out of date 5×").waitFor();
    await page.getByText("41, 6 sent").waitFor();
    await page.getByRole("button", { name: /fi 38 % accepted/ }).click();
    await page.getByRole("heading", { name: "Rows behind it: language fi" }).waitFor();
    await page.getByRole("button", { name: /^wrong 61/ }).click();
    await expect
      .poll(() => server.calls.findLast(({ path }) => path === "/api/reports/records")?.query)
      .toEqual({ reason: "wrong", limit: "50" });
    expect(await violations(page)).toEqual([]);
  });

  test("a file holds all pages, with the columns' names once", async () => {
    const server = await serve();
    const page = await visit("/lead", wide);
    await page.route("**/api/reports/records.csv*", (route) =>
      route.fulfill(
        route.request().url().includes("cursor")
          ? { body: "day,rep\r\n2,b\r\n" }
          : { body: "day,rep\r\n1,a\r\n", headers: { link: '</api/reports/records.csv?cursor=1>; rel="next"' } },
      ),
    );
    const coming = page.waitForEvent("download");
    await page.getByRole("button", { name: "CSV" }).first().click();
    expect(await readFile((await (await coming).path())!, "utf8")).toBe("day,rep\r\n1,a\r\n2,b\r\n");
    const other = page.waitForEvent("download");
    await page.getByRole("button", { name: "JSON" }).first().click();
    expect(JSON.parse(await readFile((await (await other).path())!, "utf8"))).toHaveLength(records.length);
    expect(server.calls.findLast(({ path }) => path === "/api/reports/records")?.query).toMatchObject({
      limit: "1000",
    });
  });

  test("gives the rows as a file", async () => {
    await serve();
    const page = await visit("/lead", wide);
    const coming = page.waitForEvent("download");
    await page.getByRole("button", { name: "CSV" }).first().click();
    expect((await coming).suggestedFilename()).toBe("cuecard-records.csv");
  });

  test("prints on one A4 page", async () => {
    await serve();
    const page = await visit("/lead?by=team", wide);
    await page.getByText("Vouchers and gift cards").waitFor();
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
    expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
    expect(pdf).toMatch(/\/MediaBox \[0 0 59\d(\.\d+)? 84\d(\.\d+)?\]/);
  });

  test("on a phone's width and in the dark", async () => {
    const server = await serve();
    const page = await visit("/lead?by=rep&rows=rep&key=r1", { colorScheme: "dark" });
    await page.getByRole("cell", { name: "c0", exact: true }).waitFor();
    server.instead["GET /api/reports/effect"] = { status: 200, body: tenure() };
    for (const words of ["By the rep's tenure", "Plan the next", "asked 7×", "All articles"])
      await page.getByText(words).click();
    await page.getByText("−26 % to −10 %").waitFor();
    await page.getByRole("row", { name: /Vouchers and gift cards/ }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    expect(await violations(page)).toEqual([]);
  });

  test("with nothing counted yet", async () => {
    const server = await serve();
    const nobody = {
      ...acceptance("kind"),
      rows: [],
      total: {
        ...acceptance("kind").total,
        rate: null,
        low: 0,
        high: 1,
        decideMs: null,
        retainedShare: null,
        shown: 0,
      },
    };
    server.instead["GET /api/reports/acceptance"] = { status: 200, body: nobody };
    server.instead["GET /api/reports/gaps"] = { status: 200, body: { questions: [], articles: [], reasons: [] } };
    server.instead["GET /api/reports/cost"] = { status: 200, body: { rows: [], perAccepted: null } };
    server.instead["GET /api/reports/effect"] = {
      status: 200,
      body: {
        measurement: null,
        sentence: "Nothing is measured yet.",
        metrics: [],
        sampleRatio: null,
        helpedAnyway: 0,
        exploration: false,
      },
    };
    server.instead["GET /api/measurements"] = { status: 200, body: { current: null, past: [], proposal: null } };
    server.instead["GET /api/proposals"] = { status: 200, body: { proposals: [] } };
    server.instead["GET /api/imports"] = { status: 200, body: { imports: [] } };
    const page = await visit("/lead", wide);
    await page.getByText("None is running.").waitFor();
    expect(await page.getByText(/Proposed articles|Where articles come from|Past ones/).count()).toBe(0);
    await page.getByText("Nothing is measured yet.").waitFor();
    await page.getByText("Nothing decided in these days.").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test("a rep is told where the own figures are", async () => {
    const server = await serve();
    server.instead["GET /api/me"] = { status: 200, body: { repId: "r1", role: "rep", workspace: "demo" } };
    const page = await visit("/lead", wide);
    await page.getByText("This page is for team leads.").waitFor();
  });

  test("where no local login is, it offers to sign in, and takes a token", async () => {
    const server = await serve();
    server.instead["POST /dev/login"] = { status: 404, body: { error: { code: "missing", message: "no" } } };
    const page = await visit("/lead", wide);
    await page.getByRole("button", { name: "Sign in with your work account" }).waitFor();
    await page.getByLabel("access token").fill("token");
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Use the token" }).click();
    await page.getByText("handle time was 5 to 16 % lower").waitFor();
  });
});
