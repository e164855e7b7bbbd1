/** Reads what somebody named by a URL, without reaching into our own network: checked where the connection is made. */
import { lookup } from "node:dns";
import http from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import { AppError } from "@cuecard/core/error";
import { isPublic } from "@cuecard/core/import/address";
import type { Deps } from "@cuecard/core/import/run";
import * as deps from "./deps.ts";

const maxBytes = 20_000_000;
const forbidden = () =>
  new AppError("input", "address_private", "The address is not one of the public internet.", "url");

export type Lookup = (host: string) => Promise<{ address: string; family: number }[]>;
const resolve: Lookup = (host) =>
  new Promise((done, fail) =>
    lookup(host, { all: true, verbatim: true }, (error, found) => (error ? fail(error) : done(found))),
  );

/** Where to connect for this address, looked up this once; throws `input` for one that may not be reached. */
export async function addressOf(
  url: URL,
  { privateToo, resolve: ask = resolve }: { privateToo: boolean; resolve?: Lookup },
): Promise<{ address: string; family: number }> {
  if (url.protocol !== "https:" && !(privateToo && url.protocol === "http:"))
    throw new AppError("input", "address_insecure", "The address must begin with https://.", "url");
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
    const to = await addressOf(url, options);
    return new Promise<Response>((done, fail) => {
      const request = (url.protocol === "https:" ? https : http).get(
        url,
        {
          headers: { ...headers, "accept-encoding": "identity" },
          signal,
          agent: false,
          lookup: (_host, { all }, answer) => (all ? answer(null, [to] as never) : answer(null, to.address, to.family)),
        },
        (response) => {
          const parts: Buffer[] = [];
          let bytes = 0;
          response.on("data", (part: Buffer) => {
            bytes += part.length;
            if (bytes > maxBytes) request.destroy(new Error("too long"));
            else parts.push(part);
          });
          response.on("error", fail);
          response.on("end", () => {
            const status = response.statusCode ?? 502;
            const empty = status === 204 || status === 304 || status < 200;
            done(
              new Response(empty ? null : Buffer.concat(parts), {
                status: status < 200 ? 502 : status,
                headers: Object.entries(response.headers).flatMap(([name, value]) =>
                  value === undefined ? [] : [[name, String(value)] as [string, string]],
                ),
              }),
            );
          });
        },
      );
      request.on("error", fail);
    });
  };
}

/** What an import needs; its waiting is bounded by `maxWaitMs`. */
export const outbound = (signal: AbortSignal, maxWaitMs: number): Deps => ({
  table: deps.table(),
  open: (sealed) => deps.secrets().open(sealed),
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
  return new Promise((done, fail) => {
    const request = https.request(
      url,
      {
        method: "POST",
        headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
        signal: AbortSignal.timeout(postMs),
        agent: false,
        lookup: (_host, { all }, answer) => (all ? answer(null, [to] as never) : answer(null, to.address, to.family)),
      },
      (response) => {
        response.destroy();
        done(response.statusCode ?? 502);
      },
    );
    request.on("error", fail);
    request.end(body);
  });
}
