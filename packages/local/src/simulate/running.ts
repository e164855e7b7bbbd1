/** The same days through a real Cuecard: signed webhooks, queue, sidebars, decisions, nightly, and the report over HTTP. */
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Event } from "@cuecard/core/event";
import type { Suggestion } from "@cuecard/core/protocol";
import type { Comparison } from "@cuecard/core/report/comparison";
import { createWorkspace } from "@cuecard/core/store/workspaces";
import { readArticles, tableOf, workspace } from "../demo.ts";
import { handlers } from "../handlers.ts";
import { type Client, client, openSidebar, type Sidebar, signIn } from "../replay/client.ts";
import { type Runtime, start } from "../runtime.ts";
import { sender } from "../senders/sender.ts";
import { dayMs, days, type Habit, type Rep, type Script } from "./centre.ts";
import { live, type Truth, type World } from "./days.ts";

export type Asked = { reps: Rep[]; scripts: Script[]; startMs: number; control: number; design: string };
export type Found = {
  truth: Truth;
  found: Comparison;
  decisions: { made: Record<Habit, number>; reported: Record<Habit, number> };
  anyway: { asked: number; reported: number };
};

/** How long a rep waits for a draft. */
const patienceMs = 5_000;
const none = (): Record<Habit, number> => ({ accepted: 0, edited: 0, rejected: 0, ignored: 0 });

export async function running(asked: Asked, progress: (day: number) => void): Promise<Found> {
  const { startMs, reps } = asked;
  const dataFolder = await mkdtemp(join(tmpdir(), "cuecard-simulate-"));
  const env = process.env;
  for (const name of ["OPENAI_API_KEY", "OPENAI_BASE_URL", "CUECARD_MODEL"]) delete env[name];
  let runtime: Runtime | undefined;
  try {
    runtime = await start({
      port: 0,
      dataFolder,
      env,
      handlers,
      log: () => {},
      prepare: async ({ env }) => void (await createWorkspace(tableOf(env), workspace, startMs)),
    });
    // Read here, once the links are set.
    const { runOn } = await import("@cuecard/functions/deps");
    const clock = steppedClock(startMs);
    runOn(clock.now);
    const admin = await signIn(runtime.url, "simulate-admin", "admin", workspace);
    await prepare(admin, runtime, asked);
    const secret = `whsec_${randomBytes(24).toString("base64")}`;
    await ok(admin("PUT", "/api/helpdesks/standard", { body: { secret } }));
    await ok(
      admin("POST", "/api/measurements", {
        body: { design: asked.design, holdout: asked.control, days: days + 30 },
      }),
    );
    const told: Told = { made: none(), anyway: 0 };
    const world = await worldOf(runtime, { clock, secret, reps, told });
    const truth = await live(asked.scripts, startMs, world, progress);
    await idle(runtime);
    const found = (await ok(admin("GET", "/api/reports/effect"))) as unknown as Comparison;
    const acceptance = (await ok(admin("GET", "/api/reports/acceptance?by=kind"))) as { total: Record<Habit, number> };
    const { accepted, edited, rejected, ignored } = acceptance.total;
    return {
      truth,
      found,
      decisions: { made: told.made, reported: { accepted, edited, rejected, ignored } },
      anyway: { asked: told.anyway, reported: found.helpedAnyway },
    };
  } finally {
    await runtime?.stop();
    await rm(dataFolder, { recursive: true, force: true });
  }
}

type Clock = { now(): number; set(ms: number): void };
/** Goes as fast as ours within a day, and jumps from one day to the next. */
function steppedClock(startMs: number): Clock {
  let [base, since] = [startMs, Date.now()];
  return {
    now: () => base + (Date.now() - since),
    set(ms) {
      base = ms;
      since = Date.now();
    },
  };
}

async function prepare(admin: Client, runtime: Runtime, { reps }: Asked): Promise<void> {
  const settings = { assistWhen: "always", kinds: ["policy", "draft"], repFigures: "named", repHourCost: 30 };
  await ok(admin("PUT", "/api/settings", { body: settings }));
  await ok(admin("POST", "/api/policies", { body: { articles: await readArticles(), replies: [] } }));
  await ok(
    admin("PUT", "/api/reps", {
      body: {
        reps: reps.map(({ id, startedAt, team }) => ({ id, name: id, startedAt, teams: [{ from: startedAt, team }] })),
      },
    }),
  );
  await idle(runtime);
}

