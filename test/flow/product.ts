/** The whole product as `npm start` runs it, on a free port with a data folder of its own. One a file: handlers read their links once. */
import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MessageView, ServerFrame, Suggestion } from "@cuecard/core/protocol";
import type { Table } from "@cuecard/core/store/port";
import { prepare, tableOf } from "@cuecard/local/demo";
import { handlers } from "@cuecard/local/handlers";
import { start } from "@cuecard/local/runtime";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { WebSocket } from "ws";

// biome-ignore lint/suspicious/noExplicitAny: answers of an API under test; each test says what it expects of them
type Loose = any;
export type Answer = { status: number; body: Loose; text: string; headers: Headers };
type Asked = { token?: string | undefined; body?: unknown; headers?: Record<string, string> };
type Role = "rep" | "lead" | "admin";

export type Product = {
  url: string;
  secret: string;
  dataFolder: string;
  table: Table;
  /** Everything this process wrote: the runtime's log and the console. */
  lines: string[];
  call(method: string, path: string, asked?: Asked): Promise<Answer>;
  login(role?: Role, repId?: string, workspace?: string): Promise<string>;
  settings(patch: Record<string, unknown>): Promise<Answer>;
  hook(payload: unknown, options?: Hook): Promise<Answer>;
  /** A message, signed and sent; gives the payload, to be sent again or looked at. */
  say(conversation: string, kind: "customer" | "rep" | "bot", text: string, extra?: Extra): Promise<Loose>;
  watch(conversation: string, token?: string): Promise<Sidebar>;
  /** Waits until nothing is on the queue. */
  settled(): Promise<void>;
  suggestion(id: string): Promise<Loose>;
  draftOf(conversation: string, when?: (suggestion: Suggestion) => boolean): Promise<Suggestion>;
  conversation(id: string): Promise<{ conversation: Loose; messages: MessageView[]; suggestions: Suggestion[] }>;
  stop(): Promise<void>;
};
type Hook = {
  workspace?: string;
  id?: string;
  atSeconds?: number;
  key?: string;
  headers?: Record<string, string | undefined>;
  helpdesk?: string;
};
export type Extra = {
  id?: string;
  at?: string;
  visibility?: "public" | "internal";
  rep?: string;
  conversation?: Record<string, unknown>;
  message?: Record<string, unknown>;
};

/** For all tests of a file. `env` is put into this process's environment first, as the operator would. */
export function product(given: { env?: () => Record<string, string> } = {}): () => Product {
  let running: Product;
  beforeAll(async () => {
    running = await open(given.env?.() ?? {});
  });
  afterAll(() => running?.stop());
  return () => running;
}

