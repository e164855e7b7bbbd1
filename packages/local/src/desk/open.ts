/** The demo desk of a running Cuecard, as `npm start` serves it. */

import * as Settings from "@cuecard/core/settings";
import { stageModel } from "@cuecard/functions/deps";
import { tableOf, workspace } from "../demo.ts";
import type { Page } from "../gateway.ts";
import type { Prepared } from "../runtime.ts";
import { openDesk } from "./desk.ts";
import { deskPage, type Told } from "./page.ts";
import { readScripts } from "./script.ts";

const hint =
  "No language model yet: drafts come from your articles and past replies. To use one, start with OPENAI_API_KEY=… npm start.";

export async function demoPages({ url, env, demoSecret }: Prepared): Promise<Page[]> {
  const table = tableOf(env);
  const desk = openDesk({ table, url, secret: demoSecret, scripts: await readScripts(), now: Date.now });
  const told = async (): Promise<Told> => {
    const { settings, sealedModelKey, measurement, past } = await Settings.load(table, workspace);
    const { apiKey, model } = stageModel();
    const keyed = Boolean(sealedModelKey ?? apiKey);
    return {
      engine: keyed ? (settings.model ?? model) : "Embedded engine, no language model",
      hint: keyed ? null : hint,
      history: { present: [measurement, ...past].some((one) => one?.id.startsWith("simulated-")) },
    };
  };
  return [deskPage({ desk, told, removeHistory: async () => ({ removed: 0 }) })];
}
