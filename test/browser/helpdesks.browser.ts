/**
 * Each helpdesk from end to end, against the real server: its webhook brings the customer's words, its page holds our app, the
 * draft streams and reaches the composer or the clipboard, and what the rep then sends, as that helpdesk tells it, is judged.
 * Two conversations each: one reply goes out as it was drafted, one with words of the rep's own. It stays whole, as a table
 * of helpdesks and the one way all of them go.
 */
import { createHmac, generateKeyPairSync, randomUUID } from "node:crypto";
import type { Event } from "@cuecard/core/event";
import type { ServerFrame } from "@cuecard/core/protocol";
import { type Request, sender } from "@cuecard/local/senders/sender";
import { unzipSync } from "fflate";
import { SignJWT } from "jose";
import type { Browser, FrameLocator, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { apps, targetOf } from "../../packages/web/apps.ts";
import { build } from "../../packages/web/build.ts";
import { product, until } from "../flow/product.ts";
import { clientId, openProvider, type SignInProvider } from "../flow/provider.ts";
import { open, openBrowser } from "./browser.ts";
import { hostPage } from "./host-page.ts";
import { type Apis, vendorApis } from "./vendor-apis.ts";
import * as Vendors from "./vendors.ts";

const email = "sam@acme.example";
const zafKeys = generateKeyPairSync("rsa", { modulusLength: 2048 });
const appSecret = "secret-of-the-help-scout-app";
/** The rep's id in each helpdesk. */
const reps: Record<string, string> = {
  standard: "sam",
  zendesk: "8447",
  chatwoot: "5",
  libredesk: "3",
  intercom: "991",
  front: "tea_6r",
  helpscout: "256",
  freshdesk: "23423",
};
/** What an admin stores beside the webhook's secret. */
const fields: Record<string, Record<string, string>> = {
  zendesk: {
    subdomain: "acme",
    appInstallationId: "77",
    appPublicKey: zafKeys.publicKey.export({ type: "spki", format: "pem" }) as string,
  },
  chatwoot: { url: "https://chat.acme.example", accountId: "1", token: "of-the-bot", ownUserId: "900" },
  front: { authSecret: "s" },
  helpscout: { appSecret, appId: "id", appApiSecret: "of-the-api" },
  freshdesk: { domain: "acme.freshdesk.com", apiKey: "k" },
};

let provider: SignInProvider;
let browser: Browser;
let apis: Apis;
let host: Awaited<ReturnType<typeof hostPage>>;
const hostFiles: Record<string, string> = {};

// Before the product starts: handlers read their links once.
beforeAll(async () => {
  provider = await openProvider((id) => ({ email: id, email_verified: true }));
});
const our = product({ env: () => ({ CUECARD_OIDC_ISSUER: provider.issuer, CUECARD_OIDC_CLIENT_ID: clientId }) });
beforeAll(async () => {
  [browser, apis, host] = await Promise.all([openBrowser(), vendorApis(), hostPage(hostFiles), build()]);
  // All at once and first: who may frame the pages is remembered for a while.
  for (const helpdesk of Object.keys(reps)) await connect(helpdesk);
}, 60_000);
const token = () => our().login("admin", "ada");
async function connect(helpdesk: string) {
  const body = { ...(await sender(helpdesk, secretOf(helpdesk))).secretFields(), ...fields[helpdesk] };
  if (helpdesk !== "standard")
    expect((await our().call("PUT", `/api/helpdesks/${helpdesk}`, { token: await token(), body })).status).toBe(200);
  const people = [{ email, role: "rep", reps }];
  await our().call("PUT", "/api/people", { token: await token(), body: { people } });
  await our().settings({ embedOrigins: [host.url, "https://app.freshworks.example"] });
}
afterAll(async () => {
  await browser?.close();
  await apis?.close();
  await host?.close();
  await provider?.close();
});

const secretOf = (helpdesk: string) => (helpdesk === "standard" ? our().secret : `secret-of-${helpdesk}`);

/** As the helpdesk tells it, signed. Help Scout's webhook carries no text: its API has it. */
async function tell(helpdesk: string, event: Event): Promise<string> {
  const from = await sender(helpdesk, secretOf(helpdesk));
  let request: Request = from.build(event, { nowMs: Date.now(), deliveryId: randomUUID() })!;
  if (helpdesk === "helpscout") request = apis.helpScout.keep(request, secretOf(helpdesk));
  const { path, body, headers } = request;
  const answer = await our().call("POST", `/webhooks/demo${path}`, { body, headers });
  expect([helpdesk, answer.status]).toEqual([helpdesk, 202]);
  return answer.body.status;
}

function said(
  helpdesk: string,
  id: string,
  kind: "customer" | "rep",
  text: string,
  visible = true,
  by?: string,
): Event {
  const customer = { id: `ada-${id}`, name: "Ada Byron" };
  const rep = { id: by ?? reps[helpdesk]!, name: "Sam" };
  return {
    type: "message.created",
    // By mail: not every helpdesk's messages name their channel.
    conversation: { id, subject: "Refund", channel: "email", customer, assignee: { id: reps[helpdesk]! } },
    message: {
      id: helpdesk === "helpscout" ? String(Math.floor(Math.random() * 1e9)) : randomUUID(),
      // Some helpdesks tell whole seconds: the reply must come in a later one than the question.
      at: new Date(Date.now() - (kind === "customer" ? 5_000 : 0)).toISOString(),
      author: kind === "customer" ? { kind, ...customer } : { kind, ...rep },
      visibility: visible ? "public" : "internal",
      text,
    },
  };
}

const without = (marked: string) => marked.replace(/\s?\[\d+\]/g, "");
const judgedOf = (id: string) =>
  until(async () => {
    const one = await our().suggestion(id);
    return one.outcome && one;
  });

type Seat = { page: Page; sidebar: FrameLocator | Page; go(id: string): Promise<Seat> };
type Desk = {
  name: string;
  helpdesk: string;
  /** What the first button does to the draft. */
  how: "inserted" | "copied";
  /** Whom the helpdesk vouches for needs no window. */
  vouched: boolean;
  sit(id: string): Promise<Seat>;
};

const faults: string[] = [];
/** By conversation, what the sidebar was told: its snapshot, and how many texts that were still growing. */
const told = new Map<string, { growing: number }>();
async function window(vendor: Parameters<typeof Vendors.pretend>[1] | { host: string }): Promise<Page> {
  const { page } = await open(browser, "about:blank", {
    viewport: { width: 800, height: 900 },
    async before(context) {
      // On a stage there is no such login.
      await context.route("**/dev/login", (route) => route.fulfill({ status: 404, json: { error: { code: "x" } } }));
      if ("html" in vendor) await Vendors.pretend(context, vendor);
      context.on("page", (one) =>
        one.on("websocket", (socket) =>
          socket.on("framereceived", ({ payload }) => {
            const frame = JSON.parse(String(payload)) as ServerFrame;
            if (frame.type === "snapshot") told.set(frame.conversationId, { growing: 0 });
            if (frame.type === "suggestion" && frame.suggestion.kind === "draft")
              told.get(frame.conversationId)!.growing += frame.suggestion.status === "streaming" ? 1 : 0;
          }),
        ),
      );
    },
  });
  // The first page of a context was there before the listener.
  const own = await page.context().newPage();
  await page.close();
  own.setDefaultTimeout(15_000);
  own.on("pageerror", (error) => faults.push(String(error)));
  own.on("console", (line) => {
    // The clipboard's new way is closed to a frame in a frame, and the login that a stage has not answers so.
    if (line.type() === "error" && !/Clipboard API has been blocked|dev\/login/.test(line.text()))
      faults.push(line.text());
  });
  await own.goto(vendor.host);
  return own;
}
const inner = (page: Page) => page.frameLocator("iframe").frameLocator("iframe");
const run = (page: Page, code: string) => page.evaluate(code);
const app = (helpdesk: string) => `${our().url}/api/identity/${helpdesk}/demo`;

async function zafToken(): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: "RS256" })
    .setSubject(reps.zendesk!)
    .setIssuer("acme.zendesk.com")
    .setAudience("https://acme.zendesk.com/api/v2/apps/installations/77.json")
    .setIssuedAt()
    .setExpirationTime("2m")
    .sign(zafKeys.privateKey);
}
function signedQuery(id: string): string {
  const query = { "conversation-id": id, "mailbox-id": "85", "user-id": reps.helpscout! };
  const signature = createHmac("sha1", appSecret).update(JSON.stringify(query)).digest("base64");
  return new URLSearchParams({ ...query, "X-HelpScout-Signature": signature }).toString();
}
async function packedFreshdesk(): Promise<Record<string, string>> {
  const files = unzipSync((await apps(targetOf(our().url, "demo", "1.0.0")))["freshdesk.zip"] as Uint8Array);
  return Object.fromEntries(
    Object.entries(files)
      .filter(([name]) => name.startsWith("app/"))
      .map(([name, bytes]) => [
        name.slice(4),
        Buffer.from(bytes).toString().replace("{{{appclient}}}", "https://static.freshdev.example/client.js"),
      ]),
  );
}
/** A seat whose page goes to another conversation by `code`. */
const seated = (page: Page, sidebar: Seat["sidebar"], code: (id: string) => string): Seat => {
  const seat: Seat = {
    page,
    sidebar,
    async go(id) {
      await run(page, `document.getElementById("composer").innerHTML = ""; ${code(id)}`);
      return seat;
    },
  };
  return seat;
};
/** These helpdesks load the frame anew for each conversation; the rep, signed in for this tab, is not asked again. */
const anew = `{ const old = document.querySelector("iframe"); const frame = document.createElement("iframe");
  frame.src = old.src; frame.style.cssText = old.style.cssText; old.replaceWith(frame); }`;
