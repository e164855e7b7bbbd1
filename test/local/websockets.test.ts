import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import type { SocketEvent } from "@cuecard/local/lambda";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { credentials, region, started, until } from "./started.ts";

type Limits = NonNullable<NonNullable<Parameters<typeof started>[1]>["limits"]>["sockets"];

async function sockets(work: (event: SocketEvent) => unknown = () => undefined, limits: Limits = {}) {
  const events: SocketEvent[] = [];
  const runtime = await started(
    {
      socket: async (event) => {
        events.push(event);
        return (await work(event)) ?? { statusCode: 200 };
      },
    },
    { limits: { sockets: limits } },
  );
  const { url, managementEndpoint } = runtime.resource("Channel") as { url: string; managementEndpoint: string };
  const management = new ApiGatewayManagementApiClient({
    endpoint: managementEndpoint,
    region,
    credentials,
    maxAttempts: 1,
  });
  onTestFinished(() => management.destroy());
  const of = (type: string) => events.filter(({ requestContext }) => requestContext.eventType === type);
  return { ...runtime, events, of, socketUrl: url, management };
}

async function connected(url: string) {
  const socket = new WebSocket(url, { headers: { "x-one": "1" } });
  onTestFinished(() => socket.terminate());
  const messages: string[] = [];
  const closed: { code?: number } = {};
  socket.on("message", (data) => messages.push(String(data)));
  socket.on("close", (code) => {
    closed.code = code;
  });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  return { socket, messages, closed };
}

test("$connect has the query and headers, $default the message, $disconnect the code", async () => {
  const { socketUrl, of } = await sockets();
  const { socket } = await connected(`${socketUrl}?ticket=t%201&a=1&a=2`);
  socket.send('{"action":"ping"}');
  await until(() => of("MESSAGE").length === 1);
  socket.close(4_000, "bye");
  await until(() => of("DISCONNECT").length === 1);

  const [connect, message, disconnect] = [of("CONNECT")[0], of("MESSAGE")[0], of("DISCONNECT")[0]];
  expect(connect).toMatchObject({
    headers: { "x-one": "1" },
    queryStringParameters: { ticket: "t 1", a: "2" },
    multiValueQueryStringParameters: { a: ["1", "2"] },
    requestContext: { routeKey: "$connect", identity: { sourceIp: "127.0.0.1" } },
  });
  expect(message).toMatchObject({ body: '{"action":"ping"}', isBase64Encoded: false });
  expect(message?.requestContext.routeKey).toBe("$default");
  expect(disconnect?.requestContext).toMatchObject({
    routeKey: "$disconnect",
    disconnectStatusCode: 4_000,
    disconnectReason: "bye",
  });
  const ids = [connect, message, disconnect].map((event) => event?.requestContext.connectionId);
  expect(new Set(ids).size).toBe(1);
});

test.each([
  ["the handler's status", () => ({ statusCode: 401 }), "401"],
  ["500 when it throws", () => Promise.reject(new Error("no")), "500"],
])("a refused $connect answers %s and leaves no connection", async (_, work, status) => {
  const { socketUrl, of } = await sockets(work);
  await expect(connected(socketUrl)).rejects.toThrow(status);
  expect(of("DISCONNECT")).toEqual([]);
});

test("any path but /ws is a 404", async () => {
  const { socketUrl } = await sockets();
  await expect(connected(`${socketUrl}x`)).rejects.toThrow("404");
});

test("the official client posts, in order, describes and closes a connection; then it is gone", async () => {
  const { socketUrl, of, management } = await sockets();
  const { messages, closed } = await connected(socketUrl);
  const ConnectionId = of("CONNECT")[0]?.requestContext.connectionId;
  for (let n = 0; n < 50; n++) await management.send(new PostToConnectionCommand({ ConnectionId, Data: `${n} ä` }));
  await until(() => messages.length === 50);
  expect(messages).toEqual(Array.from({ length: 50 }, (_, n) => `${n} ä`));

  const largest = "a".repeat(128 * 1024);
  await management.send(new PostToConnectionCommand({ ConnectionId, Data: largest }));
  await until(() => messages.at(-1) === largest);
  await expect(
    management.send(new PostToConnectionCommand({ ConnectionId, Data: `${largest}a` })),
  ).rejects.toMatchObject({ name: "PayloadTooLargeException", $metadata: { httpStatusCode: 413 } });

  const described = await management.send(new GetConnectionCommand({ ConnectionId }));
  expect(described.Identity?.SourceIp).toBe("127.0.0.1");
  expect(Date.now() - described.ConnectedAt!.getTime()).toBeLessThan(10_000);

  await management.send(new DeleteConnectionCommand({ ConnectionId }));
  await until(() => closed.code === 1_000);
  await until(() => of("DISCONNECT").length === 1);
  const gone = { name: "GoneException", $metadata: { httpStatusCode: 410 } };
  await expect(management.send(new PostToConnectionCommand({ ConnectionId, Data: "x" }))).rejects.toMatchObject(gone);
  await expect(management.send(new GetConnectionCommand({ ConnectionId: "no/such=" }))).rejects.toMatchObject(gone);
});

