/** Chooses who writes: the workspace's model, the stage's, or the embedded engine. */
import type { Deps as CopilotDeps } from "@cuecard/core/context";
import { extractiveModel } from "@cuecard/core/model/extractive";
import type { Model } from "@cuecard/core/model/port";
import type { Loaded } from "@cuecard/core/settings";
import { library } from "@cuecard/core/store/policies";
import { aidsFor } from "./aids.ts";
import { isSpent } from "./budget.ts";
import * as deps from "./deps.ts";
import { providerOf } from "./provider.ts";

let made: CopilotDeps | undefined;

export async function copilotDeps(): Promise<CopilotDeps> {
  made ??= {
    table: deps.table(),
    channel: await deps.channel(),
    now: deps.now,
    random: deps.random,
    library: library(),
    modelFor,
    aids: aidsFor,
  };
  return made;
}

/** One client a process for each set of options: its connections are kept open. */
const models = new Map<string, Model>();

async function modelFor(workspace: string, loaded: Loaded): ReturnType<CopilotDeps["modelFor"]> {
  const options = providerOf(loaded);
  if (!options) return { model: extractiveModel, flags: [] };
  if (await isSpent(workspace, loaded)) return { model: extractiveModel, flags: [{ code: "budget" }] };
  const id = JSON.stringify(options);
  let model = models.get(id);
  if (!model) {
    const { openaiModel } = await import("@cuecard/core/model/openai");
    model = openaiModel(options);
    models.set(id, model);
  }
  return { model, flags: [] };
}
