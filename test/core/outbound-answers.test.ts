/** What a server that means harm answers to what we fetch: it may waste its own time, never end our process, fill it or hold it up. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { getJson } from "@cuecard/core/helpdesk/http";
import { guardedFetch } from "@cuecard/functions/outbound";
import { reach } from "@cuecard/functions/reach";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let server: Server;
let port: number;
let say: (socket: Socket) => void;
const sockets = new Set<Socket>();
beforeAll(async () => {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("data", () => say(socket));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

/** As the two are on a stage, but for where the name leads. */
const resolve = async () => [{ address: "127.0.0.1", family: 4 }];
const guarded = guardedFetch({ privateToo: true, resolve });
const reached = reach({ privateToo: true, resolve });
type Ask = (url: URL, signal: AbortSignal) => Promise<Response>;
const ways: [string, Ask][] = [
  ["a help centre", (url, signal) => guarded(url, { headers: {}, signal })],
  ["a model or a helpdesk", (url, signal) => reached(url, { signal })],
];
const url = () => new URL(`http://other.example:${port}/`);
const answers = (text: string) => {
  say = (socket) => socket.end(text, "latin1");
};
/** Status and text, or why there is none; it must end before its signal would end it. */
async function ended(ask: Ask, ms = 3_000): Promise<unknown> {
  const signal = AbortSignal.timeout(ms);
  try {
    const answer = await ask(url(), signal);
    return [answer.status, await answer.text()];
  } catch (error) {
    return signal.aborted ? "stopped by its signal" : `failed: ${(error as Error).message}`;
  }
}

describe.each(ways)("%s", (_, ask) => {
  test.each([
    ["a status that no answer has", "HTTP/1.1 999 Odd\r\ncontent-length: 2\r\n\r\nhi", [502, ""]],
    ["a status just past the last", "HTTP/1.1 600 Odd\r\ncontent-length: 0\r\n\r\n", [502, ""]],
    ["a body where none may be", "HTTP/1.1 205 Reset\r\ncontent-length: 2\r\n\r\nhi", [205, ""]],
    ["an early hint first", "HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi", [200, "hi"]],
    ["letters that are none in a header", "HTTP/1.1 200 OK\r\nx-odd: \xff\x80\r\ncontent-length: 0\r\n\r\n", [200, ""]],
    ["another protocol", "HTTP/1.1 101 Other\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n", /^failed/],
    ["no HTTP at all", "SSH-2.0-OpenSSH_9.9\r\n", /^failed/],
    ["less than was promised", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhi", /^failed/],
    ["nothing", "", /^failed/],
    ["headers without end", `HTTP/1.1 200 OK\r\n${"x-a: b\r\n".repeat(20_000)}\r\n`, /^failed/],
  ])("%s", async (_name, text, expected) => {
    answers(text);
    const outcome = await ended(ask);
    if (expected instanceof RegExp) expect(outcome).toMatch(expected);
    else expect(outcome).toEqual(expected);
  });

  test("what is packed stays packed: a few bytes cannot become many", async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    say = (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`);
      socket.end(bomb);
    };
    const answer = await ask(url(), AbortSignal.timeout(5_000));
    expect((await answer.arrayBuffer()).byteLength).toBe(bomb.length);
  });

  test("an endless body is broken off", async () => {
    let sent = 0;
    const part = Buffer.alloc(1_000_000, "x");
    say = (socket) => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      const more = () => {
        while (!socket.destroyed && socket.write(part)) sent += part.length;
        sent += part.length;
      };
      socket.on("drain", more);
      more();
    };
    expect(await ended(ask, 20_000)).toMatch(/^failed: the answer has more than/);
    expect(sent).toBeLessThan(80_000_000);
  }, 30_000);

  test("a body that drips ends with its signal, and so does a head that never comes", async () => {
    say = (socket) => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      const drip = setInterval(() => socket.write("x"), 20);
      socket.on("close", () => clearInterval(drip));
    };
    expect(await ended(ask, 300)).toBe("stopped by its signal");
    say = () => undefined;
    expect(await ended(ask, 300)).toBe("stopped by its signal");
  });
});

describe("a helpdesk's API", () => {
  const ask = (fetch: typeof globalThis.fetch, signal?: AbortSignal) =>
    getJson(
      url(),
      { headers: {} },
      { fetch, sleep: async () => undefined, nowMs: () => 0, ...(signal ? { signal } : {}) },
    );

  test("an answer that breaks off is an error with a name", async () => {
    answers("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{");
    await expect(ask(reached)).rejects.toMatchObject({ code: "helpdesk_unreadable" });
  });

  test("no more is read than a helpdesk can mean, told before or not, packed or not", async () => {
    let taken = 0;
    const endless = async () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            taken += 1_000_000;
            controller.enqueue(new Uint8Array(1_000_000));
          },
        }),
      );
    await expect(ask(endless)).rejects.toMatchObject({ code: "helpdesk_unreadable" });
    expect(taken).toBeLessThan(15_000_000);
  });

  test("our own signal goes through while the body drips", async () => {
    say = (socket) => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n{");
    };
    const signal = AbortSignal.timeout(200);
    await expect(ask(reached, signal)).rejects.not.toHaveProperty("code", "helpdesk_unreadable");
  });
});
