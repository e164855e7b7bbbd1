/** `npm run setup`, as a script and as a person runs it: against a running server, and with a stage's links. */
import { spawn } from "node:child_process";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { names as helpdesks } from "@cuecard/core/helpdesk/registry";
import { askAt } from "@cuecard/local/setup/ask";
import { complete, readFlags } from "@cuecard/local/setup/plan";
import { describe, expect, test } from "vitest";
import { product } from "./product.ts";

const our = product();
const root = fileURLToPath(new URL("../../", import.meta.url));

type Options = { env?: Record<string, string>; onStage?: boolean };
type Run = { code: number | null; stdout: string; stderr: string };

/** A process of its own. Links are passed on only where a test plays a stage. */
const setup = (args: string[], options: Options = {}) => command("setup", args, options);
async function command(name: string, args: string[], { env = {}, onStage = false }: Options = {}) {
  const given = Object.entries(process.env).filter(([name]) => onStage || !/^(SST_|AWS_)/.test(name));
  const links = onStage ? { SST_RESOURCE_Front: JSON.stringify({ url: our().url }) } : { CUECARD_URL: our().url };
  const child = spawn(process.execPath, ["--import", "tsx", `packages/local/src/commands/${name}.ts`, ...args], {
    cwd: root,
    env: { ...Object.fromEntries(given), ...links, CUECARD_DATA: our().dataFolder, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const run: Run = { code: null, stdout: "", stderr: "" };
  child.stdout.on("data", (data) => (run.stdout += data));
  child.stderr.on("data", (data) => (run.stderr += data));
  run.code = await new Promise((resolve) => child.once("close", resolve));
  return run;
}
const json = ({ stdout, stderr }: Run) => {
  expect(stdout, stderr).toMatch(/^\{.*\}\n$/);
  return JSON.parse(stdout);
};

describe("a new workspace", () => {
  test("in one run: admin, key, helpdesk, token, and a suggestion for a signed test message", async () => {
    const run = await setup([
      "--workspace",
      "acme",
      "--admin-email",
      "Ann@Acme.example",
      "--helpdesk",
      "standard",
      "--import-token",
      "crm",
      "--yes",
      "--json",
    ]);
    const done = json(run);
    expect(run.code).toBe(0);
    expect(done).toMatchObject({
      workspace: "acme",
      created: true,
      url: our().url,
      admins: ["ann@acme.example"],
      helpdesks: [
        {
          helpdesk: "standard",
          webhook: `${our().url}/webhooks/acme/standard`,
          secret: expect.stringMatching(/^whsec_/),
          secretIs: "new",
        },
      ],
      token: { token: expect.stringMatching(/^cuecard_acme_/) },
      test: { ok: true, kind: expect.stringMatching(/summary|policy|draft/), ms: expect.any(Number) },
    });
    expect(done.test.ms).toBeLessThan(10_000);
    const [{ secret }] = done.helpdesks;
    const body = {
      type: "message.created",
      conversation: { id: "a1", customer: { id: "u1" } },
      message: { id: "m1", at: new Date().toISOString(), author: { kind: "customer" }, text: "Hello" },
    };
    expect((await our().hook(body, { workspace: "acme", key: secret })).status).toBe(202);
    const imported = await our().call("POST", "/api/policies", {
      token: done.token.token,
      body: { articles: [{ id: "a", title: "Refunds", text: "Refunds take five days." }] },
    });
    expect(imported.status).toBe(200);
    const env = { CUECARD_TOKEN: done.token.token };
    const articles = await command("import", ["packages/local/demo/articles", "--json"], { env });
    expect(json(articles).created).toBeGreaterThan(3);

    const again = json(await setup(["--workspace", "acme", "--admin-email", "ann@acme.example", "--yes", "--json"]));
    expect(again).toMatchObject({
      created: false,
      admins: ["ann@acme.example"],
      test: { ok: true, reason: expect.stringMatching(/not shown/) },
    });
    expect(again.helpdesks[0].secret).toBeUndefined();

    const rotated = json(
      await setup(["--workspace", "acme", "--helpdesk", "standard", "--rotate-secret", "--yes", "--json"]),
    );
    const newer = rotated.helpdesks[0].secret;
    expect(newer).not.toBe(secret);
    expect(rotated.helpdesks[0].fields).toEqual(["secret", "secretOld"]);
    expect(rotated.test).toMatchObject({ ok: true });
    for (const key of [secret, newer]) expect((await our().hook(body, { workspace: "acme", key })).status).toBe(202);
    json(
      await setup([
        "--workspace",
        "acme",
        "--helpdesk",
        "standard",
        "--drop-old-secret",
        "--no-test",
        "--yes",
        "--json",
      ]),
    );
    const stored = await our().call("GET", "/api/helpdesks", { token: await our().login("admin", "ada", "acme") });
    expect(stored.body.helpdesks).toEqual([expect.objectContaining({ fields: ["secret"] })]);
  }, 60_000);

  test("with a helpdesk whose secret is its own, and its API's fields", async () => {
    const secret = "zendesk-signing-secret-0123456789";
    const args = [
      "--workspace",
      "zen",
      "--helpdesk",
      "zendesk",
      "--field",
      "subdomain=acme",
      "--field",
      "token=zt-1",
      "--yes",
      "--json",
    ];
    const nobody = await setup([...args, "--secret", secret, "--admin-email", "ann at acme"]);
    expect(nobody).toMatchObject({ code: 1, stdout: "", stderr: "ann at acme is no e-mail address.\n" });
    const refused = await setup(args);
    expect(refused).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/zen at \S+ is made\n.*--secret/s),
    });
    const done = json(await setup([...args, "--secret", secret]));
    expect(done.helpdesks[0]).toMatchObject({ helpdesk: "zendesk", fields: ["secret", "subdomain", "token"] });
    expect(done.test).toMatchObject({ ok: true });
    const rotation = await setup(["--workspace", "zen", "--helpdesk", "zendesk", "--rotate-secret", "--yes", "--json"]);
    expect(rotation).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/zendesk makes .*--secret/) });
  }, 60_000);

  test.each(helpdesks)(
    "%s: the test message comes back as a suggestion",
    async (helpdesk) => {
      const given = helpdesk === "standard" ? [] : ["--secret", "a-secret-of-the-helpdesk-0123456789"];
      const args = ["--workspace", `try-${helpdesk}`, "--helpdesk", helpdesk, ...given, "--yes", "--json"];
      const { test: tried } = json(await setup(args));
      expect(tried).toMatchObject({ ok: true, kind: expect.any(String), ms: expect.any(Number) });
      const rows = await our().table.query({ pk: `W#try-${helpdesk}` });
      expect(JSON.stringify(rows)).not.toContain("how long does a refund take");
    },
    60_000,
  );
});

