/** What the environment says of this machine's run. main.ts and start() read it here and nowhere else. */
import { resolve } from "node:path";
import { Refusal } from "./log.ts";

export type Settings = { port: number; host: string; dataFolder: string; demoSecret: string | undefined };

export type Environment = Record<string, string | undefined>;

/** PORT (4000; 0 for a free one), HOST (127.0.0.1), CUECARD_DATA (.cuecard), CUECARD_DEMO_SECRET. Throws Refusal. */
export function readSettings(env: Environment, folder = process.cwd()): Settings {
  const port = Number(env.PORT || 4000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Refusal(`PORT must be a number from 0 to 65535, not "${env.PORT}".`);
  const demoSecret = env.CUECARD_DEMO_SECRET || undefined;
  if (demoSecret !== undefined && !isSecret(demoSecret))
    throw new Refusal('CUECARD_DEMO_SECRET must be "whsec_" followed by 24 to 64 bytes in base64.');
  return {
    port,
    host: env.HOST || "127.0.0.1",
    dataFolder: resolve(folder, env.CUECARD_DATA || ".cuecard"),
    demoSecret,
  };
}

/** As Standard Webhooks has its secrets. */
function isSecret(text: string): boolean {
  if (!/^whsec_[A-Za-z0-9+/]+={0,2}$/.test(text)) return false;
  const { length } = Buffer.from(text.slice("whsec_".length), "base64");
  return length >= 24 && length <= 64;
}
