/** The route that looks passages up; apart from the sidebar's other routes, which answer without stemmers. */
import { searchAided } from "@cuecard/core/lookup/aided";
import * as Settings from "@cuecard/core/settings";
import { library } from "@cuecard/core/store/library";
import { together } from "@cuecard/core/together";
import * as z from "zod";
import { aidsFor } from "../aids.ts";
import * as deps from "../deps.ts";
import { everyone, route } from "./route.ts";

const indexes = library();

export const search = [
  route({
    method: "GET",
    path: "/api/policies/search",
    limit: "search",
    roles: everyone,
    summary: "Passages of policy for a question.",
    query: z.object({
      q: z.string().trim().min(1).max(4_000),
      limit: z.coerce.number().int().min(1).max(50).default(10),
      language: z.string().max(35).optional(),
    }),
    async run({ identity, query }) {
      const [index, learned, loaded] = await together([
        indexes.policies(deps.table(), identity.workspace),
        indexes.learned(deps.table(), identity.workspace),
        Settings.load(deps.table(), identity.workspace),
      ]);
      const today = Settings.dayOf(deps.now(), loaded.settings.timeZone);
      const found = index
        ? await searchAided(
            index,
            { turns: [{ author: "customer", text: query.q }], ...(query.language ? { language: query.language } : {}) },
            { limit: query.limit, today, ...(learned ? { learned } : {}) },
            await aidsFor(identity.workspace, loaded),
          )
        : { best: [], confidence: 0 };
      const passages = found.best.map(
        ({ passage: { articleId, title, heading, text, url, audience, language }, score, sentence }) => ({
          articleId,
          title,
          heading,
          text,
          sentence,
          score,
          audience,
          ...(language ? { language } : {}),
          ...(url ? { url } : {}),
        }),
      );
      return { body: { passages, confidence: found.confidence } };
    },
  }),
];
