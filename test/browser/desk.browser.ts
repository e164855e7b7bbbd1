import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import * as Canned from "./canned.ts";
import { setup, violations } from "./setup.ts";

const { serve, visit } = setup();
const wide = { viewport: { width: 1280, height: 800 } };

const sidebar = (page: Page) => page.frameLocator("iframe");
const insertButton = (page: Page) => sidebar(page).getByRole("button", { name: /Insert/ });

async function played(options: object = wide): Promise<Page> {
  const page = await visit("/", options);
  await page
    .getByRole("button", { name: "Play the first customer" })
    .or(page.getByRole("button", { name: "Play" }))
    .first()
    .click();
  await page.locator(".said").first().waitFor();
  return page;
}

test("Play, Insert, change, Send, counted: under ten seconds, and no screen is broken", async () => {
  const server = await serve();
  const started = Date.now();
  const page = await visit("/", wide);
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Play the first customer" }).click();
  await sidebar(page).getByText("Writing …").waitFor();
  await insertButton(page).click();
  const composer = page.getByRole("textbox", { name: "Reply to the customer" });
  await expect.poll(() => composer.inputValue()).toContain("refund was started the same day. The 49.90 €");
  expect(await composer.evaluate((element) => element === document.activeElement)).toBe(true);
  await composer.press("End");
  await composer.pressSequentially(" and the team");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText("Counted: edited, 82 % kept").waitFor();
  expect(Date.now() - started).toBeLessThan(10_000);
  expect(await page.getByRole("link", { name: "See it on the lead's page" }).getAttribute("href")).toBe("/lead");
  expect(server.calls.find(({ path }) => path.endsWith("/decision"))?.body).toEqual({ action: "inserted" });
  const sent = server.calls.find(({ path }) => path.endsWith("/send"))?.body;
  expect(sent).toMatchObject({ visibility: "public" });
  expect(await violations(page)).toEqual([]);
});

test("the same on a phone's width", async () => {
  await serve();
  const page = await played({});
  await page.getByRole("button", { name: /Cuecard/ }).click();
  await insertButton(page).click();
  const composer = page.getByRole("textbox", { name: "Reply to the customer" });
  await expect.poll(() => composer.inputValue()).toContain("Hello Ada");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText("Counted: edited").waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  expect(await violations(page)).toEqual([]);
});

describe("Insert", () => {
  test("goes in at the caret; one undo takes it out", async () => {
    await serve();
    const page = await played();
    const composer = page.getByRole("textbox", { name: "Reply to the customer" });
    await composer.pressSequentially("Before. After.");
    for (let n = 0; n < " After.".length; n++) await composer.press("ArrowLeft");
    await insertButton(page).click();
    await expect.poll(() => composer.inputValue()).toMatch(/^Before\.\nHello Ada,[\s\S]*Sam After\.$/);
    await composer.press("Control+z");
    expect(await composer.inputValue()).toBe("Before. After.");
  });

  test("leaves a selection alone", async () => {
    await serve();
    const page = await played();
    const composer = page.getByRole("textbox", { name: "Reply to the customer" });
    await composer.pressSequentially("My own words");
    await composer.press("Control+a");
    await insertButton(page).click();
    await expect.poll(() => composer.inputValue()).toMatch(/^My own words\nHello Ada,/);
  });

  test("a second one replaces the first where that was left untouched", async () => {
    const server = await serve();
    const page = await played();
    const composer = page.getByRole("textbox", { name: "Reply to the customer" });
    await composer.pressSequentially("PS: ");
    await insertButton(page).click();
    await expect.poll(() => composer.inputValue()).toContain("Hello Ada");
    server.suggest(Canned.suggestion("desk-0", { kind: "rewrite", turn: "t1_a", text: "Hi Ada, soon.", flags: [] }));
    await sidebar(page).getByText("Hi Ada, soon.").waitFor();
    await insertButton(page).click();
    await expect.poll(() => composer.inputValue()).toBe("PS: Hi Ada, soon.");
  });

  test("a second one stands beside the first where that was changed", async () => {
    const server = await serve();
    const page = await played();
    const composer = page.getByRole("textbox", { name: "Reply to the customer" });
    await insertButton(page).click();
    await expect.poll(() => composer.inputValue()).toContain("Hello Ada");
    await composer.press("Control+Home");
    await composer.press("Delete");
    await composer.press("Control+End");
    server.suggest(Canned.suggestion("desk-0", { kind: "rewrite", turn: "t1_a", text: "Hi Ada, soon.", flags: [] }));
    await sidebar(page).getByText("Hi Ada, soon.").waitFor();
    await insertButton(page).click();
    await expect.poll(() => composer.inputValue()).toMatch(/^ello Ada,[\s\S]*Sam\nHi Ada, soon\.$/);
  });

  test("warns in an internal note first", async () => {
    await serve();
    const page = await played();
    await page.getByText("Internal note").click();
    await insertButton(page).click();
    await sidebar(page).getByText("You are writing an internal note").waitFor();
    const composer = page.getByRole("textbox", { name: "Internal note" });
    expect(await composer.inputValue()).toBe("");
    await sidebar(page).getByRole("button", { name: "Insert into the note" }).click();
    await expect.poll(() => composer.inputValue()).toContain("Hello Ada");
  });
});

test("the sidebar follows the conversation, however fast it changes", async () => {
  await serve();
  const page = await played();
  await insertButton(page).waitFor();
  const entries = page.getByRole("navigation", { name: "Inbox" }).getByRole("button");
  for (const n of [1, 0, 2, 0, 3]) await entries.nth(n).click();
  await page.waitForTimeout(300);
  expect(await sidebar(page).locator("[data-draft]").count()).toBe(0);
  await entries.nth(0).click();
  await insertButton(page).waitFor();
});

test("a foreign page that holds the sidebar is believed only where the workspace lists it", async () => {
  const server = await serve();
  // A real server: the browser keeps invented origins away from this machine.
  const host = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end(`<iframe src="${server.url}/sidebar"></iframe>`);
  });
  await new Promise<void>((done) => host.listen(0, "127.0.0.1", done));
  const origin = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
  const watched = () => server.actions.some((one) => "conversationId" in one && one.conversationId === "c1");
  try {
    const page = await visit("/", wide);
    await page.goto(origin);
    const context = (token: string) =>
      page.evaluate((token) => {
        const message = { source: "cuecard", v: 1, type: "context", conversationId: "c1", token };
        frames[0]!.postMessage(message, "*");
      }, token);
    await sidebar(page).getByText("Waiting for your helpdesk …").waitFor();
    await context("of another workspace");
    await sidebar(page).getByText("You are signed out.").waitFor();
    expect(watched()).toBe(false);

    const me = { repId: "r1", role: "rep", workspace: "w", embedOrigins: [origin] };
    server.instead["GET /api/me"] = { status: 200, body: me };
    await context("of the workspace that lists it");
    await expect.poll(watched).toBe(true);
  } finally {
    host.close();
  }
});
