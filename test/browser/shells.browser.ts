/** Our app in each helpdesk, in a page that plays that helpdesk: context in, draft streams, Insert or Copy reaches the host. */
import { unzipSync } from "fflate";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { ancestors, page as shellPage } from "../../packages/functions/src/apps/page.ts";
import { apps, targetOf } from "../../packages/web/apps.ts";
import * as Canned from "./canned.ts";
import { place, setup } from "./setup.ts";
import type { StandIn } from "./stand-in.ts";
import * as Vendors from "./vendors.ts";

const { serve, visit } = setup();
const draft = (id: string, text: string, more = {}) =>
  Canned.suggestion(id, { text, flags: [], citations: [], ...more });

/** The page as the server answers it, held by the vendor's page. */
async function held(server: StandIn, helpdesk: string, vendor: (app: string) => Parameters<typeof Vendors.pretend>[1]) {
  const app = `${server.url}/api/identity/${helpdesk}/demo`;
  const made = vendor(app);
  const { text, headers } = shellPage(
    { helpdesk, workspace: "demo", token: "of-the-rep" },
    ancestors(helpdesk, { url: "https://chat.acme.example" }, []),
  );
  const page = await visit(made.host, {
    viewport: { width: 800, height: 800 },
    async before(context) {
      await context.route(`${app}*`, (route) => route.fulfill({ headers, body: text }));
      await Vendors.pretend(context, made);
    },
  });
  return { page, sidebar: page.frameLocator("iframe").frameLocator("iframe") };
}
// biome-ignore lint/performance/useDomNodeTextContent: line breaks are part of what the rep sees
const composer = (page: Page) => page.locator("#composer").innerText();
const run = (page: Page, code: string) => page.evaluate(code);

describe("Zendesk", () => {
  test("the ticket's draft streams and goes in at the caret; a second one replaces it only untouched", async () => {
    const server = await serve();
    place(server, "42");
    const { page, sidebar } = await held(server, "zendesk", Vendors.zendesk);
    await sidebar.getByText("live").waitFor();
    expect(server.actions).toContainEqual({ action: "watch", conversationId: "42" });
    server.suggest(draft("42", "Hello", { seq: 2, status: "streaming" }));
    await sidebar.getByText("Hello").waitFor();
    server.suggest(draft("42", "Hello <b>Ada</b>,\n5 & 6 days.", { seq: 3 }));
    await sidebar.getByRole("button", { name: "Insert" }).click();
    await expect.poll(() => composer(page)).toBe("Hello <b>Ada</b>,\n5 & 6 days.");
    server.suggest(
      draft("42", "Shorter.", { seq: 4, kind: "rewrite", turn: "t1_r", id: "r1", basedOn: "42.t1.draft" }),
    );
    await sidebar.getByText("Shorter.").waitFor();
    await sidebar.getByRole("button", { name: "Insert" }).click();
    await expect.poll(() => composer(page)).toBe("Shorter.");
    await run(page, `composer.innerHTML = "My own words. "; tell("comment.text.changed")`);
    await sidebar.getByRole("button", { name: "Inserted" }).click();
    await expect.poll(() => composer(page)).toContain("My own words. Shorter.");
    const called = (await run(page, "calls.map(([name, of]) => name === 'invoke' ? of : name)")) as string[];
    expect(called).not.toContain("ticket.sendMessage");
  });

  test("an internal note is warned of; where the editor knows no insert, the text is appended", async () => {
    const server = await serve();
    place(server, "42", { suggestions: [draft("42", "Hello Ada.")] });
    const { page, sidebar } = await held(server, "zendesk", Vendors.zendesk);
    await sidebar.locator("[data-draft]").waitFor();
    await run(page, `noEditor = true; state["comment.type"] = "internalNote"; tell("comment.type.changed")`);
    await expect
      .poll(async () => {
        await sidebar.getByRole("button", { name: "Insert" }).click();
        return sidebar.getByRole("group", { name: /note/i }).count();
      })
      .toBe(1);
    expect(await composer(page)).toBe("");
    await sidebar.getByRole("group", { name: /note/i }).getByRole("button").first().click();
    await expect.poll(() => composer(page)).toBe("Hello Ada.");
    expect(await run(page, "calls.at(-1)")).toEqual(["invoke", "ticket.comment.appendText", "Hello Ada."]);
  });

  test("in a chat, which has no comment, the draft is inserted all the same", async () => {
    const server = await serve();
    place(server, "42", { suggestions: [draft("42", "Hello Ada.")] });
    const { page, sidebar } = await held(server, "zendesk", (app) => Vendors.zendesk(app, { chat: true }));
    await sidebar.getByRole("button", { name: "Insert" }).click();
    await expect.poll(() => composer(page)).toBe("Hello Ada.");
  });

  test("a draft is left as an internal note by the server, and it is said", async () => {
    const server = await serve();
    place(server, "42", { suggestions: [draft("42", "Hello Ada.")] });
    server.instead["POST /api/suggestions/42.t1.draft/note"] = { status: 200, body: {} };
    const { sidebar } = await held(server, "zendesk", Vendors.zendesk);
    await sidebar.getByRole("button", { name: "Change the draft" }).click();
    await sidebar.getByRole("button", { name: "Leave as internal note" }).click();
    await sidebar.getByText("Left as an internal note").waitFor();
    expect(server.calls.find(({ path }) => path.endsWith("/note"))?.body).toEqual({ helpdesk: "zendesk" });
  });
});