describe("on a stage", () => {
  test("it signs with the stage's key, shows a stored secret, and stores the model's key sealed", async () => {
    const args = ["--workspace", "staged", "--helpdesk", "standard", "--no-test", "--yes", "--json"];
    const first = json(
      await setup([...args, "--model", "some-model"], {
        onStage: true,
        env: { CUECARD_MODEL_KEY: "sk-a-key-nobody-reads" },
      }),
    );
    expect(first).toMatchObject({ workspace: "staged", created: true, url: our().url });
    const second = json(await setup([...args, "--show-secret"], { onStage: true }));
    expect(second.helpdesks[0]).toMatchObject({ secret: first.helpdesks[0].secret, secretIs: "stored" });
    const settings = await our().call("GET", "/api/settings", { token: await our().login("admin", "ada", "staged") });
    expect(settings.body).toMatchObject({ modelKeySet: true, model: "some-model" });
    const kept = JSON.stringify(await our().table.query({ pk: "W#staged" }));
    expect(kept).not.toContain("sk-a-key-nobody-reads");
    expect(kept).not.toContain(first.helpdesks[0].secret);
  }, 60_000);

  test("it says which secrets the stage lacks, and how to set them", async () => {
    const run = await setup(["--yes", "--json"], {
      onStage: true,
      env: { SST_RESOURCE_SessionKey: '{"value":""}', SST_RESOURCE_VaultKey: '{"value":"short"}' },
    });
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/sst secret set SessionKey .*--stage local\n.*sst secret set VaultKey/s);
    expect(run.stderr).not.toMatch(/\n\s+at /);
  }, 30_000);
});

describe("a person", () => {
  test("is asked for what is missing, and secrets typed are not shown", async () => {
    const typed = [
      "ann@acme.example",
      "sk-typed-in",
      "",
      "",
      "zendesk",
      "whispered-secret",
      "acme",
      "",
      "zt-whispered",
    ];
    const [input, output] = [new PassThrough(), new PassThrough()];
    const ask = askAt(input, output);
    let screen = "";
    output.on("data", (data: Buffer) => {
      screen += data;
      // Each question is answered once it stands there.
      if (/[:?](\s|\[[a-z]+\])*$/.test(stripVTControlCharacters(String(data))) && typed.length > 0)
        setTimeout(() => input.write(`${typed.shift()}\n`), 5);
    });
    const flags = readFlags([], {});
    const plan = await complete(flags, { admins: [], helpdesks: [], modelKeySet: false }, ask);
    ask.close();
    expect(plan).toMatchObject({
      "admin-email": ["ann@acme.example"],
      "model-key": "sk-typed-in",
      helpdesk: ["zendesk"],
      secret: "whispered-secret",
      fields: { subdomain: "acme", token: "zt-whispered" },
    });
    expect(plan["base-url"]).toBeUndefined();
    expect(screen).not.toMatch(/sk-typed-in|whisper/);
    expect(screen).toContain("first admin");
  }, 10_000);

  test("is asked nothing that is there already", async () => {
    const ask = { text: never, secret: never, close() {} };
    const plan = await complete(
      readFlags([], { CUECARD_MODEL_KEY: "k" }),
      { admins: ["a@b.example"], helpdesks: ["front"], modelKeySet: false },
      ask,
    );
    expect(plan["model-key"]).toBe("k");
  });
});

const never = async () => {
  throw new Error("Nobody should be asked.");
};

describe("mistakes", () => {
  test.each([
    [["--helpdesk", "nowhere"], /standard, zendesk/],
    [["--field", "subdomain"], /NAME=VALUE/],
    [["--nonsense"], /--nonsense/],
    [["--helpdesk", "front", "--helpdesk", "zendesk", "--secret", "x"], /one at a time/],
  ])("%j are told before anything is done", (args, words) => {
    expect(() => readFlags(args, {})).toThrow(words);
  });

  test.each([
    [["--workspace", "Not A Name"], /lower-case/],
    [["--url", "http://127.0.0.1:9"], /npm start/],
    [["--helpdesk", "standard", "--secret", "plain-text-secret", "--workspace", "bad"], /whsec_/],
  ])(
    "%j are told in one line",
    async (args, words) => {
      const run = await setup([...args, "--yes", "--no-test", "--json"]);
      expect(run).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(words) });
      expect(run.stderr).not.toMatch(/\n\s+at /);
    },
    30_000,
  );
});
