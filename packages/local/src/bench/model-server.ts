/** The scripted model's server of the tests, as a process of its own: it must not share an event loop with what is measured. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("../../../../test/openai/server.ts", import.meta.url));

export type ModelProcess = { env: { OPENAI_BASE_URL: string; OPENAI_API_KEY: string }; stop(): Promise<void> };

/** `args` as the script takes them. */
export async function startModelProcess(args: string[]): Promise<ModelProcess> {
  const child = spawn(process.execPath, ["--import", "tsx", script, "--port", "0", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk;
      const found = /OPENAI_BASE_URL=(\S+)/.exec(said)?.[1];
      if (found) resolve(found);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk;
    });
    child.once("exit", () => reject(new Error(`The model's server ended: ${said.slice(-2_000)}`)));
  });
  return {
    env: { OPENAI_BASE_URL: url, OPENAI_API_KEY: "any" },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}
