/** Everything on one machine: the database, the queue, the gateway and the same handlers as on AWS, in one process. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createTable, type Database, startDatabase, tableName } from "./database.ts";
import { deadLetters } from "./dead-letters.ts";
import { linkEnvironment } from "./environment.ts";
import { type GatewayLimits, type Page, startGateway } from "./gateway.ts";
import { framing } from "./headers.ts";
import { keepKeys } from "./keys.ts";
import { type Handlers, settle } from "./lambda.ts";
import { lockFolder } from "./lock.ts";
import { keepLines, type Lines, type Log, Refusal, told } from "./log.ts";
import { login } from "./login.ts";
import { serveManagement } from "./management.ts";
import { pages } from "./pages.ts";
import { openQueue, type Queue, type QueueLimits } from "./queue.ts";
import { serveQueue } from "./queue-http.ts";
import { startSchedule } from "./schedule.ts";
import type { Environment } from "./settings.ts";
import { openSockets, type SocketLimits } from "./websockets.ts";

export type Prepared = { url: string; dataFolder: string; demoSecret: string; env: Environment; log: Log };

export type Options = {
  /** 0: a free one. */
  port: number;
  host?: string;
  dataFolder: string;
  demoSecret?: string | undefined;
  /** Read for OPENAI_API_KEY; written before `handlers` is called: process.env, or a copy in tests. */
  env: Environment;
  /** Called once everything the handlers reach is there. `lines` hears what they say. */
  handlers(lines: Lines): Handlers | Promise<Handlers>;
  /** Runs before /healthz says 200; its failure ends the start. */
  prepare?(context: Prepared): Promise<void>;
  /** Something died that cannot be started again. */
  failed?(error: Error): void;
  /** Pages of its own; asked after the built-in ones of this machine, and before the handlers. */
  pages?(context: Prepared): Promise<Page[]>;
  log?: Log;
  webFolder?: string;
  limits?: { gateway?: Partial<GatewayLimits>; queue?: Partial<QueueLimits>; sockets?: Partial<SocketLimits> };
};

export type Runtime = {
  /** Of the gateway, without a slash at its end. */
  url: string;
  dataFolder: string;
  demoSecret: string;
  queue: Queue;
  /** The child's process id, which tests kill. */
  databasePid(): number | undefined;
  /** Lets what is at work end, for `ms` (5,000) at most, then closes all. Safe to call twice. */
  stop(ms?: number): Promise<void>;
};

/** Resolves when all is ready. Throws Refusal, its message meant for a person, when a port or folder cannot be had. */
export async function start(options: Options): Promise<Runtime> {
  const { env, dataFolder, host = "127.0.0.1", limits = {} } = options;
  const log = options.log ?? ((line) => console.error(line));
  const closers: (() => unknown)[] = [];
  const closeAll = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };

  try {
    const keys = await inFolder(dataFolder, async () => {
      await mkdir(join(dataFolder, "table"), { recursive: true, mode: 0o700 });
      closers.push(lockFolder(dataFolder));
      return keepKeys(dataFolder, options.demoSecret);
    });

    let handlers: Handlers | undefined;
    let queue: Queue | undefined;
    let ready = false;
    const more: Page[] = [];
    // Before the links are set there is no table to ask.
    const asked = async () => (handlers ? (await import("@cuecard/functions/apps/framing")).framedBy() : []);
    const frames = framing(asked, Date.now, (error) => log(`Who may hold the sidebar: ${told(error)}`));
    const sockets = openSockets({ path: "/ws", socket: () => handlers?.socket, log, ...limit(limits.sockets) });
    const gateway = await startGateway({
      port: options.port,
      host,
      handlers: () => handlers,
      ready: () => ready,
      pages: [
        login(keys.session),
        deadLetters(() => queue),
        firstOf(more),
        pages(options.webFolder ?? webFolder, frames),
      ],
      upgrade: sockets.upgrade,
      log,
      ...limit(limits.gateway),
    }).catch((error: NodeJS.ErrnoException) => {
      throw refusedPort(error, options.port, host);
    });
    closers.push(gateway.close);
    const address = `${reachable(host)}:${gateway.port}`;

    const database: Database = await startDatabase(join(dataFolder, "table"), log, (error) => options.failed?.(error));
    closers.push(database.stop);
    const opened = await openQueue({
      file: join(dataFolder, "queue.jsonl"),
      log,
      crowded: () => gateway.waiting() > manyWaiting,
      ...limit(limits.queue),
    });
    queue = opened;
    closers.push(opened.close);
    const queueServer = await serveQueue(opened, log);
    closers.push(queueServer.close);
    const management = await serveManagement(sockets, log);
    closers.push(management.close);

    linkEnvironment(env, {
      table: tableName,
      databaseEndpoint: database.endpoint,
      queueUrl: queueServer.url,
      socketUrl: `ws://${address}/ws`,
      managementEndpoint: management.url,
      keys,
    });
    const kept = keepLines(join(dataFolder, "log.jsonl"), log);
    closers.push(kept.close);
    const [loaded] = await Promise.all([options.handlers(kept.lines), createTable(database.endpoint)]);
    handlers = loaded;
    opened.deliver(handlers);

    let stopping: Promise<void> | undefined;
    const drain = (ms: number) => Promise.all([gateway.drain(ms), opened.drain(ms), sockets.drain(ms)]);
    closers.push(() => drain(5_000));

    const url = `http://${address}`;
    const context: Prepared = { url, dataFolder, demoSecret: keys.demoSecret, env, log };
    // The demo workspace and its articles.
    await options.prepare?.(context);
    more.push(...((await options.pages?.(context)) ?? []));
    const schedule = startSchedule(handlers.nightly, log);
    closers.pop();
    ready = true;

    return {
      url,
      dataFolder,
      demoSecret: keys.demoSecret,
      queue: opened,
      databasePid: database.pid,
      stop(ms = 5_000) {
        stopping ??= (async () => {
          if (!(await settle([schedule.stop(), drain(ms)], ms + 1_000))) log("The nightly run was cut off.");
          await closeAll();
        })();
        return stopping;
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

const firstOf =
  (pages: readonly Page[]): Page =>
  async (request, response, path) => {
    for (const page of pages) if (await page(request, response, path)) return true;
    return false;
  };

/** One person's pages ask for up to six things at once; more than that is a burst of deliveries. */
const manyWaiting = 6;

const webFolder = fileURLToPath(new URL("../../web/dist", import.meta.url));

const limit = <Limits>(limits: Limits | undefined): { limits?: Limits } => (limits === undefined ? {} : { limits });

/** Where a page on this machine finds a server that listens on all addresses. */
const reachable = (host: string): string =>
  host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;

/** The system's word on the folder, in ours. */
async function inFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof Refusal || code === undefined) throw error;
    throw new Refusal(`The data folder ${folder} cannot be written (${code}). Set CUECARD_DATA to another.`);
  }
}

function refusedPort(error: NodeJS.ErrnoException, port: number, host: string): Error {
  if (error.code === "EADDRINUSE")
    return new Refusal(`Port ${port} on ${host} is taken. Stop what uses it, or set PORT to another.`);
  if (error.code === "EACCES") return new Refusal(`Port ${port} on ${host} needs more rights. Set PORT to another.`);
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND")
    return new Refusal(`This machine has no address ${host}. Set HOST to one of its own.`);
  return error;
}
