/** Our apps inside helpdesks: who is let in by what a helpdesk signed, and who is not. */
import { createHmac, generateKeyPairSync } from "node:crypto";
import { SignJWT } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { product, until } from "./product.ts";

const our = product();
const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
const strangers = generateKeyPairSync("rsa", { modulusLength: 2048 });
const appSecret = "help-scout-app-secret";
const intercomSecret = "intercom-client-secret";

const admin = () => our().login("admin", "ada");
const put = async (path: string, body: unknown) => {
  const answer = await our().call("PUT", path, { token: await admin(), body });
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
};

beforeAll(async () => {
  const appPublicKey = keys.publicKey.export({ type: "spki", format: "pem" });
  await put("/api/helpdesks/zendesk", { secret: "s", subdomain: "acme", appPublicKey, appInstallationId: "77" });
  await put("/api/helpdesks/helpscout", { secret: "s", appSecret });
  await put("/api/helpdesks/front", { secret: "s", authSecret: "of-the-app" });
  await put("/api/helpdesks/chatwoot", { secret: "s", url: "https://chat.acme.example/" });
  await put("/api/helpdesks/intercom", { secret: intercomSecret, cuecardUrl: "https://cuecard.acme.example" });
  await put("/api/people", {
    people: [
      { email: "sam@acme.example", role: "rep", reps: { zendesk: "8447", intercom: "991", helpscout: "256" } },
      { email: "ada@acme.example", role: "admin", reps: {} },
    ],
  });
  await our().settings({ assistWhen: "always" });
});