const freshdeskAt = (place: string): Desk => ({
  name: `Freshdesk, ${place}`,
  helpdesk: "freshdesk",
  how: "inserted",
  vouched: false,
  async sit(id) {
    const page = await window(Vendors.freshdesk(await packedFreshdesk(), place, { open: id }));
    return seated(page, inner(page), (next) => `opened = ${JSON.stringify(next)}; ${anew}`);
  },
});

const desks: Desk[] = [
  {
    name: "any page, by embed.js",
    helpdesk: "standard",
    how: "inserted",
    vouched: true,
    async sit(id) {
      hostFiles["/"] = `<!doctype html><title>A desk</title><textarea id="composer" rows="12" cols="60"></textarea>
        <div id="place" style="width:340px;height:640px"></div><script src="${our().url}/embed.js"></script>
        <script>window.held = Cuecard.mount(document.getElementById("place"), { conversationId: ${JSON.stringify(id)},
          composer: document.getElementById("composer"), token: ${JSON.stringify(await our().login("rep", "sam"))} });</script>`;
      const page = await window({ host: host.url });
      return seated(
        page,
        page.frameLocator("iframe"),
        (next) => `document.getElementById("composer").value = ""; held.show(${JSON.stringify(next)})`,
      );
    },
  },
  {
    name: "Zendesk",
    helpdesk: "zendesk",
    how: "inserted",
    vouched: true,
    async sit(id) {
      const page = await window(Vendors.zendesk(app("zendesk"), { token: await zafToken(), ticket: id }));
      return seated(page, inner(page), (next) => `state["ticket.id"] = ${next}; tell("ticket.id.changed")`);
    },
  },
  {
    name: "Chatwoot",
    helpdesk: "chatwoot",
    how: "copied",
    vouched: false,
    async sit(id) {
      const page = await window(Vendors.chatwoot(app("chatwoot"), { open: Number(id) }));
      return seated(page, inner(page), (next) => `opened = ${next}; ${anew}`);
    },
  },
  {
    name: "Libredesk, in a window beside it",
    helpdesk: "libredesk",
    how: "copied",
    vouched: false,
    async sit(id) {
      const address = (one: string) => `${our().url}/sidebar?workspace=demo&helpdesk=libredesk&conversation=${one}`;
      const page = await window(Vendors.libredesk(address(id)));
      const beside = async () => {
        const [opened] = await Promise.all([page.context().waitForEvent("page"), page.locator("a").click()]);
        opened.setDefaultTimeout(15_000);
        return opened;
      };
      const seat: Seat = {
        page,
        sidebar: await beside(),
        async go(next) {
          await (seat.sidebar as Page).close();
          await run(page, `document.getElementById("composer").innerHTML = ""`);
          await run(page, `document.querySelector("a").href = ${JSON.stringify(address(next))}`);
          return { ...seat, sidebar: await beside() };
        },
      };
      return seat;
    },
  },
  {
    name: "Front",
    helpdesk: "front",
    how: "inserted",
    vouched: false,
    async sit(id) {
      const page = await window(Vendors.front(app("front"), { open: id }));
      return seated(page, inner(page), (next) => `tell(${JSON.stringify(next)})`);
    },
  },
  {
    name: "Help Scout",
    helpdesk: "helpscout",
    how: "copied",
    vouched: true,
    async sit(id) {
      const vendor = Vendors.helpscout(`${app("helpscout")}?${signedQuery(id)}`, { open: Number(id) });
      const page = await window(vendor);
      return seated(page, inner(page), (next) => `clip = ""; tell(${next})`);
    },
  },
  freshdeskAt("ticket_sidebar"),
  freshdeskAt("ticket_conversation_editor"),
];

