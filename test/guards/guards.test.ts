/** `npm run guards` takes minutes, so each run of the tests looks only whether every guard still stands where it is to be taken away. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { guards } from "./guards.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (path: string) => readFileSync(root + path, "utf8");

test.each(guards)("$name", ({ file, from, to, tests, only }) => {
  expect(read(file).split(from)).toHaveLength(2);
  expect(to).not.toContain(from);
  expect(existsSync(root + tests)).toBe(true);
  for (const name of only?.split("|") ?? []) expect(read(tests)).toContain(name);
});

test("each has its name", () => {
  expect(new Set(guards.map(({ name }) => name)).size).toBe(guards.length);
});
