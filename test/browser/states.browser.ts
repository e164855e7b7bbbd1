import { describe, expect, test } from "vitest";
import * as Canned from "./canned.ts";
import { place, ready, setup, violations } from "./setup.ts";

const { serve, visit } = setup();

describe("the sidebar says where it stands", () => {
  test("connecting, until the first snapshot", async () => {
    await serve();
    const page = await visit("/sidebar?conversation=unknown");
    await page.getByText("Connecting …").first().waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test("nothing yet", async () => {
    place(await serve(), "c1", { messages: [] });
    const page = await visit("/sidebar?conversation=c1");
    await page.getByText("Nothing to suggest yet").waitFor();
    await page.getByText("live").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test("looking up, as soon as the customer has written", async () => {
    const server = await serve();
    place(server, "c1", { messages: [] });
    const page = await visit("/sidebar?conversation=c1");
    await page.getByText("Nothing to suggest yet").waitFor();
    server.send({ type: "message", conversationId: "c1", message: Canned.message("m1", 0, Canned.question) });
    await page.getByText("Looking up policy …").waitFor();
    await page.getByText("A draft follows.").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test("streaming: the text grows, older frames change nothing, no button moves under the hand", async () => {
    const server = await serve();
    place(server, "c1");
    const page = await visit("/sidebar?conversation=c1");
    await page.getByText("live").waitFor();
    const frame = (seq: number, text: string) =>
      server.suggest(Canned.suggestion("c1", { seq, status: "streaming", text, flags: [] }));
    frame(2, "Hello Ada, your return was scanned");
    await page.getByText("Writing …").waitFor();
    frame(1, "Hello");
    frame(3, "Hello Ada, your return was scanned on 3 May [1");
    const draft = page.locator("[data-draft]");
    await page.getByText("on 3 May").waitFor();
    expect(await draft.textContent()).toBe("Hello Ada, your return was scanned on 3 May ");
    expect(await page.getByRole("button", { name: "Copy" }).count()).toBe(0);
    expect(await violations(page)).toEqual([]);
  });

  test("ready: said once, and told to the server once it was really on the screen", async () => {
    const server = await serve();
    place(server, "c1");
    const page = await visit("/sidebar?conversation=c1");
    await page.getByText("live").waitFor();
    server.suggest(Canned.suggestion("c1", { seq: 5 }));
    server.suggest(Canned.suggestion("c1", { seq: 5 }));
    await page.getByText("Draft ready").waitFor({ state: "attached" });
    await expect
      .poll(() => server.actions.filter(({ action }) => action === "shown"))
      .toEqual([{ action: "shown", suggestionId: "c1.t1.draft" }]);
    expect(await page.getByText("Draft ready").count()).toBe(1);
    expect(await violations(page)).toEqual([]);
  });

  test("stale: the old draft stays readable until the new one has words", async () => {
    const server = await serve();
    place(server, "c1", {
      suggestions: [
        ...ready("c1").slice(0, 2),
        Canned.suggestion("c1", { status: "stale" }),
        Canned.suggestion("c1", { turn: "t2", status: "streaming", text: "", flags: [] }),
      ],
    });
    const page = await visit("/sidebar?conversation=c1");
    await page.getByText("The customer wrote again").waitFor();
    await page.getByText("A new one is coming.").waitFor();
    expect(await page.locator("[data-draft]").textContent()).toContain("your return was scanned");
    expect(await violations(page)).toEqual([]);
    server.suggest(
      Canned.suggestion("c1", { turn: "t2", seq: 2, status: "streaming", text: "Dear Ada, as you ask", flags: [] }),
    );
    await page.getByText("Dear Ada, as you ask").waitFor();
    expect(await page.getByText("The customer wrote again").count()).toBe(0);
  });

  test("failed: why, and once more", async () => {
    const server = await serve();
    const failed = Canned.suggestion("c1", { status: "failed", text: "", reason: "the model did not answer in time" });
    place(server, "c1", { suggestions: [Canned.policy("c1"), failed] });
    const page = await visit("/sidebar?conversation=c1");
    await page.getByText("No draft came: the model did not answer in time").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Try again" }).click();
    await expect
      .poll(() => server.calls.find(({ path }) => path.endsWith("/suggestions"))?.body)
      .toEqual({
        kind: "draft",
      });
  });

  test("no policy: says so, and reports the gap", async () => {
    const server = await serve();
    place(server, "c1", {
      suggestions: [Canned.policy("c1", { citations: [], flags: [{ code: "no_policy" }] })],
    });
    const page = await visit("/sidebar?conversation=c1");
    await page.getByText("No policy covers this question.").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Report the gap" }).click();
    await page.getByText("Reported.").waitFor();
    expect(server.calls.find(({ path }) => path === "/api/suggestions/c1.t1.policy/decision")?.body).toEqual({
      action: "rejected",
      reason: "no_policy",
    });
  });

  test("control: why suggestions are off; summary, search, own words and help remain", async () => {
    const server = await serve();
    place(server, "c1", { conversation: { arm: "control" }, suggestions: [Canned.summary("c1")] });
    const page = await visit("/sidebar?conversation=c1");
    await page.getByText("Suggestions are off in this conversation, to measure whether they help.").waitFor();
    await page.getByText("Returned the shoes").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("textbox", { name: "Search policy" }).fill("refund");
    await page.keyboard.press("Enter");
    await page.getByText("Found in policy").waitFor();
    expect(server.calls.some(({ path }) => path.endsWith("/suggestions"))).toBe(false);
    await page.getByRole("button", { name: "Help me anyway" }).click();
    await expect
      .poll(() => server.calls.find(({ path }) => path.endsWith("/suggestions"))?.body)
      .toEqual({
        kind: "draft",
        anyway: true,
      });
  });

  test("the budget is used up", async () => {
    const server = await serve();
    place(server, "c1", {
      suggestions: [Canned.suggestion("c1", { status: "failed", text: "", flags: [{ code: "budget" }] })],
    });
    const page = await visit("/sidebar?conversation=c1");
    await page.getByText("Today's budget for drafts is used up.").waitFor();
    expect(await page.getByRole("button", { name: "Try again" }).count()).toBe(0);
    expect(await violations(page)).toEqual([]);
  });

  test("no language model", async () => {
    place(await serve(), "c1", { suggestions: [Canned.suggestion("c1", { flags: [{ code: "no_model" }] })] });
    const page = await visit("/sidebar?conversation=c1");
    await page.getByText("Drafted from your articles and past replies, without a language model.").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test("only when asked", async () => {
    const server = await serve();
    place(server, "c1", { conversation: { assistWhen: "asked" } });
    const page = await visit("/sidebar?conversation=c1");
    expect(await page.getByText("Looking up policy").count()).toBe(0);
    await page.getByRole("button", { name: "Suggest a reply" }).click();
    await page.getByText("A draft follows.").waitFor();
    expect(server.calls.find(({ path }) => path.endsWith("/suggestions"))?.body).toEqual({ kind: "draft" });
    expect(await violations(page)).toEqual([]);
  });

  test("reconnecting: what was read stays, shown is said again, and the line comes back", async () => {
    const server = await serve();
    place(server, "c1", { suggestions: ready("c1") });
    const page = await visit("/sidebar?conversation=c1");
    await page.getByText("live").waitFor();
    const shown = () => server.actions.filter((one) => "suggestionId" in one && one.suggestionId === "c1.t1.draft");
    await expect.poll(shown).toHaveLength(1);
    server.drop();
    await page.getByText("reconnecting …").waitFor();
    expect(await page.locator("[data-draft]").textContent()).toContain("your return was scanned");
    expect(await violations(page)).toEqual([]);
    await page.getByText("live").waitFor();
    await expect.poll(shown).toHaveLength(2);
  });

  test("signed out", async () => {
    const server = await serve();
    place(server, "c1", { suggestions: ready("c1") });
    server.instead["POST /api/tickets"] = { status: 401, body: { error: { code: "expired", message: "Sign in." } } };
    const page = await visit("/sidebar?conversation=c1");
    await page.getByText("You are signed out.").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test("in German for a German-reading rep, in the dark", async () => {
    place(await serve(), "c1", { suggestions: ready("c1"), conversation: { language: "de" } });
    const page = await visit("/sidebar?conversation=c1", { locale: "de-DE", colorScheme: "dark" });
    await page.getByText("Zusammenfassung", { exact: true }).waitFor();
    await page.getByText("Payments · Deutsch").waitFor();
    expect(await violations(page)).toEqual([]);
  });
});
