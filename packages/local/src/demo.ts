/** The demo workspace: a shop that also sells on instalments, set up through the same API as any other. */
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type Article, parseArticle } from "@cuecard/core/policy";
import { addDays } from "@cuecard/core/settings";
import { dynamoTable } from "@cuecard/core/store/dynamo";
import type { Table } from "@cuecard/core/store/port";
import { createWorkspace } from "@cuecard/core/store/workspaces";
import * as z from "zod";
import { tableName } from "./database.ts";
import type { Prepared } from "./runtime.ts";

export const workspace = "demo";
/** Who sits at the demo desk: its page signs in with this id. */
export const deskRep = { id: "demo", name: "Robin Vale" };
export const demoFolder = fileURLToPath(new URL("../demo/", import.meta.url));

export const tableOf = (env: Prepared["env"]): Table =>
  dynamoTable(
    tableName,
    new DynamoDBClient(env.AWS_ENDPOINT_URL_DYNAMODB ? { endpoint: env.AWS_ENDPOINT_URL_DYNAMODB } : {}),
  );

export type Call = (method: string, path: string, body?: unknown) => Promise<unknown>;

/** Speaks to a running Cuecard on this machine as an admin of the demo. Throws with the answer's words on any error. */
export async function adminOf(url: string): Promise<Call> {
  let token: string | undefined;
  const call: Call = async (method, path, body) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as { error?: { message: string } };
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${answer.error?.message ?? ""}`);
    return answer;
  };
  ({ token } = (await call("POST", "/dev/login", { repId: "demo-admin", role: "admin", workspace })) as {
    token: string;
  });
  return call;
}

/** Everything that must be there before the first message; the same again at each start, which changes only what changed. */
export async function prepare({ url, env, demoSecret }: Prepared): Promise<void> {
  const first = await createWorkspace(tableOf(env), workspace, Date.now());
  const call = await adminOf(url);
  const [articles, replies] = await Promise.all([readArticles(), first ? readJson("replies.json") : []]);
  await Promise.all([
    call("PUT", "/api/helpdesks/standard", { secret: demoSecret }),
    first
      ? call("PUT", "/api/settings", {
          repFigures: "named",
          timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        })
      : undefined,
    call("POST", "/api/policies", {
      articles,
      replies: (replies as object[]).map((reply) => ({ ...reply, saved: true })),
    }),
  ]);
  if (first)
    await call("PUT", "/api/reps", {
      reps: [
        ...(await readReps(new Date().toISOString().slice(0, 10))).map(({ id, name, team, startedAt }) => ({
          id,
          name,
          startedAt,
          teams: [{ from: startedAt, team }],
        })),
        { ...deskRep, name: `${deskRep.name} (demo desk)` },
      ],
    });
}

const DemoRep = z.object({
  id: z.string(),
  name: z.string(),
  team: z.string(),
  startedAt: z.iso.date(),
  languages: z.array(z.string()).min(1),
});
export type DemoRep = z.infer<typeof DemoRep>;

/** The day as of which reps.json was written. */
const repsAsOf = "2026-11-22";

/** The demo's reps; their first days move along with `today`, so that novices stay novices. */
export async function readReps(today: string): Promise<DemoRep[]> {
  const daysOn = Math.round((Date.parse(today) - Date.parse(repsAsOf)) / 86_400_000);
  const reps = z.array(DemoRep).parse(await readJson("reps.json"));
  return reps.map((rep) => ({ ...rep, startedAt: addDays(rep.startedAt, daysOn) }));
}

export async function readArticles(): Promise<Article[]> {
  const folder = `${demoFolder}articles/`;
  const names = (await readdir(folder)).filter((name) => name.endsWith(".md")).sort();
  return Promise.all(names.map(async (name) => parseArticle(name, await readFile(folder + name, "utf8"))));
}

export const readJson = async (name: string): Promise<unknown> => JSON.parse(await readFile(demoFolder + name, "utf8"));
