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
import { start } from "../runtime.ts";
import { sender } from "../senders/sender.ts";
import { dayMs, days, type Habit, type Rep, type Script } from "./centre.ts";
import { live, type Truth, type World } from "./days.ts";

export type Asked = { reps: Rep[]; scripts: Script[]; startMs: number; control: number; design: string };
export type Found = {
  truth: Truth;
  found: Comparison;
  decisions: { made: Record<Habit, number>; reported: Record<Habit, number> };
  anyway: { asked: number; reported: number };
  /** Where it ran, if that stays. */
  workspace?: string;
};

/** More than that wait for the queue's sixteen workers. */
const atOnce = 24;
/** A measurement of four weeks has closed days at each of these ends of a day; every hour would read the same again and again. */
const nightlyEvery = 7;
/** A Cuecard elsewhere has done its work when it has said nothing for so long. */
const quietMs = 500;
const none = (): Record<Habit, number> => ({ accepted: 0, edited: 0, rejected: 0, ignored: 0 });

/** Without `url` a Cuecard of its own, on a clock that runs fast, in a folder that is removed afterwards. */
export async function running(asked: Asked, progress: (day: number) => void, url?: string): Promise<Found> {
  if (url !== undefined) return elsewhere(asked, progress, url);
  const { startMs } = asked;
  const dataFolder = await mkdtemp(join(tmpdir(), "cuecard-simulate-"));
  const env = process.env;
  for (const name of ["OPENAI_API_KEY", "OPENAI_BASE_URL", "CUECARD_MODEL", "CUECARD_EMBEDDING_MODEL"])
    delete env[name];
  let stop = async () => {};
  try {
    const runtime = await start({
      port: 0,
      dataFolder,
      env,
      handlers,
      log: () => {},
      prepare: async ({ env }) => void (await createWorkspace(tableOf(env), workspace, startMs)),
    });
    stop = () => runtime.stop();
    // Read here, once the links are set.
    const { runOn } = await import("@cuecard/functions/deps");
    const clock = steppedClock(startMs);
    runOn(clock.now);
    const { nightly } = await handlers();
    const idle = async () => {
      while (runtime.queue.size() > 0) await sleep(10);
    };
    return await lived(asked, progress, {
      url: runtime.url,
      workspace,
      now: clock.now,
      settled: idle,
      async dayBegins(n, endMs) {
        await idle();
        clock.set(endMs);
        if (n % nightlyEvery === nightlyEvery - 1)
          await nightly({} as never, { getRemainingTimeInMillis: () => 600_000 } as never);
      },
    });
  } finally {
    await stop();
    await rm(dataFolder, { recursive: true, force: true });
  }
}

/** In a workspace of its own, which stays to be looked at. Its clock is the real one, so that all conversations are drawn today. */
async function elsewhere(asked: Asked, progress: (day: number) => void, url: string): Promise<Found> {
  const workspace = `simulate-${randomBytes(4).toString("hex")}`;
  const admin = await signIn(url, "simulate-admin", "admin", workspace);
  await ok(admin("PUT", "/api/workspace", { body: {} }));
  const found = await lived(asked, progress, { url, workspace, now: Date.now, dayBegins: async () => {} });
  await ok(admin("POST", "/api/measurements/end", { body: {} }));
  await ok(admin("PUT", "/api/settings", { body: { assistWhen: "off" } }));
  return { ...found, workspace };
}

type Where = {
  url: string;
  workspace: string;
  now(): number;
  dayBegins(n: number, endMs: number): Promise<void>;
  /** Absent where nobody can see the queue. */
  settled?(): Promise<void>;
};

