/** Where a workspace's text is written: its own key and address, or the stage's. */
import { AppError } from "@cuecard/core/error";
import type { OpenAIOptions } from "@cuecard/core/model/openai";
import type { Loaded } from "@cuecard/core/settings";
import type { Place } from "@cuecard/core/vault";
import * as deps from "./deps.ts";

/** What a workspace's own key is sealed for. */
export const modelKeyPlace = (workspace: string): Place => ["model", workspace];

/**
 * Undefined where nobody has set a key: then the embedded engine writes. `typed` is a key that is not saved. The stage's
 * key goes to the stage's address alone: a workspace that names another brings its own.
 */
export function providerOf(
  workspace: string,
  { settings, sealedModelKey }: Loaded,
  typed?: string,
): OpenAIOptions | undefined {
  const stage = deps.stageModel();
  const own = typed ?? (sealedModelKey ? deps.secrets().open(sealedModelKey, modelKeyPlace(workspace)) : undefined);
  const isElsewhere = settings.baseUrl !== null && settings.baseUrl !== stage.baseURL;
  const apiKey = own ?? (isElsewhere ? undefined : stage.apiKey);
  if (!apiKey) return undefined;
  const baseURL = settings.baseUrl ?? stage.baseURL;
  return {
    apiKey,
    model: settings.model ?? stage.model,
    ...(baseURL ? { baseURL } : {}),
    // The stage's own address is whoever deploys it's affair.
    ...(isElsewhere ? { fetch: deps.reach } : {}),
    firstTokenTimeoutMs: settings.firstTokenTimeoutMs,
    totalTimeoutMs: settings.totalTimeoutMs,
  };
}

export type Tried = {
  baseUrl?: string | null | undefined;
  model?: string | null | undefined;
  modelKey?: string | undefined;
};

/**
 * The same with what an admin has typed but not saved; null stands for the stage's own. A key that is kept goes to the
 * address it was kept for and nowhere else: whoever may name an address must not be sent it there. Throws `input`.
 */
export function tried(
  workspace: string,
  loaded: Loaded,
  { baseUrl, model, modelKey }: Tried,
): OpenAIOptions | undefined {
  const { settings } = loaded;
  if (baseUrl !== undefined && baseUrl !== settings.baseUrl && modelKey === undefined)
    throw new AppError(
      "input",
      "key_needed",
      "For another address than the saved one the key must be typed as well: a saved key is not sent elsewhere.",
      "modelKey",
    );
  const named = {
    ...settings,
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(model === undefined ? {} : { model }),
  };
  return providerOf(workspace, { ...loaded, settings: named }, modelKey);
}
