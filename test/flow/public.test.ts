/** What a tunnel shows of this machine: webhooks and the sidebar, to whoever has the pairing code. */
import { once } from "node:events";
import { connect } from "node:net";
import { openPublic, type Public } from "@cuecard/local/public";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { message, product, sign, until } from "./product.ts";

const our = product();
let tunnel: Public;
let laterMs = 0;
beforeAll(async () => {
  const login = ({ repId, workspace }: { repId: string; workspace: string }) => our().login("rep", repId, workspace);
  tunnel = await openPublic({ target: our().url, port: 0, login, now: () => Date.now() + laterMs });
});
afterAll(() => tunnel.close());

/** As through a tunnel: another Host, and forwarded. */
const ask = (method: string, path: string, body?: string | object, headers: Record<string, string> = {}) =>
  fetch(tunnel.url + path, {
    method,
    redirect: "manual",
    headers: { "x-forwarded-for": "203.0.113.9", "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });

test.each([
  ["GET", "/"],
  ["GET", "/lead"],
  ["GET", "/dev/desk"],
  ["GET", "/dev/dead-letters"],
  ["GET", "/openapi.json"],
  ["GET", "/api/settings"],
  ["PUT", "/api/settings"],
  ["GET", "/api/reports/cost"],
  ["DELETE", "/api/policies/x"],
  ["POST", "/api/people"],
  ["GET", "/sidebar/../lead"],
  ["GET", "/api/conversations/%2e%2e/settings"],
])("%s %s is not there", async (method, path) => {
  const admin = await our().login("admin", "ada");
  expect(
    (await ask(method, path, method === "GET" ? undefined : {}, { authorization: `Bearer ${admin}` })).status,
  ).toBe(404);
});

/** Byte by byte as written: `fetch` would tidy the address up. Gives all that came back. */
async function raw(text: string): Promise<string> {
  const socket = connect(Number(new URL(tunnel.url).port), "127.0.0.1");
  let answer = "";
  socket.on("data", (part) => {
    answer += part;
  });
  socket.write(text);
  setTimeout(() => socket.destroy(), 1_000);
  await once(socket, "close");
  return answer;
}

test.each([
  "/api/conversations/%2e%2e/settings",
  "/api/conversations/%2E%2E/%2e%2e/dev/desk",
  "/api/conversations/../settings",
  "/api/conversations/..\\..\\lead",
  "/api/conversations/x/..",
  "//lead",
  "http://localhost/lead",
])("%s leads nowhere else", async (path) => {
  const admin = await our().login("admin", "ada");
  const head = `host: localhost\r\nauthorization: Bearer ${admin}\r\nconnection: close\r\n\r\n`;
  expect(await raw(`GET ${path} HTTP/1.1\r\n${head}`)).toMatch(/^HTTP\/1\.1 404 /);
});

test("a refused WebSocket carries no further request to what stands behind", async () => {
  const head = "GET /ws?ticket=none HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\n";
  const key = "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  for (const upgrade of [
    `upgrade: websocket\r\n${key}`,
    "upgrade: h2c\r\n",
    "upgrade: websocket\r\ncontent-length: 0\r\n",
  ]) {
    const answer = await raw(`${head}${upgrade}\r\nGET /dev/desk HTTP/1.1\r\nhost: localhost\r\n\r\n`);
    expect(answer).not.toMatch(/HTTP\/1\.1 (101|200)/);
  }
});

test("the page that asks for the code runs nothing, is held by nobody, and is kept nowhere", async () => {
  const { headers } = await ask("GET", "/pair");
  expect(headers.get("content-security-policy")).toBe(
    "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  );
  expect(headers.get("cache-control")).toBe("no-store");
  for (const path of ["/pair", "/nothing"]) {
    const { headers } = await ask("GET", path);
    expect(headers.get("x-content-type-options"), path).toBe("nosniff");
    expect(headers.get("referrer-policy"), path).toBe("strict-origin-when-cross-origin");
  }
});

test("a paired browser is known for a working day", async () => {
  const form = { "content-type": "application/x-www-form-urlencoded", "x-forwarded-proto": "https" };
  const paired = await ask("POST", "/pair", `code=${tunnel.code}&repId=sam`, form);
  expect(paired.headers.get("set-cookie")).toMatch(/^cuecard-pair=[\w-]{36}; HttpOnly; SameSite=Lax; Path=\/; Secure$/);
  const cookie = paired.headers.get("set-cookie")!.split(";")[0]!;
  expect((await ask("POST", "/dev/login", {}, { cookie })).status).toBe(200);
  laterMs = 12 * 3_600_000 + 1_000;
  expect((await ask("POST", "/dev/login", {}, { cookie })).status).toBe(404);
  laterMs = 0;
});

test("nobody signs in without the code, nor as more than a rep with it", async () => {
  const wanted = { repId: "eve", role: "admin", workspace: "demo" };
  expect((await ask("POST", "/dev/login", wanted)).status).toBe(404);
  expect((await ask("POST", "/pair", { ...wanted, code: "0" })).status).toBe(401);
  const { token } = (await (await ask("POST", "/pair", { ...wanted, code: tunnel.code })).json()) as { token: string };
  expect((await our().call("GET", "/api/me", { token })).body).toMatchObject({ repId: "eve", role: "rep" });
});

test("a paired browser opens the sidebar, and signed webhooks come in: a draft arrives", async () => {
  expect(await (await ask("GET", "/pair")).text()).toContain("<form");
  const paired = await ask("POST", "/pair", `code=${tunnel.code}&repId=sam`, {
    "content-type": "application/x-www-form-urlencoded",
  });
  expect([paired.status, paired.headers.get("location")]).toEqual([303, "/sidebar"]);
  const cookie = paired.headers.get("set-cookie")!.split(";")[0]!;
  const { token } = (await (await ask("POST", "/dev/login", { role: "admin" }, { cookie })).json()) as {
    token: string;
  };
  const answer = await ask("POST", "/api/tickets", {}, { authorization: `Bearer ${token}` });
  const { ticket, url } = (await answer.json()) as { ticket: string; url: string };
  expect(url).toBe("/ws");
  const socket = new WebSocket(`${tunnel.url.replace("http", "ws")}${url}?ticket=${ticket}`);
  const frames: string[] = [];
  socket.on("message", (data) => frames.push(String(data)));
  await new Promise((resolve) => socket.once("open", resolve));
  socket.send('{"action":"watch","conversationId":"c-tunnel"}');
  const body = JSON.stringify(message("c-tunnel", "customer", "How long does a refund take?"));
  expect((await ask("POST", "/webhooks/demo/standard", body, sign(body, { key: our().secret }))).status).toBe(202);
  expect((await ask("POST", "/webhooks/demo/standard", body, sign(body, { key: "whsec_AAAA" }))).status).toBe(401);
  await until(() => frames.some((frame) => frame.includes('"draft"') && frame.includes('"ready"')));
  socket.close();
});

test.each(["/shells/zendesk.js", "/shells/shell.css", "/embed.js", "/embed.v1.js"])(
  "a helpdesk's page can load %s through the tunnel",
  async (path) => {
    expect((await ask("GET", path)).status).toBe(200);
  },
);

test("guessing ends: after twenty wrong codes the right one is refused too", async () => {
  for (let i = 0; i < 20; i++) await ask("POST", "/pair", { code: `${i}`, repId: "x" });
  expect((await ask("POST", "/pair", { code: tunnel.code, repId: "x" })).status).toBe(429);
});
