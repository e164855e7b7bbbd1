/** The built pages, from packages/web/dist: no build is started from here. */
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import type { Page } from "./gateway.ts";
import { type Framing, pageHeaders } from "./headers.ts";
import { refusedPageTo } from "./login.ts";

const entries: Record<string, string> = {
  "/": "index.html",
  "/sidebar": "sidebar.html",
  "/lead": "lead.html",
  "/admin": "admin.html",
  "/sign-in": "sign-in.html",
};

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".webmanifest": "application/manifest+json",
  ".txt": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
};
const compressible = /^(text\/|application\/(json|manifest)|image\/svg)/;

type File = {
  type: string;
  etag: string;
  modified: number;
  bodies: Record<"identity" | "gzip" | "br", Buffer | undefined>;
};

/** Names of plain characters alone, none with a dot in front: no `..`, no escapes, nothing hidden. */
/** Of the page folder's depth and the length of a file's name: a longer one makes the system refuse the call. */
const safePath = /^(\/[A-Za-z0-9_-][A-Za-z0-9._-]{0,200}){1,4}$/;

export function pages(folder: string, framing: Framing): Page {
  const kept = new Map<string, File>();
  return async (request, response, path) => {
    if (request.method !== "GET" && request.method !== "HEAD") return false;
    const name = entries[path] ?? (safePath.test(path) ? path.slice(1) : undefined);
    if (name === undefined) return false;
    // The demo desk, by whichever of its names.
    if (name === entries["/"] && refusedPageTo(request, response)) return true;
    const file = await load(kept, join(folder, name));
    if (file || path in entries)
      for (const [header, value] of Object.entries(await pageHeaders(path, request.headers.host ?? "", framing)))
        response.setHeader(header, value);
    if (file) return answer(request, response, path, file);
    if (!(path in entries)) return false;
    response.writeHead(503, { "content-type": types[".html"], "cache-control": "no-cache" });
    response.end(request.method === "HEAD" ? undefined : absent);
    return true;
  };
}

function answer(request: IncomingMessage, response: ServerResponse, path: string, file: File): true {
  // The bundler puts a hash of the content into the names of assets.
  const hashed = /^\/assets\/.*-[A-Za-z0-9_-]{8,}\.\w+$/.test(path);
  response.setHeader("cache-control", hashed ? "public, max-age=31536000, immutable" : "no-cache");
  response.setHeader("etag", file.etag);
  response.setHeader("vary", "accept-encoding");
  if (request.headers["if-none-match"] === file.etag) {
    response.writeHead(304).end();
    return true;
  }
  const accepted = String(request.headers["accept-encoding"] ?? "");
  const encoding = (["br", "gzip"] as const).find(
    (one) => file.bodies[one] && new RegExp(`\\b${one}\\b`).test(accepted),
  );
  const body = file.bodies[encoding ?? "identity"]!;
  if (encoding) response.setHeader("content-encoding", encoding);
  response.writeHead(200, { "content-type": file.type, "content-length": body.length });
  response.end(request.method === "HEAD" ? undefined : body);
  return true;
}

/** Kept until the file changes: a new build shows at once. */
async function load(kept: Map<string, File>, path: string): Promise<File | undefined> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  if (!found?.isFile()) return undefined;
  const old = kept.get(path);
  if (old?.modified === found.mtimeMs) return old;

  const identity = await readFile(path);
  const type = types[extname(path)] ?? "application/octet-stream";
  const squeeze = compressible.test(type) && identity.length > 1_000;
  const file: File = {
    type,
    etag: `"${createHash("sha256").update(identity).digest("base64url").slice(0, 22)}"`,
    modified: found.mtimeMs,
    bodies: {
      identity,
      gzip: squeeze ? await promisify(gzip)(identity) : undefined,
      br: squeeze ? await promisify(brotliCompress)(identity) : undefined,
    },
  };
  kept.set(path, file);
  return file;
}

const absent = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Cuecard</title><body>
<h1>The pages are not built yet</h1>
<p>Cuecard is running, but <code>packages/web/dist</code> is absent. In the project's folder run</p>
<pre>npm run build</pre>
<p>and load this page again. The API answers meanwhile.</p>`;
