/**
 * Zendesk from end to end, against the real server: its signed webhook brings the customer's words, its signed page lets the rep
 * in, the draft goes into its composer, and what it then says was sent is judged.
 */
import { generateKeyPairSync, randomUUID } from "node:crypto";
import type { Event } from "@cuecard/core/event";
import { sender } from "@cuecard/local/senders/sender";
import { SignJWT } from "jose";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { build } from "../../packages/web/build.ts";
import { product, until } from "../flow/product.ts";
import { open, openBrowser } from "./browser.ts";
import { pretend, zendesk } from "./vendors.ts";

const our = product();
const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
const secret = "zendesk-signing-secret";
let browser: Browser;

beforeAll(async () => {
  [browser] = await Promise.all([openBrowser(), build()]);
  const token = await our().login("admin", "ada");
  const appPublicKey = keys.publicKey.export({ type: "spki", format: "pem" });
  const body = { secret, subdomain: "acme", appPublicKey, appInstallationId: "77" };
  await our().call("PUT", "/api/helpdesks/zendesk", { token, body });
  const people = [{ email: "sam@acme.example", role: "rep", reps: { zendesk: "8447" } }];
  await our().call("PUT", "/api/people", { token, body: { people } });
}, 60_000);
afterAll(() => browser?.close());

/** As Zendesk tells it, signed. */
async function webhook(event: Event): Promise<void> {
  const zendesk = await sender("zendesk", secret);
  const request = zendesk.build(event, { nowMs: Date.now(), deliveryId: randomUUID() })!;
  const answer = await our().call("POST", `/webhooks/demo${request.path}`, {
    body: request.body,
    headers: request.headers,
  });
  expect([answer.status, answer.body.status]).toEqual([202, "accepted"]);
}
function comment(ticket: string, kind: "customer" | "rep", text: string): Event {
  const customer = { id: `requester-${ticket}`, name: "Ada Byron" };
  const author = kind === "customer" ? { kind, ...customer } : { kind, id: "8447", name: "Sam" };
  const message = { id: randomUUID(), at: new Date().toISOString(), author, visibility: "public" as const, text };
  return {
    type: "message.created",
    conversation: { id: ticket, subject: "Refund", channel: "email", customer, assignee: { id: "8447" } },
    message,
  };
}
async function signedToken(): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: "RS256" })
    .setSubject("8447")
    .setIssuer("acme.zendesk.com")
    .setAudience("https://acme.zendesk.com/api/v2/apps/installations/77.json")
    .setIssuedAt()
    .setExpirationTime("2m")
    .sign(keys.privateKey);
}

test.each([
  ["as it was drafted", "accepted", ""],
  ["with words of the rep's own", "edited", " Do write again if it is not there by then."],
])("the reply sent %s is counted as %s", async (_, outcome, added) => {
  const ticket = String(1_000 + Math.floor(Math.random() * 1e9));
  const vendor = zendesk(`${our().url}/api/identity/zendesk/demo`, { token: await signedToken(), ticket });
  const { page, faults } = await open(browser, vendor.host, {
    viewport: { width: 800, height: 900 },
    before: (context) => pretend(context, vendor),
  });
  page.setDefaultTimeout(15_000);
  const sidebar = page.frameLocator("iframe").frameLocator("iframe");
  await sidebar.getByText("live").waitFor();
  await webhook(comment(ticket, "customer", "I returned my shoes ten days ago. How long does a refund take?"));
  await sidebar.getByRole("button", { name: "Insert" }).first().click();
  const composer = page.locator("#composer");
  await expect.poll(() => composer.textContent()).not.toBe("");
  await sidebar.getByRole("button", { name: "Inserted" }).waitFor();
  const draft = await our().draftOf(ticket);
  await until(async () => (await our().suggestion(draft.id)).clicked === "inserted");

  if (added) {
    await composer.press("Control+End");
    await composer.pressSequentially(added);
  }
  // biome-ignore lint/performance/useDomNodeTextContent: what Zendesk sends has the line breaks the rep saw
  await webhook(comment(ticket, "rep", await composer.innerText()));
  const judged = await until(async () => {
    const one = await our().suggestion(draft.id);
    return one.outcome && one;
  });
  expect(judged).toMatchObject({ outcome, clicked: "inserted", sentBy: "8447" });
  expect(judged.shownAt).toBeTruthy();
  await sidebar
    .getByText(outcome === "accepted" ? "sent as drafted" : "sent with changes")
    .first()
    .waitFor();
  expect(faults).toEqual([]);
  await page.context().close();
});