test("a connection is not there before its $connect has ended", async () => {
  const errors: string[] = [];
  const runtime = await sockets(async ({ requestContext: { eventType, connectionId } }) => {
    if (eventType !== "CONNECT") return;
    await runtime.management
      .send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: "early" }))
      .catch((error: Error) => errors.push(error.name));
  });
  await connected(runtime.socketUrl);
  expect(errors).toEqual(["GoneException"]);
});

/** In frames of `size` bytes, as a client of API Gateway must. */
function sendInFrames(socket: WebSocket, text: string, size: number): void {
  for (let at = 0; at < text.length; at += size)
    socket.send(text.slice(at, at + size), { fin: at + size >= text.length, binary: false });
}

test("128 KB pass in frames of 32 KB", async () => {
  const { socketUrl, of } = await sockets();
  const { socket } = await connected(socketUrl);
  sendInFrames(socket, "a".repeat(128 * 1024), 32 * 1024);
  socket.send("next");
  await until(() => of("MESSAGE").length === 2);
  expect(of("MESSAGE").map(({ body }) => body?.length)).toEqual([128 * 1024, 4]);
});

test.each([
  ["message", 128 * 1024 + 1, 32 * 1024],
  ["frame", 32 * 1024 + 1, 64 * 1024],
  ["frame of the longest form", 70 * 1024, 70 * 1024],
])("a %s over its limit closes the connection with 1009", async (_, bytes, size) => {
  const { socketUrl, of } = await sockets();
  const { socket, closed } = await connected(socketUrl);
  sendInFrames(socket, "a".repeat(bytes), size);
  await until(() => closed.code === 1_009);
  expect(of("MESSAGE")).toEqual([]);
});

test("a $connect that hangs does not hold up the stop", async () => {
  const { socketUrl, stop, of } = await sockets(() => new Promise((resolve) => setTimeout(resolve, 3_000)));
  const refused = expect(connected(socketUrl)).rejects.toThrow();
  await until(() => of("CONNECT").length === 1);
  const began = Date.now();
  await stop(100);
  expect(Date.now() - began).toBeLessThan(2_500);
  await refused;
});

test("a handler that throws tells the client, without the reason", async () => {
  const { socketUrl, lines } = await sockets(({ requestContext }) => {
    if (requestContext.eventType === "MESSAGE") throw new Error("boom");
  });
  const { socket, messages } = await connected(socketUrl);
  socket.send("x");
  await until(() => messages.length === 1);
  expect(JSON.parse(messages[0]!)).toMatchObject({ message: "Internal server error" });
  expect(messages[0]).not.toContain("boom");
  expect(lines.join()).toContain("boom");
});

test("an idle connection closes, one that is used stays, until its life is over", async () => {
  const { socketUrl } = await sockets(undefined, { idleMs: 150, lifeMs: 600 });
  const [idle, used] = [await connected(socketUrl), await connected(socketUrl)];
  const beat = setInterval(() => used.socket.send("x"), 30);
  onTestFinished(() => clearInterval(beat));
  await until(() => idle.closed.code === 1_001);
  expect(used.closed.code).toBeUndefined();
  await until(() => used.closed.code === 1_001);
});

test("stopping closes connections and lets their $disconnect end", async () => {
  let left = 0;
  const { socketUrl, stop } = await sockets(async ({ requestContext }) => {
    if (requestContext.eventType !== "DISCONNECT") return;
    await new Promise((resolve) => setTimeout(resolve, 50));
    left++;
  });
  const both = [await connected(socketUrl), await connected(socketUrl)];
  await stop();
  expect(left).toBe(2);
  await until(() => both.every(({ closed }) => closed.code === 1_001));
});
