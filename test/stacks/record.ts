/** Evaluates the real `run()` of sst.config.ts for a stage under Pulumi's mocks, and gives every resource with its inputs. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import * as esbuild from "esbuild";
import { type Bundled, bundle as bundleHandler } from "./handler.ts";
import { paths } from "./platform.ts";

// Inputs are whatever the provider's schema says; checks read them by path.
// biome-ignore lint/suspicious/noExplicitAny: a recording is untyped JSON
export type Inputs = Record<string, any>;
export type Resource = { type: string; name: string; inputs: Inputs; custom: boolean };
/** A function as the tool would build it. */
export type Build = { name: string; handler: string; links: string[] } & Bundled;
export type Recording = {
  stage: string;
  app: { name: string; home: string; removal?: string; protect?: boolean };
  resources: Resource[];
  /** Names of resources that stay when the stage is removed. */
  kept: Record<string, string>;
  outputs: Record<string, string>;
  builds: Build[];
};

/** Bundles the configuration as the deploy tool does: globals for project files, everything of Pulumi left to the platform. */
async function bundle(stage: string, scratch: string, root: string): Promise<string> {
  const { platform } = paths;
  const outfile = path.join(platform, `check.${stage}.${path.basename(scratch)}.mjs`);
  const source = (file: string) => JSON.stringify(path.join(platform, "src", file));
  await esbuild.build({
    stdin: {
      contents: `export { default } from ${JSON.stringify(path.join(root, "sst.config.ts"))};
                 export { run } from ${source("auto/run.ts")};`,
      resolveDir: root,
    },
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    logLevel: "error",
    define: {
      $app: JSON.stringify({
        name: "cuecard",
        stage,
        removal: removal(stage),
        protect: stage === "prod",
        providers: {},
      }),
      $cli: JSON.stringify({
        command: "deploy",
        rpc: "",
        paths: { home: scratch, root: scratch, work: scratch, platform },
        state: { version: {} },
      }),
      $dev: "false",
    },
    inject: [path.join(platform, "src/shim/run.js")],
    banner: { js: 'import { createRequire as cr } from "node:module"; const require = cr(import.meta.url);' },
    plugins: [
      {
        name: "project-globals",
        setup: (build) =>
          build.onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
            if (file.startsWith(platform)) return undefined;
            const globals = `import * as aws from "@pulumi/aws"; import * as sst from ${source("components/index.ts")};`;
            return { contents: `${globals}\n${await readFile(file, "utf8")}`, loader: "ts" };
          }),
      },
    ],
  });
  return outfile;
}

/** What `$app` says while evaluating; a test holds it against what `app()` really answers. */
const removal = (stage: string) => (stage === "prod" ? "retain" : "remove");

/** Pulumi's mark on a value that must not be shown. Under mocks nothing is secret but by this mark. */
const sealed = "4dabf18193072939515e22adb298388d";
const opened = (_key: string, value: Inputs | null) =>
  value && typeof value === "object" && sealed in value ? value.value : value;

/** The site's files are listed while evaluating, so a stand-in of the built pages is laid beside, never in packages/web. */
async function layPages(folder: string) {
  const dist = path.join(folder, "packages/web/dist");
  await mkdir(dist, { recursive: true });
  for (const page of ["index", "sidebar", "lead", "admin"])
    await writeFile(path.join(dist, `${page}.html`), "<!doctype html>");
}

type Call = { method: string; params: [{ functionID: string; handler: string; links: object }] };

/** Answers what the deploy tool would answer its components. Building is only noted: a missing handler must not end the recording. */
async function tool(scratch: string) {
  const seen: Pick<Build, "name" | "handler" | "links">[] = [];
  const answer = ({ method, params: [input] }: Call) => {
    if (method === "Provider.Aws.Bootstrap")
      return {
        asset: "assets",
        state: "state",
        assetEcrRegistryId: "",
        assetEcrUrl: "",
        appsyncHttp: "",
        appsyncRealtime: "",
      };
    if (method !== "Runtime.Build") return {};
    seen.push({ name: input.functionID, handler: input.handler, links: Object.keys(input.links).sort() });
    return { out: scratch, handler: "bundle.handler", errors: [], sourcemaps: [] };
  };
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    response.end(JSON.stringify({ result: answer(JSON.parse(body)) }));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

/** Takes about 5 s. The child sees nothing of this process's environment but what is given, so no key or AWS setting can help it. */
export async function record(
  stage: string,
  environment: Record<string, string> = {},
  root = paths.root,
): Promise<Recording> {
  const scratch = await mkdtemp(path.join(os.tmpdir(), "cuecard-stack-"));
  const server = await tool(path.join(scratch, "out"));
  const output = path.join(scratch, "recording.json");
  await layPages(scratch);
  const file = await bundle(stage, scratch, root);
  try {
    await promisify(execFile)(
      process.execPath,
      [path.join(import.meta.dirname, "child.mjs"), paths.platform, file, output],
      {
        cwd: root,
        env: { ...environment, PATH: process.env.PATH, HOME: scratch, STAGE: stage, SST_SERVER: server.url },
        timeout: 180_000,
      },
    );
    const recording = JSON.parse(await readFile(output, "utf8"), opened);
    const builds: Build[] = [];
    for (const entry of server.seen) builds.push({ ...entry, ...(await bundleHandler(entry.handler)) });
    return { stage, ...recording, builds };
  } finally {
    server.close();
    await rm(file, { force: true });
    await rm(scratch, { recursive: true, force: true });
  }
}
