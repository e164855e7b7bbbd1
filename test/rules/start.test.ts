/** What a function loads before its first request: kilobytes and packages of its bundle, which no busy machine changes. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundles } from "@cuecard/local/bench/cold";
import { afterAll, beforeAll, expect, it } from "vitest";

/** KB beside the database's client alone, which every function needs: a tenth above what it takes today. */
const most = { webhook: 110, socket: 115, worker: 165, api: 170 };

/** What only some requests need, or what is loaded while the table is asked. */
const later =
  /node_modules\/(snowball-stemmers|libphonenumber-js|ibantools|tinyld|openai|unpdf|html-to-text|@aws-sdk\/client-(sqs|apigatewaymanagementapi))\/|core\/src\/(lookup\/|guard|redact|language\.ts|model\/|helpdesk\/threads\/|report\/|settings-form|measurement-form|protocol\.ts)/;

let made: Awaited<ReturnType<typeof bundles>> = [];
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cuecard-start-"));
  made = await bundles(folder);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));
const of = (wanted: string) => made.find(({ name }) => name === wanted)!;

it.each(Object.entries(most))("%s starts within %i KB of the database's client", (name, kb) => {
  const more = of(name).atStartKb - of("reference").atStartKb;
  expect(more).toBeGreaterThan(50); // or something else was measured
  expect(more).toBeLessThanOrEqual(kb);
});

it.each(Object.keys(most))("%s starts without what only some requests need", (name) => {
  expect(of(name).start.filter((file) => later.test(file))).toEqual([]);
  expect(of(name).start.some((file) => file.endsWith(`functions/src/${name}.ts`))).toBe(true);
});

it("signs and checks sessions in the API alone, and encrypts no token there", () => {
  expect(made.filter(({ start }) => start.some((file) => file.includes("/jose/"))).map(({ name }) => name)).toEqual([
    "api",
  ]);
  expect(of("api").start.filter((file) => /jose\/.*\/jwe\//.test(file))).toEqual([]);
});
