/** HTTP servers for our own handlers: on loopback alone, and closed to pages in a browser. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A page of any site may send requests to loopback; browsers always say so in one of these. SDKs send neither. */
export const fromBrowser = ({ headers }: IncomingMessage): boolean =>
  headers.origin !== undefined || headers["sec-fetch-site"] !== undefined;

/** Listens on a free loopback port. `url` has no slash at its end. */
export async function listenOnLoopback(listener: RequestListener): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    if (fromBrowser(request)) response.writeHead(403).end();
    else listener(request, response);
  });
  const port = await listen(server, 0, "127.0.0.1");
  return { url: `http://127.0.0.1:${port}`, close: () => close(server) };
}

/** Resolves with the port; rejects as the server's `error` event has it (EADDRINUSE and the like). */
export function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** The whole body, or undefined when it passes `limit` bytes; then some of it may be unread. Rejects when the sender goes away. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"]) > limit) return Promise.resolve(undefined);
  const chunks: Buffer[] = [];
  let size = 0;
  // Not `for await`, which takes several times as long for a small body.
  return new Promise((resolve, reject) => {
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) {
        request.removeAllListeners("data");
        request.pause();
        resolve(undefined);
      } else chunks.push(chunk);
    });
    const gone = () => reject(new Error("The sender went away"));
    request.on("close", gone);
    request.on("end", () => {
      request.off("close", gone); // an error with its stack for each request would take longer than reading it
      resolve(Buffer.concat(chunks));
    });
    request.on("error", reject);
  });
}
