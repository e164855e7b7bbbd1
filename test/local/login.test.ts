import { request } from "node:http";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { jwtVerify } from "jose";
import { expect, test } from "vitest";
import { shared, started } from "./started.ts";

type Reply = { status: number; body: { token?: string; error?: { code: string; path?: string } } };

/** fetch() would set Host and Origin itself. */
function post(url: string, body: string, headers: Record<string, string> = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/dev/login`, { method: "POST", headers }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode!, body: JSON.parse(text) }));
    });
    sent.on("error", reject).end(body);
  });
}

const one = shared();
const rep = JSON.stringify({ repId: "r1", role: "rep" });

test("gives a token signed with the session key", async () => {
  const { url, resource } = one();
  const { status, body } = await post(url, JSON.stringify({ repId: "r1", role: "lead", workspace: "w" }));
  expect(status).toBe(200);
  const key = new TextEncoder().encode((resource("SessionKey") as { value: string }).value);
  const { payload } = await jwtVerify(body.token!, key, {
    issuer: "cuecard",
    audience: "cuecard",
    algorithms: ["HS256"],
  });
  expect(payload).toMatchObject({ sub: "r1", role: "lead", workspace: "w" });
  expect(payload.exp! - payload.iat!).toBe(12 * 3_600);
});

test("the workspace is `demo` unless named; localhost and the page's own origin may ask", async () => {
  const { url, resource } = one();
  const { port } = new URL(url);
  const key = new TextEncoder().encode((resource("SessionKey") as { value: string }).value);
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, "LOCALHOST"]) {
    const { body } = await post(url, rep, { host, origin: `http://${host}`, "sec-fetch-site": "same-origin" });
    expect((await jwtVerify(body.token!, key)).payload.workspace).toBe("demo");
  }
});

test.each<[string, Record<string, string>]>([
  ["Forwarded", { forwarded: "for=1.2.3.4" }],
  ["X-Forwarded-For", { "x-forwarded-for": "127.0.0.1" }],
  ["X-Forwarded-Host", { "x-forwarded-host": "localhost" }],
  ["X-Real-IP", { "x-real-ip": "127.0.0.1" }],
  ["Via", { via: "1.1 proxy" }],
  ["another Host", { host: "cuecard.example" }],
  ["a Host that only begins so", { host: "localhost.evil.example:4000" }],
  ["another Origin", { origin: "https://evil.example" }],
  ["another port's Origin", { origin: "http://127.0.0.1:1" }],
  ["no Origin to name", { origin: "null" }],
  ["a cross-site fetch", { "sec-fetch-site": "cross-site" }],
])("is refused with %s", async (_, headers) => {
  const { url } = one();
  expect(await post(url, rep, headers)).toMatchObject({ status: 403, body: { error: { code: "not_local" } } });
});

test.each<[string, Record<string, string>]>([
  ["forwarded", { "x-forwarded-for": "127.0.0.1" }],
  ["by a proxy", { via: "1.1 proxy" }],
  ["under another name", { host: "cuecard.example" }],
])("the demo desk is refused %s, like the login; the other pages are not", async (_, headers) => {
  const { url } = one();
  const get = (path: string, given: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      const sent = request(url + path, { headers: given }, (answer) => resolve(answer.resume().statusCode!));
      sent.on("error", reject).end();
    });
  for (const path of ["/", "/index.html"]) expect([path, await get(path, headers)]).toEqual([path, 403]);
  expect(await get("/lead", headers)).not.toBe(403);
  // A link in somebody's page may lead here.
  expect(await get("/", { "sec-fetch-site": "cross-site" })).not.toBe(403);
});

test("is refused over HTTP/1.0, which only a proxy speaks", async () => {
  const socket = connect(Number(new URL(one().url).port), "127.0.0.1");
  socket.write(`POST /dev/login HTTP/1.0\r\nHost: localhost\r\nContent-Length: ${rep.length}\r\n\r\n${rep}`);
  let text = "";
  for await (const chunk of socket) text += chunk;
  expect(text).toMatch(/^HTTP\/1\.1 403 /);
});

test("is refused to another machine, whatever it says", async () => {
  const own = Object.values(networkInterfaces())
    .flat()
    .find((one) => one && !one.internal && one.family === "IPv4");
  const { url } = await started({}, { host: "0.0.0.0" });
  const { port } = new URL(url);
  // Without a network there is no other address to come from; then loopback alone is seen to work.
  const host = own?.address ?? "127.0.0.1";
  const reply = await post(`http://${host}:${port}`, rep, { host: `localhost:${port}` });
  expect(reply.status).toBe(own ? 403 : 200);
});

test.each([
  ["", undefined],
  ["[]", undefined],
  ["{", undefined],
  ['{"role":"rep"}', "repId"],
  ['{"repId":"","role":"rep"}', "repId"],
  ['{"repId":"r1","role":"king"}', "role"],
  ['{"repId":"r1","role":"rep","workspace":7}', "workspace"],
  [`{"repId":"${"a".repeat(300)}","role":"rep"}`, "repId"],
])("the body %s is a 400 that names the place", async (body, path) => {
  const { url } = one();
  const reply = await post(url, body);
  expect(reply.status).toBe(400);
  expect(reply.body.error?.path).toBe(path);
});
