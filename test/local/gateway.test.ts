import { request as httpRequest } from "node:http";
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import { expect, test } from "vitest";
import { shared, started } from "./started.ts";

type Answer = (event: APIGatewayProxyEventV2, context: Context) => unknown;
let answer: Answer;
let events: APIGatewayProxyEventV2[] = [];
const run: Answer = async (event, context) => {
  events.push(event);
  return answer(event, context);
};
const gateway = shared({ api: run, webhook: run }, { limits: { gateway: { timeoutMs: 300 } } });

/** From now on the handler answers so; gives the gateway's address and the events the handler will be given. */
function recording(answers: Answer = () => ({ ok: true })) {
  answer = answers;
  events = [];
  return { ...gateway(), events };
}

test("a request becomes an event of payload format 2.0", async () => {
  const { url, events } = recording();
  const response = await fetch(`${url}/webhooks/demo/stan%20dard?a=1&a=2&b=%C3%A9&c`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Odd": "1", cookie: "one=1; two=2", "user-agent": "test" },
    body: '{"é":1}',
  });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(await response.json()).toEqual({ ok: true });

  const [event] = events;
  expect(event).toMatchObject({
    version: "2.0",
    routeKey: "POST /webhooks/{workspace}/{helpdesk}",
    rawPath: "/webhooks/demo/stan%20dard",
    rawQueryString: "a=1&a=2&b=%C3%A9&c",
    cookies: ["one=1", "two=2"],
    queryStringParameters: { a: "1,2", b: "é", c: "" },
    pathParameters: { workspace: "demo", helpdesk: "stan dard" },
    body: '{"é":1}',
    isBase64Encoded: false,
    requestContext: {
      http: { method: "POST", path: "/webhooks/demo/stan%20dard", sourceIp: "127.0.0.1", userAgent: "test" },
      routeKey: "POST /webhooks/{workspace}/{helpdesk}",
      stage: "$default",
      time: expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
    },
  });
  expect(event?.headers["x-odd"]).toBe("1");
  expect(event?.headers).not.toHaveProperty("cookie");
});

test("if told so, the path is decoded as HTTP APIs decode it", async () => {
  const paths: string[] = [];
  const api = async ({ rawPath }: APIGatewayProxyEventV2) => void paths.push(rawPath);
  const { url } = await started({ api }, { limits: { gateway: { decodesPath: true } } });
  for (const id of ["a%2Fb", "a%20%C3%A9", "a%3Fb=1"]) await fetch(`${url}/api/conversations/${id}`);
  expect(paths).toEqual(["/api/conversations/a/b", "/api/conversations/a é", "/api/conversations/a"]);
});

test("headers sent several times are joined by commas", async () => {
  const { url, events } = recording();
  await new Promise<void>((resolve, reject) => {
    const sent = httpRequest(`${url}/api/x`, { headers: { "x-a": ["1", "2"] } }, (response) => {
      response.resume().on("end", resolve);
    });
    sent.on("error", reject).end();
  });
  expect(events[0]?.headers["x-a"]).toBe("1,2");
  expect(events[0]).not.toHaveProperty("body");
  expect(events[0]).not.toHaveProperty("queryStringParameters");
});

test.each([
  ["application/json", Buffer.from("{}"), false],
  ["text/plain; charset=utf-8", Buffer.from("x"), false],
  ["application/json", Buffer.from([0x22, 0xff, 0x22]), true],
  ["application/x-www-form-urlencoded", Buffer.from("a=1"), true],
  ["image/png", Buffer.from([1, 2, 3]), true],
])("a body of %s keeps its bytes", async (type, body, encoded) => {
  const { url, events } = recording();
  await fetch(`${url}/api/upload/a`, { method: "PUT", headers: { "content-type": type }, body: new Uint8Array(body) });
  const [event] = events;
  expect(event?.isBase64Encoded).toBe(encoded);
  expect(Buffer.from(event?.body ?? "", encoded ? "base64" : "utf8")).toEqual(body);
  expect(event?.pathParameters).toEqual({ proxy: "upload/a" });
});

