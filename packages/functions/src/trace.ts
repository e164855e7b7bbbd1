/**
 * One id from a helpdesk's delivery, or a page's request, to the frames that come of it: the gateway's request id, which its
 * access log has too. It goes with the flow of the process rather than as an argument, because nothing decides by it and
 * every log line of whatever was called on the way must carry it: many runs share one process on a laptop.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Send } from "./jobs.ts";

const running = new AsyncLocalStorage<string>();

export const within = <T>(correlation: string, run: () => T): T => running.run(correlation, run);
export const correlation = (): string | undefined => running.getStore();

/** Jobs that are sent on the way carry it on. */
export const carrying =
  (send: Send): Send =>
  (job, options) => {
    const id = correlation();
    return send(id === undefined ? job : { ...job, correlation: id }, options);
  };
