/** `npm run fuzz -- --requests N --seed S`: test/flow/fuzz.test.ts with more requests. Prints the seed, which repeats what was asked. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { flags, wholeOf } from "@cuecard/local/flags";

const usage = `npm run fuzz -- [--requests N] [--seed S]
  --requests  of any form to any route (20000)
  --seed      the same seed makes the same requests (1)`;

const { values } = flags(usage, {
  options: { requests: { type: "string", default: "20000" }, seed: { type: "string", default: "1" } },
});
const requests = wholeOf("requests", values.requests, 1, 10_000_000);
const seed = wholeOf("seed", values.seed, 0, 2 ** 31);
const { status } = spawnSync(join("node_modules", ".bin", "vitest"), ["run", "test/flow/fuzz.test.ts"], {
  stdio: "inherit",
  env: { ...process.env, FUZZ_REQUESTS: `${requests}`, FUZZ_SEED: `${seed}` },
});
process.exitCode = status ?? 1;
