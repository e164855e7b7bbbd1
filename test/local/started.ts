/** Starts the runtime with small handlers, each in a folder and an environment of its own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Handlers } from "@cuecard/local/lambda";
import { type Options, type Runtime, start } from "@cuecard/local/runtime";
import { afterAll, beforeAll, onTestFinished } from "vitest";

const quiet: Handlers = {
  webhook: async () => ({ statusCode: 202, body: "" }),
  api: async () => ({ statusCode: 200, headers: { "content-type": "application/json" }, body: '{"ok":true}' }),
  socket: async () => ({ statusCode: 200 }),
  worker: async () => undefined,
  deadletter: async () => undefined,
  nightly: async () => undefined,
};

export type Started = Runtime & {
  env: Record<string, string | undefined>;
  lines: string[];
  resource(name: string): never;
};

type Given = Partial<Omit<Options, "handlers">>;

/** One for the test that calls it. */
export async function started(handlers: Partial<Handlers> = {}, options: Given = {}): Promise<Started> {
  const runtime = await begin(handlers, { ...options, dataFolder: options.dataFolder ?? (await folder()) });
  onTestFinished(() => runtime.stop(500));
  return runtime;
}

/** One for all tests of a file that change nothing in it. */
export function shared(handlers: Partial<Handlers> = {}, options: Given = {}): () => Started {
  let runtime: Started;
  beforeAll(async () => {
    runtime = await begin(handlers, { ...options, dataFolder: await mkdtemp(join(tmpdir(), "cuecard-")) });
  });
  afterAll(async () => {
    await runtime.stop(500);
    await rm(runtime.dataFolder, { recursive: true, force: true, maxRetries: 3 });
  });
  return () => runtime;
}

async function begin(handlers: Partial<Handlers>, options: Given & { dataFolder: string }): Promise<Started> {
  const env: Record<string, string | undefined> = options.env ?? {};
  const lines: string[] = [];
  const runtime = await start({
    port: 0,
    env,
    handlers: () => ({ ...quiet, ...handlers }),
    log: (line) => lines.push(line),
    ...options,
  });
  return { ...runtime, env, lines, resource: (name) => JSON.parse(env[`SST_RESOURCE_${name}`] ?? "null") as never };
}

/** Removed after the test. */
export async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "cuecard-"));
  onTestFinished(() => rm(path, { recursive: true, force: true, maxRetries: 3 }));
  return path;
}

/** Resolves once `met` gives something true; fails the test after `ms`. */
export async function until<T>(met: () => T | Promise<T>, ms = 10_000): Promise<NonNullable<T>> {
  const ends = Date.now() + ms;
  for (;;) {
    const value = await met();
    if (value) return value;
    if (Date.now() > ends) throw new Error(`Not within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export const credentials = { accessKeyId: "local", secretAccessKey: "local" };
export const region = "us-east-1";
