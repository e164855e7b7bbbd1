/** The demo as `npm start` runs it, with the real handlers. One a file: they read their links once a process. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Call, prepare, tableOf } from "@cuecard/local/demo";
import type { Demo as Around } from "@cuecard/local/desk/open";
import { handlers } from "@cuecard/local/handlers";
import { type Runtime, start } from "@cuecard/local/runtime";
import { afterAll, beforeAll } from "vitest";

export type Demo = Runtime & {
  history: Around["history"];
  table: ReturnType<typeof tableOf>;
  as(role: "rep" | "lead" | "admin"): Promise<Call>;
};

export function demo(): () => Demo {
  let running: Demo;
  let around: Around;
  const lines: string[] = [];
  beforeAll(async () => {
    for (const name of ["OPENAI_API_KEY", "OPENAI_BASE_URL", "CUECARD_DEMO_SECRET"]) delete process.env[name];
    const runtime = await start({
      port: 0,
      dataFolder: await mkdtemp(join(tmpdir(), "cuecard-")),
      env: process.env,
      handlers,
      prepare,
      async pages(context) {
        around = await (await import("@cuecard/local/desk/open")).openDemo(context);
        return around.pages;
      },
      log: (line) => lines.push(line),
    });
    running = {
      ...runtime,
      history: around.history,
      table: tableOf(process.env),
      as: async (role) => {
        const { token } = (await callOf(runtime.url)("POST", "/dev/login", { repId: "demo", role })) as {
          token: string;
        };
        return callOf(runtime.url, token);
      },
    };
  });
  afterAll(async () => {
    await running.stop(500);
    await rm(running.dataFolder, { recursive: true, force: true, maxRetries: 3 });
    if (lines.length > 0) throw new Error(`The runtime complained: ${lines.join("\n")}`);
  });
  return () => running;
}

/** The answer's body; throws with status and body when it is none of 2xx. */
export const callOf =
  (url: string, token?: string, headers: Record<string, string> = {}): Call =>
  async (method, path, body) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  };
