/** Signing in through a real provider, and everything that must not pass for it. */
import { randomUUID } from "node:crypto";
import { putPerson } from "@cuecard/core/people";
import { createWorkspace } from "@cuecard/core/store/workspaces";
import { runOn } from "@cuecard/functions/deps";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { product, until } from "./product.ts";
import { clientId, openProvider, pkce, redirectUri, type SignInProvider, walk } from "./provider.ts";

let provider: SignInProvider;
const known = new Map<string, Record<string, unknown>>();
beforeAll(async () => {
  provider = await openProvider((id) => known.get(id) ?? { email: id, email_verified: true });
  // Before the product starts: handlers read their links once.
  Object.assign(env, {
    CUECARD_OIDC_ISSUER: provider.issuer,
    CUECARD_OIDC_CLIENT_ID: clientId,
  });
});
afterAll(() => provider.close());
const env: Record<string, string> = {};
const our = product({ env: () => env });

const person = (email: string, role: "rep" | "lead" | "admin" = "rep", reps: Record<string, string> = {}) =>
  putPerson(our().table, "demo", { email, role, reps }, randomUUID);
const begin = async () => {
  const { verifier, challenge, state } = pkce();
  const { status, body } = await our().call("POST", "/api/sign-in", { body: { redirectUri, challenge, state } });
  expect(status).toBe(200);
  const url: string = body.url;
  return { verifier, state, url, nonce: new URL(url).searchParams.get("nonce")! };
};
const finish = (body: object) => our().call("POST", "/api/session", { body });
/** All the way; gives the answer of POST /api/session. */
async function signIn(email: string, more: object = {}) {
  const { verifier, state, url } = await begin();
  const back = await walk(url, email);
  expect(back.get("state")).toBe(state);
  return finish({ code: back.get("code"), redirectUri, verifier, ...more });
}
const me = async (token: string) => our().call("GET", "/api/me", { token });

describe("through the provider", () => {
  test("a person who is listed gets a session with the own role, workspace and rep id, and renews it", async () => {
    await person("sam@example.com", "rep", { standard: "r-sam", zendesk: "42" });
    const { status, body } = await signIn("sam@example.com", { helpdesk: "zendesk" });
    expect(status).toBe(200);
    expect((await me(body.token)).body).toMatchObject({ repId: "42", role: "rep", workspace: "demo" });
    const seconds = (Date.parse(body.expiresAt) - Date.now()) / 1_000;
    expect(seconds).toBeGreaterThan(600);
    expect(seconds).toBeLessThanOrEqual(900);
    const renewed = await our().call("POST", "/api/session/renewal", { token: body.token, body: {} });
    expect((await me(renewed.body.token)).body).toMatchObject({ repId: "42", role: "rep" });
    expect((await our().call("GET", "/api/reports/cost", { token: body.token })).status).toBe(403);
  });

  test("capitals in an e-mail address make no other person", async () => {
    await person("kim@example.com", "lead");
    known.set("kim", { email: "Kim@Example.COM", email_verified: true });
    const { body } = await signIn("kim");
    expect((await me(body.token)).body).toMatchObject({ repId: "kim@example.com", role: "lead" });
  });

  test("whoever is not listed, or whose e-mail nobody vouches for, stays outside", async () => {
    expect(await signIn("stranger@example.com")).toMatchObject({
      status: 403,
      body: { error: { code: "person_unknown" } },
    });
    await person("eve@example.com", "admin");
    for (const email_verified of [false, undefined]) {
      known.set("eve", { email: "eve@example.com", email_verified });
      expect(await signIn("eve")).toMatchObject({ status: 401, body: { error: { code: "signin_refused" } } });
    }
  });

  test("of several workspaces one is named", async () => {
    await createWorkspace(our().table, "second", Date.now());
    await person("both@example.com", "lead");
    await putPerson(our().table, "second", { email: "both@example.com", role: "rep", reps: {} }, randomUUID);
    expect(await signIn("both@example.com")).toMatchObject({
      status: 409,
      body: { error: { code: "workspace_needed" } },
    });
    const { body } = await signIn("both@example.com", { workspace: "second" });
    expect((await me(body.token)).body).toMatchObject({ role: "rep", workspace: "second" });
    expect((await signIn("both@example.com", { workspace: "third" })).status).toBe(403);
  });

  test("a code is of no use without its verifier, and of no use twice", async () => {
    await person("sam@example.com");
    const { verifier, url } = await begin();
    const code = (await walk(url, "sam@example.com")).get("code");
    expect((await finish({ code, redirectUri, verifier: pkce().verifier })).status).toBe(401);
    const again = await begin();
    const second = (await walk(again.url, "sam@example.com")).get("code");
    expect((await finish({ code: second, redirectUri, verifier: again.verifier })).status).toBe(200);
    expect((await finish({ code: second, redirectUri, verifier: again.verifier })).status).toBe(401);
    expect((await finish({ code: second, verifier })).body.error).toMatchObject({ code: "invalid_field" });
  });
});

