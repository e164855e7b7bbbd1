import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { layOutPlatform, paths } from "./platform.ts";

beforeAll(layOutPlatform, 300_000);

describe("types", () => {
  it("fit the platform's components, and a wrong setting is refused", { timeout: 240_000 }, async () => {
    const folder = path.join(paths.scratch, "types");
    await mkdir(folder, { recursive: true });
    const refused = `// @ts-expect-error a time to live is an attribute's name
      new sst.aws.Dynamo("Wrong", { fields: { pk: "string" }, primaryIndex: { hashKey: "pk" }, ttl: 5 });`;
    await writeFile(path.join(folder, "refused.ts"), refused);
    const project = {
      extends: "../../../stacks/tsconfig.json",
      files: ["../../../sst.config.ts", "refused.ts"],
      include: ["../../../stacks/*.ts"],
    };
    await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify(project));
    const tsc = path.join(paths.root, "node_modules/typescript/bin/tsc");
    const run = promisify(execFile)(process.execPath, [tsc, "-p", folder], { cwd: paths.root });
    expect(
      await run.then(
        () => "",
        (error) => error.stdout,
      ),
    ).toBe("");
  });
});

describe("layout", () => {
  it("loads stacks one by one inside run(), and a stack imports only its siblings", async () => {
    const folder = path.join(paths.root, "stacks");
    const files = (await readdir(folder)).filter((file) => file.endsWith(".ts"));
    const imported = /\bimport\s*(?:[^"'()]*?from\s*)?\(?\s*["']([^"']+)["']/g;
    for (const file of files)
      for (const [, from] of (await readFile(path.join(folder, file), "utf8")).matchAll(imported))
        expect(files.map((name) => `./${name.replace(/\.ts$/, "")}`)).toContain(from);
    const config = await readFile(path.join(paths.root, "sst.config.ts"), "utf8");
    expect(config).toMatch(/^\/\/\/ <reference path=".\/.sst\/platform\/config.d.ts" \/>/);
    expect(config).not.toMatch(/^import /m);
  });
});
