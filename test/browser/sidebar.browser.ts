import type { Suggestion } from "@cuecard/core/protocol";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import * as Canned from "./canned.ts";
import { place, ready, setup, violations } from "./setup.ts";
import type { StandIn } from "./stand-in.ts";

const { serve, visit } = setup();
const asked = (server: StandIn) =>
  server.calls.filter(({ path }) => path.endsWith("/suggestions")).map(({ body }) => body);
const decisions = (server: StandIn) =>
  server.calls.filter(({ path }) => path.endsWith("/decision")).map(({ path, body }) => [path.split("/").at(-2), body]);

async function readyPage(server: StandIn, options = {}): Promise<Page> {
  place(server, "c1", { suggestions: ready("c1") });
  const page = await visit("/sidebar?conversation=c1", options);
  await page.locator("[data-draft]").waitFor();
  return page;
}

describe("without a mouse", () => {
  test("passages by number, choices by e, refusal by x, questions by /, all keys by ?", async () => {
    const server = await serve();
    const page = await readyPage(server);

    await page.keyboard.press("2");
    const second = page.locator('[data-passage="2"]');
    expect(await second.getAttribute("aria-expanded")).toBe("true");
    expect(await second.evaluate((element) => element === document.activeElement)).toBe(true);

    await page.keyboard.press("e");
    await page.getByRole("group", { name: "Change the draft" }).waitFor();
    await page.keyboard.press("Escape");
    expect(await page.getByRole("group", { name: "Change the draft" }).count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.getAttribute("data-key"))).toBe("e");

    await page.keyboard.press("e");
    await page.keyboard.press("Enter"); // the first choice has the focus
    await expect
      .poll(() => asked(server))
      .toEqual([{ kind: "rewrite", instruction: "shorter", basedOn: "c1.t1.draft" }]);

    await page.keyboard.press("/");
    await page.keyboard.type("how long does a refund take? i e x");
    await page.keyboard.press("Enter");
    await expect
      .poll(() => asked(server).at(-1))
      .toEqual({ kind: "answer", question: "how long does a refund take? i e x" });
    await page.keyboard.press("Escape");

    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");

    await page.keyboard.press("x");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByText("Refused. Thank you, that helps.").waitFor();
    expect(decisions(server)).toEqual([["c1.t1.draft", { action: "rejected", reason: "tone" }]]);
  });

  test("nothing takes the focus from where the rep is", async () => {
    const server = await serve();
    place(server, "c1");
    const page = await visit("/sidebar?conversation=c1");
    const ask = page.getByRole("textbox");
    await ask.fill("half a quest");
    for (const suggestion of ready("c1")) server.suggest(suggestion);
    await page.locator("[data-draft]").waitFor();
    expect(await ask.evaluate((element) => element === document.activeElement)).toBe(true);
  });
});

