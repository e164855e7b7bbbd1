/** The rules of docs/architecture.md that keep the data going one way. A file that breaks one is named. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

type File = { path: string; text: string; imports: string[] };

function filesOf(folder: string): File[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith(".d.ts"))
    .map((entry) => {
      const full = join(entry.parentPath, entry.name);
      const text = readFileSync(full, "utf8");
      const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(([, target]) =>
        target!.startsWith(".") ? relative(root, join(dirname(full), target!)) : target!,
      );
      return { path: relative(root, full), text, imports };
    });
}

const broken = (files: File[], isWrong: (target: string, file: File) => boolean) =>
  files.flatMap((file) =>
    file.imports.filter((target) => isWrong(target, file)).map((target) => `${file.path} imports ${target}`),
  );

const core = filesOf("packages/core/src");
const functions = filesOf("packages/functions/src");
const web = filesOf("packages/web/src");
const local = filesOf("packages/local/src");

/** The files that may know an SDK, the network or the clock: everything else gets them as arguments. */
const adapters = [
  "store/dynamo.ts",
  "store/gather.ts",
  "channel/websocket.ts",
  "model/openai.ts",
  "model/embeddings.ts",
].map((name) => `packages/core/src/${name}`);

describe("core", () => {
  it("is really read", () => expect(core.length).toBeGreaterThan(40));

  it("imports no other package of ours", () =>
    expect(broken(core, (target) => /^@cuecard\/|packages\/(functions|web|local)/.test(target))).toEqual([]));

  it("knows SDKs in its adapters alone", () => {
    const sdk = (target: string) => /^(@aws-sdk|@smithy|openai|sst|aws-lambda|hono|ws)(\/|$)/.test(target);
    expect(broken(core, (target, { path }) => sdk(target) && !adapters.includes(path))).toEqual([]);
    expect(broken(core, (target, { path }) => adapters.includes(target) && !adapters.includes(path))).toEqual([]);
  });

  it("takes time, randomness, network and environment as arguments", () => {
    const reads =
      /\bDate\.now\(|new Date\(\)|Math\.random\(|randomUUID|\bprocess\.|(?<![.\w])fetch\(|performance\.now\(/;
    // A sealed secret needs bytes that nobody gave it: `vault.ts` alone draws them itself.
    expect(
      core.filter(({ text, path }) => reads.test(code(text)) && !adapters.includes(path)).map(({ path }) => path),
    ).toEqual([]);
    expect(core.filter(({ text }) => /randomBytes\(/.test(code(text))).map(({ path }) => path)).toEqual([
      "packages/core/src/vault.ts",
    ]);
  });

  /** From left to right; each may import itself and what stands before it. What is not listed is a port or a plain function, and imports nothing listed. */
  const way = [
    ["conversation.ts", "arm.ts", "settings.ts", "settings-form.ts", "measurement.ts", "measurement-form.ts"],
    ["policy.ts", "lookup/"],
    ["model/", "guard.ts"],
    ["production.ts"],
    [
      "before.ts",
      "context.ts",
      "passages.ts",
      "moved-on.ts",
      "permitted.ts",
      "copilot.ts",
      "snapshot.ts",
      "request.ts",
      "answering.ts",
    ],
    ["decision.ts", "teaching"],
    ["attribution.ts", "shadow.ts"],
    ["outcome.ts", "intake.ts", "changed.ts"],
    ["report/", "proposal.ts"],
  ];
  const place = (path: string) =>
    way.findIndex((names) => names.some((name) => path.startsWith(`packages/core/src/${name}`)));

  it("goes one way: conversation → policy → draft → copilot → decision → outcome → report", () => {
    expect(broken(core, (target, { path }) => place(path) >= 0 && place(target) > place(path))).toEqual([]);
  });
});

describe("packages", () => {
  it("web imports the protocol of core, and nothing else of ours", () =>
    expect(
      broken(
        web,
        (target) => /^@cuecard\/|packages\/(core|functions|local)/.test(target) && target !== "@cuecard/core/protocol",
      ),
    ).toEqual([]));

  it("functions read links and environment in deps.ts alone", () => {
    expect(
      functions
        .filter(
          ({ text, path }) => /process\.env|from "sst"/.test(code(text)) && path !== "packages/functions/src/deps.ts",
        )
        .map(({ path }) => path),
    ).toEqual([]);
  });

  it("nobody in core or functions asks whether it is local", () => {
    const asks = /isLocal|NODE_ENV|SST_DEV|stage\s*===?\s*["'](local|dev)/;
    expect([...core, ...functions].filter(({ text }) => asks.test(code(text))).map(({ path }) => path)).toEqual([]);
    expect(
      broken([...core, ...functions], (target) => /^@cuecard\/(local|web)|packages\/(local|web)/.test(target)),
    ).toEqual([]);
  });

  it("local and functions import no page", () =>
    expect(broken([...local, ...functions], (target) => target.startsWith("@cuecard/web"))).toEqual([]));

  it("stacks import their siblings alone, and name handlers by text", () => {
    const stacks = filesOf("stacks");
    expect(stacks.length).toBeGreaterThan(4);
    expect(broken(stacks, (target) => !target.startsWith("stacks/"))).toEqual([]);
  });

  it("no file is a barrel or a drawer", () => {
    const named = /(^|\/)(index|utils?|helpers?|types|common|misc)(\.tsx?$|\/)/;
    expect([...core, ...functions, ...local].filter(({ path }) => named.test(path)).map(({ path }) => path)).toEqual(
      [],
    );
  });
});

/** Without comments and text, so that a rule is not broken by speaking of it. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
}
