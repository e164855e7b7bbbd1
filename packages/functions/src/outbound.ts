/** Reads what somebody named by a URL, without reaching into our own network: checked where the connection is made. */
import { lookup } from "node:dns";
import { isIP } from "node:net";
import { AppError } from "@cuecard/core/error";
import { isPublic } from "@cuecard/core/import/address";
import type { Deps } from "@cuecard/core/import/run";
import * as deps from "./deps.ts";
import { type Address, dial } from "./dial.ts";

const maxBytes = 20_000_000;
const forbidden = () =>
  new AppError("input", "address_private", "The address is not one of the public internet.", "url");

export type Lookup = (host: string) => Promise<Address[]>;
const resolve: Lookup = (host) =>
  new Promise((done, fail) =>
    lookup(host, { all: true, verbatim: true }, (error, found) => (error ? fail(error) : done(found))),
  );

/** Where to connect for this address, looked up this once; throws `input` for one that may not be reached. */
export async function addressOf(
  url: URL,
  { privateToo, resolve: ask = resolve }: { privateToo: boolean; resolve?: Lookup },
): Promise<Address> {
  if (url.protocol !== "https:" && !(privateToo && url.protocol === "http:"))
    throw new AppError("input", "address_insecure", "The address must begin with https://.", "url");
  // It would be sent as a header, and shown wherever the address is.
  if (url.username || url.password)
    throw new AppError("input", "address_password", "An address must not carry a name or a password.", "url");
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const found = isIP(host) ? [{ address: host, family: isIP(host) }] : await ask(host);
  const [to] = found;
  if (!to || !(privateToo || found.every(({ address }) => isPublic(address)))) throw forbidden();
  return to;
}

/**
 * A fetch that follows no redirect (each step is asked for, and so checked, anew). The name is looked up once, and the
 * connection goes to the very address that was checked: a second answer of the DNS changes nothing.
 */
export function guardedFetch(options: { privateToo: boolean; resolve?: Lookup }): Deps["fetch"] {
  return async (url, { headers, signal }) => {
    const answer = await dial(url, await addressOf(url, options), { headers, signal, maxBytes });
    // Read whole here: a body that breaks off is a request that failed, and is asked for again.
    const body = answer.body ? await answer.arrayBuffer() : null;
    return new Response(body, { status: answer.status, headers: answer.headers });
  };
}

/** What an import needs; its waiting is bounded by `maxWaitMs`. */
export const outbound = (signal: AbortSignal, maxWaitMs: number): Deps => ({
  table: deps.table(),
  open: (...sealed) => deps.secrets().open(...sealed),
  fetch: guardedFetch({ privateToo: deps.privateImports() }),
  sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
  now: deps.now,
  maxWaitMs,
  signal,
});

/** How long somebody else's server may take to answer. */
const postMs = 10_000;

/** Sends JSON to an address of the public internet, looked up once and checked; follows nowhere, reads no answer. Gives its status. */
export async function postTo(address: string, body: string): Promise<number> {
  const url = new URL(address);
  const to = await addressOf(url, { privateToo: false });
  const headers = { "content-type": "application/json" };
  const signal = AbortSignal.timeout(postMs);
  const answer = await dial(url, to, { method: "POST", headers, body: Buffer.from(body), signal, maxBytes });
  await answer.body?.cancel();
  return answer.status;
}
