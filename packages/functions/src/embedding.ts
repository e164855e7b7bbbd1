/** Where a workspace's vectors come from, if it has any. */
import type { Endpoint } from "@cuecard/core/model/embeddings";
import type { Loaded } from "@cuecard/core/settings";
import * as deps from "./deps.ts";
import { providerOf } from "./provider.ts";

/**
 * The address and key that write the drafts, with the embedding model. The stage's model holds at the stage's address alone;
 * a workspace with an address of its own names its own. An empty name switches it off.
 */
export function embeddingOf(workspace: string, loaded: Loaded): Endpoint | undefined {
  const { baseUrl, embeddingModel } = loaded.settings;
  const isElsewhere = baseUrl !== null && baseUrl !== deps.stageModel().baseURL;
  const model = embeddingModel ?? (isElsewhere ? undefined : deps.stageEmbeddingModel());
  const provider = model ? providerOf(workspace, loaded) : undefined;
  if (!provider || !model) return undefined;
  const { apiKey, baseURL, fetch } = provider;
  return { apiKey, model, ...(baseURL ? { baseURL } : {}), ...(fetch ? { fetch } : {}) };
}
