/**
 * API Gateway's WebSocket APIs: $connect before the connection is open, $default for every message, $disconnect after.
 * Messages to a connection go through management.ts, and leave in the order in which they came there.
 */
import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { watchFrames } from "./frames.ts";
import { addressOf, headersOf, joined, target } from "./http-event.ts";
import { type Handlers, invoke, type SocketEvent, settle } from "./lambda.ts";
import { type Log, told } from "./log.ts";

export type SocketLimits = {
  messageBytes: number;
  /** Of one frame from a client; ours to them are as large as their message, which no browser can tell. */
  frameBytes: number;
  /** Without a message either way. */
  idleMs: number;
  lifeMs: number;
  /** A WebSocket integration ends before an HTTP one. */
  timeoutMs: number;
  /** What may wait for a slow client before messages to it are refused. */
  backlogBytes: number;
};

export const socketLimits: SocketLimits = {
  messageBytes: 128 * 1024,
  frameBytes: 32 * 1024,
  idleMs: 10 * 60_000,
  lifeMs: 2 * 3_600_000,
  timeoutMs: 29_000,
  backlogBytes: 8 * 1024 * 1024,
};

/** Handlers at work for one connection; its further messages wait in the socket. */
const concurrency = 32;

export type Connection = {
  id: string;
  socket: WebSocket;
  connectedAt: number;
  lastActiveAt: number;
  identity: { sourceIp: string; userAgent: string };
  touch(): void;
};

export type Sockets = {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Open ones, by id. */
  connections: ReadonlyMap<string, Connection>;
  limits: SocketLimits;
  /** Closes all and lets their handlers end, for `ms` at most. */
  drain(ms: number): Promise<void>;
};

export function openSockets(options: {
  path: string;
  socket(): Handlers["socket"] | undefined;
  log: Log;
  limits?: Partial<SocketLimits>;
}): Sockets {
  const { path, log } = options;
  const limits = { ...socketLimits, ...options.limits };
  const server = new WebSocketServer({ noServer: true, maxPayload: limits.messageBytes, perMessageDeflate: false });
  const connections = new Map<string, Connection>();
  const running = new Set<Promise<unknown>>();
  const raws = new Set<Duplex>();
  let draining = false;

  const run = (event: SocketEvent): Promise<unknown> => {
    const socket = options.socket();
    const work = socket
      ? invoke(socket, event, {
          name: "socket",
          timeoutMs: limits.timeoutMs,
          requestId: event.requestContext.requestId,
        })
      : Promise.resolve({ statusCode: 503 });
    running.add(work);
    void work.catch(() => undefined).finally(() => running.delete(work)); // every caller handles the failure itself
    return work;
  };

  const connect = async (request: IncomingMessage, raw: Duplex, head: Buffer) => {
    const connection = {
      id: `${randomBytes(11).toString("base64url")}=`, // as AWS's look, so that nobody forgets to encode them
      connectedAt: Date.now(),
      identity: { sourceIp: addressOf(request), userAgent: request.headers["user-agent"] ?? "" },
    };
    const answer = await run({ ...context(connection, "CONNECT"), ...handshake(request) });
    const { statusCode = 200 } = (answer ?? {}) as { statusCode?: number };
    if (statusCode < 200 || statusCode > 299) return refuse(raw, statusCode);
    if (raw.destroyed) return leave({ ...connection, code: 1006, reason: "" });
    server.handleUpgrade(request, raw, head, (socket) => {
      // First of the listeners, so that nothing of a frame that is too large gets through.
      raw.prependListener(
        "data",
        watchFrames(limits.frameBytes, () => socket.close(1009, "Frame too large")),
      );
      opened({ ...connection, socket });
    });
  };

  const opened = (given: Pick<Connection, "id" | "socket" | "connectedAt" | "identity">) => {
    const { socket } = given;
    const life = setTimeout(() => socket.close(1001, "Connection duration exceeded"), limits.lifeMs);
    const idle = setTimeout(() => socket.close(1001, "Going away"), limits.idleMs);
    const connection: Connection = {
      ...given,
      lastActiveAt: given.connectedAt,
      touch() {
        connection.lastActiveAt = Date.now();
        idle.refresh();
      },
    };
    connections.set(connection.id, connection);
    let working = 0;
    socket.on("message", (data: Buffer, isBinary) => {
      if (socket.readyState !== socket.OPEN) return; // closing, for a frame too large
      connection.touch();
      if (++working >= concurrency) socket.pause();
      void received(connection, data, isBinary).finally(() => {
        working--;
        if (socket.readyState === socket.OPEN) socket.resume();
      });
    });
    socket.on("error", (error) => log(`WebSocket ${connection.id}: ${error.message}`)); // its close follows
    socket.on("close", (code, reason) => {
      clearTimeout(life);
      clearTimeout(idle);
      connections.delete(connection.id);
      leave({ ...connection, code, reason: reason.toString() });
    });
    if (draining) socket.close(1001, "Going away");
  };

  const received = async (connection: Connection, data: Buffer, isBinary: boolean) => {
    const event = context(connection, "MESSAGE");
    try {
      await run({ ...event, body: data.toString(isBinary ? "base64" : "utf8"), isBase64Encoded: isBinary });
    } catch (error) {
      log(`WebSocket $default: ${told(error)}`);
      const { connectionId, requestId } = event.requestContext;
      if (connection.socket.readyState === connection.socket.OPEN)
        connection.socket.send(JSON.stringify({ message: "Internal server error", connectionId, requestId }));
    }
  };

  const leave = (
    connection: Pick<Connection, "id" | "connectedAt" | "identity"> & { code: number; reason: string },
  ) => {
    const event = context(connection, "DISCONNECT");
    const disconnected = { disconnectStatusCode: connection.code, disconnectReason: connection.reason };
    run({ ...event, requestContext: { ...event.requestContext, ...disconnected } }).catch((error) =>
      log(`WebSocket $disconnect: ${told(error)}`),
    );
  };

  return {
    connections,
    limits,
    upgrade(request, raw, head) {
      raw.on("error", () => raw.destroy()); // gone before it was open: nobody to tell
      raws.add(raw);
      raw.on("close", () => raws.delete(raw));
      if (target(request).path !== path) return refuse(raw, 404);
      if (draining) return refuse(raw, 503);
      connect(request, raw, head).catch((error) => {
        log(`WebSocket $connect: ${told(error)}`);
        refuse(raw, 500);
      });
    },
    async drain(ms) {
      draining = true;
      const ends = Date.now() + ms;
      const closed = [...connections.values()].map(
        ({ socket }) => new Promise<void>((resolve) => void socket.once("close", () => resolve())),
      );
      for (const { socket } of connections.values()) socket.close(1001, "Going away");
      if (!(await settle(closed, Math.min(ms, 1_000))))
        for (const { socket } of connections.values()) socket.terminate();
      await new Promise((resolve) => setImmediate(resolve)); // until their close has been heard
      if (!(await settle(running, Math.max(0, ends - Date.now()))))
        log(`${running.size} WebSocket handler(s) did not end in time.`);
      for (const raw of raws) raw.destroy(); // those still in $connect: the server's own close would wait for them
    },
  };
}

