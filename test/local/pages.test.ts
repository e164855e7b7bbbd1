import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { folder, shared, started } from "./started.ts";

const parent = mkdtempSync(join(tmpdir(), "cuecard-"));
const webFolder = join(parent, "dist");
const files = {
  "index.html": "<p>desk",
  "sidebar.html": "<p>sidebar",
  "lead.html": "<p>lead",
  "admin.html": "<p>admin",
  "assets/main-Ab3_-xYz.js": `/* ${"long ".repeat(1_000)}*/`,
  "assets/plain.css": "p{}",
  "../outside.txt": "secret",
  ".hidden": "secret",
};
mkdirSync(join(webFolder, "assets"), { recursive: true });
for (const [name, text] of Object.entries(files)) writeFileSync(join(webFolder, name), text);
afterAll(() => rmSync(parent, { recursive: true }));
const built = shared({}, { webFolder });

test("pages stand at their addresses and are asked for anew each time", async () => {
  const { url } = built();
  for (const [path, text] of [
    ["/", "<p>desk"],
    ["/sidebar?x=1", "<p>sidebar"],
    ["/lead", "<p>lead"],
    ["/admin", "<p>admin"],
  ]) {
    const response = await fetch(url + path);
    expect(await response.text()).toBe(text);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-cache");
  }
  const etag = (await fetch(`${url}/lead`)).headers.get("etag")!;
  expect((await fetch(`${url}/lead`, { headers: { "if-none-match": etag } })).status).toBe(304);
  writeFileSync(join(webFolder, "lead.html"), "<p>new");
  expect(await (await fetch(`${url}/lead`, { headers: { "if-none-match": etag } })).text()).toBe("<p>new");
});

test("assets with a hash are kept, and travel compressed", async () => {
  const { url } = built();
  const hashed = await fetch(`${url}/assets/main-Ab3_-xYz.js`, { headers: { "accept-encoding": "gzip" } });
  expect(hashed.headers.get("cache-control")).toContain("immutable");
  expect(hashed.headers.get("content-type")).toMatch(/javascript/);
  expect(hashed.headers.get("content-encoding")).toBe("gzip");
  expect(Number(hashed.headers.get("content-length"))).toBeLessThan(1_000);
  expect((await hashed.text()).length).toBeGreaterThan(5_000);
  const plain = await fetch(`${url}/assets/plain.css`);
  expect(plain.headers.get("cache-control")).toBe("no-cache");
});

test.each([
  "/%2e%2e/outside.txt",
  "/..%2foutside.txt",
  "/assets/..%2f..%2foutside.txt",
  "/.hidden",
  "/assets",
  "//etc/passwd",
  "/assets%00",
])("GET %s finds nothing", async (path) => {
  const { url } = built();
  const response = await fetch(url + path);
  expect(response.status).toBe(404);
  expect(await response.text()).not.toContain("secret");
});

test.each([`/${"a".repeat(3_000)}`, `/${"a/".repeat(3_000)}a`])(
  "a long address is nothing, not a fault",
  async (path) => {
    for (const method of ["GET", "HEAD"]) expect((await fetch(built().url + path, { method })).status).toBe(404);
  },
);

test("before they are built, a page says what to run", async () => {
  const { url } = await started({}, { webFolder: join(await folder(), "none") });
  const response = await fetch(`${url}/`);
  expect(response.status).toBe(503);
  expect(await response.text()).toContain("npm run build");
});
