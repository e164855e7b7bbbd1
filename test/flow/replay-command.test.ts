/** `npm run replay` against a server that goes away in the middle: it ends, says so, and leaves nothing set. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { WebSocketServer } from "ws";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("a replay whose webhooks get no answer ends with an error, and real messages are no longer marked as replayed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "cuecard-replay-"));
  const file = join(folder, "one.jsonl");
  const events = [{ t: 0, speaker: "customer", type: "message", text: "Hello?" }];
  await writeFile(file, JSON.stringify({ id: 1, events }));
  const tags: unknown[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    if (request.url?.startsWith("/webhooks/")) return response.destroy();
    if (request.method === "PUT") tags.push(JSON.parse(body).tag);
    const { port } = server.address() as AddressInfo;
    response.end(JSON.stringify({ token: "t", ticket: "k", url: `ws://127.0.0.1:${port}/ws` }));
  });
  const sockets = new WebSocketServer({ server });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const command = [
    "--import",
    "tsx",
    "packages/local/src/commands/replay.ts",
    file,
    "--as",
    "chatwoot",
    "--url",
    url,
    "--json",
  ];
  const child = spawn(process.execPath, command, { cwd: root, timeout: 25_000 });
  try {
    let said = "";
    child.stderr.on("data", (chunk) => {
      said += chunk;
    });
    const [code] = await once(child, "close");
    expect({ code, said }).toEqual({ code: 1, said: expect.stringContaining(`Nothing answers at ${url}`) });
    expect(tags).toEqual(["replay", null]);
  } finally {
    child.kill("SIGKILL");
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
    server.close();
    await rm(folder, { recursive: true });
  }
}, 40_000);