describe("a draft", () => {
  test("is copied without its marks, and the click is counted", async () => {
    const server = await serve();
    const page = await readyPage(server, { permissions: ["clipboard-read", "clipboard-write"] });
    await page.getByRole("button", { name: "Copy" }).click();
    await page.getByText("✓ Copied").waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain("started the same day. The 49.90 € arrive");
    expect(copied).not.toMatch(/\[\d/);
    await expect.poll(() => decisions(server)).toEqual([["c1.t1.draft", { action: "copied" }]]);
  });

  test("shows where it comes from and what stands nowhere", async () => {
    const page = await readyPage(await serve());
    await page.getByRole("button", { name: "Passage 1: Refunds after a return" }).first().click();
    expect(await page.locator('[data-passage="1"]').getAttribute("aria-expanded")).toBe("true");
    const link = page.getByRole("link", { name: /Open the article/ });
    expect(await link.getAttribute("href")).toBe("https://help.example.com/refunds");
    expect(await page.locator("mark").textContent()).toContain("stands in no passage and not in the conversation");
  });

  test("can be had back behind its rewrite, and what is inserted is the one that is read", async () => {
    const server = await serve();
    const page = await readyPage(server);
    const rewrite = { kind: "rewrite" as const, turn: "t1_r1", id: "r1", basedOn: "c1.t1.draft", flags: [] };
    server.suggest(Canned.suggestion("c1", { ...rewrite, text: "Hi Ada, soon." }));
    await page.getByText("Hi Ada, soon.").waitFor();
    await page.getByRole("button", { name: "Back to the draft before" }).click();
    await page.getByText("your return was scanned").waitFor();
    await page.getByRole("button", { name: "Copy" }).click();
    await expect
      .poll(() => server.calls.find(({ path }) => path.endsWith("/decision"))?.path)
      .toBe("/api/suggestions/c1.t1.draft/decision");
    await page.getByRole("button", { name: "Show the rewritten one" }).click();
    await page.getByText("Hi Ada, soon.").waitFor();
    await page.getByRole("button", { name: "Back to the draft before" }).click();
    server.suggest(Canned.suggestion("c1", { ...rewrite, id: "r2", turn: "t1_r2", text: "Hello again." }));
    await page.getByText("Hello again.").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test("gives way to its rewrite; a failed rewrite leaves it as it was", async () => {
    const server = await serve();
    const page = await readyPage(server);
    const rewrite: Partial<Suggestion> = { kind: "rewrite", turn: "t1_r1", basedOn: "c1.t1.draft", flags: [] };
    server.suggest(Canned.suggestion("c1", { ...rewrite, status: "streaming", text: "" }));
    await page.getByText("Rewriting …").waitFor();
    expect(await page.locator("[data-draft]").textContent()).toContain("your return was scanned");
    server.suggest(Canned.suggestion("c1", { ...rewrite, seq: 2, status: "failed", text: "", reason: "no answer" }));
    await page.getByText("Rewriting did not work: no answer").waitFor();
    expect(await page.locator("[data-draft]").textContent()).toContain("your return was scanned");
    server.suggest(Canned.suggestion("c1", { ...rewrite, turn: "t1_a2", id: "again", text: "Hi Ada, soon." }));
    await page.getByText("Hi Ada, soon.").waitFor();
    await page.getByText("Rewritten draft").waitFor();
  });

  test("that a frame cut is fetched whole before it is used", async () => {
    const server = await serve();
    place(server, "c1", { suggestions: [Canned.suggestion("c1", { truncated: true, text: "Hello Ada,", flags: [] })] });
    server.instead["GET /api/suggestions/c1.t1.draft"] = { status: 200, body: Canned.suggestion("c1", { seq: 1 }) };
    const page = await visit("/sidebar?conversation=c1", { permissions: ["clipboard-read", "clipboard-write"] });
    await page.getByRole("button", { name: "Copy" }).click();
    await page.getByText("✓ Copied").waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("Best regards");
  });
});

test("a passage is copied whole, and the click is counted; an internal one is not offered", async () => {
  const server = await serve();
  const page = await readyPage(server, { permissions: ["clipboard-read", "clipboard-write"] });
  await page.keyboard.press("1");
  await page.locator(".passage").getByRole("button", { name: "Copy" }).click();
  await page.locator(".passage").getByText("✓ Copied").waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(Canned.citations[0]!.quote);
  await expect.poll(() => decisions(server)).toEqual([["c1.t1.policy", { action: "copied" }]]);
  await page.keyboard.press("1");
  await page.getByRole("button", { name: "1 more" }).click();
  await page.keyboard.press("3");
  expect(await page.locator('[data-passage="3"]').getAttribute("aria-expanded")).toBe("true");
  expect(await page.locator(".passage").getByRole("button", { name: "Copy" }).count()).toBe(0);
});

test("an answer stands under its question", async () => {
  const server = await serve();
  const page = await readyPage(server);
  await page.getByRole("textbox").fill("And on weekends?");
  await page.keyboard.press("Enter");
  await expect.poll(() => asked(server)).toEqual([{ kind: "answer", question: "And on weekends?" }]);
  server.suggest(
    Canned.suggestion("c1", {
      id: "asked-1",
      kind: "answer",
      turn: "t1_q",
      flags: [],
      text: "Weekends do not count [1].",
    }),
  );
  await page.getByText("Weekends do not count").waitFor();
  await page.getByText("And on weekends?").waitFor();
});

test("the rep's own figures", async () => {
  const page = await readyPage(await serve());
  await page.getByRole("button", { name: "Help, keys and your figures" }).click();
  await page.getByText("wrote their own", { exact: true }).waitFor();
  await page.getByText("61% accepted").waitFor();
  expect(await violations(page)).toEqual([]);
});

test("a click that was not counted is told", async () => {
  const server = await serve();
  server.instead["POST /api/suggestions/c1.t1.draft/decision"] = {
    status: 502,
    body: { error: { code: "upstream", message: "no" } },
  };
  const page = await readyPage(server);
  await page.getByRole("button", { name: "Copy" }).click();
  await page.getByRole("alert").getByText("This click was not recorded.").waitFor();
});

test("whatever the texts hold, they stay text", async () => {
  const hostile = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>[1](javascript:alert(1)) \u202Eabc ${"x".repeat(3_000)}`;
  const server = await serve();
  const citation = {
    n: 1,
    articleId: "a",
    title: hostile,
    heading: hostile,
    quote: hostile,
    url: "javascript:alert(1)",
  };
  place(server, "c1", {
    conversation: { team: hostile, language: "not a tag", customer: { name: hostile } },
    messages: [Canned.message("m1", 0, hostile)],
    suggestions: [
      Canned.summary("c1", hostile),
      Canned.policy("c1", { citations: [citation] }),
      Canned.suggestion("c1", {
        text: `${hostile} [1] [99] [`,
        citations: [citation],
        engine: hostile,
        flags: [
          { code: "unsupported", start: 5, end: 2 },
          { code: "unsupported", start: -3, end: 900_000 },
          { code: "<b>", start: 0, end: 4 },
          { code: "constructor" },
          { code: "__proto__", start: 4, end: 9 },
        ],
      }),
    ],
  });
  const page = await visit("/sidebar?conversation=c1");
  await page.locator("[data-draft]").waitFor();
  await page.keyboard.press("1");
  expect(await page.title()).toBe("Cuecard");
  expect(await page.locator("#app img, #app script, #app b").count()).toBe(0);
  expect(await page.getByRole("link").count()).toBe(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
});

test("switching fast never shows one customer's text to another", async () => {
  const server = await serve();
  place(server, "c1", { suggestions: ready("c1") });
  const page = await visit("/sidebar?conversation=c1");
  await page.locator("[data-draft]").waitFor();
  // Frames of other conversations, and one that names the wrong one inside, are not for this page.
  server.suggest(Canned.suggestion("c2", { text: "Secret of another", flags: [] }));
  server.send({
    type: "suggestion",
    conversationId: "c1",
    suggestion: Canned.suggestion("c2", { text: "Secret of another", flags: [], turn: "t9" }),
  });
  server.suggest(Canned.suggestion("c1", { turn: "t2", text: "The next one", flags: [] }));
  await page.getByText("The next one").waitFor();
  expect(await page.getByText("Secret of another").count()).toBe(0);
});
