/** A running Cuecard from outside: its API, its signed webhook, its WebSocket. */
import { ServerFrame, type Suggestion } from "@cuecard/core/protocol";
import WebSocket from "ws";

export type Answer = { status: number; json: Record<string, unknown> };
export type Client = (
  method: string,
  path: string,
  options?: { body?: unknown; raw?: string; headers?: Record<string, string> },
) => Promise<Answer>;

/** Repeats what did not get through: a lost connection, 429 and 5xx, with growing pauses, five times. */
export function client(base: string, token?: string): Client {
  return async (method, path, { body, raw, headers = {} } = {}) => {
    for (let attempt = 1; ; attempt++) {
      const answer = await once(base + path, {
        method,
        headers: {
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(raw !== undefined ? { body: raw } : body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (answer && answer.status !== 429 && answer.status < 500) return answer;
      if (attempt === 5) {
        if (answer) return answer;
        throw new Error(
          `Nothing answers at ${base}. Start Cuecard with npm start, or name another address with --url.`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 100 * 2 ** attempt));
    }
  };
}

async function once(url: string, init: RequestInit): Promise<Answer | undefined> {
  try {
    const response = await fetch(url, init);
    const text = await response.text();
    let json: Record<string, unknown> = {};
    try {
      json = JSON.parse(text);
    } catch {
      // A page or a CSV: the status says what is needed here.
    }
    return { status: response.status, json };
  } catch {
    return undefined;
  }
}

export async function signIn(base: string, repId: string, role: string, workspace: string): Promise<Client> {
  return client(base, await signInToken(base, repId, role, workspace));
}

export async function signInToken(base: string, repId: string, role: string, workspace: string): Promise<string> {
  const { status, json } = await client(base)("POST", "/dev/login", { body: { repId, role, workspace } });
  if (typeof json.token !== "string") throw new Error(`${base} does not let this machine sign in (${status}).`);
  return json.token;
}

/** What a sidebar does: watches, sees frames, says what was shown. Keeps the latest of every suggestion. */
export type Sidebar = {
  suggestions: Map<string, Suggestion>;
  /** When the first text of a draft came, by its id (ms of this process's clock). */
  firstText: Map<string, number>;
  /** The arm of every conversation that was seen, once drawn. */
  arms: Map<string, "assist" | "control">;
  /** How many have come. */
  frames(): number;
  send(action: unknown): void;
  /** Resolves when all frames that were sent before have come: they stay in order. */
  caughtUp(): Promise<void>;
  /** Looks again at every frame; undefined after `ms`. */
  until<T>(look: () => T | undefined, ms: number): Promise<T | undefined>;
  close(): void;
};

export async function openSidebar(api: Client): Promise<Sidebar> {
  const { json } = await api("POST", "/api/tickets", { body: {} });
  const socket = new WebSocket(`${json.url}?ticket=${encodeURIComponent(String(json.ticket))}`);
  const suggestions = new Map<string, Suggestion>();
  const firstText = new Map<string, number>();
  const arms: Sidebar["arms"] = new Map();
  const waiting = new Set<() => void>();
  let failed: Error | undefined;
  let frames = 0;
  let pongs = 0;
  let pings = 0;
  const keep = (suggestion: Suggestion) => {
    const known = suggestions.get(suggestion.id);
    if (!known || suggestion.seq >= known.seq) suggestions.set(suggestion.id, suggestion);
    if (suggestion.kind === "draft" && suggestion.text && !firstText.has(suggestion.id))
      firstText.set(suggestion.id, performance.now());
  };
  socket.on("message", (data) => {
    const frame = ServerFrame.parse(JSON.parse(data.toString()));
    frames++;
    if (frame.type === "pong") pongs++;
    if (frame.type === "suggestion") keep(frame.suggestion);
    if (frame.type === "snapshot") frame.suggestions.forEach(keep);
    if ((frame.type === "snapshot" || frame.type === "conversation") && frame.conversation?.arm)
      arms.set(frame.conversationId, frame.conversation.arm);
    for (const look of waiting) look();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("open", () => resolve());
    socket.once("error", reject);
  });
  socket.on("error", (error) => {
    failed = error;
  });
  const ping = () => {
    pings++;
    socket.send('{"action":"ping"}');
  };
  const keepAlive = setInterval(ping, 60_000);
  const sidebar: Sidebar = {
    suggestions,
    firstText,
    arms,
    frames: () => frames,
    send: (action) => socket.send(JSON.stringify(action)),
    async caughtUp() {
      ping();
      const mine = pings;
      if (!(await sidebar.until(() => pongs >= mine || undefined, 30_000)))
        throw new Error("The sidebar hears nothing.");
    },
    until: (look, ms) =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (failed) return done(() => reject(failed));
          const found = look();
          if (found !== undefined) done(() => resolve(found));
        };
        const done = (end: () => void) => {
          clearTimeout(timer);
          waiting.delete(check);
          end();
        };
        const timer = setTimeout(() => done(() => resolve(undefined)), ms);
        waiting.add(check);
        check();
      }),
    close() {
      clearInterval(keepAlive);
      socket.close();
    },
  };
  return sidebar;
}
