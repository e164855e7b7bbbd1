/** What we fetch for somebody who named the address: never from inside, whatever a redirect or a second look at the name says. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getter } from "@cuecard/core/import/http";
import { guardedFetch, postTo } from "@cuecard/functions/outbound";
import { reach } from "@cuecard/functions/reach";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const inside = [
  "https://127.0.0.1/",
  "https://[::1]/",
  "https://[::ffff:10.0.0.1]/",
  "https://169.254.169.254/latest/meta-data/",
  "https://0x7f.1/",
  "https://2130706433/",
  "https://localhost/",
];
const signal = () => AbortSignal.timeout(5_000);

let server: Server;
let port: number;
const heard: { url: string; method: string; body: string; host: string }[] = [];
beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    heard.push({ url: request.url!, method: request.method!, body, host: request.headers.host! });
    if (request.url === "/away") return void response.writeHead(302, { location: "/next" }).end();
    if (request.url === "/none") return void response.writeHead(204).end();
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("one ");
    setTimeout(() => response.end("two"), 30);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => new Promise((done) => server.close(done)));

describe("an address an admin named for a model or a helpdesk", () => {
  test.each(inside)("%s is refused", async (url) => {
    await expect(reach({ privateToo: false })(url, { signal: signal() })).rejects.toMatchObject({
      code: "address_private",
    });
  });
  test("is refused without encryption, and where one of its addresses is inside", async () => {
    await expect(reach({ privateToo: false })("http://example.com/")).rejects.toMatchObject({
      code: "address_insecure",
    });
    const resolve = async () => ["8.8.8.8", "10.0.0.1"].map((address) => ({ address, family: 4 }));
    await expect(reach({ privateToo: false, resolve })("https://model.example/")).rejects.toMatchObject({
      code: "address_private",
    });
  });

  test("is connected to where it was checked: a second answer of the DNS changes nothing, and a redirect is not followed", async () => {
    let asked = 0;
    const resolve = async () => [{ address: asked++ === 0 ? "127.0.0.1" : "192.0.2.1", family: 4 }];
    const go = reach({ privateToo: true, resolve });
    const answer = await go(`http://model.example:${port}/v1`, { method: "POST", body: '{"a":1}', signal: signal() });
    expect(await answer.text()).toBe("one two");
    expect(asked).toBe(1);
    expect(heard.at(-1)).toMatchObject({ method: "POST", body: '{"a":1}', host: `model.example:${port}` });
    asked = 0;
    const away = await go(`http://model.example:${port}/away`, { signal: signal() });
    expect([away.status, away.headers.get("location")]).toEqual([302, "/next"]);
    expect(heard.at(-1)?.url).toBe("/away");
    asked = 0;
    expect((await go(`http://model.example:${port}/none`)).status).toBe(204);
  });

  test("streams, and stops with its signal", async () => {
    const resolve = async () => [{ address: "127.0.0.1", family: 4 }];
    const stop = new AbortController();
    const answer = await reach({ privateToo: true, resolve })(`http://m.example:${port}/v1`, { signal: stop.signal });
    const reader = answer.body!.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe("one ");
    stop.abort();
    await expect(reader.read()).rejects.toThrow();
  });
});

describe("a help centre", () => {
  test.each(inside)("that redirects to %s is not followed there", async (to) => {
    const guarded = guardedFetch({ privateToo: false });
    const asked: string[] = [];
    const deps: Parameters<typeof getter>[1] = {
      fetch: async (url, init) => {
        asked.push(url.href);
        if (url.hostname === "help.example") return new Response(null, { status: 302, headers: { location: to } });
        return guarded(url, init);
      },
      sleep: async () => undefined,
      now: () => 0,
      maxWaitMs: 0,
    };
    await expect(getter({}, deps)(new URL("https://help.example/api"))).rejects.toMatchObject({
      code: "address_private",
    });
    expect(asked).toHaveLength(2);
  });
});

test("the weekly digest goes to the public internet alone", async () => {
  for (const url of inside) await expect(postTo(url, "{}"), url).rejects.toMatchObject({ code: "address_private" });
  await expect(postTo("http://hooks.example/x", "{}")).rejects.toMatchObject({ code: "address_insecure" });
});
