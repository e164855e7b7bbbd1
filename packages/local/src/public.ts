/**
 * `npm start -- --public`: a second port for a tunnel, so that a real helpdesk can be tried. It passes on webhooks and the
 * sidebar alone; everything else, the demo desk and the local login above all, stays on this machine. A rep's page is let in
 * by a pairing code that is printed at the start, since whoever finds the address could read along otherwise.
 */
import { createHash, randomInt, randomUUID, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, request as passOn, type ServerResponse } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import * as z from "zod";
import { common } from "./headers.ts";
import { writeError, writeJson } from "./http-event.ts";
import { close, listen, readBody } from "./loopback.ts";

export type Public = { url: string; code: string; close(): Promise<void> };

/** What a helpdesk and a sidebar need. `/api/sign-in` and `/api/session` bring people in through a provider, where one is set. */
const open = [
  /^POST \/webhooks\/[^/]+\/[^/]+$/,
  /^GET \/(healthz|sidebar|sign-in)$/,
  /^GET \/((assets|shells)\/[\w.-]+|embed(\.v1)?\.js)$/,
  /^(GET|POST) \/api\/(me|me\/figures|tickets|sign-in|session|session\/renewal|policies\/search)$/,
  /^(GET|POST) \/api\/(conversations|suggestions)\/.+$/,
  /^(GET|POST) \/api\/(identity|canvas)\/.+$/,
];

const Rep = z.object({ repId: z.string().min(1).max(256), workspace: z.string().max(40).default("demo") });
type Rep = z.infer<typeof Rep>;
const Pairing = Rep.extend({ code: z.string().max(40) });

/** After so many wrong codes nobody is let in any more until the next start: a code of eight digits is then not to be guessed. */
const patience = 20;

/** One working day, as a session lasts at most; then the code is asked for again. */
const pairedMs = 12 * 3_600_000;

/** `login` gives a token for a rep; it is asked on this machine. Listens on loopback, where a tunnel picks it up. */
export async function openPublic(options: {
  /** Of the gateway on this machine. */
  target: string;
  port: number;
  login(rep: Rep): Promise<string>;
  code?: string;
  now?: () => number;
}): Promise<Public> {
  const { target, login, now = Date.now } = options;
  const { hostname, port: targetPort } = new URL(target);
  const code = options.code ?? String(randomInt(10 ** 8)).padStart(8, "0");
  let wrong = 0;

  /** Browsers that gave the code, by a cookie; they may sign in as the rep they said, and as nobody else. */
  const paired = new Map<string, Rep & { untilMs: number }>();

  async function pair(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader("cache-control", "no-store");
    const text = (await readBody(request, 4_096))?.toString() ?? "";
    const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
    const given = Pairing.safeParse(isForm ? Object.fromEntries(new URLSearchParams(text)) : parsed(text));
    if (!given.success) return writeError(response, 400, "invalid", "Send {code, repId}.");
    if (wrong >= patience) return writeError(response, 429, "locked", "Too many wrong codes: start Cuecard again.");
    if (!same(given.data.code, code)) {
      wrong++;
      return writeError(response, 401, "code_wrong", "This is not the pairing code that Cuecard printed.");
    }
    const { repId, workspace } = given.data;
    if (!isForm) return writeJson(response, 200, { token: await login({ repId, workspace }) });
    const cookie = randomUUID();
    paired.set(cookie, { repId, workspace, untilMs: now() + pairedMs });
    // A tunnel speaks https to the browser, and says so; without one the browser would not send a secure cookie back.
    const secure = request.headers["x-forwarded-proto"] === "https" ? "; Secure" : "";
    response.setHeader("set-cookie", `cuecard-pair=${cookie}; HttpOnly; SameSite=Lax; Path=/${secure}`);
    response.writeHead(303, { location: "/sidebar" }).end();
  }

  /** The sidebar's page asks here first; only a paired browser gets an answer. */
  async function enter(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader("cache-control", "no-store");
    const rep = paired.get(/(?:^|; )cuecard-pair=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1] ?? "");
    if (!rep || rep.untilMs <= now())
      return writeError(response, 404, "not_found", "There is nothing at this address.");
    request.resume();
    const { repId, workspace } = rep;
    writeJson(response, 200, { token: await login({ repId, workspace }) });
  }

  const failed = (response: ServerResponse) => () => writeError(response, 500, "internal", "Something went wrong.");

  const server = createServer((request, response) => {
    const path = (request.url ?? "/").split("?")[0]!;
    const asked = `${request.method} ${path}`;
    for (const [name, value] of Object.entries(common)) response.setHeader(name, value);
    if (asked === "GET /pair") return void response.writeHead(200, formHeaders).end(form);
    if (asked === "POST /pair") return void pair(request, response).catch(failed(response));
    if (asked === "POST /dev/login") return void enter(request, response).catch(failed(response));
    if (!isPlain(path) || !open.some((one) => one.test(asked)))
      return writeError(response, 404, "not_found", "There is nothing at this address.");
    const passed = passOn(
      { hostname, port: targetPort, method: request.method, path: request.url, headers: request.headers },
      (answer) => {
        if (asked === "POST /api/tickets") return void ticketHere(answer, response).catch(failed(response));
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    passed.on("error", () => {
      if (response.headersSent) response.destroy();
      else writeError(response, 502, "unreachable", "Cuecard does not answer.");
    });
    request.pipe(passed);
  });
  // The sidebar's connection; its ticket, given to who has a token, is looked at behind it.
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!/^\/ws\?ticket=[\w-]+$/.test(request.url ?? "")) return socket.destroy();
    const behind = connect(Number(targetPort), hostname, () => {
      const lines = request.rawHeaders.flatMap((text, i, all) => (i % 2 === 0 ? [`${text}: ${all[i + 1]}`] : []));
      behind.write(`GET ${request.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
      behind.write(head);
      behind.pipe(socket).pipe(behind);
    });
    behind.on("error", () => socket.destroy());
    socket.on("error", () => behind.destroy());
  });
  const port = await listen(server, options.port, "127.0.0.1");
  return { url: `http://127.0.0.1:${port}`, code, close: () => close(server) };
}

/** The address a ticket names is this machine's own; the page finds the tunnel's by itself. */
async function ticketHere(answer: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = parsed((await readBody(answer, 64_000))?.toString() ?? "") as { url?: string } | undefined;
  writeJson(response, answer.statusCode ?? 502, body?.url ? { ...body, url: "/ws" } : (body ?? {}));
}

/** Whether nobody behind reads another address in it: `%2e%2e`, a backslash and the like. */
const isPlain = (path: string) => URL.canParse(path, "http://here") && new URL(path, "http://here").pathname === path;

const formHeaders = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
};

const form = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Cuecard · pair</title><h1>Pair this browser with Cuecard</h1><form method="post">
<p><label>Code, as Cuecard printed it <input name="code" inputmode="numeric" autocomplete="off" required></label></p>
<p><label>Your id in the helpdesk <input name="repId" required></label></p><button>Open the sidebar</button></form></html>`;

const digest = (text: string) => createHash("sha256").update(text).digest();
const same = (a: string, b: string) => timingSafeEqual(digest(a), digest(b));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // which the schema refuses
  }
}
