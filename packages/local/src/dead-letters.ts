/** What the AWS console offers for dead letters, for whoever sits at this machine: `/dev/dead-letters`. */
import type { Page } from "./gateway.ts";
import { writeError, writeJson } from "./http-event.ts";
import { refusedTo } from "./login.ts";
import type { Queue } from "./queue.ts";

/** GET lists them; POST sends all of them again and says how many. */
export const deadLetters =
  (queue: () => Queue | undefined): Page =>
  async (request, response, path) => {
    if (path !== "/dev/dead-letters") return false;
    if (refusedTo(request, response)) return true;
    const opened = queue();
    if (!opened) writeError(response, 503, "starting", "Cuecard is starting; try again in a moment.");
    else if (request.method === "POST") writeJson(response, 200, { redriven: await opened.redrive() });
    else writeJson(response, 200, { deadLetters: opened.deadLetters() });
    return true;
  };