test("Front: a reply to the customer's last message is drafted; the edited draft is read back and kept", async () => {
  const server = await serve();
  place(server, "cnv_1");
  const { page, sidebar } = await held(server, "front", Vendors.front);
  await sidebar.getByText("live").waitFor();
  server.suggest(draft("cnv_1", "Hello Ada.", { seq: 3 }));
  await sidebar.getByRole("button", { name: "Insert" }).click();
  await expect.poll(() => composer(page)).toBe("Hello Ada.");
  expect(await run(page, "calls.find(([name]) => name === 'createDraft')[1].replyOptions")).toEqual({
    type: "reply",
    originalMessageId: "msg_2",
  });
  await page.locator("#composer").fill("Hello Ada, dear.");
  await sidebar.getByRole("button", { name: "Inserted" }).click();
  await expect.poll(() => composer(page)).toMatch(/^Hello Ada, dear\.\s+Hello Ada\.$/);
  expect(await run(page, "calls.findLast(([name]) => name === 'updateDraft')[2].updateMode")).toBe("insert");
  place(server, "cnv_2");
  await run(page, `tell("cnv_2")`);
  await expect.poll(() => server.actions).toContainEqual({ action: "watch", conversationId: "cnv_2" });
  expect(await sidebar.locator("[data-draft]").count()).toBe(0);
});

test("Front's real SDK gives the shell what it takes of it", async () => {
  await serve();
  const page = await visit("/sidebar");
  await page.addScriptTag({ url: "/shells/front-sdk.js" });
  expect(await run(page, "typeof Front.contextUpdates.subscribe")).toBe("function");
});

test("Help Scout: the context comes from its page alone, and it copies for the frame", async () => {
  const server = await serve();
  place(server, "101", { suggestions: [draft("101", "Hello Ada.")] });
  const { page, sidebar } = await held(server, "helpscout", Vendors.helpscout);
  await sidebar.locator("[data-draft]").waitFor();
  expect(await sidebar.getByRole("button", { name: "Insert" }).count()).toBe(0);
  await sidebar.getByRole("button", { name: "Copy" }).click();
  await expect.poll(() => run(page, "clip")).toBe("Hello Ada.");
  await expect
    .poll(() => server.calls.find(({ path }) => path.endsWith("/decision"))?.body)
    .toEqual({ action: "copied" });
});

