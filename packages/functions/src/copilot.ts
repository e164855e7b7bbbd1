/** What the worker gives to those who write suggestions; who they are is loaded when there is something to write. */
import type { Deps } from "@cuecard/core/context";
import { languages } from "@cuecard/core/intake";
import { library } from "@cuecard/core/store/library";
import * as deps from "./deps.ts";
import { telling } from "./steps.ts";

let loading: Promise<typeof import("./drafting.ts")> | undefined;

export function drafting(): Promise<typeof import("./drafting.ts")> {
  loading ??= import("./drafting.ts");
  return loading;
}

/** Begins to load what a customer's message will need, without waiting for it. */
export function foresee(): void {
  for (const begun of [languages(), drafting(), deps.channel()]) begun.catch(() => undefined); // told to whoever waits for it
}

const indexes = library();

/** For one job: a frame is told of once in each. */
export const copilotDeps = (): Deps => ({
  table: deps.table(),
  channel: telling({ send: async (...frame) => (await deps.channel()).send(...frame) }),
  now: deps.now,
  random: deps.random,
  library: indexes,
  modelFor: async (...of) => (await drafting()).modelFor(...of),
  aids: async (...of) => (await drafting()).aidsFor(...of),
});
