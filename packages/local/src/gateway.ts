/** The front door: pages, the local login, HTTP routes to their handlers, and the upgrade to WebSocket. */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { httpEvent, target, writeAnswer, writeError, writeJson } from "./http-event.ts";
import { type Handlers, invoke, settle, TimedOut } from "./lambda.ts";
import { type Log, told } from "./log.ts";
import { close, listen, readBody } from "./loopback.ts";
import { match } from "./routes.ts";

export type GatewayLimits = {
  /** Lambda's limit for what a handler is given. */
  bodyBytes: number;
  timeoutMs: number;
  /**
   * HTTP APIs give rawPath percent-decoded, so that `%2F` in an id looks like a new segment and `%3F` cuts it short. Off
   * here, as nothing is lost then; on, a test sees what AWS makes of such ids.
   */
  decodesPath: boolean;
};

/** HTTP APIs cut an integration off after 30 s. */
export const gatewayLimits: GatewayLimits = { bodyBytes: 6 * 1024 * 1024, timeoutMs: 30_000, decodesPath: false };

/** How much of a body that is too large is still read, so that its sender comes to read the answer. */
const drainBytes = 64 * 1024 * 1024;
const drainMs = 10_000;

export type Page = (request: IncomingMessage, response: ServerResponse, path: string) => Promise<boolean> | boolean;

export type Gateway = {
  port: number;
  /** Requests that wait for their answer. */
  waiting(): number;
  /** Takes no new connection and lets running requests end, for `ms` at most. */
  drain(ms: number): Promise<void>;
  close(): Promise<void>;
};

/**
 * Listens at once and answers 503 until `handlers` gives some; `ready` false keeps /healthz at 503. `pages` are asked
 * in order where no route fits; one that gives true has answered. Rejects with the system's error if the port is taken.
 */
export async function startGateway(options: {
  port: number;
  host: string;
  handlers(): Handlers | undefined;
  ready(): boolean;
  pages: readonly Page[];
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  log: Log;
  limits?: Partial<GatewayLimits>;
}): Promise<Gateway> {
  const { handlers, ready, pages, upgrade, log } = options;
  const limits = { ...gatewayLimits, ...options.limits };
  const running = new Set<Promise<void>>();

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { path } = target(request);
    const found = match(request.method ?? "GET", path);
    if (!found) {
      for (const page of pages) if (await page(request, response, path)) return;
      return writeError(response, 404, "not_found", "There is nothing at this address.");
    }
    const run = handlers()?.[found.route.handler];
    if (path === "/healthz" && !ready()) return writeJson(response, 503, { ok: false });
    if (!run) return writeError(response, 503, "starting", "Cuecard is starting; try again in a moment.");

    const body = await readBody(request, limits.bodyBytes);
    if (body === undefined) return refuseBody(request, response);
    const requestId = randomUUID();
    const event = httpEvent(request, body, found, { requestId, now: new Date(), decodesPath: limits.decodesPath });
    const result = await invoke(run, event, { name: found.route.handler, timeoutMs: limits.timeoutMs, requestId });
    response.setHeader("x-content-type-options", "nosniff");
    response.setHeader("apigw-requestid", requestId); // API Gateway's own, by which its caller finds it in the logs
    writeAnswer(response, result, { head: request.method === "HEAD" });
  };

  const serve = (request: IncomingMessage, response: ServerResponse) => {
    const work = answer(request, response).catch((error: unknown) => {
      if (request.destroyed && !request.complete) return; // the sender has gone
      log(`${request.method} ${target(request).path}: ${told(error)}`);
      if (response.headersSent) return void response.destroy();
      if (error instanceof TimedOut) writeError(response, 503, "timeout", "This took too long.");
      else writeError(response, 500, "internal", "Something went wrong on our side.");
    });
    running.add(work);
    void work.finally(() => running.delete(work));
  };

  const server = createServer(serve);
  // Without a listener Node asks for the whole body first; with one, whoever waits for leave is refused at once.
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    if (Number(request.headers["content-length"]) > limits.bodyBytes) response.shouldKeepAlive = false;
    else response.writeContinue();
    serve(request, response);
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => upgrade(request, socket, head));

  const port = await listen(server, options.port, options.host);
  return {
    port,
    waiting: () => running.size,
    async drain(ms) {
      server.close();
      server.closeIdleConnections();
      if (!(await settle(running, ms))) log(`${running.size} request(s) did not end in time and were cut off.`);
    },
    close: () => close(server),
  };
}

/**
 * The whole answer goes at once, but the connection is closed only after the rest of the body was read and thrown away:
 * closing on unread data is a reset, and many clients then never see the answer.
 */
async function refuseBody(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const text = JSON.stringify({
    error: { code: "too_large", message: "The body is too large." },
  });
  response.shouldKeepAlive = false;
  response.writeHead(413, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.write(text);
  await new Promise<void>((resolve) => {
    let size = 0;
    const timer = setTimeout(resolve, drainMs);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > drainBytes) done();
    });
    request.on("end", done);
    request.on("error", done);
    request.on("close", done);
    request.resume();
  });
  response.end();
}