type Claims = { sub?: string; aud?: string; iss?: string; email?: string; ageSeconds?: number; key?: typeof keys };
async function zafToken(given: Claims = {}): Promise<string> {
  const { key = keys, ageSeconds = 0, sub = "8447", email } = given;
  const now = Math.floor(Date.now() / 1_000) - ageSeconds;
  return new SignJWT(email ? { email } : {})
    .setProtectedHeader({ alg: "RS256" })
    .setSubject(sub)
    .setIssuer(given.iss ?? "acme.zendesk.com")
    .setAudience(given.aud ?? "https://acme.zendesk.com/api/v2/apps/installations/77.json")
    .setIssuedAt(now)
    .setExpirationTime(now + 120)
    .sign(key.privateKey);
}
const openZendesk = async (token: string | undefined, workspace = "demo") =>
  our().call("POST", `/api/identity/zendesk/${workspace}?origin=https%3A%2F%2Facme.zendesk.com&app_guid=g`, {
    body: token === undefined ? "" : `token=${token}`,
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
const configOf = (html: string) => JSON.parse(/id="cuecard">(.*?)<\/script>/.exec(html)?.[1] ?? "null");

describe("Zendesk's signed page", () => {
  test("gives the rep it names a session, by id or by the address of one", async () => {
    for (const sub of ["8447", "https://acme.zendesk.com/api/v2/users/8447.json"]) {
      const page = await openZendesk(await zafToken({ sub }));
      expect([page.status, page.text.slice(0, 300)]).toEqual([200, expect.anything()]);
      expect(page.headers.get("content-security-policy")).toContain("frame-ancestors https://acme.zendesk.com");
      expect(page.headers.get("cache-control")).toBe("no-store");
      const { token, ...rest } = configOf(page.text);
      expect(rest).toEqual({ helpdesk: "zendesk", workspace: "demo" });
      const me = await our().call("GET", "/api/me", { token });
      expect(me.body).toMatchObject({ repId: "8447", role: "rep", workspace: "demo" });
    }
  });

  test("by the e-mail, but not where the record names another id", async () => {
    const byMail = await openZendesk(await zafToken({ sub: "9999", email: "ada@acme.example" }));
    expect((await our().call("GET", "/api/me", { token: configOf(byMail.text).token })).body.role).toBe("admin");
    const other = await openZendesk(await zafToken({ sub: "9999", email: "sam@acme.example" }));
    expect(configOf(other.text)).toEqual({ helpdesk: "zendesk", workspace: "demo" });
  });

  test("opens without a session for a stranger, or before the key is known: the rep signs in by a window", async () => {
    expect(configOf((await openZendesk(await zafToken({ sub: "1" }))).text)).toEqual({
      helpdesk: "zendesk",
      workspace: "demo",
    });
    await put("/api/helpdesks/zendesk", { appInstallationId: null });
    const early = await openZendesk(undefined);
    await put("/api/helpdesks/zendesk", { appInstallationId: "77" });
    expect(configOf(early.text)).toEqual({ helpdesk: "zendesk", workspace: "demo" });
  });

  test("is not opened without a token once the key is known", async () => {
    expect((await openZendesk(undefined)).status).toBe(401);
    expect((await our().call("GET", "/api/identity/zendesk/demo")).status).toBe(401);
  });

  test.each([
    ["another's key", { key: strangers }],
    ["another installation", { aud: "https://acme.zendesk.com/api/v2/apps/installations/78.json" }],
    ["another account", { aud: "https://evil.zendesk.com/api/v2/apps/installations/77.json" }],
    ["another issuer", { iss: "evil.zendesk.com" }],
    ["too old", { ageSeconds: 1_000 }],
    ["not yet true", { ageSeconds: -600 }],
  ])("%s is refused", async (_, claims) => {
    const answer = await openZendesk(await zafToken(claims));
    expect(answer.status).toBe(401);
    expect(answer.text).not.toContain("<script");
  });

  test("an unsigned token, or one signed with our public key as a secret, is refused", async () => {
    const payload = Buffer.from(
      JSON.stringify({
        sub: "8447",
        iss: "acme.zendesk.com",
        aud: "https://acme.zendesk.com/api/v2/apps/installations/77.json",
        iat: Math.floor(Date.now() / 1_000),
        exp: Math.floor(Date.now() / 1_000) + 100,
      }),
    ).toString("base64url");
    const none = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
    expect((await openZendesk(`${none}.${payload}.`)).status).toBe(401);
    const hs = Buffer.from(JSON.stringify({ alg: "HS256" })).toString("base64url");
    const pem = keys.publicKey.export({ type: "spki", format: "pem" });
    const mac = createHmac("sha256", pem).update(`${hs}.${payload}`).digest("base64url");
    expect((await openZendesk(`${hs}.${payload}.${mac}`)).status).toBe(401);
  });

  test("a workspace that is not there, or has no such helpdesk, is told apart from nothing", async () => {
    for (const workspace of ["nobody", "..", "A b"]) {
      const answer = await openZendesk(await zafToken(), encodeURIComponent(workspace));
      expect(answer.status).toBe(404);
    }
    expect((await our().call("GET", "/api/identity/libredesk/demo")).status).toBe(404);
  });
});

describe("the other pages", () => {
  test("Help Scout's signed query names the rep; a changed one is refused", async () => {
    const json = '{"conversation-id":"101","user-id":"256"}';
    const signature = encodeURIComponent(createHmac("sha1", appSecret).update(json).digest("base64"));
    const path = (user: string) =>
      `/api/identity/helpscout/demo?conversation-id=101&user-id=${user}&X-HelpScout-Signature=${signature}`;
    const page = await our().call("GET", path("256"));
    const { token } = configOf(page.text);
    expect((await our().call("GET", "/api/me", { token })).body.repId).toBe("256");
    expect((await our().call("GET", path("257"))).status).toBe(401);
    expect((await our().call("GET", "/api/identity/helpscout/demo")).status).toBe(401);
  });

  test("Front's secret opens the page and no session; Chatwoot's page stands where the firm runs it", async () => {
    const front = await our().call("GET", "/api/identity/front/demo?auth_secret=of-the-app");
    expect(configOf(front.text)).toEqual({ helpdesk: "front", workspace: "demo" });
    expect((await our().call("GET", "/api/identity/front/demo?auth_secret=guessed")).status).toBe(401);
    const chatwoot = await our().call("GET", "/api/identity/chatwoot/demo");
    expect(chatwoot.headers.get("content-security-policy")).toContain("frame-ancestors https://chat.acme.example");
  });
});

describe("Intercom's card", () => {
  const press = (body: object, secret = intercomSecret) => {
    const raw = JSON.stringify({ workspace_id: "w", ...body });
    const signature = createHmac("sha256", secret).update(raw).digest("hex");
    return our().call("POST", "/api/canvas/demo/submit", { body: raw, headers: { "x-body-signature": signature } });
  };
  const admin = { id: "991", email: "sam@acme.example" };
  // biome-ignore lint/suspicious/noExplicitAny: a canvas, as it came
  const words = ({ body }: { body: any }): string => JSON.stringify(body.canvas.content);

  test("is drawn for a known rep alone, and only when it is signed", async () => {
    expect((await press({ admin, conversation: { id: "i-1" } }, "wrong")).status).toBe(401);
    const stranger = await press({ admin: { id: 5 }, conversation: { id: "i-1" } });
    expect(words(stranger)).toContain("not on this server's list");
  });

  test("shows the draft to copy, counts the click, refreshes; the reply decides", async () => {
    const id = `i-${Date.now()}`;
    const conversation = { id };
    expect(words(await press({ admin, conversation }))).toContain("No draft for the last message");
    await our().say(id, "customer", "I returned my shoes. How long does a refund take?");
    const draft = await our().draftOf(id);
    const card = await press({ admin, conversation, component_id: "refresh" });
    const { components } = card.body.canvas.content;
    const area = components.find(({ type }: { type: string }) => type === "textarea");
    expect(area.value).toBe(draft.text.replace(/\s?\[\d+\]/g, ""));
    expect(words(card)).toContain(`https://cuecard.acme.example/sidebar?conversation=${id}`);
    const { stored_data } = card.body.canvas;
    const counted = await press({ admin, conversation, component_id: "copied", current_canvas: { stored_data } });
    expect(words(counted)).toContain("Counted");
    await our().say(id, "rep", area.value, { rep: "991" });
    const suggestion = await until(async () => {
      const one = await our().suggestion(draft.id);
      return one.outcome && one;
    });
    expect(suggestion).toMatchObject({ outcome: "accepted", clicked: "copied", sentBy: "991" });
    expect(suggestion.shownAt).toBeTruthy();
  });

  test("speaks the workspace's own language", async () => {
    const conversation = { id: `i-de-${Date.now()}` };
    await our().settings({ repLanguage: "de-AT" });
    const card = words(await press({ admin, conversation }));
    await our().settings({ repLanguage: "en" });
    expect(card).toContain("Kein Entwurf zur letzten Nachricht");
    expect(card).toContain("Antwort vorschlagen");
  });

  test("a draft of another conversation cannot be had through this one's card", async () => {
    const [mine, theirs] = [`i-a-${Date.now()}`, `i-b-${Date.now()}`];
    await our().say(theirs, "customer", "I returned my shoes. How long does a refund take?");
    const draft = await our().draftOf(theirs);
    const stored_data = { suggestionId: draft.id };
    const conversation = { id: mine };
    const answer = await press({ admin, conversation, component_id: "note", current_canvas: { stored_data } });
    expect(words(answer)).toContain("This draft is gone");
    const asked = await press({
      admin,
      conversation: { id: theirs },
      component_id: "note",
      current_canvas: { stored_data },
    });
    // No token of Intercom's API is stored: that is said, and nothing left the machine.
    expect(words(asked)).toContain("token is not set");
  });
});

describe("another workspace's rep", () => {
  test("sees nothing by any id, guessed or known", async () => {
    const id = `secret-${Date.now()}`;
    const words = "I returned my shoes. How long does a refund take? My code is QUINCE-7.";
    await our().say(id, "customer", words);
    const draft = await our().draftOf(id);
    const token = await our().login("admin", "eve", "elsewhere");
    const asked: [string, string, unknown?][] = [
      ["GET", `/api/conversations/${id}`],
      ["POST", `/api/conversations/${id}/suggestions`, { kind: "draft" }],
      ["GET", `/api/suggestions/${draft.id}`],
      ["POST", `/api/suggestions/${draft.id}/decision`, { action: "inserted" }],
      ["POST", `/api/suggestions/${draft.id}/note`, { helpdesk: "zendesk" }],
    ];
    for (const [method, path, body] of asked) {
      const answer = await our().call(method, path, { token, ...(body ? { body } : {}) });
      expect([path, answer.status < 500]).toEqual([path, true]);
      expect(answer.text).not.toMatch(/QUINCE|refund|shoes/i);
      if (method === "GET") expect(answer.status).toBe(404);
    }
    const foreign = await our().watch(id, token);
    await our().say(id, "customer", "And another word: QUINCE-8.");
    await our().draftOf(id, (one) => one.status === "ready" && one.id !== draft.id);
    expect(JSON.stringify(foreign.frames)).not.toMatch(/QUINCE|refund|shoes/i);
    // Nor did the click count.
    expect((await our().suggestion(draft.id)).clicked).toBeNull();
  });
});

test("a ticket brings what is known of the conversation along, to who may see it", async () => {
  const id = `first-${Date.now()}`;
  await our().say(id, "customer", "I returned my shoes. How long does a refund take?");
  const draft = await our().draftOf(id);
  const ticketOf = async (token: string, body: object) =>
    (await our().call("POST", "/api/tickets", { token, body })).body;
  const rep = await our().login();
  const { ticket, snapshot } = await ticketOf(rep, { conversationId: id });
  expect(ticket).toMatch(/^\w{32,}$/);
  expect(snapshot).toMatchObject({
    type: "snapshot",
    conversationId: id,
    messages: [{ text: expect.stringContaining("refund") }],
  });
  expect(snapshot.suggestions.find((one: { id: string }) => one.id === draft.id).text).toBe(draft.text);
  expect(Object.keys(await ticketOf(rep, {}))).toEqual(["ticket", "url"]);
  const elsewhere = await our().login("rep", "eve", "elsewhere");
  expect((await ticketOf(elsewhere, { conversationId: id })).snapshot.messages).toEqual([]);
  await our().settings({ repSees: "own" });
  const other = await ticketOf(await our().login("rep", "kim"), { conversationId: id });
  await our().settings({ repSees: "workspace" });
  expect(Object.keys(other)).toEqual(["ticket", "url"]);
});

test("HEAD on a webhook's address is 200 without a signature, and tells nothing of who is there", async () => {
  for (const path of ["/webhooks/demo/intercom", "/webhooks/nobody/intercom"])
    expect((await our().call("HEAD", path)).status).toBe(200);
  expect((await our().call("POST", "/webhooks/demo/intercom", { body: {} })).status).toBe(401);
});
