/**
 * Every route and every WebSocket action with made-up input, from openapi.json and its schemas: no 5xx, no hang, no trace of
 * our insides, nothing of another workspace. `npm run fuzz -- --requests N --seed S` asks for more than the few hundred of each test run.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ClientAction } from "@cuecard/core/protocol";
import { createWorkspace } from "@cuecard/core/store/workspaces";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { garbage, type Schema, text, valuesOf } from "./fuzz-schema.ts";
import { connect, message, product, sign, until } from "./product.ts";

const requests = Number(process.env.FUZZ_REQUESTS ?? 400);
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);
/** Slower than that is a hang; the gateway gives up after 30 s. */
const patienceMs = 28_000;
const atOnce = 6;

const our = product({ env: () => ({ CUECARD_PRIVATE_ADDRESSES: "0" }) });
/** Stands in whatever the other workspace holds, and in no request. */
const mark = `planted-${randomUUID()}`;
/** What stands there is asked for by these names. */
const theirs = ["other-c1", "other-article", "other-rep", "other@example.com", "other-customer"];
const known = ["c-1", "a-1", "sam", "demo", "other", "standard", "zendesk", "cust-c-1", "2026-11-22", ...theirs];

type Asked = { method: string; path: string; who: string; body?: string | undefined; type: string; signed?: boolean };
const tokens: Record<string, string | undefined> = { nobody: undefined, forged: "eyJhbGciOiJub25lIn0.e30." };

