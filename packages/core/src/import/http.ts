/** Reads a help centre's API: polite when it asks to wait, bounded in time and size, and only what changed. */
import { AppError } from "../error.ts";
import { retryAfterMs } from "../helpdesk/http.ts";

export type Deps = {
  /** Follows no redirect, and refuses addresses that are not public. */
  fetch: (url: URL, init: { headers: Record<string, string>; signal: AbortSignal }) => Promise<Response>;
  sleep(ms: number): Promise<void>;
  now(): number;
  /** All waiting of one import together; ten minutes unless set. */
  maxWaitMs?: number;
  signal?: AbortSignal;
};

export type Got = { changed: false } | { changed: true; json: unknown; etag?: string };
/** `etag` of the last time: an unchanged page is not sent again. */
export type Get = (url: URL, etag?: string) => Promise<Got>;

const maxAttempts = 6;
const firstBackoffMs = 1_000;
const requestTimeoutMs = 30_000;
const maxBytes = 20_000_000;
const maxRedirects = 5;

/** `headers` go to the first address' origin alone. Throws `AppError` with words for the admin; none carries a token. */
export function getter(headers: Record<string, string>, deps: Deps): Get {
  let waitedMs = 0;
  const wait = async (ms: number, reason: AppError) => {
    waitedMs += ms;
    if (waitedMs > (deps.maxWaitMs ?? 600_000)) throw reason;
    await deps.sleep(ms);
  };
  return async (start, etag) => {
    let url = start;
    let redirects = 0;
    for (let attempt = 1; ; attempt++) {
      const own = url.origin === start.origin ? headers : {};
      const answer = await once(
        url,
        { accept: "application/json", "user-agent": "Cuecard", ...own, ...(etag ? { "if-none-match": etag } : {}) },
        deps,
      );
      const status = answer?.status ?? 0;
      if (answer && status === 304 && etag) return { changed: false };
      if (answer?.ok) return { changed: true, json: await json(answer), ...tag(answer) };
      await answer?.body?.cancel();
      const to = answer?.headers.get("location");
      if (status >= 301 && status <= 308 && to && URL.canParse(to, url)) {
        if (++redirects > maxRedirects) throw failed("redirects", "The help centre redirects without end.");
        url = new URL(to, url);
        attempt--;
        continue;
      }
      if (status === 401 || status === 403)
        throw failed("refused", `The help centre refused to be read (${status}). Does it need a token?`);
      const busy = new AppError("limit", "import_busy", "The help centre wants us to wait for too long.");
      const down = failed(
        "down",
        status ? `The help centre answered ${status}.` : "The help centre cannot be reached.",
      );
      if (status !== 0 && status !== 429 && status < 500) throw down;
      if (attempt >= maxAttempts) throw status === 429 ? busy : down;
      const said = answer && (retryAfterMs(answer.headers, deps.now()) ?? resetMs(answer.headers, deps.now()));
      await wait(said ?? firstBackoffMs * 2 ** (attempt - 1), status === 429 ? busy : down);
    }
  };
}

const failed = (code: string, message: string) => new AppError("upstream", `import_${code}`, message);
const tag = (answer: Response) => {
  const etag = answer.headers.get("etag");
  return etag ? { etag } : {};
};

/** Intercom gives the second at which its window ends. */
function resetMs(headers: Headers, nowMs: number): number | undefined {
  const at = Number(headers.get("x-ratelimit-reset") ?? Number.NaN) * 1_000;
  return at > nowMs && at < nowMs + 3_600_000 ? at - nowMs : undefined;
}

/** Undefined when there was no answer; what the guard or our own signal says goes through. */
async function once(url: URL, headers: Record<string, string>, deps: Deps): Promise<Response | undefined> {
  const timeout = AbortSignal.timeout(requestTimeoutMs);
  const signal = deps.signal ? AbortSignal.any([deps.signal, timeout]) : timeout;
  try {
    return await deps.fetch(url, { headers, signal });
  } catch (error) {
    if (deps.signal?.aborted || error instanceof AppError) throw error;
    return undefined; // counted as an attempt by the caller, which reports the last
  }
}

async function json(answer: Response): Promise<unknown> {
  const unreadable = failed("unreadable", "The address does not answer as a help centre's API does.");
  const text = await answer.text();
  if (text.length > maxBytes) throw unreadable;
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable;
  }
}
