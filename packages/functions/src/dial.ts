/**
 * One request to an address that was looked up and checked before (outbound.ts). Whatever the other side answers, this ends: with a
 * `Response` that streams, or by rejecting. It follows nowhere and unpacks nothing.
 */
import { type IncomingMessage, request as plain } from "node:http";
import { request as secured } from "node:https";

export type Address = { address: string; family: number };
type Ask = {
  method?: string;
  headers?: Record<string, string>;
  body?: Uint8Array | undefined;
  signal?: AbortSignal | undefined;
  /** An answer that is longer breaks off. */
  maxBytes: number;
};

export function dial(
  url: URL,
  to: Address,
  { method = "GET", headers, body, signal, maxBytes }: Ask,
): Promise<Response> {
  return new Promise((done, fail) => {
    const request = (url.protocol === "https:" ? secured : plain)(
      url,
      {
        method,
        headers: { ...headers, "accept-encoding": "identity", ...(body ? { "content-length": body.length } : {}) },
        ...(signal ? { signal } : {}),
        agent: false,
        lookup: (_host, { all }, answer) => (all ? answer(null, [to] as never) : answer(null, to.address, to.family)),
      },
      (response) => done(responseOf(response, maxBytes, signal)),
    );
    request.on("error", fail);
    // Without a listener Node closes the connection and tells nobody, its signal included.
    request.on("upgrade", (_response, socket) => {
      socket.destroy();
      fail(new Error("the answer changes the protocol"));
    });
    request.end(body);
  });
}

/** `Response` takes no status but 200 to 599, and no body with some; a throw in a callback would end the process. */
function responseOf(response: IncomingMessage, maxBytes: number, signal: AbortSignal | undefined): Response {
  const said = response.statusCode ?? 0;
  const status = said >= 200 && said <= 599 ? said : 502;
  const headers = Object.entries(response.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  if (status !== said || status === 204 || status === 205 || status === 304) {
    response.on("error", () => undefined); // of a body that nobody reads
    response.destroy();
    return new Response(null, { status, headers });
  }
  return new Response(streamOf(response, maxBytes, signal), { status, headers });
}

const stopped = ({ reason }: AbortSignal): Error => (reason instanceof Error ? reason : new Error("stopped"));

/** Not `Readable.toWeb`: that takes a body of any length. */
function streamOf(
  response: IncomingMessage,
  maxBytes: number,
  signal: AbortSignal | undefined,
): ReadableStream<Uint8Array> {
  let bytes = 0;
  let isOver = false;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const end = (error?: Error) => {
          if (isOver) return;
          isOver = true;
          if (error) controller.error(error);
          else controller.close();
        };
        response.on("data", (part: Buffer) => {
          if (isOver) return;
          bytes += part.length;
          if (bytes > maxBytes) {
            end(new Error(`the answer has more than ${maxBytes} bytes`));
            return void response.destroy();
          }
          controller.enqueue(new Uint8Array(part));
          if ((controller.desiredSize ?? 0) <= 0) response.pause();
        });
        // A body without a length ends with its connection, so for Node our own stop is a good end, too.
        response.on("end", () => end(signal?.aborted ? stopped(signal) : undefined));
        response.on("error", end);
        response.on("close", () => end(new Error("the answer broke off")));
      },
      pull() {
        response.resume();
      },
      cancel() {
        isOver = true;
        response.destroy();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 64 * 1_024 }),
  );
}