async function lived(asked: Asked, progress: (day: number) => void, where: Where): Promise<Found> {
  const { url, workspace } = where;
  const admin = await signIn(url, "simulate-admin", "admin", workspace);
  const secret = `whsec_${randomBytes(24).toString("base64")}`;
  await prepare(admin, asked.reps);
  await ok(admin("PUT", "/api/helpdesks/standard", { body: { secret } }));
  await where.settled?.();
  await ok(
    admin("POST", "/api/measurements", { body: { design: asked.design, holdout: asked.control, days: days + 30 } }),
  );
  const told: Told = { made: none(), anyway: 0 };
  const { world, close } = await worldOf(where, { secret, reps: asked.reps, told });
  try {
    const truth = await live(asked.scripts, asked.startMs, world, progress);
    await world.settled();
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
    close();
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

async function prepare(admin: Client, reps: Rep[]): Promise<void> {
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
}

async function ok(answer: ReturnType<Client>): Promise<Record<string, unknown>> {
  const { status, json } = await answer;
  if (status >= 300) throw new Error(`The simulated Cuecard answered ${status}: ${JSON.stringify(json)}`);
  return json;
}

const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));

type Told = { made: Record<Habit, number>; anyway: number };
type Place = { secret: string; reps: Rep[]; told: Told };

async function worldOf(
  { url, workspace, now, dayBegins, settled }: Where,
  { secret, reps, told }: Place,
): Promise<{ world: World; close(): void }> {
  const standard = await sender("standard", secret);
  const hook = client(url);
  const apis = new Map<string, Client>();
  for (const { id } of reps) apis.set(id, await signIn(url, id, "rep", workspace));
  const open = new Map<string, Sidebar>();
  const sidebars = new Map<string, Promise<Sidebar>>();
  const sidebarOf = ({ id }: Rep): Promise<Sidebar> => {
    const known = sidebars.get(id);
    if (known) return known;
    const opened = openSidebar(apis.get(id)!).then((sidebar) => {
      open.set(id, sidebar);
      return sidebar;
    });
    sidebars.set(id, opened);
    return opened;
  };
  const close = () => {
    for (const sidebar of open.values()) sidebar.close();
    open.clear();
    sidebars.clear();
  };
  const quiet = async () => {
    for (let known = -1; ; ) {
      const frames = [...open.values()].reduce((sum, sidebar) => sum + sidebar.frames(), 0);
      if (frames === known) return;
      known = frames;
      await sleep(quietMs);
    }
  };
  const looked = new Set<string>();
  const watched = new Set<string>();

  const happens = async (event: Event) => {
    const request = standard.build(event, { nowMs: now(), deliveryId: randomUUID() })!;
    await ok(hook("POST", `/webhooks/${workspace}${request.path}`, { raw: request.body, headers: request.headers }));
  };
  const asked = new Set<string>();
  const world: World = {
    atOnce,
    happens,
    async settled() {
      await (settled ?? quiet)();
      await Promise.all([...open.values()].map((sidebar) => sidebar.caughtUp()));
    },
    async day(n, endMs) {
      // A connection lasts two hours.
      close();
      await dayBegins(n, endMs);
    },
    async asks(event, script) {
      const sidebar = await sidebarOf(script.rep);
      if (!watched.has(script.id)) sidebar.send({ action: "watch", conversationId: script.id });
      watched.add(script.id);
      await happens(event);
    },
    armOf({ id, rep }) {
      const arm = open.get(rep.id)?.arms.get(id);
      if (!arm) throw new Error(`No arm was drawn for ${id}.`);
      return arm;
    },
    async words(script, arm, working) {
      const api = apis.get(script.rep.id)!;
      const sidebar = open.get(script.rep.id)!;
      if (arm === "control" && script.anyway) {
        const { status } = await api("POST", `/api/conversations/${encodeURIComponent(script.id)}/suggestions`, {
          body: { kind: "policy", anyway: true },
        });
        if (status === 202 && !asked.has(script.id)) told.anyway++;
        asked.add(script.id);
      }
      const draft = newest(sidebar.suggestions.values(), script.id);
      if (!draft || looked.has(draft.id)) return working;
      looked.add(draft.id);
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
  return { world, close };
}

function newest(suggestions: Iterable<Suggestion>, conversationId: string): Suggestion | undefined {
  let found: Suggestion | undefined;
  for (const one of suggestions)
    if (one.conversationId === conversationId && one.kind === "draft" && one.status === "ready")
      if (!found || one.turn > found.turn) found = one;
  return found;
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
