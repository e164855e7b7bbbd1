/**
 * A scripted server that speaks the contract with canned data, so that each state of a page can be called up. A test
 * puts the conversations it wants into `conversations`, sends frames by hand, and reads what the page asked for.
 */
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import type { ClientAction, ServerFrame, Suggestion } from "@cuecard/core/protocol";
import { WebSocketServer } from "ws";
import * as Canned from "./canned.ts";

type Snapshot = Omit<Extract<ServerFrame, { type: "snapshot" }>, "type" | "conversationId">;
type Call = { method: string; path: string; query: Record<string, string>; body: Record<string, unknown> };
type Answer = { status: number; body: unknown };

/** What the API sends with each page. */
const policy = "default-src 'self'; connect-src 'self' ws: wss:";
const kinds: Record<string, string> = { ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

export type StandIn = Awaited<ReturnType<typeof standIn>>;

export async function standIn(dist: string) {
  const conversations: Record<string, Snapshot> = {};
  const calls: Call[] = [];
  const actions: ClientAction[] = [];
  /** Answers given instead of the canned ones, by `METHOD /path`. */
  const instead: Record<string, Answer> = {};
  const unread = new Set(["desk-0", "desk-1", "desk-2", "desk-3"]);
  let made = 0;

  const server = createServer((request, response) => {
    void handle(request).then(({ status, body, type }) => {
      response.writeHead(status, { "content-type": type ?? "application/json", "content-security-policy": policy });
      response.end(type ? (body as Buffer) : JSON.stringify(body));
    });
  });
  const sockets = new WebSocketServer({ server, path: "/ws" });
  sockets.on("connection", (socket) => {
    socket.on("message", (data) => {
      const action = JSON.parse(String(data)) as ClientAction;
      actions.push(action);
      if (action.action === "ping") socket.send(JSON.stringify({ type: "pong" }));
      if (action.action !== "watch") return;
      const { conversationId } = action;
      const snapshot = conversations[conversationId];
      if (snapshot) socket.send(JSON.stringify({ type: "snapshot", conversationId, ...snapshot }));
    });
  });

  /** To every open page, whatever it watches: a page must drop what is not for it. */
  function send(frame: ServerFrame) {
    for (const socket of sockets.clients) socket.send(JSON.stringify(frame));
  }
  const suggest = (suggestion: Suggestion) =>
    send({ type: "suggestion", conversationId: suggestion.conversationId, suggestion });

  async function handle(request: IncomingMessage): Promise<Answer & { type?: string }> {
    const url = new URL(request.url ?? "/", "http://stand-in");
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const call = {
      method: request.method ?? "GET",
      path: decodeURIComponent(url.pathname),
      query: Object.fromEntries(url.searchParams),
      body: text ? JSON.parse(text) : {},
    };
    const page = {
      "/": "index.html",
      "/sidebar": "sidebar.html",
      "/lead": "lead.html",
      "/admin": "admin.html",
      "/sign-in": "sign-in.html",
    }[call.path];
    if (page) return { status: 200, body: await readFile(join(dist, page)), type: "text/html; charset=utf-8" };
    if (/^\/(assets|shells)\/|^\/embed(\.v1)?\.js$/.test(call.path))
      return {
        status: 200,
        body: await readFile(join(dist, call.path)),
        type: kinds[extname(call.path)] ?? "text/plain",
      };
    calls.push(call);
    return instead[`${call.method} ${call.path}`] ?? answer(call);
  }

  function answer({ method, path, query, body }: Call): Answer {
    const ok = (value: unknown, status = 200) => ({ status, body: value });
    const name = `${method} ${path}`;
    const desk = deskAnswer(name, body);
    if (desk) return ok(desk, method === "POST" ? 202 : 200);
    if (/^POST .*\/suggestions$/.test(name)) return ok({ suggestionId: `asked-${++made}` }, 202);
    if (/^POST .*\/decision$/.test(name)) return ok({});
    if (/^GET \/api\/suggestions\//.test(name))
      return ok({ ...Canned.suggestion("c1"), id: path.split("/").at(-1), decision: "edited", retained: 0.82 });
    switch (name) {
      case "POST /dev/login":
        return ok({ token: `token-of-${body.role}` });
      case "POST /api/tickets":
        return ok({ ticket: "once", url: "/ws" });
      case "GET /api/me":
        return ok({ repId: "demo", role: "lead", workspace: "demo", embedOrigins: [], demoHistory: true });
      case "GET /api/me/figures":
        return ok({ row: Canned.acceptance("kind").rows[0] });
      case "GET /api/policies/search":
        return ok({ passages: query.q === "nothing" ? [] : Canned.passages });
      case "GET /api/reports/acceptance":
        return ok(Canned.acceptance(query.by ?? "kind"));
      case "GET /api/reports/effect":
        return ok(Canned.effect(query.from !== undefined));
      case "GET /api/reports/gaps":
        return ok(Canned.gaps);
      case "GET /api/reports/cost":
        return ok(Canned.cost);
      case "GET /api/reports/records":
        return ok({ rows: Canned.records });
      case "GET /api/reports/records.csv":
        return ok("day,rep\n");
      case "DELETE /dev/history":
        return ok({});
      default:
        return { status: 404, body: { error: { code: "missing", message: `Nothing at ${path}.` } } };
    }
  }

  function deskAnswer(name: string, body: Record<string, unknown>): unknown {
    if (name === "GET /dev/desk")
      return {
        conversations: Canned.inbox.map((row, index) => {
          const id = `desk-${index}`;
          const last = conversations[id]?.messages.at(-1);
          const { name: customer, ...rest } = row;
          return {
            ...rest,
            id,
            customer: { name: customer },
            channel: "chat",
            team: "Payments",
            status: "open",
            unread: unread.has(id),
            lastText: last?.text ?? "",
            lastAt: last?.at ?? Canned.at(0),
            script: conversations[id] ? 0 : 1,
          };
        }),
        engine: "embedded engine, no language model",
        hint: "Drafts come from articles and past replies. For a language model set OPENAI_API_KEY and start again.",
        history: { present: true },
      };
    if (name === "POST /dev/desk/play") {
      const id = `desk-${Canned.inbox.findIndex((_, index) => !conversations[`desk-${index}`])}`;
      play(id);
      return { conversationId: id };
    }
    const [, id = "", verb] = /^(?:GET|POST) \/dev\/desk\/([^/]+)(?:\/(\w+))?$/.exec(name) ?? [];
    if (!id) return undefined;
    if (verb === "play") play(id);
    if (verb === "send")
      send({
        type: "message",
        conversationId: id,
        message: Canned.message(`sent-${++made}`, 5, String(body.text), {
          author: { kind: "rep", name: "Sam" },
          visibility: body.visibility as "public" | "internal",
        }),
      });
    return verb ? { left: 0 } : { conversation: null, messages: conversations[id]?.messages ?? [] };
  }

  /** A customer writes, and a draft streams in steps of a few words. */
  function play(id: string) {
    unread.delete(id);
    const first = Canned.message(`${id}-m1`, 0, Canned.question);
    conversations[id] = { conversation: Canned.conversation(id), messages: [first], suggestions: [] };
    send({ type: "message", conversationId: id, message: first });
    const words = Canned.draftText.split(/(?<= )/);
    const steps: Suggestion[] = [Canned.policy(id), Canned.summary(id)];
    for (let n = 4; n < words.length; n += 4)
      steps.push(Canned.suggestion(id, { seq: n, status: "streaming", text: words.slice(0, n).join(""), flags: [] }));
    steps.push(Canned.suggestion(id, { seq: words.length + 1 }));
    steps.forEach((step, index) => {
      setTimeout(
        () => {
          const snapshot = conversations[id]!;
          snapshot.suggestions = [...snapshot.suggestions.filter((one) => one.id !== step.id), step];
          suggest(step);
        },
        300 + index * 60,
      );
    });
  }

  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    conversations,
    calls,
    actions,
    instead,
    send,
    suggest,
    /** As a lost network does it: the page is not told. */
    drop() {
      for (const socket of sockets.clients) socket.terminate();
    },
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
