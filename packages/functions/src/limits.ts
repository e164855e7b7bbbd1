/**
 * What a rep, and a workspace, may ask in a minute. Far above what people do (a rep with six chats asks for some ten things a
 * minute) and far below what would hurt others or the bill. Webhooks have no limit here: what a helpdesk is refused it may not send
 * again, and a wrong signature costs next to nothing. The gateway's throttle (stacks/access.ts) stands before everything.
 */
import { AppError } from "@cuecard/core/error";
import { type Limit, limiter } from "@cuecard/core/store/limit";
import type { Identity } from "@cuecard/core/store/presence";
import * as deps from "./deps.ts";

const perMinute = {
  /** Model calls, and notes in a helpdesk. */
  suggestions: { rep: 240, workspace: 6_000 },
  /** Milliseconds of a processor. */
  search: { rep: 6_000, workspace: 60_000 },
  /** Connections: whoever loses theirs again and again asks for many. */
  tickets: { rep: 600, workspace: 12_000 },
  /** Writes by the hundred, and a new index. */
  imports: { rep: 300, workspace: 600 },
  /** What a page says over its WebSocket: two for each suggestion it shows. */
  actions: { rep: 1_200, workspace: 60_000 },
};
/**
 * Both steps of everybody's signing in. Not by address: behind CloudFront that is a header's word, and an office has one. Nothing is to be
 * guessed there; it is the provider that must not be asked without end in our name.
 */
const signInsPerMinute = 2_400;

export type Limited = keyof typeof perMinute | "signIns";
/** No workspace can have this name. */
const everybody = "*";

const ask = limiter();
const limitOf = (perMinute: number): Limit => ({
  perMinute,
  free: Math.ceil(perMinute / 10),
  block: Math.ceil(perMinute / 10),
});

/** Throws `limit`, with the seconds to wait. The workspace is asked second: who is refused alone takes nothing from the others. */
export async function limited(identity: Identity, what: Limited): Promise<void> {
  if (what === "signIns") return signIn();
  const { workspace, repId } = identity;
  const { rep, workspace: all } = perMinute[what];
  for (const [who, most] of [
    [`rep#${repId}`, rep],
    ["all", all],
  ] as const) {
    const asked = { workspace, who, what, limit: limitOf(most), nowMs: deps.now() };
    const seconds = await ask(deps.table(), asked);
    if (seconds !== undefined)
      throw new AppError(
        "limit",
        who === "all" ? "workspace_limit" : "rep_limit",
        `That is more than ${most} in a minute. Try again in ${seconds} seconds.`,
        undefined,
        seconds,
      );
  }
}

async function signIn(): Promise<void> {
  const limit = limitOf(signInsPerMinute);
  const seconds = await ask(deps.table(), {
    workspace: everybody,
    who: "all",
    what: "signIns",
    limit,
    nowMs: deps.now(),
  });
  if (seconds !== undefined)
    throw new AppError(
      "limit",
      "signin_limit",
      `Too many are signing in. Try again in ${seconds} seconds.`,
      undefined,
      seconds,
    );
}
