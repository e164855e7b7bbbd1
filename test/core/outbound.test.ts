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
  "https://LOCALHOST/",
  "https://0.0.0.0/",
  "https://0/",
  "https://[::]/",
  "https://0177.0.0.1/",
  "https://0xa9fea9fe/latest/meta-data/",
  "https://2852039166/",
  "https://127.1/",
  "https://127.0.0.1./",
  "https://[::ffff:127.0.0.1]/",
  "https://[::ffff:a9fe:a9fe]/",
  "https://[::127.0.0.1]/",
  "https://[64:ff9b::a9fe:a9fe]/",
  "https://[2002:7f00:1::]/",
  "https://[2001:0:7f00:1::]/",
  "https://[fd00:ec2::254]/latest/meta-data/",
  "https://[fe80::1]/",
  "https://100.64.0.1/",
  "https://100.100.100.200/",
  "https://100.127.255.255/",
  "https://168.63.129.16/",
  "https://172.31.255.255/",
  "https://192.168.1.1:8443/",
  "https://198.18.0.1/",
  "https://224.0.0.1/",
  "https://255.255.255.255/",
];
const schemes = [
  "http://example.com/",
  "ftp://example.com/",
  "file:///etc/passwd",
  "data:text/plain,x",
  "gopher://example.com/",
  "ws://example.com/",
  "blob:https://example.com/x",
  "javascript:alert(1)",
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
  test.each(schemes)("is refused as %s, on one's own machine too unless it is plain http", async (url) => {
    await expect(reach({ privateToo: false })(url)).rejects.toMatchObject({ code: "address_insecure" });
    await expect(postTo(url, "{}")).rejects.toMatchObject({ code: "address_insecure" });
    if (!url.startsWith("http:"))
      await expect(reach({ privateToo: true })(url)).rejects.toMatchObject({ code: "address_insecure" });
  });
  test.each(["localhost.", "a.localhost", "metadata.google.internal", "127.0.0.1.nip.example"])(
    "is refused by where %s leads, whatever it is called",
    async (host) => {
      for (const address of [
        "127.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "169.254.169.254",
        "fd00:ec2::254",
        "fe80::1%eth0",
      ]) {
        const resolve = async () => [{ address, family: address.includes(":") ? 6 : 4 }];
        await expect(reach({ privateToo: false, resolve })(`https://${host}/`)).rejects.toMatchObject({
          code: "address_private",
        });
      }
    },
  );
  test("is refused with a name or a password in it, wherever it leads", async () => {
    for (const url of ["https://me:pass@example.com/", "https://example.com@127.0.0.1/", "https://:x@example.com/"])
      for (const privateToo of [true, false])
        await expect(reach({ privateToo })(url)).rejects.toMatchObject({ code: "address_password" });
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
