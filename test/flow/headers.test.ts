/** Headers of every page and answer, and who may hold the sidebar in a frame, of the product as it runs. */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { product, until } from "./product.ts";

const our = product();
const dist = fileURLToPath(new URL("../../packages/web/dist", import.meta.url));
const pages = ["/", "/sidebar", "/lead", "/admin", "/sign-in"];

const get = (path: string) => our().call("GET", path);
const ancestors = async (path: string) => {
  const policy = (await get(path)).headers.get("content-security-policy") ?? "";
  return /frame-ancestors ([^;]*)/.exec(policy)?.[1];
};

test("every built page is among these", () => {
  const built = readdirSync(dist).filter((name) => name.endsWith(".html"));
  const named = pages.map((path) => (path === "/" ? "index.html" : `${path.slice(1)}.html`));
  expect(built.filter((name) => !named.includes(name))).toEqual([]);
});

describe.each(pages)("%s", (path) => {
  test("runs our own scripts alone: none inline, no style inline, no handler in an attribute", async () => {
    const { status, text, headers } = await get(path);
    expect(status).toBe(200);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("object-src 'none'; base-uri 'none'; form-action 'none'");
    expect(policy).not.toMatch(/unsafe|\*(?!;|[\s:])|data:(?!; connect)/);
    expect(text.match(/<script(?![^>]* src="\/assets\/)[^>]*>/g)).toBeNull();
    expect(text).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/i);
    // A browser complains of a source that is none, on every page; an address in brackets is none.
    for (const source of /connect-src ([^;]*)/.exec(policy)![1]!.split(" "))
      expect(source).toMatch(/^(?:'self'|wss?:\/\/[\w.-]+(?::(?:\d+|\*))?)$/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("strict-origin-when-cross-origin");
    expect(headers.get("permissions-policy")).toContain("camera=()");
  });
});

test("nobody may hold a page, but the sidebar may be held by who is listed: an admin's origins, a connected helpdesk", async () => {
  for (const path of ["/lead", "/admin", "/sign-in"]) expect(await ancestors(path)).toBe("'none'");
  expect(await ancestors("/")).toBe("'self'");
  expect(await ancestors("/sidebar")).toBe("'self'");
  const { settings, call, login } = our();
  expect((await settings({ embedOrigins: ["https://desk.acme.example/inbox"] })).status).toBe(200);
  await until(async () => (await ancestors("/sidebar")) === "'self' https://desk.acme.example");
  const token = await login("admin", "ada");
  const zendesk = { secret: "a-secret-of-zendesk", subdomain: "acme" };
  expect((await call("PUT", "/api/helpdesks/zendesk", { token, body: zendesk })).status).toBe(200);
  await until(
    async () => (await ancestors("/sidebar")) === "'self' https://acme.zendesk.com https://desk.acme.example",
  );
  await settings({ embedOrigins: [] });
  await until(async () => (await ancestors("/sidebar")) === "'self' https://acme.zendesk.com");
}, 30_000);

test("a host's name from outside gets into no header", async () => {
  const { url } = our();
  const { request } = await import("node:http");
  const policy = await new Promise<string>((done, fail) =>
    request(`${url}/sidebar`, { headers: { host: "evil.example; script-src *" } }, (response) => {
      response.resume();
      done(String(response.headers["content-security-policy"]));
    })
      .on("error", fail)
      .end(),
  );
  expect(policy).not.toContain("evil");
});

test("answers of the API and the webhook are JSON, and taken for nothing else", async () => {
  for (const path of ["/healthz", "/openapi.json", "/api/me", "/api/nothing", "/webhooks/demo/standard", "/nothing"]) {
    const { headers } = await get(path);
    expect(headers.get("content-type"), path).toContain("application/json");
    if (path.startsWith("/api")) expect(headers.get("x-content-type-options"), path).toBe("nosniff");
    expect(headers.get("server") ?? headers.get("x-powered-by"), path).toBeNull();
  }
});
