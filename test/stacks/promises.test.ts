/** What docs/deploy.md promises of a new stage, held against what a deploy would make. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import * as Check from "./checks.ts";
import { layOutPlatform, paths } from "./platform.ts";
import { type Recording, record } from "./record.ts";

describe("of a new stage", () => {
  let doc: string;
  let dev: Recording;
  let prod: Recording;
  beforeAll(async () => {
    await layOutPlatform();
    dev = await record("dev");
    prod = await record("prod", { CUECARD_DOMAIN: "cuecard.example.com" });
    doc = await readFile(path.join(paths.root, "docs/deploy.md"), "utf8");
  }, 300_000);
  const resources = (stage: Recording, type: string) => Check.ofType(stage, type).map(({ name }) => name);

  it("every output is printed, and nothing else is", () => {
    const table = /\| output \| is \|\n(.*?)\n\n/s.exec(doc)![1]!;
    const named = [...table.matchAll(/^\| (.+?) \|/gm)].flatMap(([, cell]) => [...cell!.matchAll(/`(\w+)`/g)]);
    expect(named.map(([, name]) => name).sort()).toEqual(
      Object.keys(dev.outputs)
        .filter((name) => !name.startsWith("_")) // SST's own
        .sort(),
    );
  });

  it("every secret exists, and each that exists is named", () => {
    const linked = dev.resources.filter(
      ({ type, inputs }) => type === "sst:sst:LinkRef" && "value" in inputs.properties,
    );
    const named = [...doc.matchAll(/secret(?: set)? `?([A-Z]\w+)/g)].map(([, name]) => name!);
    expect([...new Set(named)].sort()).toEqual(linked.map(({ name }) => name.replace("LinkRef", "")).sort());
  });

  it("every setting of the deploy is read by the stacks, and each that is read is named", async () => {
    const folder = path.join(paths.root, "stacks");
    const files = (await readdir(folder)).filter((name) => name.endsWith(".ts"));
    const sources = (await Promise.all(files.map((name) => readFile(path.join(folder, name), "utf8")))).join("\n");
    const names = (text: string) => [...new Set(text.match(/\b(CUECARD|OPENAI)_[A-Z_]+[A-Z]\b/g))].sort();
    // Which pages are built the stacks say themselves.
    expect(names(doc)).toEqual(names(sources).filter((name) => name !== "CUECARD_PAGES"));
  });

  it("the user pool lets anybody make a user, and the address it sends back to is a page of ours", () => {
    const { adminCreateUserConfig } = Check.named(dev, "cognito/userPool", "UsersUserPool");
    expect(adminCreateUserConfig).toEqual({ allowAdminCreateUserOnly: false });
    expect(resources(dev, "cognito/userPool")).toEqual(["UsersUserPool"]);
    for (const [stage, host] of [
      [dev, "d123.cloudfront.net"],
      [prod, "cuecard.example.com"],
    ] as const) {
      const back = new URL(stage.outputs.signInCallback as string);
      expect(back.host).toBe(host);
      expect(existsSync(path.join(paths.root, `packages/web/dist${back.pathname}.html`))).toBe(true);
      expect(stage.outputs.admin).toBe(`https://${host}/admin`);
    }
  });

  it("the alarms are as many as the price says", () => {
    const alarms = Check.ofType(dev, "cloudwatch/metricAlarm").map(({ inputs }) => inputs);
    const looked = alarms.reduce((sum, { metricQueries }) => {
      const queries = (metricQueries ?? []).filter((one: { metric?: object }) => one.metric);
      return sum + (queries.length || 1);
    }, 0);
    expect(doc).toContain(`| ${alarms.length} alarms | ${(looked * 0.1).toFixed(2)} $`);
  });

  it("the alarm for too few workers and the protection of prod's data and users are there", () => {
    expect(doc).toContain("`WorkerThrottles`");
    expect(resources(dev, "cloudwatch/metricAlarm").some((name) => name.includes("WorkerThrottles"))).toBe(true);
    const table = Check.ofType(prod, "dynamodb/table").map(({ inputs }) => inputs.deletionProtectionEnabled);
    expect(table).toEqual([true]);
    expect(Check.ofType(prod, "dynamodb/table")[0]?.inputs.pointInTimeRecovery).toMatchObject({ enabled: true });
  });
});
