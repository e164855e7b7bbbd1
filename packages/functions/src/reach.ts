/**
 * `fetch` for addresses that a workspace's admin has named: its language model, its own helpdesk. As in outbound.ts the name is
 * looked up once, checked, and connected to; here with a body, and an answer that streams. Redirects are not followed.
 */
import { dial } from "./dial.ts";
import { addressOf, type Lookup } from "./outbound.ts";

/** A batch of embeddings is the longest answer there is: some 10 MB. */
const maxBytes = 50_000_000;

export function reach(options: { privateToo: boolean; resolve?: Lookup }): typeof fetch {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const to = await addressOf(url, options);
    const headers = Object.fromEntries(new Headers(init.headers).entries());
    const body = init.body === undefined || init.body === null ? undefined : bytesOf(init.body);
    const { method = "GET", signal } = init;
    return dial(url, to, { method, headers, body, signal: signal ?? undefined, maxBytes });
  };
}

function bytesOf(body: NonNullable<RequestInit["body"]>): Buffer {
  if (typeof body === "string") return Buffer.from(body);
  if (body instanceof URLSearchParams) return Buffer.from(body.toString());
  if (body instanceof Uint8Array) return Buffer.from(body);
  throw new TypeError("only text and bytes are sent");
}
