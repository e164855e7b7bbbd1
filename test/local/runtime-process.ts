/** Runs in the folder given until it is killed; its jobs never end. */
import { start } from "@cuecard/local/runtime";

const never = () => new Promise(() => setInterval(() => undefined, 60_000));
const { queue, databasePid } = await start({
  port: 0,
  dataFolder: process.argv[2]!,
  env: {},
  handlers: () => ({ webhook: never, api: never, socket: never, worker: never, deadletter: never, nightly: never }),
});
await queue.send("undone");
process.stdout.write(`${databasePid()}\n`);
