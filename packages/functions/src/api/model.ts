/** Whether the language model answers, before a rep waits for it. */
import { AppError } from "@cuecard/core/error";
import * as Settings from "@cuecard/core/settings";
import { ModelKey } from "@cuecard/core/settings-form";
import { paced } from "@cuecard/core/store/pace";
import * as z from "zod";
import * as deps from "../deps.ts";
import { tried } from "../provider.ts";
import { admins, route } from "./route.ts";

/** The gateway gives up after 30 seconds. */
const patienceMs = 20_000;
const everyMs = 1_000;

const Body = z
  .strictObject({
    baseUrl: z.url().nullable(),
    model: z.string().min(1).max(200).nullable(),
    modelKey: ModelKey,
  })
  .partial()
  .default({});

export const model = [
  route({
    method: "POST",
    path: "/api/model/test",
    roles: admins,
    audit: "model.tested",
    summary: "One tiny request to the language model, as saved or as given. Keys are never given back.",
    body: Body,
    answers: {
      200: '`{"ok":true,"ms","model"}`, or `{"ok":false,"code","error"}` in words.',
      429: "Once a second, no oftener.",
    },
    async run({ identity: { workspace }, body }) {
      const options = tried(workspace, await Settings.load(deps.table(), workspace), body);
      if (!(await paced(deps.table(), workspace, "model-test", { everyMs, nowMs: deps.now() })))
        throw new AppError("limit", "too_soon", "The model was tested a moment ago. Try again in a second.");
      if (!options)
        return failed("no_key", "No key is set. Drafts come from your articles and past replies until there is one.");
      const { probe } = await import("@cuecard/core/model/openai");
      try {
        const limit = { ...options, totalTimeoutMs: Math.min(options.totalTimeoutMs, patienceMs) };
        return { body: { ok: true, ...(await probe(limit, AbortSignal.timeout(patienceMs + 1_000))) } };
      } catch (error) {
        if (error instanceof AppError) return failed(error.code, error.message);
        throw error;
      }
    },
  }),
];

const failed = (code: string, error: string) => ({ body: { ok: false, code, error } });
