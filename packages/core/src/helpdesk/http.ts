/** Requests to a helpdesk's API: bounded in number, time and size, and polite when it asks to wait. */
import { AppError } from "../error.ts";

export type Deps = {
  fetch: typeof globalThis.fetch;
  sleep(ms: number): Promise<void>;
  nowMs(): number;
  /** All waiting of one call together; 20 s unless set. A longer `Retry-After` is left to the queue. */
  maxWaitMs?: number;
  signal?: AbortSignal;
  /** Access tokens that live longer than a request, by client; kept by whoever keeps `Deps`. */
  tokens?: Map<string, { token: string; expiresMs: number }>;
};

const maxAttempts = 4;
const firstBackoffMs = 500;
const requestTimeoutMs = 10_000;
const maxBytes = 10_000_000;

type Request = { method?: "GET" | "POST" | "PUT"; headers: Record<string, string>; body?: string };

/** Seconds or an HTTP date; Help Scout has a header of its own. `undefined` when nothing is said. */
export function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const said = headers.get("retry-after") ?? headers.get("x-ratelimit-retry-after");
  if (said === null) return undefined;
  const ms = /^\d{1,6}(?:\.\d+)?$/.test(said.trim()) ? Number(said) * 1000 : Date.parse(said) - nowMs;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** The answer's JSON. No error carries the answer's text: it is a customer's. */
export async function getJson(url: URL, request: Request, deps: Deps): Promise<unknown> {
  let waitedMs = 0;
  for (let attempt = 1; ; attempt++) {
    const answer = await once(url, request, deps);
    if (answer instanceof Response && answer.ok) return json(answer, deps.signal);
    const status = answer instanceof Response ? answer.status : 0;
    if (answer instanceof Response) await answer.body?.cancel();
    if (status === 404 || status === 410)
      throw new AppError("missing", "helpdesk_gone", "The helpdesk does not have it any more.");
    const again = status === 0 || status === 429 || status >= 500;
    if (!again) throw new AppError("upstream", "helpdesk_refused", `The helpdesk answered ${status}.`);
    const saidMs = answer instanceof Response ? retryAfterMs(answer.headers, deps.nowMs()) : undefined;
    const waitMs = saidMs ?? firstBackoffMs * 2 ** (attempt - 1);
    waitedMs += waitMs;
    if (attempt === maxAttempts || waitedMs > (deps.maxWaitMs ?? 20_000)) {
      if (status === 429)
        throw new AppError("limit", "helpdesk_busy", `The helpdesk wants us to wait ${Math.ceil(waitMs / 1000)} s.`);
      throw new AppError(
        "upstream",
        "helpdesk_down",
        status ? `The helpdesk answered ${status}.` : "The helpdesk cannot be reached.",
      );
    }
    await deps.sleep(waitMs);
  }
}

/** Writes once and does not try again: an answer that was lost does not tell whether it was done. */
export async function sendJson(
  url: URL,
  request: Request & { method: "POST" | "PUT"; body: string },
  deps: Deps,
): Promise<void> {
  const headers = { "content-type": "application/json", ...request.headers };
  const answer = await once(url, { ...request, headers }, deps);
  await answer?.body?.cancel();
  if (answer?.ok) return;
  const status = answer?.status ?? 0;
  if (status === 404 || status === 410)
    throw new AppError("missing", "helpdesk_gone", "The helpdesk does not have it any more.");
  if (status === 429) throw new AppError("limit", "helpdesk_busy", "The helpdesk wants us to wait.");
  if (status === 0 || status >= 500)
    throw new AppError(
      "upstream",
      "helpdesk_down",
      status ? `The helpdesk answered ${status}.` : "The helpdesk cannot be reached.",
    );
  throw new AppError("upstream", "helpdesk_refused", `The helpdesk answered ${status}.`);
}

/** The answer, or `undefined` when there was none: refused, reset, too slow. An abort of ours goes through. */
async function once(url: URL, { method = "GET", headers, body }: Request, deps: Deps): Promise<Response | undefined> {
  const timeout = AbortSignal.timeout(requestTimeoutMs);
  const signal = deps.signal ? AbortSignal.any([deps.signal, timeout]) : timeout;
  try {
    return await deps.fetch(url, {
      method,
      headers: { accept: "application/json", ...headers },
      signal,
      ...(body ? { body } : {}),
    });
  } catch (error) {
    if (deps.signal?.aborted) throw error;
    return undefined; // counted as an attempt above, which reports it when it was the last
  }
}

async function json(answer: Response, signal: AbortSignal | undefined): Promise<unknown> {
  const unreadable = () =>
    new AppError("upstream", "helpdesk_unreadable", "The helpdesk's answer is not JSON, or too long.");
  if (Number(answer.headers.get("content-length")) > maxBytes) throw unreadable();
  const text = await bounded(answer, maxBytes).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw unreadable(); // broke off, or too slow
  });
  if (text === undefined) throw unreadable();
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable();
  }
}

/** The body as text; undefined, and no more of it is read, where it has more bytes. A length need not be told before. */
async function bounded(answer: Response, most: number): Promise<string | undefined> {
  const reader = answer.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    bytes += part.value.length;
    if (bytes > most) {
      await reader?.cancel();
      return undefined;
    }
    text += decoder.decode(part.value, { stream: true });
  }
  return text + decoder.decode();
}

/** The next page's address. Its token goes nowhere but to the origin it was made for. */
export function nextPage(link: unknown, from: URL): URL | undefined {
  if (typeof link !== "string" || !URL.canParse(link, from)) return undefined;
  const next = new URL(link, from);
  return next.origin === from.origin ? next : undefined;
}

/** A credential that must be there for the API. */
export function credential(credentials: Record<string, string>, name: string, pattern = /^.+$/s): string {
  const value = credentials[name] ?? "";
  if (!pattern.test(value))
    throw new AppError("input", "credential_missing", `The helpdesk's ${name} is not set, or not one.`, name);
  return value;
}

export const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
