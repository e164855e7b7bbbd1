/** `npm start`. */
import { prepare } from "./demo.ts";
import type { Demo } from "./desk/open.ts";
import { flags } from "./flags.ts";
import { handlers } from "./handlers.ts";
import { Refusal, told } from "./log.ts";
import { openPublic, type Public } from "./public.ts";
import { signInToken } from "./replay/client.ts";
import { type Runtime, start } from "./runtime.ts";
import { readSettings } from "./settings.ts";

const began = performance.now();
const usage = `npm start -- [--public]
  --public  a second port for a tunnel: webhooks and the sidebar alone, behind a pairing code
  PORT (4000), HOST (127.0.0.1), CUECARD_DATA (.cuecard), OPENAI_API_KEY and more: docs/environment.md`;
const { values: asked } = flags(usage, { options: { public: { type: "boolean", default: false } } });
let runtime: Runtime | undefined;
let demo: Demo | undefined;
let tunnel: Public | undefined;
let ending = false;

async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  await tunnel?.close();
  await demo?.history.stop();
  await runtime?.stop();
  process.exit(code);
}

function fail(error: unknown): void {
  console.error(error instanceof Refusal ? `Cuecard: ${error.message}` : `Cuecard: ${told(error)}`);
  void end(1);
}

const { env } = process;
const signalled = { first: 0 };
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => {
    // A terminal and npm both send Ctrl-C: only a second one, later, means "at once".
    if (signalled.first && performance.now() - signalled.first > 1_000) process.exit(130);
    signalled.first ||= performance.now();
    if (runtime) end(0).catch(fail);
    else process.exit(0); // the child ends with us, and nothing was accepted yet
  });
// npm hands SIGTERM to a shell that dies of it and tells nobody: its death is our sign.
const parent = process.ppid;
if (env.npm_lifecycle_event)
  setInterval(() => {
    if (process.ppid !== parent) end(0).catch(fail);
  }, 500).unref();
process.on("uncaughtException", fail);
// On Lambda this ends the one run; the others, and what is on disk, have nothing to do with it.
process.on("unhandledRejection", (error) => console.error(`Unhandled rejection: ${told(error)}`));

try {
  const settings = readSettings(env);

  runtime = await start({
    ...settings,
    env,
    handlers,
    prepare,
    // Imported here, and deps below: both read the links that start() has set.
    async pages(context) {
      demo = await (await import("./desk/open.ts")).openDemo(context);
      return demo.pages;
    },
    failed: fail,
  });
  void demo?.history.write(); // behind the scenes; it logs its own failure
  const { url, demoSecret, dataFolder, queue } = runtime;
  if (asked.public)
    tunnel = await openPublic({
      target: url,
      port: Number(env.CUECARD_PUBLIC_PORT || 0),
      login: ({ repId, workspace }) => signInToken(url, repId, "rep", workspace),
    });
  const dead = queue.deadLetters().length;
  const { stageModel } = await import("@cuecard/functions/deps");
  const { apiKey, model, baseURL = "https://api.openai.com/v1" } = stageModel();
  const engine = apiKey ? `${model} at ${baseURL}` : "embedded, no language model (OPENAI_API_KEY is not set)";
  console.log(
    [
      `Cuecard is ready after ${((performance.now() - began) / 1_000).toFixed(1)} s`,
      `  demo desk       ${url}/`,
      `  rep's sidebar   ${url}/sidebar`,
      `  lead's page     ${url}/lead`,
      `  admin's page    ${url}/admin`,
      `  engine          ${engine}`,
      `  webhooks        ${url}/webhooks/demo/standard`,
      `  webhook secret  ${demoSecret}`,
      `  data            ${dataFolder}`,
      ...(tunnel
        ? [
            `  for a tunnel    ${tunnel.url} (webhooks and sidebar alone; cloudflared tunnel --url ${tunnel.url})`,
            `  pairing code    ${tunnel.code}, asked for at /pair`,
          ]
        : []),
      ...(dead > 0 ? [`  dead letters    ${dead}`] : []),
      "  stop            Ctrl-C",
    ].join("\n"),
  );
} catch (error) {
  fail(error);
}
