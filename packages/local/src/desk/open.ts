/** What stands around the demo workspace of a running Cuecard: its desk, and the history behind it. */
import * as Settings from "@cuecard/core/settings";
import { stageModel } from "@cuecard/functions/deps";
import { tableOf, workspace } from "../demo.ts";
import type { Page } from "../gateway.ts";
import { type History, openHistory } from "../history/history.ts";
import type { Prepared } from "../runtime.ts";
import { openDesk } from "./desk.ts";
import { deskPage, type Told } from "./page.ts";
import { readScripts } from "./script.ts";

const hint =
  "No language model yet: drafts come from your articles and past replies. To use one, start with OPENAI_API_KEY=… npm start.";

export type Demo = { pages: Page[]; history: History };

export async function openDemo({ url, env, demoSecret, log }: Prepared): Promise<Demo> {
  const table = tableOf(env);
  const history = openHistory({ table, now: Date.now, log });
  const desk = openDesk({ table, url, secret: demoSecret, scripts: await readScripts(), now: Date.now });
  const told = async (): Promise<Told> => {
    const { settings, sealedModelKey } = await Settings.load(table, workspace);
    const { apiKey, model } = stageModel();
    const keyed = Boolean(sealedModelKey ?? apiKey);
    return {
      engine: keyed ? (settings.model ?? model) : "Embedded engine, no language model",
      hint: keyed ? null : hint,
      history: { present: await history.present() },
    };
  };
  const removeHistory = async () => ({ removed: await history.remove() });
  return { pages: [deskPage({ desk, told, removeHistory })], history };
}

/** The desk without a history: nothing is simulated. */
export const demoPages = async (context: Prepared): Promise<Page[]> => (await openDemo(context)).pages;
