/**
 * `fetch` for addresses that a workspace's admin has named: its language model, its own helpdesk. As in outbound.ts the name is
 * looked up once, checked, and connected to; here with a body, and an answer that streams. Redirects are not followed.
 */
import { request as plain } from "node:http";
import { request as secured } from "node:https";
import { Readable } from "node:stream";
import { addressOf, type Lookup } from "./outbound.ts";

export function reach(options: { privateToo: boolean; resolve?: Lookup }): typeof fetch {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const to = await addressOf(url, options);
    const headers = Object.fromEntries(new Headers(init.headers).entries());
    const body = init.body === undefined || init.body === null ? undefined : bytesOf(init.body);
    return new Promise<Response>((done, fail) => {
      const request = (url.protocol === "https:" ? secured : plain)(
        url,
        {
          method: init.method ?? "GET",
          headers: { ...headers, "accept-encoding": "identity", ...(body ? { "content-length": body.length } : {}) },
          ...(init.signal ? { signal: init.signal } : {}),
          agent: false,
          lookup: (_host, { all }, answer) => (all ? answer(null, [to] as never) : answer(null, to.address, to.family)),
        },
        (response) => {
          const status = Math.max(200, response.statusCode ?? 502);
          const pairs = Object.entries(response.headers).flatMap(([name, value]) =>
            value === undefined ? [] : [[name, String(value)] as [string, string]],
          );
          const isEmpty = status === 204 || status === 205 || status === 304;
          if (isEmpty) response.resume();
          const stream = isEmpty ? null : (Readable.toWeb(response) as ReadableStream);
          done(new Response(stream, { status, headers: pairs }));
        },
      );
      request.on("error", fail);
      request.end(body);
    });
  };
}

function bytesOf(body: NonNullable<RequestInit["body"]>): Buffer {
  if (typeof body === "string") return Buffer.from(body);
  if (body instanceof URLSearchParams) return Buffer.from(body.toString());
  if (body instanceof Uint8Array) return Buffer.from(body);
  throw new TypeError("only text and bytes are sent");
}
