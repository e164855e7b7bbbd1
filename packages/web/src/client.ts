/** HTTP to our own server, with the token a page holds in memory alone. */
import { send as request, takeEarly } from "./early.ts";

/** What the server answered instead: `code` is stable (`control`, `forbidden`, …); status 0 means it was not reached. */
export class RequestError extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = "RequestError";
    this.status = status;
    this.code = code;
  }
}

export type Me = {
  repId: string;
  role: "rep" | "lead" | "admin";
  workspace: string;
  /** Origins that may hold the sidebar in a frame and receive its inserts. */
  embedOrigins?: string[];
  demoHistory?: boolean;
};

export type Client = {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
  remove(path: string): Promise<void>;
  /** The body as it is, and where the next page lies (`Link: rel=next`): the CSV. */
  page(path: string): Promise<{ text: string; next: string | undefined }>;
};

/** Every method throws `RequestError`. */
export function makeClient(token: () => string | undefined): Client {
  async function send(method: string, path: string, body?: unknown): Promise<Response> {
    const asked = { method, path, bearer: token(), body: body === undefined ? undefined : JSON.stringify(body) };
    const response = await (takeEarly(asked) ?? request(asked)).catch((cause) => {
      throw new RequestError(0, "unreachable", `The server cannot be reached (${cause}).`);
    });
    if (response.ok) return response;
    const { error } = await response.json().catch(() => ({ error: undefined }));
    throw new RequestError(response.status, error?.code ?? "unknown", error?.message ?? response.statusText);
  }
  const json = async (response: Response) => {
    const text = await response.text();
    return text ? JSON.parse(text) : undefined;
  };
  return {
    get: async (path) => json(await send("GET", path)),
    post: async (path, body = {}) => json(await send("POST", path, body)),
    put: async (path, body) => json(await send("PUT", path, body)),
    remove: async (path) => void (await send("DELETE", path)),
    async page(path) {
      const response = await send("GET", path);
      const next = /<([^>]+)>;\s*rel="?next"?/.exec(response.headers.get("link") ?? "")?.[1];
      return { text: await response.text(), next };
    },
  };
}

/** A token for a page that was opened by hand on the machine itself; undefined where the server is not a local one. */
export async function devLogin(role: "rep" | "lead" | "admin", repId = "demo"): Promise<string | undefined> {
  const client = makeClient(() => undefined);
  try {
    return (await client.post<{ token: string }>("/dev/login", { repId, role, workspace: "demo" })).token;
  } catch (error) {
    if (error instanceof RequestError && error.status >= 400 && error.status < 500) return undefined;
    throw error;
  }
}