test("Chatwoot: the conversation is asked for, followed, and copied from", async () => {
  const server = await serve();
  place(server, "42", { suggestions: [draft("42", "For the first.")] });
  place(server, "43", { suggestions: [draft("43", "For the second.")] });
  const { page, sidebar } = await held(server, "chatwoot", Vendors.chatwoot);
  await sidebar.getByText("For the first.").waitFor();
  expect(await sidebar.getByRole("button", { name: "Insert" }).count()).toBe(0);
  await sidebar.getByRole("button", { name: "Copy" }).click();
  await sidebar.getByText("✓ Copied").waitFor();
  await run(page, "opened = 43");
  await sidebar.getByText("For the second.").waitFor();
  expect(await sidebar.getByText("For the first.").count()).toBe(0);
});

test("a page that is not the helpdesk's cannot hold the app at all", async () => {
  const server = await serve();
  place(server, "42", { suggestions: [draft("42", "Hello Ada.")] });
  const foreign = { ...Vendors.chatwoot(`${server.url}/api/identity/chatwoot/demo`), host: "https://evil.example/" };
  const refused: string[] = [];
  const { text, headers } = shellPage(
    { helpdesk: "chatwoot", workspace: "demo", token: "of-the-rep" },
    ancestors("chatwoot", { url: "https://chat.acme.example" }, []),
  );
  const page = await visit(foreign.host, {
    async before(context) {
      context.on("console", (line) => refused.push(line.text()));
      await context.route(`${server.url}/api/identity/**`, (route) => route.fulfill({ headers, body: text }));
      await Vendors.pretend(context, foreign);
    },
  });
  await expect.poll(() => refused.some((line) => /frame-ancestors|Framing/.test(line))).toBe(true);
  expect(page.frames().some((frame) => frame.url().endsWith("/sidebar"))).toBe(false);
  expect(server.actions).toEqual([]);
});

describe("Freshdesk", () => {
  const packed = async (server: StandIn) => {
    const files = unzipSync((await apps(targetOf(server.url, "demo", "1.0.0")))["freshdesk.zip"] as Uint8Array);
    const texts = Object.entries(files).filter(([name]) => name.startsWith("app/"));
    return Object.fromEntries(
      texts.map(([name, bytes]) => [
        name.slice(4),
        Buffer.from(bytes).toString().replace("{{{appclient}}}", "https://static.freshdev.example/client.js"),
      ]),
    );
  };
  const opened = async (server: StandIn, where: string) => {
    const vendor = Vendors.freshdesk(await packed(server), where);
    server.instead["GET /api/me"] = {
      status: 200,
      body: { repId: "sam", role: "rep", workspace: "demo", embedOrigins: ["https://app.freshworks.example"] },
    };
    server.instead["POST /api/session"] = { status: 200, body: { token: "of-the-rep" } };
    const state = () => server.calls.find(({ path }) => path === "/api/sign-in")?.body.state;
    Object.defineProperty(server.instead, "POST /api/sign-in", {
      get: () => ({ status: 200, body: { url: `${server.url}/sign-in?code=c&state=${state()}` } }),
    });
    const page = await visit(vendor.host, {
      viewport: { width: 800, height: 800 },
      before: (context) => Vendors.pretend(context, vendor),
    });
    const sidebar = page.frameLocator("iframe").frameLocator("iframe");
    await sidebar.getByRole("button", { name: "Sign in" }).click();
    return { page, sidebar };
  };

  test.each([
    ["ticket_sidebar", ["trigger", "click", { id: "reply", text: "Hello Ada." }]],
    ["ticket_conversation_editor", ["trigger", "setValue", expect.objectContaining({ id: "editor", replace: false })]],
  ])("in %s the rep signs in by a window, and Insert reaches the reply", async (where, call) => {
    const server = await serve();
    place(server, "42", { suggestions: [draft("42", "Hello Ada.")] });
    const { page, sidebar } = await opened(server, where);
    await sidebar.getByRole("button", { name: "Insert" }).click();
    await expect.poll(() => composer(page)).toBe("Hello Ada.");
    expect(await run(page, "calls.at(-1)")).toEqual(call);
  });
});
