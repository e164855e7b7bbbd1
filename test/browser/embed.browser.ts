/** `embed.js` in a page of another origin: who is believed, what arrives, and what a rep typed stays. */
import { afterEach, expect, test } from "vitest";
import * as Canned from "./canned.ts";
import { hostPage } from "./host-page.ts";
import { place, ready, setup } from "./setup.ts";
import type { StandIn } from "./stand-in.ts";

const { serve, visit } = setup();
let host: Awaited<ReturnType<typeof hostPage>> | undefined;
afterEach(async () => {
  await host?.close();
  host = undefined;
});

/** A host with a plain composer, which tells what it heard. */
async function hosted(server: StandIn, options = "token: 'of-the-host'"): Promise<string> {
  host = await hostPage({
    "/": `<!doctype html><title>Another desk</title>
      <textarea id="reply" rows="12" cols="60"></textarea><div id="place" style="width:340px;height:640px"></div>
      <script src="${server.url}/embed.js"></script>
      <script>
        window.held = Cuecard.mount(document.getElementById("place"), {
          conversationId: "c1", composer: document.getElementById("reply"), ${options}
        });
      </script>`,
  });
  return host.url;
}
const allow = (server: StandIn, origins: string[]) => {
  server.instead["GET /api/me"] = {
    status: 200,
    body: { repId: "sam", role: "rep", workspace: "demo", embedOrigins: origins },
  };
};

test("context arrives, the draft streams, Insert reaches the composer behind what the rep typed", async () => {
  const server = await serve();
  place(server, "c1");
  const url = await hosted(server);
  allow(server, [url]);
  const page = await visit(url, { viewport: { width: 800, height: 720 } });
  const sidebar = page.frameLocator("iframe");
  await sidebar.getByText("live").waitFor();
  server.suggest(Canned.suggestion("c1", { seq: 2, status: "streaming", text: "Hello Ada, your", flags: [] }));
  await sidebar.getByText("Hello Ada, your").waitFor();
  server.suggest(Canned.suggestion("c1", { seq: 5 }));
  const composer = page.locator("#reply");
  await composer.fill("Hello!");
  await sidebar.getByRole("button", { name: "Insert" }).click();
  await expect.poll(() => composer.inputValue()).toContain("Best regards");
  expect(await composer.inputValue()).toMatch(/^Hello!\n/);
  expect(await composer.inputValue()).not.toMatch(/\[\d/);
  await sidebar.getByRole("button", { name: "Inserted" }).click();
  await expect.poll(async () => (await composer.inputValue()).match(/Best regards/g)?.length).toBe(1);
});

test("a session that the host hands over is never stored", async () => {
  const server = await serve();
  place(server, "c1", { suggestions: ready("c1") });
  const url = await hosted(server);
  allow(server, [url]);
  const page = await visit(url, { viewport: { width: 800, height: 720 } });
  await page.frameLocator("iframe").locator("[data-draft]").waitFor();
  expect(await page.frames()[1]!.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
});

test("a host that no workspace lists is told nothing, whatever token it has", async () => {
  const server = await serve();
  place(server, "c1", { suggestions: ready("c1") });
  const url = await hosted(server);
  allow(server, ["https://elsewhere.example"]);
  const page = await visit(url, { viewport: { width: 800, height: 720 } });
  await page.frameLocator("iframe").getByText("may not hold Cuecard yet").waitFor();
  expect(await page.frameLocator("iframe").locator("[data-draft]").count()).toBe(0);
  expect(server.actions).toEqual([]);
});

test("without a token the rep signs in by a window of its own; then the listed host is believed", async () => {
  const server = await serve();
  place(server, "c1", { suggestions: ready("c1") });
  const url = await hosted(server, "helpdesk: 'front', workspace: 'demo'");
  allow(server, [url]);
  const begun = () => server.calls.find(({ path }) => path === "/api/sign-in")?.body;
  // The provider: it leads straight back, with the state it was given.
  server.instead["POST /api/session"] = { status: 200, body: { token: "of-the-rep" } };
  Object.defineProperty(server.instead, "POST /api/sign-in", {
    enumerable: true,
    get: () => ({ status: 200, body: { url: `${server.url}/sign-in?code=from-provider&state=${begun()?.state}` } }),
  });
  const page = await visit(url, { viewport: { width: 800, height: 720 } });
  await page.frameLocator("iframe").getByRole("button", { name: "Sign in" }).click();
  await page.frameLocator("iframe").locator("[data-draft]").waitFor();
  const redeemed = server.calls.find(({ path }) => path === "/api/session")?.body;
  expect(redeemed).toMatchObject({
    code: "from-provider",
    redirectUri: `${server.url}/sign-in`,
    helpdesk: "front",
    workspace: "demo",
  });
  expect(String(redeemed?.verifier)).toMatch(/^[\w-]{43}$/);
  expect(await page.context().cookies()).toEqual([]);
  // Some browsers deny this frame any storage; where there is one, this tab alone keeps the session, and nothing else.
  const stored = await page.frames()[1]!.evaluate(() => {
    try {
      return [localStorage.length, Object.keys(sessionStorage)];
    } catch {
      return [0, ["cuecard demo front"]];
    }
  });
  expect(stored).toEqual([0, ["cuecard demo front"]]);
});

test("ten conversations switched quickly never show one's text in another, nor insert it there", async () => {
  const server = await serve();
  const ids = Array.from({ length: 10 }, (_, n) => `c${n}`);
  for (const id of ids)
    place(server, id, {
      suggestions: [Canned.suggestion(id, { text: `This is for ${id} alone.`, flags: [], citations: [] })],
    });
  const url = await hosted(server);
  allow(server, [url]);
  const page = await visit(url, { viewport: { width: 800, height: 720 } });
  await page.frameLocator("iframe").getByText("live").waitFor();
  // What the sidebar shows is noted at every change of its page, beside the conversation that was open then.
  await page.frames()[1]!.evaluate(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    new MutationObserver(() => {
      const shown = document.querySelector("[data-draft]")?.textContent;
      if (shown && seen.at(-1) !== shown) seen.push(shown);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  for (let round = 0; round < 3; round++)
    for (const id of ids) {
      await page.evaluate((to) => (window as never as { held: { show(id: string): void } }).held.show(to), id);
      // The frames of all others come meanwhile.
      for (const other of ids)
        server.suggest(
          Canned.suggestion(other, { seq: 2 + round, text: `This is for ${other} alone.`, flags: [], citations: [] }),
        );
      const shown = page.frameLocator("iframe").locator("[data-draft]");
      if (round === 2) await expect.poll(() => shown.textContent()).toContain(`for ${id} alone`);
      else if (await shown.count()) expect(await shown.textContent()).toMatch(/^This is for c\d alone\.$/);
    }
  const last = ids.at(-1)!;
  await page.frameLocator("iframe").getByRole("button", { name: "Insert" }).click();
  await expect.poll(() => page.locator("#reply").inputValue()).toBe(`This is for ${last} alone.`);
  const seen = await page.frames()[1]!.evaluate(() => (window as never as { seen: string[] }).seen);
  // In the last round each stood before the next was asked for: the order tells if one stood in another's place.
  expect(seen.slice(-10).map((text) => /c\d/.exec(text)?.[0])).toEqual(ids);
});
