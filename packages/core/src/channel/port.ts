/** How frames reach the pages that watch. */
import type { ServerFrame } from "../protocol.ts";

export type Channel = {
  /** Sends one frame to one connection; "gone" when nobody is there any more. */
  send(connectionId: string, frame: ServerFrame): Promise<"sent" | "gone">;
};
