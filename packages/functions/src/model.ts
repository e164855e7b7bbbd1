/** Chooses who writes: the workspace's model, the stage's, or the embedded engine. */
import type { Deps as CopilotDeps } from "@cuecard/core/context";
import { extractiveModel } from "@cuecard/core/model/extractive";
import type { Model } from "@cuecard/core/model/port";
import type { Loaded } from "@cuecard/core/settings";
import { isSpent } from "./budget.ts";
import { providerOf } from "./provider.ts";

/** One client a process for each set of options: its connections are kept open. */
const models = new Map<string, Model>();

export async function modelFor(workspace: string, loaded: Loaded): ReturnType<CopilotDeps["modelFor"]> {
  const options = providerOf(workspace, loaded);
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