test("a structured answer arrives whole: status, headers, cookies, bytes", async () => {
  const { url } = recording(() => ({
    statusCode: 201,
    headers: { "X-One": "1", "content-type": "image/png" },
    cookies: ["a=1", "b=2"],
    body: Buffer.from([0, 255, 1]).toString("base64"),
    isBase64Encoded: true,
  }));
  const response = await fetch(`${url}/api/x`);
  expect(response.status).toBe(201);
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect(response.headers.get("x-one")).toBe("1");
  expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from([0, 255, 1]));
});

test.each([
  [{ statusCode: 204 }, 204, ""],
  [{ statusCode: 404, body: "no" }, 404, "no"],
  [["bare"], 200, '["bare"]'],
  ["text", 200, "text"],
])("the answer %j is a %i", async (answer, status, text) => {
  const { url } = recording(() => answer);
  const response = await fetch(`${url}/api/x`);
  expect([response.status, await response.text()]).toEqual([status, text]);
});

test("a handler that throws, or answers nonsense, is a plain 500, logged without the body", async () => {
  const failing = recording((event) => {
    if (event.rawPath.endsWith("nonsense")) return { statusCode: "two hundred" };
    throw new Error("boom");
  });
  for (const path of ["throws", "nonsense"]) {
    const response = await fetch(`${failing.url}/api/${path}`, { method: "POST", body: "secret words" });
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ error: { code: "internal", message: expect.any(String) } });
  }
  expect(failing.lines.join("\n")).toContain("boom");
  expect(failing.lines.join("\n")).not.toContain("secret words");
});

test("a handler that takes too long is a 503, and knew how long it had", async () => {
  let left = 0;
  const { url } = recording(async (_, context) => {
    left = context.getRemainingTimeInMillis();
    await new Promise((resolve) => setTimeout(resolve, 600));
  });
  const response = await fetch(`${url}/api/slow`);
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ error: { code: "timeout", message: expect.any(String) } });
  expect(left).toBeGreaterThan(200);
  expect(left).toBeLessThanOrEqual(300);
});

test.each(["/nothing", "/webhooks/demo", "/webhooks/demo/standard", "/api/", "/assets/../package.json", "/%"])(
  "GET %s is a 404 in JSON",
  async (path) => {
    const { url } = recording();
    const response = await fetch(url + path);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ error: { code: "not_found", message: expect.any(String) } });
  },
);

test.each(["content-length", "chunked"])("a body of 7 MB (%s) gets a clean 413", async (how) => {
  const { url, events } = recording();
  const bytes = new Uint8Array(7 * 1024 * 1024).fill(97);
  const stream = () => new Blob([bytes]).stream();
  for (let i = 0; i < 5; i++) {
    const init: RequestInit & { duplex?: "half" } =
      how === "chunked" ? { method: "POST", body: stream(), duplex: "half" } : { method: "POST", body: bytes };
    const response = await fetch(`${url}/webhooks/demo/standard`, init);
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({ error: { code: "too_large", message: expect.any(String) } });
  }
  expect(events).toEqual([]);
});

test("a body of just 6 MB passes", async () => {
  const { url, events } = recording();
  const response = await fetch(`${url}/api/x`, {
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: "a".repeat(6 * 1024 * 1024),
  });
  expect(response.status).toBe(200);
  expect(events[0]?.body?.length).toBe(6 * 1024 * 1024);
});

test("/healthz says 503 until the preparation is done, and other routes answer meanwhile", async () => {
  let before: [number, unknown, number] | undefined;
  const { url } = await started(
    {},
    {
      prepare: async (context) => {
        const health = await fetch(`${context.url}/healthz`);
        before = [health.status, await health.json(), (await fetch(`${context.url}/api/x`)).status];
      },
    },
  );
  expect(before).toEqual([503, { ok: false }, 200]);
  const after = await fetch(`${url}/healthz`);
  expect([after.status, await after.json()]).toEqual([200, { ok: true }]);
});
