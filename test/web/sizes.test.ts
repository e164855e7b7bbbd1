/** What a rep's browser has to load, compressed: a line of 400 kbit/s carries 50 KB a second. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { build } from "../../packages/web/build.ts";

let folder: string;
let files: string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cuecard-sizes-"));
  files = Object.keys(await build({ out: folder, pages: ["sidebar"] }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const compressed = async (names: string[]) =>
  (await Promise.all(names.map(async (name) => gzipSync(await readFile(join(folder, name))).length))).reduce(
    (sum, bytes) => sum + bytes,
    0,
  );

test("the sidebar's scripts have less than 40 KB, and its first one less than 1 KB", async () => {
  const scripts = files.filter((name) => /^assets\/(sidebar|early)-.*\.js$/.test(name));
  expect(scripts).toHaveLength(2);
  expect(await compressed(scripts)).toBeLessThan(40_000);
  expect(await compressed(scripts.filter((name) => name.includes("early")))).toBeLessThan(1_000);
});

test("so have they together with any helpdesk's shell, its SDK among it", async () => {
  const sidebar = files.filter((name) => /^assets\/(sidebar|early)-.*\.js$/.test(name));
  for (const shell of [["zendesk"], ["chatwoot"], ["helpscout"], ["front", "front-sdk"]])
    expect(await compressed([...sidebar, ...shell.map((name) => `shells/${name}.js`)])).toBeLessThan(40_000);
  expect(await compressed(["embed.js"])).toBeLessThan(2_000);
});
