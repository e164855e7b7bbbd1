/** Starts the product in a process of its own, speaks to it from outside, and asks it what was counted. */
import { type ChildProcess, fork } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Event } from "@cuecard/core/event";
import { type Client, openSidebar, type Sidebar, signIn } from "../replay/client.ts";
import type { Counted } from "./between.ts";

export type Asked = { id: number; ask: "counted" | "reset" | "size" | "calm" };
export type Told = {
  id: number;
  ready?: { url: string; secret: string; database: string; links: Record<string, string | undefined> };
  counted?: Counted | undefined;
  size?: number;
  dead?: number;
  faults?: Record<string, number> | undefined;
  memory?: number;
  databasePid?: number | undefined;
  now?: number;
};

export type Running = {
  url: string;
  /** The embedded DynamoDB itself, past whatever stands in between. */
  database: string;
  /** What `sst` would put into a function's environment. */
  links: Record<string, string | undefined>;
  folder: string;
  child: ChildProcess;
  ask(what: Asked["ask"]): Promise<Told>;
  /** A signed delivery; gives the status. */
  hook(event: Event): Promise<number>;
  as(role: "rep" | "lead" | "admin", repId?: string): Promise<Client>;
  sidebar(repId?: string): Promise<Sidebar>;
  /** Waits until the queue is empty. */
  settled(ms?: number): Promise<boolean>;
  kill(): Promise<void>;
  stop(): Promise<void>;
};

const script = fileURLToPath(new URL("./server.ts", import.meta.url));
const startMs = 60_000;

/** `env` is added to the child's: BENCH_FAULTS (a share), BENCH_SEED, BENCH_PLAIN (1: nothing in between), BENCH_WORKERS (jobs at once), OPENAI_…. */
export async function startProduct(
  given: { folder?: string; port?: number; env?: Record<string, string> } = {},
): Promise<Running> {
  const own = given.folder === undefined;
  const folder = given.folder ?? (await mkdtemp(join(tmpdir(), "cuecard-bench-")));
  const { OPENAI_API_KEY: _key, OPENAI_BASE_URL: _url, NODE_OPTIONS: _options, ...rest } = process.env;
  const child = fork(script, {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    env: { ...rest, ...given.env, CUECARD_DATA: folder, PORT: String(given.port ?? 0) },
  });
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said = (said + chunk).slice(-20_000);
  });
  const waiting = new Map<number, (told: Told) => void>();
  let asked = 0;
  child.on("message", (told: Told) => {
    waiting.get(told.id)?.(told);
    waiting.delete(told.id);
  });
  const ready = await new Promise<NonNullable<Told["ready"]>>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`The product was not ready in ${startMs} ms. ${said}`)), startMs);
    waiting.set(0, ({ ready }) => {
      clearTimeout(timer);
      resolve(ready!);
    });
    child.once("exit", () => {
      clearTimeout(timer);
      reject(new Error(`The product ended at its start. ${said}`));
    });
  });
  const { url, secret } = ready;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const ask: Running["ask"] = (what) =>
    new Promise((resolve, reject) => {
      const id = ++asked;
      waiting.set(id, resolve);
      child.send({ id, ask: what } satisfies Asked, (error) => error && reject(error));
    });
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  };
  return {
    ...ready,
    folder,
    child,
    ask,
    async hook(event) {
      const body = JSON.stringify(event);
      const id = randomUUID();
      const at = String(Math.floor(Date.now() / 1_000));
      const mac = createHmac("sha256", key).update(`${id}.${at}.${body}`).digest("base64");
      const response = await fetch(`${url}/webhooks/demo/standard`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "webhook-id": id,
          "webhook-timestamp": at,
          "webhook-signature": `v1,${mac}`,
        },
        body,
      });
      await response.arrayBuffer();
      return response.status;
    },
    as: (role, repId = `bench-${role}`) => signIn(url, repId, role, "demo"),
    sidebar: async (repId = "bench-rep") => openSidebar(await signIn(url, repId, "rep", "demo")),
    async settled(ms = 60_000) {
      for (const ends = Date.now() + ms; Date.now() < ends; ) {
        if ((await ask("size")).size === 0) return true;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return false;
    },
    kill: () => end("SIGKILL"),
    async stop() {
      await end("SIGKILL");
      if (own) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
