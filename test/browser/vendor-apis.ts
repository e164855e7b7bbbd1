/**
 * The helpdesks' own APIs, for what our server asks of them: one HTTP server on loopback stands for all, and this process's
 * `fetch` finds it under their names. Everything else goes where it says.
 */
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Request } from "@cuecard/local/senders/sender";

// biome-ignore lint/suspicious/noExplicitAny: JSON of others
type Loose = any;
export type Asked = { method: string; host: string; path: string; headers: Record<string, string>; body: Loose };
export type Apis = {
  asked: Asked[];
  helpScout: {
    /** Takes the threads out of a webhook, as the real one has none, and keeps them for the API. */
    keep(request: Request, secret: string): Request;
  };
  close(): Promise<void>;
};

const hosts = new Set(["api.helpscout.net", "chat.acme.example"]);

export async function vendorApis(): Promise<Apis> {
  const asked: Asked[] = [];
  const conversations = new Map<string, Loose>();
  const threads = new Map<string, Loose[]>();

  function answer({ method, host, path }: Asked): [status: number, body: unknown] {
    if (path === "/v2/oauth2/token") return [200, { access_token: "of-two-days", expires_in: 172_800 }];
    const [, id = "", part] = /^\/v\d\/conversations\/(\d+)(?:\/(threads))?/.exec(path) ?? [];
    if (host === "api.helpscout.net" && part)
      return [200, { _embedded: { threads: threads.get(id) ?? [] }, page: { totalPages: 1 } }];
    if (host === "api.helpscout.net" && conversations.has(id)) return [200, conversations.get(id)];
    if (host === "chat.acme.example" && method === "POST" && path.endsWith("/messages")) return [200, { id: 1 }];
    return [404, {}];
  }

  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const headers = request.headers as Record<string, string>;
    const json = headers["content-type"]?.includes("json") ? JSON.parse(text) : text;
    const one = {
      method: request.method!,
      host: headers["x-meant-for"]!,
      path: request.url!,
      headers,
      body: json,
    };
    asked.push(one);
    const [status, body] = answer(one);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const real = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const url = new URL(input instanceof globalThis.Request ? input.url : input);
    if (!hosts.has(url.hostname)) return real(input, init);
    const headers = new Headers(init?.headers);
    headers.set("x-meant-for", url.hostname);
    return real(`${own}${url.pathname}${url.search}`, { ...init, headers });
  };

  return {
    asked,
    helpScout: {
      keep(request, secret) {
        const { _embedded, ...rest } = JSON.parse(request.body);
        if (!_embedded) return request;
        const id = String(rest.id);
        conversations.set(id, rest);
        threads.set(id, [...(_embedded.threads as Loose[]), ...(threads.get(id) ?? [])]);
        const body = JSON.stringify(rest);
        const signature = createHmac("sha1", secret).update(body).digest("base64");
        return { ...request, body, headers: { ...request.headers, "x-helpscout-signature": signature } };
      },
    },
    async close() {
      globalThis.fetch = real;
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