describe("an ID token", () => {
  const email = "forged@example.com";
  beforeAll(() => person(email));
  /** Everything right but what the case changes. */
  const exchange = async (payload: object, options: Parameters<SignInProvider["forge"]>[1] = {}) => {
    const { verifier, nonce } = await begin();
    return finish({ idToken: await provider.forge({ email, nonce, ...payload }, options), verifier });
  };
  const seconds = () => Math.floor(Date.now() / 1_000);

  test("that is right is taken, once", async () => {
    const { verifier, nonce } = await begin();
    const idToken = await provider.forge({ email, nonce });
    expect((await finish({ idToken, verifier })).status).toBe(200);
    expect(await finish({ idToken, verifier })).toMatchObject({
      status: 401,
      body: { error: { code: "signin_refused" } },
    });
  });

  test.each([
    ["for another audience", { aud: "somebody-else" }, {}],
    ["for several, said by another", { aud: [clientId, "other"], azp: "other" }, {}],
    ["for several, said by nobody", { aud: [clientId, "other"] }, {}],
    ["of another issuer", { iss: "https://login.example.org" }, {}],
    ["that is too old", { iat: seconds() - 900, exp: seconds() - 60 }, {}],
    ["without an end", { exp: undefined }, {}],
    ["signed with another key", {}, { other: true }],
    ["signed by nobody", {}, { alg: "none" }],
    ["signed with the public key as a password", {}, { alg: "HS256" }],
    ["without a nonce", { nonce: undefined }, {}],
    ["with a nonce of its own making", { nonce: `${seconds() + 500}.abc.${"a".repeat(43)}` }, {}],
    ["with no e-mail", { email: undefined }, {}],
    ["with an e-mail nobody looked at", { email_verified: false }, {}],
  ])("%s is refused", async (_, payload, options) => {
    expect(await exchange(payload, options)).toMatchObject({
      status: 401,
      body: { error: { code: "signin_refused" } },
    });
  });

  test("that another page's sign-in brought is refused: the verifier does not fit", async () => {
    const [theirs, mine] = [await begin(), await begin()];
    const idToken = await provider.forge({ email, nonce: theirs.nonce });
    expect((await finish({ idToken, verifier: mine.verifier })).status).toBe(401);
  });

  test("itself opens nothing else", async () => {
    expect((await me(await provider.forge({ email, nonce: "x" }))).status).toBe(401);
  });
});

describe("a session of ours", () => {
  const seconds = () => Math.floor(Date.now() / 1_000);
  const right = { role: "admin", workspace: "demo", since: 0 };
  /** As the API signs it, with the stage's own key; each case changes one thing. */
  const signed = async (change: Record<string, unknown> = {}, options: { alg?: string; key?: Uint8Array } = {}) => {
    const { value } = JSON.parse(process.env.SST_RESOURCE_SessionKey!) as { value: string };
    const claims = { sub: "ada", iss: "cuecard", aud: "cuecard", iat: seconds(), exp: seconds() + 600, ...right };
    return new SignJWT({ ...claims, ...change })
      .setProtectedHeader({ alg: options.alg ?? "HS256" })
      .sign(options.key ?? new TextEncoder().encode(value));
  };
  const opened = async (token: string) => (await our().call("GET", "/api/settings", { token })).status;

  test("that is right opens what its role may: the cases below can fail", async () => {
    expect(await opened(await signed())).toBe(200);
  });

  test.each<[string, Record<string, unknown>, Parameters<typeof signed>[1]?]>([
    ["that is over", { iat: seconds() - 1_000, exp: seconds() - 1 }],
    ["without an end", { exp: undefined }],
    ["for another audience", { aud: "somebody-else" }],
    ["of another issuer", { iss: "https://login.example.org" }],
    ["with a role that is none", { role: "owner" }],
    ["in a workspace that can be none", { workspace: "demo#other" }],
    ["of nobody", { sub: undefined }],
    ["signed with another key", {}, { key: new Uint8Array(48).fill(7) }],
    ["signed in another way", {}, { alg: "HS512" }],
    ["of a person who is not on the list", { person: { email: "nobody@example.com", epoch: "e" } }],
    ["of a person as they were before", { person: { email: "sam@example.com", epoch: "before" } }],
  ])("%s opens nothing", async (_, change, options) => {
    expect(await opened(await signed(change, options))).toBe(401);
  });

  test("signed by nobody opens nothing", async () => {
    const [, claims] = (await signed()).split(".");
    const head = Buffer.from('{"alg":"none"}').toString("base64url");
    for (const end of ["", "AA"]) expect(await opened(`${head}.${claims}.${end}`)).toBe(401);
  });

  test("gets a ticket that is good for a minute", async () => {
    const { ticket, url } = (await our().call("POST", "/api/tickets", { token: await signed(), body: {} })).body;
    await later(61_000, async () => {
      const socket = new WebSocket(`${url}?ticket=${ticket}`);
      const status = await new Promise((resolve) => {
        socket.once("unexpected-response", (_, { statusCode }) => resolve(statusCode));
        socket.once("open", () => resolve("open"));
      });
      expect(status).toBe(401);
    });
  });
});

