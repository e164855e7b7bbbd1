/** `POST /dev/login`: a token for whoever sits at this machine, and for nobody else. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { ExternalId } from "@cuecard/core/event";
import { SignJWT } from "jose";
import * as z from "zod";
import type { Page } from "./gateway.ts";
import { addressOf, writeJson } from "./http-event.ts";
import { readBody } from "./loopback.ts";

const Login = z.object({
  repId: ExternalId,
  role: z.enum(["rep", "lead", "admin"]),
  workspace: z.string().min(1).max(100).default("demo"),
});

/** A body larger than any login. */
const bodyBytes = 64 * 1024;

/** `sessionKey` as the handlers have it: its text's bytes sign (HS256). */
export const login =
  (sessionKey: string): Page =>
  async (request, response, path) => {
    if (path !== "/dev/login") return false;
    if (refusedTo(request, response)) return true;
    if (request.method !== "POST") return refuse(response, 404, "not_found", "Use POST.");

    const body = await readBody(request, bodyBytes);
    const given = Login.safeParse(parsed(body?.toString() ?? ""));
    if (!given.success) {
      const [issue] = given.error.issues;
      return refuse(response, 400, "invalid", issue?.message ?? "Invalid", issue?.path.join(".") || undefined);
    }
    const { repId, role, workspace } = given.data;
    const token = await new SignJWT({ role, workspace })
      .setProtectedHeader({ alg: "HS256" })
      .setSubject(repId)
      .setIssuer("cuecard")
      .setAudience("cuecard")
      .setIssuedAt()
      .setExpirationTime("12h")
      .sign(new TextEncoder().encode(sessionKey));
    response.setHeader("cache-control", "no-store");
    writeJson(response, 200, { token });
    return true;
  };

/** Answers 403 and gives true, unless the request comes to localhost directly and from no foreign page. */
export function refusedTo(request: IncomingMessage, response: ServerResponse): boolean {
  return refusedFor(relayed(request) ?? fromElsewhere(request), response);
}

/** The same for a page, which a link on another site may open: it shows nothing by itself, and nobody may frame it. */
export function refusedPageTo(request: IncomingMessage, response: ServerResponse): boolean {
  return refusedFor(relayed(request), response);
}

function refusedFor(reason: string | undefined, response: ServerResponse): boolean {
  if (reason) refuse(response, 403, "not_local", `Only this machine may do this: ${reason}.`);
  return reason !== undefined;
}

const local = new Set(["localhost", "127.0.0.1", "[::1]"]);

function relayed(request: IncomingMessage): string | undefined {
  const { headers } = request;
  const relay = Object.keys(headers).find((name) => /^(forwarded|x-forwarded.*|x-real-ip|via)$/.test(name));
  if (relay) return `it was forwarded (${relay})`;
  // nginx, told nothing but where to, adds no such header and sets Host itself, but speaks HTTP/1.0.
  if (request.httpVersion === "1.0") return "it was forwarded (HTTP/1.0)";
  if (!/^(127\.\d+\.\d+\.\d+|::1)$/.test(addressOf(request))) return "the sender is another machine";
  const host = headers.host ?? "";
  // A name that leads to loopback by a trick in DNS would make any site this one.
  if (!local.has(hostname(host))) return "the Host header is not localhost";
  return undefined;
}

function fromElsewhere({ headers }: IncomingMessage): string | undefined {
  if (headers.origin !== undefined && headers.origin.replace(/^https?:\/\//, "") !== (headers.host ?? ""))
    return "it comes from another site";
  if (headers["sec-fetch-site"] === "cross-site") return "it comes from another site";
  return undefined;
}

const hostname = (host: string): string => host.toLowerCase().replace(/:\d+$/, "");

function refuse(response: ServerResponse, status: number, code: string, message: string, path?: string): true {
  writeJson(response, status, { error: { code, message, ...(path === undefined ? {} : { path }) } });
  return true;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // which the schema refuses
  }
}
