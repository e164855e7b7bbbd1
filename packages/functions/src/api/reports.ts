/** Routes of the lead's page. Every figure, and the rows behind it. */
import { AppError } from "@cuecard/core/error";
import { acceptance, groupings } from "@cuecard/core/report/acceptance";
import { chosen, comparison } from "@cuecard/core/report/comparison";
import { cost } from "@cuecard/core/report/cost";
import { gaps } from "@cuecard/core/report/gaps";
import { csv, records } from "@cuecard/core/report/records";
import { listReps, naming } from "@cuecard/core/report/reps";
import * as Settings from "@cuecard/core/settings";
import { listArticles } from "@cuecard/core/store/policies";
import * as z from "zod";
import * as deps from "../deps.ts";
import { leads, route } from "./route.ts";

const Day = z.iso.date();
const range = { from: Day.optional(), to: Day.optional() };
const narrow = { rep: z.string().max(256).optional(), team: z.string().max(200).optional() };
const filter = {
  ...narrow,
  by: z.enum(groupings).optional(),
  key: z.string().max(300).optional(),
  outcome: z.string().max(20).optional(),
  cursor: z.string().max(40).optional(),
};

/** Without a range: the last 30 days of the workspace's calendar, today included. */
function window(
  { from, to }: { from?: string | undefined; to?: string | undefined },
  { timeZone }: Settings.Settings,
): { from: string; to: string } {
  const end = to ?? Settings.dayOf(deps.now(), timeZone);
  const start = from ?? Settings.addDays(end, -29);
  if (start > end) throw new AppError("input", "invalid_range", "`from` lies after `to`.", "from");
  if (Settings.addDays(start, 731) < end)
    throw new AppError("input", "invalid_range", "A report spans two years at most.", "from");
  return { from: start, to: end };
}

async function titles(workspace: string): Promise<(id: string) => string | undefined> {
  const known = new Map((await listArticles(deps.table(), workspace)).map(({ id, title }) => [id, title]));
  return (id) => known.get(id);
}

async function page(
  workspace: string,
  query: {
    from?: string | undefined;
    to?: string | undefined;
    by?: (typeof groupings)[number] | undefined;
    key?: string | undefined;
    outcome?: string | undefined;
    cursor?: string | undefined;
    rep?: string | undefined;
    team?: string | undefined;
  },
  limit: number,
) {
  const { settings } = await Settings.load(deps.table(), workspace);
  const reps = await listReps(deps.table(), workspace);
  const names = { reps, name: naming(workspace, reps, settings.repFigures, deps.pseudonym()), settings };
  const { by, key, outcome, cursor, rep, team } = query;
  return records(deps.table(), workspace, names, {
    ...window(query, settings),
    limit,
    filter: {
      ...(by ? { by } : {}),
      ...(key === undefined ? {} : { key }),
      ...(outcome ? { outcome } : {}),
      rep,
      team,
    },
    ...(cursor ? { cursor } : {}),
  });
}

const csvRows = 10_000;

export const reports = [
  route({
    method: "GET",
    path: "/api/reports/acceptance",
    roles: leads,
    audit: "report.read",
    summary: "What became of suggestions: counts, rates and 95 % intervals by group.",
    query: z.object({ ...range, ...narrow, by: z.enum(groupings).default("kind") }),
    async run({ identity: { workspace }, query }) {
      const { settings } = await Settings.load(deps.table(), workspace);
      const title = query.by === "policy" ? await titles(workspace) : () => undefined;
      return {
        body: await acceptance(deps.table(), workspace, {
          ...window(query, settings),
          by: query.by,
          only: query,
          pseudonym: deps.pseudonym(),
          settings,
          nowMs: deps.now(),
          title,
        }),
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/reports/effect",
    roles: leads,
    audit: "report.read",
    summary: "Conversations with suggestions against conversations without. Without a range: the whole measurement.",
    query: z.object({
      ...range,
      ...narrow,
      measurement: z.string().max(100).optional(),
      by: z.enum(["tenure"]).optional(),
    }),
    async run({ identity: { workspace }, query: { from, to, measurement: id, by, rep, team } }) {
      const loaded = await Settings.load(deps.table(), workspace);
      if (id !== undefined && !chosen(loaded, id))
        throw new AppError("missing", "measurement_unknown", "There is no measurement with this id.", "measurement");
      return {
        body: await comparison(deps.table(), workspace, loaded, {
          ...{ from, to, id, by, only: { rep, team } },
          pseudonym: deps.pseudonym(),
          nowMs: deps.now(),
        }),
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/reports/gaps",
    roles: leads,
    audit: "report.read",
    summary: "Where it fails: questions without a policy, articles whose drafts are refused, reasons.",
    query: z.object(range),
    async run({ identity: { workspace }, query }) {
      const { settings } = await Settings.load(deps.table(), workspace);
      return {
        body: await gaps(deps.table(), workspace, {
          ...window(query, settings),
          settings,
          nowMs: deps.now(),
          title: await titles(workspace),
        }),
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/reports/cost",
    roles: leads,
    audit: "report.read",
    summary: "Tokens and dollars by kind and model.",
    query: z.object(range),
    async run({ identity: { workspace }, query }) {
      const { settings } = await Settings.load(deps.table(), workspace);
      return { body: await cost(deps.table(), workspace, { ...window(query, settings), nowMs: deps.now() }) };
    },
  }),
  route({
    method: "GET",
    path: "/api/reports/records",
    roles: leads,
    audit: "report.read",
    summary: "The rows behind a figure, newest first. No text of a message or draft.",
    query: z.object({ ...range, ...filter, limit: z.coerce.number().int().min(1).max(1_000).default(100) }),
    async run({ identity: { workspace }, query }) {
      return { body: await page(workspace, query, query.limit) };
    },
  }),
  route({
    method: "GET",
    path: "/api/reports/records.csv",
    roles: leads,
    audit: "report.read",
    summary: "The same as CSV, 10,000 rows a page; `Link: rel=next` leads on.",
    query: z.object({ ...range, ...filter }),
    async run({ identity: { workspace }, query }) {
      const { rows, next } = await page(workspace, query, csvRows);
      const again = new URLSearchParams(
        Object.entries(query).flatMap(([name, value]) =>
          value === undefined || name === "cursor" ? [] : [[name, String(value)]],
        ),
      );
      if (next) again.set("cursor", next);
      return {
        body: undefined,
        text: csv(rows),
        headers: {
          "content-type": "text/csv; charset=utf-8",
          "content-disposition": 'attachment; filename="cuecard-records.csv"',
          ...(next ? { link: `</api/reports/records.csv?${again}>; rel="next"` } : {}),
        },
      };
    },
  }),
];