beforeAll(async () => {
  const { table, login, call, say, draftOf } = our();
  await createWorkspace(table, "other", Date.now());
  for (const role of ["rep", "lead", "admin"] as const) tokens[role] = await login(role, "sam", "demo");
  const token = await login("admin", "other-admin", "other");
  const put = async (method: string, path: string, body: object) => {
    const answer = await call(method, path, { token, body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.text}`);
    return answer.body;
  };
  await put("PUT", "/api/policies/other-article", { title: mark, text: `A refund ${mark} takes five days.` });
  await put("PUT", "/api/reps", { reps: [{ id: "other-rep", name: mark }] });
  await put("PUT", "/api/people", {
    people: [{ email: "other@example.com", role: "admin", reps: { standard: mark } }],
  });
  await put("POST", "/api/tokens", { name: mark });
  const { secret } = await put("POST", "/api/helpdesks/standard/rotation", {});
  const planted = message("other-c1", "customer", `Where is my refund? ${mark}`, {
    id: "m1",
    conversation: { team: mark, subject: mark, customer: { id: "other-customer", name: mark } },
  });
  expect((await our().hook(planted, { workspace: "other", key: secret })).status).toBe(202);
  await our().settled();
  const opened = await call("GET", "/api/conversations/other-c1", { token });
  expect(opened.text, "it can be found by those it belongs to").toContain(mark);
  known.push(...opened.body.suggestions.map(({ id }: { id: string }) => id));
  await say("c-1", "customer", "How long does a refund take?");
  known.push((await draftOf("c-1")).id);
}, 60_000);

const any = text(known);
const bodyOf = (values: fc.Arbitrary<unknown>): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 9, arbitrary: values.map((value) => JSON.stringify(value) ?? "") },
    {
      weight: 1,
      arbitrary: fc.oneof(any, fc.constantFrom("{", "[1,", '{"a":1e999}', '{"a":{"a":'.repeat(2_000), "\uFEFF{}")),
    },
  );
const filled = (path: string, name: string, value: string) =>
  path.replace(`{${name}}`, encodeURIComponent(value.toWellFormed()) || "x");

/** As a page would put it into an address. */
const asText = (value: unknown): string =>
  (typeof value === "object" ? JSON.stringify(value) : String(value)).toWellFormed();

/** One request of a route as the description has it. */
function requestOf(path: string, method: string, operation: Schema): fc.Arbitrary<Asked> {
  const parameters: { name: string; in: string; schema: Schema }[] = operation.parameters ?? [];
  const schema = operation.requestBody?.content?.["application/json"]?.schema;
  const inPath = parameters.filter((one) => one.in === "path");
  const inQuery = parameters.filter((one) => one.in === "query");
  return fc
    .record({
      values: fc.array(any, { minLength: inPath.length, maxLength: inPath.length }),
      query: fc.tuple(...inQuery.map(({ schema }) => fc.option(valuesOf(schema, known), { nil: undefined }))),
      body: schema ? bodyOf(valuesOf(schema, known)) : fc.constant(undefined),
      who: fc.constantFrom("rep", "lead", "admin", "admin", "admin", "nobody", "forged"),
      type: fc.constantFrom("application/json", "application/json", "application/x-www-form-urlencoded", "text/plain"),
    })
    .map(({ values, query, body, who, type }) => {
      const address = inPath.reduce((so, { name }, i) => filled(so, name, values[i]!), path);
      const pairs = inQuery.flatMap(({ name }, i) =>
        query[i] === undefined ? [] : [[name, asText(query[i])] as [string, string]],
      );
      const asked = new URLSearchParams(pairs).toString();
      return { method: method.toUpperCase(), path: asked ? `${address}?${asked}` : address, who, body, type };
    });
}

/** Signed deliveries of the demo workspace, with one thing changed or none. */
const delivery: fc.Arbitrary<Asked> = fc
  .tuple(any, fc.constantFrom("customer", "rep", "bot"), any, any, garbage, fc.boolean())
  .map(([id, kind, words, field, value, spoilt]) => {
    const payload: Schema = message(id, kind as "customer", words);
    if (spoilt) payload[["type", "conversation", "message", "at", field][words.length % 5]!] = value;
    return {
      method: "POST",
      path: "/webhooks/demo/standard",
      who: "nobody",
      type: "application/json",
      body: JSON.stringify(payload),
      signed: true,
    };
  });

const stray: fc.Arbitrary<Asked> = fc.record({
  method: fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"),
  path: fc
    .tuple(fc.constantFrom("/api/", "/webhooks/", "/", "/dev/", "/sidebar"), any)
    .map(([at, rest]) => at + encodeURI(rest.toWellFormed())),
  who: fc.constantFrom("admin", "nobody"),
  type: fc.constant("application/json"),
});

/** What of an answer no caller may see. */
const insides = /\n\s+at |node_modules|\.ts:\d|TypeError|RangeError|SyntaxError|ZodError|ValidationException|dynamodb/i;

const statuses = new Map<number, number>();

type Fault = { why: string; asked: unknown; answer?: string };

async function ask({ method, path, who, body, type, signed }: Asked): Promise<Fault | undefined> {
  const token = tokens[who];
  const headers = {
    ...(body === undefined ? {} : { "content-type": type }),
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(signed ? sign(body ?? "", { key: our().secret }) : {}),
  };
  const carries = body !== undefined && method !== "GET" && method !== "HEAD";
  const asked = { method, path: path.slice(0, 300), who, body: body?.slice(0, 600) };
  try {
    const once = () =>
      fetch(our().url + path, {
        method,
        headers,
        redirect: "manual",
        signal: AbortSignal.timeout(patienceMs),
        ...(carries ? { body: body.toWellFormed() } : {}),
      });
    // A connection that was kept may be closed just as it is used again: then nothing was sent.
    const response = await once().catch((error) => (error.message === "fetch failed" ? once() : Promise.reject(error)));
    const answer = await response.text();
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    const why =
      answer.includes(mark) && path !== "/dev/dead-letters"
        ? "tells of another workspace"
        : response.status >= 500 && !isUpstream(response.status, answer)
          ? `answers ${response.status}`
          : insides.test(answer) && response.headers.get("content-type")?.includes("json")
            ? "tells of our insides"
            : undefined;
    return why ? { why, asked, answer: answer.slice(0, 400) } : undefined;
  } catch (error) {
    return { why: `does not answer: ${error}`, asked };
  }
}

/** A helpdesk or a provider that the fuzzing itself has set, and that is not there: that is what it should be told. */
const isUpstream = (status: number, answer: string) => status === 502 && !answer.includes('"internal"');

test(
  `${requests} requests and actions, seed ${seed}`,
  async () => {
    const description = (await our().call("GET", "/openapi.json")).body as {
      paths: Record<string, Record<string, Schema>>;
    };
    const routes = Object.entries(description.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => requestOf(path, method, operation)),
    );
    expect(routes.length).toBeGreaterThan(50);
    const share = Math.max(1, Math.floor(requests / (routes.length + 12)));
    const sample = (arbitrary: fc.Arbitrary<Asked>, numRuns: number, n: number) =>
      fc.sample(arbitrary, { seed: seed + n, numRuns });
    const all = [
      ...routes.flatMap((one, n) => sample(one, share, n)),
      ...sample(delivery, share * 5, 1_000),
      ...sample(stray, share * 3, 1_001),
    ];
    // Mixed: what one changes the next one meets. By a multiplier that shares no factor with the length, so that the seed repeats it.
    const order = shuffled(all);
    const faults: Fault[] = [];
    const workers = Array.from({ length: atOnce }, async (_, worker) => {
      for (let i = worker; i < order.length && faults.length < 10; i += atOnce) {
        const fault = await ask(order[i]!);
        if (fault) faults.push(fault);
      }
    });
    await Promise.all([...workers, actions(share * 4, faults)]);
    expect(faults).toEqual([]);
    // Were nearly all refused at the door, nothing behind it would have been tried.
    const taken = [...statuses].reduce((sum, [status, count]) => sum + (status < 300 ? count : 0), 0);
    console.log(`seed ${seed}: ${JSON.stringify(Object.fromEntries(statuses))}`);
    expect(taken / order.length).toBeGreaterThan(0.1);

    await until(async () => (await our().call("GET", "/healthz")).status === 200, patienceMs);
    const log = readFileSync(join(our().dataFolder, "log.jsonl"), "utf8").split("\n").filter(Boolean);
    const errors = log
      .map((line) => JSON.parse(line))
      .filter(({ level, message }) => level === "error" && message !== "job failed");
    expect(errors.slice(0, 3)).toEqual([]);
  },
  60_000 + requests * 150,
);

/** Sends actions over connections of a rep and an admin, and looks whether each is alive afterwards. */
async function actions(count: number, faults: Fault[]): Promise<void> {
  const schema = z.toJSONSchema(ClientAction);
  const values = fc.sample(bodyOf(valuesOf(schema, known)), { seed, numRuns: count });
  for (const who of ["rep", "admin"]) {
    const socket = await connect(our(), tokens[who]!);
    const frames: string[] = [];
    let isClosed = false;
    socket.on("message", (data) => frames.push(String(data)));
    socket.on("close", () => {
      isClosed = true;
    });
    for (let i = 0; i < values.length; i += 20) {
      for (const value of values.slice(i, i + 20)) if (Buffer.byteLength(value) < 30_000) socket.send(value);
      frames.length = 0;
      socket.send('{"action":"ping"}');
      // So many actions pass a rep's limit, and a ping that is refused for it is asked again.
      const asking = setInterval(() => socket.send('{"action":"ping"}'), 2_000);
      const pinged = await until(() => isClosed || frames.some((frame) => frame.includes("pong")), patienceMs)
        .catch(() => "silent")
        .finally(() => clearInterval(asking));
      const bad = frames.find(
        (frame) => frame.includes(mark) || insides.test(frame) || frame.includes("Internal server error"),
      );
      if (bad || isClosed || pinged === "silent")
        faults.push({
          why: isClosed ? "closes" : (bad ?? "says nothing"),
          asked: { who, actions: values.slice(i, i + 20) },
        });
      if (isClosed) break;
    }
    socket.close();
  }
}

function shuffled<T>(all: T[]): T[] {
  const keys = fc.sample(fc.nat(), { seed, numRuns: all.length });
  return all
    .map((one, i) => ({ one, key: keys[i]! }))
    .sort((a, b) => a.key - b.key)
    .map(({ one }) => one);
}