const routeKeys = { CONNECT: "$connect", MESSAGE: "$default", DISCONNECT: "$disconnect" } as const;

function context(
  { id, connectedAt, identity }: Pick<Connection, "id" | "connectedAt" | "identity">,
  eventType: keyof typeof routeKeys,
): SocketEvent {
  const requestId = randomUUID();
  const now = Date.now();
  return {
    requestContext: {
      routeKey: routeKeys[eventType],
      eventType,
      connectionId: id,
      connectedAt,
      requestId,
      extendedRequestId: requestId,
      messageId: randomUUID(),
      messageDirection: "IN",
      requestTime: new Date(now).toUTCString(),
      requestTimeEpoch: now,
      domainName: "localhost",
      stage: "local",
      apiId: "local",
      ...{ identity },
    },
    isBase64Encoded: false,
  };
}

function handshake(request: IncomingMessage) {
  const headers = headersOf(request);
  const pairs = [...new URLSearchParams(target(request).query)];
  const all = (names: string[], values: (name: string) => string[]) =>
    Object.fromEntries(names.map((name) => [name, values(name)]));
  return {
    headers,
    multiValueHeaders: all(Object.keys(headers), (name) => [headers[name]!]),
    ...(pairs.length === 0
      ? {}
      : {
          // WebSocket APIs give the last of several, and all of them beside it.
          queryStringParameters: Object.fromEntries(pairs),
          multiValueQueryStringParameters: all(Object.keys(joined(pairs)), (name) =>
            pairs.filter(([key]) => key === name).map(([, value]) => value),
          ),
        }),
  };
}

function refuse(raw: Duplex, status: number): void {
  if (raw.destroyed) return;
  const text = JSON.stringify({ message: STATUS_CODES[status] ?? "Refused" });
  raw.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Refused"}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
    () => raw.destroy(),
  );
}
