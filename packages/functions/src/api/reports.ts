/** Routes of the lead's page. Every figure, and the rows behind it. */
import { AppError } from "@cuecard/core/error";
import { acceptance, groupings } from "@cuecard/core/report/acceptance";
import { chosen, comparison } from "@cuecard/core/report/comparison";
import { cost } from "@cuecard/core/report/cost";
import { gaps } from "@cuecard/core/report/gaps";
import { outcomeRecords } from "@cuecard/core/report/outcome-records";
import { csv, records } from "@cuecard/core/report/records";
import { listReps, naming } from "@cuecard/core/report/reps";
import * as Settings from "@cuecard/core/settings";
import { listArticles } from "@cuecard/core/store/articles";
import { teamNames } from "@cuecard/core/store/names";
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
  reason: z.string().max(200).optional(),
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

async function namesOf(workspace: string, settings: Settings.Settings) {
  const [reps, team] = await Promise.all([listReps(deps.table(), workspace), teamNames(deps.table(), workspace)]);
  return { reps, name: naming(workspace, reps, settings.repFigures, deps.pseudonym()), settings, team };
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
    reason?: string | undefined;
    rep?: string | undefined;
    team?: string | undefined;
  },
  limit: number,
) {
  const { settings } = await Settings.load(deps.table(), workspace);
  const names = await namesOf(workspace, settings);
  const { by, key, outcome, reason, cursor, rep, team } = query;
  return records(deps.table(), workspace, names, {
    ...window(query, settings),
    limit,
    filter: {
      ...(by ? { by } : {}),
      ...(key === undefined ? {} : { key }),
      ...(outcome ? { outcome } : {}),
      reason,
      rep,
      team,
    },
    ...(cursor ? { cursor } : {}),
  });
}

const unknownMeasurement = () =>
  new AppError("missing", "measurement_unknown", "There is no measurement with this id.", "measurement");

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
      const team =
        query.by === "team" || query.by === "rep" ? await teamNames(deps.table(), workspace) : () => undefined;
      return {
        body: await acceptance(deps.table(), workspace, {
          ...window(query, settings),
          by: query.by,
          only: query,
          pseudonym: deps.pseudonym(),
          settings,
          nowMs: deps.now(),
          title,
          team,
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
      if (id !== undefined && !chosen(loaded, id)) throw unknownMeasurement();
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
    path: "/api/reports/outcomes",
    roles: leads,
    audit: "report.read",
    summary: "The conversations behind a comparison: the arm of each and what became of it. No text.",
    query: z.object({
      ...range,
      ...narrow,
      measurement: z.string().max(100).optional(),
      arm: z.enum(["assist", "control"]).optional(),
      cursor: z.string().max(40).optional(),
      limit: z.coerce.number().int().min(1).max(1_000).default(100),
    }),
    async run({ identity: { workspace }, query }) {
      const { from, to, measurement: id, arm, rep, team, cursor, limit } = query;
      const loaded = await Settings.load(deps.table(), workspace);
      const { settings } = loaded;
      const measurement = chosen(loaded, id);
      if (id !== undefined && !measurement) throw unknownMeasurement();
      // Of a measurement: from its start to its end, unless other days were asked for.
      const dayOf = (at: string) => Settings.dayOf(Date.parse(at), settings.timeZone);
      const over = measurement?.endedAt ?? measurement?.endsAt;
      const own = measurement && {
        from: dayOf(measurement.startedAt),
        to: over && Date.parse(over) < deps.now() ? dayOf(over) : Settings.dayOf(deps.now(), settings.timeZone),
      };
      return {
        body: await outcomeRecords(deps.table(), workspace, await namesOf(workspace, settings), {
          ...window({ from: from ?? own?.from, to: to ?? own?.to }, settings),
          filter: { ...(measurement ? { measurement: measurement.id } : {}), ...(arm ? { arm } : {}), rep, team },
          limit,
          ...(cursor ? { cursor } : {}),
        }),
      };
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