/** Through the provider's own pages, as often as it shows one. */
async function signIn({ page, sidebar }: Seat): Promise<void> {
  const button = sidebar.getByRole("button", { name: "Sign in" });
  const [popup] = await Promise.all([page.context().waitForEvent("page"), button.click()]);
  const closed = new Promise<void>((done) => popup.once("close", () => done()));
  void (async () => {
    while (!popup.isClosed()) {
      await popup.locator("form button[type=submit]").first().waitFor();
      if (await popup.locator("input[name=login]").count()) {
        await popup.locator("input[name=login]").fill(email);
        await popup.locator("input[name=password]").fill("x");
      }
      const left = popup.waitForNavigation();
      await popup.locator("form button[type=submit]").first().click();
      await left;
    }
  })().catch(() => undefined); // it closes when the sign-in is done, whatever is waited for
  await closed;
}

const question = "I returned my shoes ten days ago. How long does a refund take?";
/** The rep's part in one conversation, and what became of the draft. */
async function worked({ helpdesk, how }: Desk, { page, sidebar }: Seat, id: string, added: string) {
  await until(() => told.has(id));
  await tell(helpdesk, said(helpdesk, id, "customer", question));
  const name = how === "inserted" ? "Insert" : "Copy";
  await sidebar.getByRole("button", { name }).first().click();
  await sidebar.getByRole("button", { name: how === "inserted" ? "Inserted" : "Copied" }).waitFor();
  const composer = page.locator("#composer");
  if (how === "copied") await pasted(helpdesk, page, composer);
  await expect.poll(() => wordsIn(composer)).not.toBe("");
  const draft = await our().draftOf(id);
  expect(await wordsIn(composer)).toBe(without(draft.text).replace(/\s+/g, " ").trim());
  await until(async () => (await our().suggestion(draft.id)).clicked === how);
  if (added) {
    await composer.press("Control+End");
    await composer.pressSequentially(added);
  }
  await tell(helpdesk, said(helpdesk, id, "rep", await textOf(composer)));
  const judged = await judgedOf(draft.id);
  expect(judged).toMatchObject({ outcome: added ? "edited" : "accepted", clicked: how, sentBy: reps[helpdesk] });
  await sidebar
    .getByText(added ? "sent with changes" : "sent as drafted")
    .first()
    .waitFor();
  expect(told.get(id)?.growing).toBeGreaterThan(0);
  return judged;
}
const textOf = async (composer: Locator) =>
  // biome-ignore lint/performance/useDomNodeTextContent: what is sent has the line breaks the rep saw
  (await composer.evaluate((one) => one.tagName)) === "TEXTAREA" ? composer.inputValue() : composer.innerText();
