/** The handlers that run on AWS as well. */
import type { Handlers } from "./lambda.ts";
import type { Lines } from "./log.ts";

/** Loaded late: they read their links from the environment when they are first used. */
export async function handlers(lines?: Lines): Promise<Handlers> {
  if (lines) (await import("@cuecard/functions/log")).logTo(lines);
  const [webhook, api, socket, worker, deadletter, nightly] = await Promise.all([
    import("@cuecard/functions/webhook"),
    import("@cuecard/functions/api"),
    import("@cuecard/functions/socket"),
    import("@cuecard/functions/worker"),
    import("@cuecard/functions/deadletter"),
    import("@cuecard/functions/nightly"),
  ]);
  return {
    webhook: webhook.handler,
    api: api.handler,
    socket: socket.handler,
    worker: worker.handler,
    deadletter: deadletter.handler,
    nightly: nightly.handler,
  };
}
