/** A thin line to a server on this machine: every byte comes late, and all connections share the same few bits a second. */

import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";

export type Line = { url: string; bytes(): number; close(): Promise<void> };

/**
 * `roundTripMs` for a byte there and its answer back; opening a connection costs one more, as TCP does (TLS would cost another, of
 * which nothing is played). `bitsPerSecond` each way. `target` is of this machine; where it names its own port in an answer, the
 * line's is put in its place, so that a WebSocket comes through here too.
 */
export async function thinLine(target: string, roundTripMs: number, bitsPerSecond: number): Promise<Line> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  let bytes = 0;
  const direction = () => {
    let freeAt = 0;
    return (from: Socket, to: Socket, change: (chunk: Buffer) => Buffer) => {
      from.on("data", (chunk) => {
        bytes += chunk.length;
        freeAt = Math.max(freeAt, performance.now()) + (chunk.length * 8_000) / bitsPerSecond;
        const sendAt = freeAt + roundTripMs / 2;
        setTimeout(() => !to.destroyed && to.write(change(chunk)), sendAt - performance.now());
      });
      from.on("close", () => setTimeout(() => to.destroy(), roundTripMs));
      from.on("error", () => to.destroy());
    };
  };
  const [up, down] = [direction(), direction()];
  const server = createServer({ pauseOnConnect: true }, (near) => {
    const far = connect(Number(port), hostname);
    for (const one of [near, far]) {
      one.setNoDelay(true);
      open.add(one);
      one.once("close", () => open.delete(one));
    }
    up(near, far, (chunk) => chunk);
    down(far, near, renamed);
    setTimeout(() => near.resume(), roundTripMs);
  });
  // Ports of as many digits, so that lengths of answers stay true.
  do {
    if (server.listening) await new Promise((done) => server.close(done));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  } while (String((server.address() as AddressInfo).port).length !== port.length);
  const own = String((server.address() as AddressInfo).port);
  function renamed(chunk: Buffer): Buffer {
    const at = chunk.indexOf(`ws://127.0.0.1:${port}`);
    if (at < 0) return chunk;
    const copy = Buffer.from(chunk);
    copy.write(own, at + "ws://127.0.0.1:".length);
    return copy;
  }
  return {
    url: `http://127.0.0.1:${own}`,
    bytes: () => bytes,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