const wordsIn = async (composer: Locator) => (await textOf(composer)).replace(/\s+/g, " ").trim();
async function pasted(helpdesk: string, page: Page, composer: Locator) {
  await page.bringToFront();
  await composer.click();
  // Help Scout copies for the frame; its stand-in keeps the text where a test can see it.
  if (helpdesk === "helpscout") return composer.fill((await run(page, "clip")) as string);
  await composer.press("Control+v");
}

const numbers = () => String(1_000 + Math.floor(Math.random() * 1e8));
test.each(desks)(
  "$name: the reply as drafted is accepted, the changed one edited",
  async (desk) => {
    const [first, second] = [numbers(), numbers()];
    let seat = await desk.sit(first);
    if (!desk.vouched) await signIn(seat);
    const by = { clicked: desk.how, sentBy: reps[desk.helpdesk] };
    expect(await worked(desk, seat, first, "")).toMatchObject({ outcome: "accepted", ...by });
    const before = seat.sidebar;
    seat = await seat.go(second);
    if (seat.sidebar !== before) await signIn(seat);
    const judged = await worked(desk, seat, second, " Do write again if it is not there by then.");
    expect(judged).toMatchObject({ outcome: "edited", ...by });
    expect(judged.shownAt).toBeTruthy();
    expect(faults.splice(0)).toEqual([]);
    await seat.page.context().close();
  },
  30_000,
);

