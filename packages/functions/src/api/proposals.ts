/** Routes of the policy base as the lead tends it: figures by article, and articles proposed from good replies. */
import { AppError } from "@cuecard/core/error";
import { decide, listProposals } from "@cuecard/core/proposal";
import { articleFigures } from "@cuecard/core/report/articles";
import * as Settings from "@cuecard/core/settings";
import * as z from "zod";
import * as deps from "../deps.ts";
import { reindex } from "../library.ts";
import { leads, route } from "./route.ts";

const Day = z.iso.date();

export const proposals = [
  route({
    method: "GET",
    path: "/api/reports/articles",
    roles: leads,
    audit: "report.read",
    summary:
      "Every article: how often it was cited, and what became of those drafts. Without a range the last 30 days.",
    query: z.object({ from: Day.optional(), to: Day.optional() }),
    async run({ identity: { workspace }, query }) {
      const { settings } = await Settings.load(deps.table(), workspace);
      const to = query.to ?? Settings.dayOf(deps.now(), settings.timeZone);
      const from = query.from ?? Settings.addDays(to, -29);
      if (from > to || Settings.addDays(from, 731) < to)
        throw new AppError("input", "invalid_range", "A report goes forward, and spans two years at most.", "from");
      return { body: await articleFigures(deps.table(), workspace, { from, to, settings, nowMs: deps.now() }) };
    },
  }),
  route({
    method: "GET",
    path: "/api/proposals",
    roles: leads,
    summary: "Articles proposed from good replies to questions without a policy, those asked most often first.",
    async run({ identity }) {
      return { body: { proposals: await listProposals(deps.table(), identity.workspace, deps.now()) } };
    },
  }),
  route({
    method: "POST",
    path: "/api/proposals/{id}",
    roles: leads,
    audit: "proposal.decided",
    summary: "Accepts a proposed article, as it is or with another title and text, or drops it.",
    body: z.strictObject({
      action: z.enum(["accept", "drop"]),
      title: z.string().trim().min(1).max(1_000).optional(),
      text: z.string().trim().min(1).max(100_000).optional(),
      audience: z.enum(["public", "internal"]).optional(),
    }),
    answers: { 200: "Done.", 409: "It was decided before." },
    async run({ identity: { workspace }, params, body: { action, title, text, audience } }) {
      const given = { ...(title ? { title } : {}), ...(text ? { text } : {}), ...(audience ? { audience } : {}) };
      const article = await decide(deps.table(), workspace, params.id!, { action, ...given }, deps.now());
      return {
        body: {
          id: params.id,
          action,
          ...(article ? { articleId: article.id, index: await reindex(workspace) } : {}),
        },
      };
    },
  }),
];
