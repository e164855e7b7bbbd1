import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { listen } from "@cuecard/local/loopback";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { folder, until } from "./started.ts";

/** What `npm start` runs, with nothing of this process's own settings. */
function main(env: Record<string, string>): { child: ChildProcess; out: () => string; errors: () => string } {
  const script = fileURLToPath(new URL("../../packages/local/src/main.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", script], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const said = { out: "", errors: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    said.out += chunk;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    said.errors += chunk;
  });
  return { child, out: () => said.out, errors: () => said.errors };
}

test("starts the real handlers, says where everything is, and ends cleanly on Ctrl-C", async () => {
  const { child, out, errors } = main({ PORT: "0", CUECARD_DATA: await folder() });
  await until(() => out().includes("Ctrl-C") || child.exitCode !== null, 30_000);
  expect(errors()).toBe("");
  expect(out()).toMatch(/webhook secret {2}whsec_\S+/);
  expect(out()).toMatch(/engine +embedded/);
  const url = /demo desk +(\S+)\//.exec(out())![1]!;

  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect((await fetch(`${url}/api/settings`)).status).toBe(401);
  const { token } = await post<{ token: string }>(`${url}/dev/login`, { repId: "r1", role: "admin" });
  const { ticket, url: socketUrl } = await post<{ ticket: string; url: string }>(`${url}/api/tickets`, {}, token);
  const socket = new WebSocket(`${socketUrl}?ticket=${ticket}`);
  await once(socket, "open");
  socket.send('{"action":"ping"}');
  const [pong] = await once(socket, "message");
  expect(JSON.parse(String(pong))).toEqual({ type: "pong" });

  const closed = once(socket, "close");
  child.kill("SIGINT");
  expect((await closed)[0]).toBe(1_001);
  expect(await once(child, "exit")).toEqual([0, null]);
  expect(errors()).toBe("");
}, 60_000);

test("a start that cannot be is one line and exit 1", async () => {
  const server = createServer();
  onTestFinished(() => void server.close());
  const PORT = String(await listen(server, 0, "127.0.0.1"));
  const { child, out, errors } = main({ PORT, CUECARD_DATA: await folder() });
  expect(await once(child, "exit")).toEqual([1, null]);
  expect(errors()).toBe(`Cuecard: Port ${PORT} on 127.0.0.1 is taken. Stop what uses it, or set PORT to another.\n`);
  expect(out()).toBe("");
}, 60_000);

async function post<T>(url: string, body: object, token?: string): Promise<T> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });
  expect(response.ok).toBe(true);
  return (await response.json()) as T;
}