async function open(env: Record<string, string>): Promise<Product> {
  for (const name of [
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "CUECARD_MODEL",
    "CUECARD_EMBEDDING_MODEL",
    "CUECARD_DEMO_SECRET",
  ])
    delete process.env[name];
  Object.assign(process.env, env);
  const lines: string[] = [];
  const restore = hear(lines);
  const dataFolder = await mkdtemp(join(tmpdir(), "cuecard-flow-"));
  const clear = async () => {
    restore();
    await rm(dataFolder, { recursive: true, force: true, maxRetries: 3 });
  };
  const log = (line: string) => lines.push(line);
  const runtime = await start({ port: 0, dataFolder, env: process.env, handlers, prepare, log }).catch(
    async (error) => {
      await clear();
      throw error;
    },
  );
  const { url, demoSecret: secret, queue } = runtime;

  const call: Product["call"] = async (method, path, { token, body, headers } = {}) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: parsed(text), text, headers: response.headers };
  };
  const tokens = new Map<string, string>();
  const login: Product["login"] = async (role = "rep", repId = "sam", workspace = "demo") => {
    const key = `${role} ${repId} ${workspace}`;
    const token =
      tokens.get(key) ?? (await call("POST", "/dev/login", { body: { role, repId, workspace } })).body.token;
    tokens.set(key, token);
    return token;
  };
  const hook: Product["hook"] = (payload, options = {}) => {
    const { workspace = "demo", helpdesk = "standard", headers } = options;
    const raw = typeof payload === "string" ? payload : JSON.stringify(payload);
    const signed = { ...sign(raw, { key: secret, ...options }), ...headers };
    const given = Object.fromEntries(
      Object.entries(signed).filter((pair): pair is [string, string] => pair[1] !== undefined),
    );
    return call("POST", `/webhooks/${workspace}/${helpdesk}`, { body: raw, headers: given });
  };
  const settled = async () => {
    await until(() => queue.size() === 0, 15_000);
  };
  const conversation: Product["conversation"] = async (id) => {
    const answer = await call("GET", `/api/conversations/${encodeURIComponent(id)}`, { token: await login() });
    if (answer.status !== 200) throw new Error(`GET conversation: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  const product: Product = {
    url,
    secret,
    dataFolder,
    table: tableOf(process.env),
    lines,
    call,
    login,
    hook,
    settled,
    conversation,
    settings: async (patch) => call("PUT", "/api/settings", { token: await login("admin", "ada"), body: patch }),
    async say(id, kind, text, extra = {}) {
      const payload = message(id, kind, text, extra);
      const answer = await hook(payload);
      if (answer.status !== 202) throw new Error(`webhook: ${answer.status} ${answer.text}`);
      return payload;
    },
    watch: async (id, token) => sidebar(product, id, token ?? (await login())),
    suggestion: async (id) => (await call("GET", `/api/suggestions/${id}`, { token: await login() })).body,
    draftOf: (id, when = ({ status }) => status === "ready") =>
      until(async () => {
        const answer = await call("GET", `/api/conversations/${encodeURIComponent(id)}`, { token: await login() });
        return (answer.body?.suggestions as Suggestion[] | undefined)?.findLast(
          (suggestion) => suggestion.kind === "draft" && when(suggestion),
        );
      }),
    async stop() {
      await runtime.stop(2_000).finally(clear);
    },
  };
  return product;
}

let counter = 0;
export function message(
  id: string,
  kind: "customer" | "rep" | "bot",
  text: string,
  { id: messageId, at, visibility = "public", rep = "sam", conversation, message }: Extra = {},
) {
  const author = { customer: { id: `cust-${id.slice(0, 40)}` }, rep: { id: rep }, bot: { id: "bot" } }[kind];
  return {
    type: "message.created",
    conversation: {
      id,
      subject: "Refund",
      channel: "chat",
      team: "payments",
      customer: { id: `cust-${id.slice(0, 40)}`, name: "Ada Byron", email: "ada@example.com" },
      assignee: { id: "sam", name: "Sam" },
      tags: [],
      ...conversation,
    },
    message: {
      id: messageId ?? `m-${++counter}`,
      at: at ?? new Date().toISOString(),
      author: { kind, ...author },
      visibility,
      text,
      ...message,
    },
  };
}

export function sign(raw: string, options: { id?: string; atSeconds?: number; key?: string }) {
  const { id = randomUUID(), atSeconds = Math.floor(Date.now() / 1_000), key = "" } = options;
  const secret = Buffer.from(key.replace(/^whsec_/, ""), "base64");
  const mac = createHmac("sha256", secret).update(`${id}.${atSeconds}.${raw}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": String(atSeconds), "webhook-signature": `v1,${mac}` };
}

export type Sidebar = {
  socket: WebSocket;
  frames: (ServerFrame & { receivedAt: number })[];
  send(action: unknown): void;
  next<T extends ServerFrame>(test: (frame: ServerFrame) => frame is T, ms?: number): Promise<T>;
  suggestion(kind: Suggestion["kind"], status: Suggestion["status"], ms?: number): Promise<Suggestion>;
  /** As the page does once it has drawn it; resolves when the mark is kept. */
  shown(id: string): Promise<void>;
  close(): void;
};

/** Connects as the page does, watches, and has its snapshot. */
export async function sidebar(product: Product, id: string, token: string): Promise<Sidebar> {
  const socket = await connect(product, token);
  const frames: Sidebar["frames"] = [];
  socket.on("message", (data) => frames.push({ ...JSON.parse(String(data)), receivedAt: performance.now() }));
  const send = (action: unknown) => socket.send(typeof action === "string" ? action : JSON.stringify(action));
  const next: Sidebar["next"] = (test, ms = 10_000) => until(() => frames.find(test) as never, ms);
  onTestFinished(() => socket.terminate());
  send({ action: "watch", conversationId: id });
  await next((frame) => frame.type === "snapshot" || frame.type === "error");
  return {
    socket,
    frames,
    send,
    next,
    async suggestion(kind, status, ms) {
      const frame = await next(
        (one): one is Extract<ServerFrame, { type: "suggestion" }> =>
          one.type === "suggestion" && one.suggestion.kind === kind && one.suggestion.status === status,
        ms,
      );
      return frame.suggestion;
    },
    async shown(suggestionId) {
      send({ action: "shown", suggestionId });
      await until(async () => (await product.suggestion(suggestionId)).shownAt);
    },
    close: () => socket.close(),
  };
}

export async function connect({ call }: Product, token: string): Promise<WebSocket> {
  const { body } = await call("POST", "/api/tickets", { token, body: {} });
  const socket = new WebSocket(`${body.url}?ticket=${body.ticket}`);
  await once(socket, "open");
  return socket;
}

/** Resolves once `met` gives something true; fails after `ms`. */
export async function until<T>(met: () => T | Promise<T>, ms = 10_000): Promise<Exclude<T, false | null | undefined>> {
  const ends = Date.now() + ms;
  for (;;) {
    const value = await met();
    if (value) return value as Exclude<T, false | null | undefined>;
    if (Date.now() > ends) throw new Error(`Not within ${ms} ms: ${String(met).slice(0, 300)}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

function parsed(text: string): Loose {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What goes to the console stands in CloudWatch on a stage: it is kept to be looked at. */
function hear(lines: string[]): () => void {
  const names = ["log", "info", "warn", "error", "debug"] as const;
  const before = names.map((name) => console[name]);
  for (const name of names)
    console[name] = (...said: unknown[]) =>
      lines.push(said.map((one) => (typeof one === "string" ? one : (JSON.stringify(one) ?? String(one)))).join(" "));
  return () => {
    names.forEach((name, i) => {
      console[name] = before[i]!;
    });
  };
}