describe("a person who is taken off the list", () => {
  test("is out at once where nobody has looked yet, within half a minute elsewhere, and hears no more frames", async () => {
    await person("leaver@example.com");
    const { body } = await signIn("leaver@example.com");
    const ticket = (await our().call("POST", "/api/tickets", { token: body.token, body: {} })).body;
    const socket = new WebSocket(`${ticket.url}?ticket=${ticket.ticket}`);
    const frames: { type: string; error?: { code: string } }[] = [];
    socket.on("message", (data) => frames.push(JSON.parse(data.toString())));
    await new Promise((resolve) => socket.once("open", resolve));
    socket.send(JSON.stringify({ action: "watch", conversationId: "c-leaver" }));
    await until(() => frames.some(({ type }) => type === "snapshot"));
    const again = new WebSocket(`${ticket.url}?ticket=${ticket.ticket}`);
    const refused = await new Promise((resolve) =>
      again.once("unexpected-response", (_, { statusCode }) => resolve(statusCode)),
    );
    expect(refused).toBe(401); // a ticket works once

    const admin = await our().login("admin", "ada");
    await our().call("DELETE", "/api/people/Leaver@example.com", { token: admin });
    // What the API remembers of the person may be half a minute old; a role that changed shows by its epoch.
    await later(31_000, async () => {
      expect(await me(body.token)).toMatchObject({ status: 401, body: { error: { code: "signed_out" } } });
      expect((await our().call("POST", "/api/session/renewal", { token: body.token, body: {} })).status).toBe(401);
      socket.send('{"action":"ping"}');
      await until(() => frames.some(({ error }) => error?.code === "signed_out"));
    });
    await our().say("c-leaver", "customer", "Is anybody there? Where is my refund?");
    await our().settled();
    expect(frames.filter(({ type }) => type === "message")).toEqual([]);
    expect(await signIn("leaver@example.com")).toMatchObject({ status: 403 });
    socket.close();
  });

  test("or whose role changes signs in anew; the last admin can neither be removed nor made a rep", async () => {
    await person("riser@example.com");
    const before = (await signIn("riser@example.com")).body.token;
    const admin = await our().login("admin", "ada");
    await our().call("PUT", "/api/people", {
      token: admin,
      body: { people: [{ email: "riser@example.com", role: "lead" }] },
    });
    const after = (await signIn("riser@example.com")).body.token;
    expect((await me(after)).body.role).toBe("lead");
    expect((await me(before)).status).toBe(401);
    const { people } = (await our().call("GET", "/api/people", { token: admin })).body;
    const admins = people.filter(({ role }: { role: string }) => role === "admin");
    for (const { email } of admins.slice(1)) await our().call("DELETE", `/api/people/${email}`, { token: admin });
    const last = await our().call("DELETE", `/api/people/${admins[0].email}`, { token: admin });
    expect(last).toMatchObject({ status: 409, body: { error: { code: "last_admin" } } });
    const demoted = await our().call("PUT", "/api/people", {
      token: admin,
      body: { people: [{ email: admins[0].email, role: "rep" }] },
    });
    expect(demoted).toMatchObject({ status: 409, body: { error: { code: "last_admin" } } });
  });
});

describe("tokens of programs", () => {
  test("import articles and do nothing else; a revoked one does nothing at all", async () => {
    const admin = await our().login("admin", "ada");
    const { status, body } = await our().call("POST", "/api/tokens", { token: admin, body: { name: "help centre" } });
    expect(status).toBe(201);
    const put = () =>
      our().call("POST", "/api/policies", {
        token: body.token,
        body: { articles: [{ id: "by-token", title: "Parcels", text: "Parcels are picked up at noon." }] },
      });
    expect((await put()).status).toBe(200);
    for (const [method, path] of [
      ["GET", "/api/policies"],
      ["GET", "/api/me"],
      ["PUT", "/api/policies/by-token"],
      ["POST", "/api/tickets"],
    ])
      expect([
        path,
        (await our().call(method!, path!, { token: body.token, ...(method === "GET" ? {} : { body: {} }) })).status,
      ]).toEqual([path, 403]);
    const listed = await our().call("GET", "/api/tokens", { token: admin });
    expect(listed.text).not.toContain(body.token.slice(-64));
    expect(listed.body.tokens).toContainEqual(
      expect.objectContaining({ name: "help centre", scope: "import", createdBy: "ada" }),
    );
    const everything = await our().table.query({ pk: "W#demo" });
    expect(JSON.stringify(everything)).not.toContain(body.token.slice(-64));
    const other = `${body.token.slice(0, -1)}${body.token.endsWith("0") ? "1" : "0"}`;
    expect((await our().call("POST", "/api/policies", { token: other, body: {} })).status).toBe(401);
    await our().call("DELETE", `/api/tokens/${body.id}`, { token: admin });
    expect((await put()).status).toBe(401);
  });
});

/** Runs with the server's clock moved on, then back; what is signed here is signed by that clock, too. */
async function later<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const real = Date.now;
  Date.now = () => real() + ms;
  runOn(Date.now);
  try {
    return await work();
  } finally {
    Date.now = real;
    runOn(real);
  }
}