async function ok(answer: ReturnType<Client>): Promise<Record<string, unknown>> {
  const { status, json } = await answer;
  if (status >= 300) throw new Error(`The simulated Cuecard answered ${status}: ${JSON.stringify(json)}`);
  return json;
}

/** Until nothing is on the queue. */
async function idle(runtime: Runtime): Promise<void> {
  while (runtime.queue.size() > 0) await sleep(10);
}
const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));

type Told = { made: Record<Habit, number>; anyway: number };
type Place = { clock: Clock; secret: string; reps: Rep[]; told: Told };

async function worldOf(runtime: Runtime, { clock, secret, reps, told }: Place): Promise<World> {
  const standard = await sender("standard", secret);
  const hook = client(runtime.url);
  const nightly = (await handlers()).nightly;
  const apis = new Map<string, Client>();
  for (const { id } of reps) apis.set(id, await signIn(runtime.url, id, "rep", workspace));
  let sidebars = new Map<string, Sidebar>();
  const drafts = new Map<string, Suggestion>();

  const happens = async (event: Event) => {
    const request = standard.build(event, { nowMs: clock.now(), deliveryId: randomUUID() })!;
    await ok(hook("POST", `/webhooks/${workspace}${request.path}`, { raw: request.body, headers: request.headers }));
  };
  const asked = new Set<string>();
  return {
    happens,
    async day(_n, endMs) {
      await idle(runtime);
      clock.set(endMs);
      // A connection lasts two hours.
      for (const sidebar of sidebars.values()) sidebar.close();
      sidebars = new Map();
      for (const [id, api] of apis) sidebars.set(id, await openSidebar(api));
      await nightly({} as never, { getRemainingTimeInMillis: () => 600_000 } as never);
    },
    async asks(event, script) {
      const sidebar = sidebars.get(script.rep.id)!;
      const before = new Set(sidebar.suggestions.keys());
      sidebar.send({ action: "watch", conversationId: script.id });
      await happens(event);
      const arm = await sidebar.until(() => sidebar.arms.get(script.id), patienceMs);
      if (!arm) throw new Error(`No arm was drawn for ${script.id}.`);
      drafts.delete(script.id);
      if (arm === "control") return arm;
      const draft = await sidebar.until(() => {
        for (const one of sidebar.suggestions.values())
          if (one.conversationId === script.id && one.kind === "draft" && !before.has(one.id) && one.status === "ready")
            return one;
        return undefined;
      }, patienceMs);
      if (draft) drafts.set(script.id, draft);
      return arm;
    },
    async words(script, arm, working) {
      const api = apis.get(script.rep.id)!;
      const sidebar = sidebars.get(script.rep.id)!;
      if (arm === "control" && script.anyway) {
        const { status } = await api("POST", `/api/conversations/${encodeURIComponent(script.id)}/suggestions`, {
          body: { kind: "policy", anyway: true },
        });
        if (status === 202 && !asked.has(script.id)) told.anyway++;
        asked.add(script.id);
      }
      const draft = drafts.get(script.id);
      if (!draft) return working;
      const habit = script.luck.weighted<Habit>(script.rep.habits);
      const decision = (action: string) =>
        ok(
          api("POST", `/api/suggestions/${encodeURIComponent(draft.id)}/decision`, {
            body: { action, ...(action === "rejected" ? { reason: "not needed" } : {}) },
          }),
        );
      sidebar.send({ action: "shown", suggestionId: draft.id });
      if (habit === "ignored") await noted(api, draft.id);
      else await decision(habit === "rejected" ? "rejected" : "inserted");
      told.made[habit]++;
      const text = draft.text.replace(/\s*\[\d+\]/g, "");
      if (habit === "accepted") return text;
      if (habit !== "edited") return working;
      const words = text.split(/\s+/);
      return `${words.slice(0, Math.max(4, Math.ceil(words.length * 0.7))).join(" ")} – and I wish you a fine day.`;
    },
  };
}
/** A reply counts as an answer to what was seen: the server must have noted it first. */
async function noted(api: Client, id: string): Promise<void> {
  for (let look = 0; look < 200; look++) {
    const { json } = await api("GET", `/api/suggestions/${encodeURIComponent(id)}`);
    if (json.shownAt) return;
    await sleep(10);
  }
}

/** So that the whole of it lies in the past, also of those who look at a real clock. */
export const startBefore = (nowMs: number) => Math.floor((nowMs - (days + 2) * dayMs) / dayMs) * dayMs;
