/**
 * Sends real conversations while nearly everything that can fail does: deliveries twice and crossed, a model that fails, a
 * database that throttles or forgets to answer, connections that break, a server that is killed. Then counts what was lost.
 */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Event } from "@cuecard/core/event";
import type { ServerFrame } from "@cuecard/core/protocol";
import { startModelProcess } from "../bench/model-server.ts";
import { type Running, startProduct } from "../bench/product.ts";
import { adminOf } from "../demo.ts";
import { chance } from "../history/chance.ts";
import { type Client, signIn } from "../replay/client.ts";
import { type Found, inspect } from "./inspect.ts";
import { openRep, type Rep } from "./reps.ts";
import { type Conversation, reps, script } from "./script.ts";

export type Options = { events: number; seed: number; kills: number; file?: string; progress?: (line: string) => void };

export type Report = Found & {
  events: number;
  /** Answered 2xx. */
  accepted: number;
  leaks: number;
  kills: number;
  drops: number;
  deadLetters: number;
  redriven: number;
  faults: Record<string, number>;
  seconds: number;
};

const databaseFaults = 0.05;
const modelFaults = 0.15;
const dropShare = 0.02;
const waitShare = 0.7;
/** As long as the server needs for what is under way: senders that do not wait only make the queue longer. */
const waitMs = 20_000;
/** Conversations at a time. */
const atOnce = 64;
/** How long a sender goes on with one event: a restart takes seconds. */
const patienceMs = 90_000;
/** Jobs at once: on a stage, `workersAtOnce` is 100. Most of them wait, for a failing model or table. */
const workers = 100;
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export async function chaos({ events, seed, kills, file, progress = () => undefined }: Options): Promise<Report> {
  const began = performance.now();
  const luck = chance(String(seed));
  const folder = await mkdtemp(join(tmpdir(), "cuecard-chaos-"));
  const model = await startModelProcess([
    ...["--first-token-ms", "40", "--tokens-per-second", "400"],
    ...["--faults", String(modelFaults), "--seed", String(seed)],
  ]);
  const faults: Record<string, number> = {};
  let starts = 0;
  const begin = (port?: number) =>
    startProduct({
      folder,
      ...(port === undefined ? {} : { port }),
      env: {
        ...model.env,
        BENCH_FAULTS: String(databaseFaults),
        BENCH_SEED: `${seed} ${starts++}`,
        BENCH_WORKERS: String(workers),
      },
    });
  let product = await begin();
  const port = Number(new URL(product.url).port);
  const conversations = await script({
    events,
    prefix: `chaos-${randomUUID().slice(0, 8)}-`,
    chance: luck,
    nowMs: Date.now(),
    ...(file ? { file } : {}),
  });
  const total = conversations.reduce((sum, { steps }) => sum + steps.length, 0);
  const owner = new Map(conversations.map(({ id, rep }) => [id, rep]));
  const accepted = new Map<string, Event>();
  const clicked = new Set<string>();
  const leaks: ServerFrame[] = [];
  const tally = { sent: 0, kills: 0, drops: 0 };
  const sessions = new Map<string, Client>();
  const api = async (id: string) => {
    const known = sessions.get(id) ?? (await signIn(product.url, id, "rep", "demo"));
    sessions.set(id, known);
    return known;
  };

  const sidebars = new Map<string, Rep>();
  try {
    await patiently(async () => {
      const call = await adminOf(product.url);
      await call("PUT", "/api/settings", { repSees: "own", firstTokenTimeoutMs: 1_500, totalTimeoutMs: 5_000 });
    });
    for (const id of reps)
      sidebars.set(
        id,
        openRep({
          id,
          api: () => api(id),
          mayWatch: (conversation) => owner.get(conversation) === id,
          leaked: (frame) => leaks.push(frame),
        }),
      );
    const killAt = Array.from({ length: kills }, (_, n) => Math.floor((total * (n + 1)) / (kills + 1)));
    let restarting: Promise<void> | undefined;
    const afterEach = () => {
      if (luck.happens(dropShare)) {
        tally.drops++;
        luck.pick([...sidebars.values()]).drop();
      }
      if (tally.sent >= (killAt[0] ?? Number.POSITIVE_INFINITY) && !restarting) {
        killAt.shift();
        tally.kills++;
        restarting = (async () => {
          await note(product);
          await product.kill();
          progress(`killed ${tally.kills} of ${kills} after ${tally.sent} of ${total} events`);
          product = await begin(port);
        })().finally(() => {
          restarting = undefined;
        });
      }
    };
    const queue = [...conversations];
    const worker = async () => {
      for (let one = queue.shift(); one; one = queue.shift()) await play(one, afterEach);
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    await restarting;

    // The storm is over; what was left is worked off, and what died is sent again by one command.
    await product.ask("calm");
    let deadLetters = 0;
    let redriven = 0;
    for (let round = 0; round < 5; round++) {
      if (!(await product.settled(120_000))) progress("the queue did not become empty");
      const dead = await deadLettersOf(product.url);
      deadLetters = Math.max(deadLetters, dead);
      if (dead === 0) break;
      redriven += await redrive(product.url);
    }
    await note(product);
    await product.kill();
    const found = await inspect(folder, { accepted: [...accepted.values()], clicked: [...clicked] });
    for (const line of [...found.details, ...leaks.slice(0, 5).map((one) => `leak: ${one.type}`)]) progress(line);
    return {
      ...found,
      events: total,
      accepted: accepted.size,
      leaks: leaks.length,
      kills: tally.kills,
      drops: tally.drops,
      deadLetters,
      redriven,
      faults,
      seconds: Math.round((performance.now() - began) / 1_000),
    };
  } finally {
    for (const sidebar of sidebars.values()) sidebar.close();
    await Promise.all([product.stop(), model.stop()]).finally(() =>
      rm(folder, { recursive: true, force: true, maxRetries: 5 }),
    );
  }

  async function note(running: Running): Promise<void> {
    const { faults: told = {} } = await running.ask("size");
    for (const [name, n] of Object.entries(told)) faults[name] = (faults[name] ?? 0) + n;
  }

  async function play({ id, rep, steps }: Conversation, afterEach: () => void): Promise<void> {
    // The other one asks to see it, too, before anybody can say whose it is.
    for (const sidebar of sidebars.values()) sidebar.watch(id);
    for (const { event, by, twice } of steps) {
      if (by === "rep") await answer(rep, id, event);
      const before = sidebars.get(rep)!.ended(id);
      await deliver(event);
      if (twice) await deliver(event);
      tally.sent++;
      afterEach();
      if (by === "customer") await (luck.happens(waitShare) ? drafted(rep, id, before) : sleep(luck.share() * 400));
    }
    for (const sidebar of sidebars.values()) sidebar.leave(id);
  }

  /** Until a draft or a summary of the turn has come to its end. */
  async function drafted(rep: string, id: string, before: number): Promise<void> {
    for (const ends = Date.now() + waitMs; Date.now() < ends; await sleep(25))
      if (sidebars.get(rep)!.ended(id) > before) return;
  }

  /** Looks at the draft, uses it, refuses it or writes something else. */
  async function answer(repId: string, id: string, event: Event): Promise<void> {
    const sidebar = sidebars.get(repId)!;
    const draft = sidebar.draft(id);
    if (!draft || event.type !== "message.created") return;
    sidebar.shown(draft);
    await sleep(30);
    const mood = luck.share();
    if (mood > 0.7) return;
    const action = mood < 0.5 ? "inserted" : "rejected";
    if (action === "inserted") event.message = { ...event.message, text: draft.text };
    const { status } = await (await api(repId))("POST", `/api/suggestions/${encodeURIComponent(draft.id)}/decision`, {
      body: { action },
    }).catch(() => ({ status: 0 }));
    if (status >= 200 && status < 300) clicked.add(draft.id);
  }

  /** As a helpdesk does: again until it is taken. */
  async function deliver(event: Event): Promise<void> {
    await patiently(async () => {
      const status = await product.hook(event);
      if (status < 200 || status >= 300) throw new Error(`The webhook answered ${status}.`);
      accepted.set(
        JSON.stringify([event.type, event.conversation.id, "message" in event ? event.message.id : ""]),
        event,
      );
    });
  }
}

async function patiently(work: () => Promise<void>): Promise<void> {
  for (const ends = Date.now() + patienceMs; ; )
    try {
      return await work();
    } catch (error) {
      if (Date.now() > ends) throw error;
      await sleep(150);
    }
}

async function deadLettersOf(url: string): Promise<number> {
  const answer = (await (await fetch(`${url}/dev/dead-letters`)).json()) as { deadLetters: unknown[] };
  return answer.deadLetters.length;
}
async function redrive(url: string): Promise<number> {
  const answer = (await (await fetch(`${url}/dev/dead-letters`, { method: "POST" })).json()) as { redriven: number };
  return answer.redriven;
}