test("Intercom: the card shows the draft, the rep says it is used, and the reply sent is judged", async () => {
  // biome-ignore lint/suspicious/noExplicitAny: a canvas, as it came
  const press = async (step: string, id: string, more: object = {}): Promise<any> => {
    const admin = { id: reps.intercom, email };
    const raw = JSON.stringify({ workspace_id: "w", admin, conversation: { id }, ...more });
    const signature = createHmac("sha256", secretOf("intercom")).update(raw).digest("hex");
    const headers = { "x-body-signature": signature };
    return (await our().call("POST", `/api/canvas/demo/${step}`, { body: raw, headers })).body.canvas;
  };
  for (const [outcome, added] of [
    ["accepted", ""],
    ["edited", " Do write again if it is not there by then."],
  ] as const) {
    const id = numbers();
    await press("initialize", id);
    await tell("intercom", said("intercom", id, "customer", question));
    const draft = await our().draftOf(id);
    const canvas = await press("submit", id, { component_id: "refresh" });
    const { value } = canvas.content.components.find(({ type }: { type: string }) => type === "textarea");
    expect(value).toBe(without(draft.text));
    await press("submit", id, { component_id: "copied", current_canvas: { stored_data: canvas.stored_data } });
    await tell("intercom", said("intercom", id, "rep", value + added));
    expect(await judgedOf(draft.id)).toMatchObject({ outcome, clicked: "copied", sentBy: reps.intercom });
  }
});

test("Chatwoot: a draft left as a private note goes there marked as such, and its echo is no reply", async () => {
  const desk = desks.find(({ helpdesk }) => helpdesk === "chatwoot")!;
  const id = numbers();
  const seat = await desk.sit(id);
  await signIn(seat);
  await until(() => told.has(id));
  await tell("chatwoot", said("chatwoot", id, "customer", question));
  await seat.sidebar.locator("[data-draft]").waitFor();
  const draft = await our().draftOf(id);
  await seat.sidebar.getByRole("button", { name: "Change the draft" }).click();
  await seat.sidebar.getByRole("button", { name: "Leave as internal note" }).click();
  await seat.sidebar.getByText("Left as an internal note").waitFor();
  const { path, headers, body } = apis.asked.findLast(({ host }) => host === "chat.acme.example")!;
  expect([path, headers.api_access_token]).toEqual([`/api/v1/accounts/1/conversations/${id}/messages`, "of-the-bot"]);
  expect(body).toMatchObject({ private: true, message_type: "outgoing" });
  expect(body.content).toContain(without(draft.text));
  expect(await tell("chatwoot", said("chatwoot", id, "rep", body.content, false, "900"))).toBe("ignored");
  expect((await our().suggestion(draft.id)).outcome ?? null).toBeNull();
  await seat.page.context().close();
}, 30_000);
