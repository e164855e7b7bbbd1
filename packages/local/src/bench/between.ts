/**
 * Stands between the AWS SDK and the embedded DynamoDB: counts what each call would cost, and, where told to, makes calls
 * fail as DynamoDB's do: throttled, failed before they worked, or answered with a failure after they worked.
 */
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { readBody } from "../loopback.ts";
import { type Item, keyOf, readUnits, sizeOf, writeUnits } from "./units.ts";

export type Called = {
  action: string;
  /** The key of a get, put or delete; of a query its partition and what the sort key begins with. */
  key: string;
  /** ms since the process began, of this process's clock. */
  began: number;
  ended: number;
  written: number;
  read: number;
  /** Items and bytes that came back. */
  items: number;
  bytes: number;
};

export type Counted = {
  calls: Called[];
  /** Units for writing each item that was written once, at its last size, and its index entry once. */
  least: number;
};

export type Faults = { share: number; chance: () => number };

export type Between = {
  url: string;
  /** Since the start or the last `reset`. */
  counted(): Counted;
  reset(): void;
  /** How many calls were made to fail, by kind. */
  faults: Record<"throttled" | "failed" | "failedAfter", number>;
  /** From now on nothing fails. */
  calm(): void;
  close(): Promise<void>;
};

export async function startBetween(target: string, given: { faults?: Faults } = {}): Promise<Between> {
  const { hostname, port } = new URL(target);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const items = new Map<string, Item>();
  let calls: Called[] = [];
  let touched = new Set<string>();
  let calm = false;
  const faults = { throttled: 0, failed: 0, failedAfter: 0 };

  const forward = (incoming: IncomingMessage, body: Buffer) =>
    new Promise<{ status: number; headers: IncomingMessage["headers"]; body: Buffer }>((resolve, reject) => {
      const outgoing = request(
        { hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers, agent },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("end", () =>
            resolve({ status: answer.statusCode ?? 500, headers: answer.headers, body: Buffer.concat(chunks) }),
          );
          answer.on("error", reject);
        },
      );
      outgoing.on("error", reject);
      outgoing.end(body);
    });

  const serve = async (incoming: IncomingMessage, response: ServerResponse) => {
    const body = (await readBody(incoming, Number.POSITIVE_INFINITY)) ?? Buffer.alloc(0);
    const action = String(incoming.headers["x-amz-target"] ?? "").split(".")[1] ?? "";
    const fault =
      !calm && given.faults && given.faults.chance() < given.faults.share ? given.faults.chance() : undefined;
    if (fault !== undefined && fault < 1 / 3) {
      faults.throttled++;
      return refuse(response, 400, "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException");
    }
    if (fault !== undefined && fault < 2 / 3) {
      faults.failed++;
      return refuse(response, 500, "com.amazonaws.dynamodb.v20120810#InternalServerError");
    }
    const began = performance.now();
    const answer = await forward(incoming, body);
    if (!given.faults) note(action, body, answer, began);
    if (fault !== undefined) {
      faults.failedAfter++;
      return refuse(response, 500, "com.amazonaws.dynamodb.v20120810#InternalServerError");
    }
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  };

  const note = (action: string, body: Buffer, answer: { status: number; body: Buffer }, began: number) => {
    const input = JSON.parse(body.toString() || "{}");
    const output = JSON.parse(answer.body.toString() || "{}");
    const call: Called = {
      action,
      key: keyOf(input),
      began,
      ended: performance.now(),
      written: 0,
      read: 0,
      items: 0,
      bytes: answer.body.length,
    };
    if (action === "PutItem" || action === "DeleteItem") {
      const id = call.key;
      const old = items.get(id);
      const next: Item | undefined = action === "PutItem" ? input.Item : undefined;
      const done = answer.status === 200;
      call.written = writeUnits(old, next, done);
      if (done) touched.add(id);
      if (done && next) items.set(id, next);
      if (done && !next) items.delete(id);
    } else if (action === "GetItem") {
      call.items = output.Item ? 1 : 0;
      call.read = readUnits(output.Item ? sizeOf(output.Item) : 0, input.ConsistentRead === true);
    } else if (action === "BatchGetItem") {
      const [asked] = Object.values<{ Keys: Item[]; ConsistentRead?: boolean }>(input.RequestItems);
      const found = Object.values<Item[]>(output.Responses ?? {}).flat();
      call.items = found.length;
      // Each item is charged as a read of its own, also one that is not there.
      const missing = asked!.Keys.length - found.length;
      for (const bytes of [...found.map(sizeOf), ...Array<number>(missing).fill(0)])
        call.read += readUnits(bytes, asked!.ConsistentRead === true);
    } else if (action === "Query") {
      const found: Item[] = output.Items ?? [];
      call.items = found.length;
      call.read = readUnits(
        found.reduce((sum, item) => sum + sizeOf(item), 0),
        input.ConsistentRead === true,
      );
    }
    calls.push(call);
  };

  const server = createServer((incoming, response) => {
    // A lost connection is what the SDK sees, and repeats.
    serve(incoming, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counted: () => ({
      calls,
      least: [...touched].reduce((sum, id) => {
        const item = items.get(id);
        return sum + (item ? writeUnits(undefined, item, true) : 0);
      }, 0),
    }),
    reset() {
      calls = [];
      touched = new Set();
    },
    faults,
    calm() {
      calm = true;
    },
    async close() {
      server.closeAllConnections();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refuse(response: ServerResponse, status: number, type: string): void {
  const text = JSON.stringify({ __type: type, message: "As told." });
  response.writeHead(status, { "content-type": "application/x-amz-json-1.0", "content-length": text.length });
  response.end(text);
}

/** The longest chain of calls of which each began when the one before had ended: what a faster database cannot hide. */
export function inSequence(calls: Pick<Called, "began" | "ended">[]): number {
  let chain = 0;
  let free = Number.NEGATIVE_INFINITY;
  for (const { began, ended } of calls.toSorted((a, b) => a.ended - b.ended))
    if (began >= free) {
      chain++;
      free = ended;
    }
  return chain;
}
