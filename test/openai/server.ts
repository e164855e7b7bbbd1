/**
 * A server that speaks OpenAI's `/v1/chat/completions` and `/v1/embeddings`, scripted: it says what it was told to say,
 * fails as it was told to fail, and keeps every request. Also a command: `tsx test/openai/server.ts --port 4010`.
 */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { meant, quoteFirstPassage } from "./answers.ts";
import { obey } from "./obey.ts";

export type ChatMessage = { role: string; content: string };
export type Recorded = {
  path: string;
  key: string | undefined;
  body: { model?: string; messages?: ChatMessage[]; stream?: boolean; [field: string]: unknown };
  /** Of all messages, joined: what the provider gets to read. */
  content: string;
  atMs: number;
  /** The caller hung up before the answer was whole. */
  abandoned: boolean;
};

export type Fault =
  | { status: number; retryAfterSeconds?: number }
  /** `silent`: never answers. `cut`: the connection ends after half of the text. `error`: an error event after half of it. */
  | "silent"
  | "cut"
  | "error"
  | "empty"
  | "nonsense"
  | "unfinished";

export type Plan = {
  text?: string | ((request: Recorded) => string);
  /** For `/embeddings`, which need no plan: how it fails, how late it is, or how many numbers a vector has. */
  embeds?: boolean;
  size?: number;
  firstTokenMs?: number;
  /** 0: all at once. */
  tokensPerSecond?: number;
  fault?: Fault | (() => Fault | undefined);
  /** Only for requests like this. */
  when?: (request: Recorded) => boolean;
  /** How often it holds; without it, for good. */
  times?: number;
};

export type ModelServer = {
  /** With `/v1`, as OPENAI_BASE_URL takes it. */
  url: string;
  requests: Recorded[];
  /** Later plans go first. */
  plan(plan: Plan): void;
  /** Forgets plans and requests. */
  reset(): void;
  /** Throws if anything came that no plan covers. */
  stop(): Promise<void>;
};

export async function startModelServer(
  options: {
    port?: number;
    /** For what no plan covers; without it such a request answers 501 and `stop` throws. */
    otherwise?: Plan;
    /** Other keys answer 401. */
    key?: string;
  } = {},
): Promise<ModelServer> {
  const { otherwise, key, port = 0 } = options;
  const requests: Recorded[] = [];
  const unexpected: string[] = [];
  let plans: Plan[] = [];

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const recorded = await record(request);
    requests.push(recorded);
    response.on("close", () => {
      recorded.abandoned = !response.writableFinished;
    });
    if (key !== undefined && recorded.key !== key) return fail(response, 401, "Incorrect API key provided.");
    const isEmbedding = recorded.path === "/v1/embeddings";
    const plan =
      plans.find(
        ({ when, times = 1, embeds = false }) => embeds === isEmbedding && times > 0 && (when?.(recorded) ?? true),
      ) ?? (isEmbedding ? {} : otherwise);
    if (plan && isEmbedding) {
      if (plan.times !== undefined) plan.times--;
      return embed(plan, recorded, response);
    }
    if (recorded.path !== "/v1/chat/completions" || !plan) {
      unexpected.push(`${request.method} ${recorded.path}`);
      return fail(response, 501, "Nobody told this server to expect that.");
    }
    if (plan.times !== undefined) plan.times--;
    await complete(plan, recorded, response);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => {
      unexpected.push(error.message);
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    plan: (plan) => void plans.unshift({ ...plan }),
    reset() {
      plans = [];
      requests.length = 0;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (unexpected.length > 0) throw new Error(`The model server did not expect: ${unexpected.join(", ")}`);
    },
  };
}

async function record(request: IncomingMessage): Promise<Recorded> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString() || "{}") as Recorded["body"];
  return {
    path: (request.url ?? "").split("?")[0]!,
    key: /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1],
    body,
    content: [...(body.messages ?? []).map(({ content }) => content), ...[body.input ?? []].flat()].join("\n\n"),
    atMs: Date.now(),
    abandoned: false,
  };
}

const sleep = (ms: number) => (ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : undefined);

async function complete(plan: Plan, request: Recorded, response: ServerResponse): Promise<void> {
  const { firstTokenMs = 0, tokensPerSecond = 0 } = plan;
  const fault = typeof plan.fault === "function" ? plan.fault() : plan.fault;
  if (fault === "silent") return;
  if (fault === "nonsense") {
    response.writeHead(200, { "content-type": request.body.stream ? "text/event-stream" : "application/json" });
    return void response.end(request.body.stream ? "data: {not json}\n\ndata: [DONE]\n\n" : "not json");
  }
  if (typeof fault === "object")
    return fail(
      response,
      fault.status,
      "As told.",
      fault.retryAfterSeconds === undefined ? {} : { "retry-after": String(fault.retryAfterSeconds) },
    );
  const text = typeof plan.text === "function" ? plan.text(request) : (plan.text ?? "");
  const tokens = fault === "empty" ? [] : (text.match(/\s*\S+|\s+$/g) ?? []);
  const head = { id: "chatcmpl-1", created: Math.floor(Date.now() / 1_000), model: request.body.model };
  const usage = { prompt_tokens: Math.ceil(request.content.length / 4), completion_tokens: tokens.length };
  await sleep(firstTokenMs);
  if (!request.body.stream)
    return json(response, 200, {
      ...head,
      object: "chat.completion",
      choices: [{ index: 0, message: { role: "assistant", content: text }, finish_reason: "stop" }],
      usage,
    });

  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  const say = (fields: object) => {
    const chunk = { ...head, object: "chat.completion.chunk", ...fields };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  const delta = (content: string) => say({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
  const half = fault === "cut" || fault === "error" ? Math.ceil(tokens.length / 2) : tokens.length;
  for (const token of tokens.slice(0, half)) {
    if (response.destroyed) return;
    delta(token);
    await sleep(tokensPerSecond > 0 ? 1_000 / tokensPerSecond : 0);
  }
  if (fault === "cut") return void response.destroy();
  if (fault === "error") {
    response.write(
      `data: ${JSON.stringify({ error: { message: "The server had an error.", type: "server_error" } })}\n\n`,
    );
    return void response.end();
  }
  // As when a proxy ends the stream politely in the middle.
  if (fault === "unfinished") return void response.end();
  say({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
  const { stream_options: options } = request.body as { stream_options?: { include_usage?: boolean } };
  if (options?.include_usage) say({ choices: [], usage });
  response.end("data: [DONE]\n\n");
}

async function embed(plan: Plan, { body }: Recorded, response: ServerResponse): Promise<void> {
  const { fault: given, firstTokenMs = 0, size = 256 } = plan;
  const fault = typeof given === "function" ? given() : given;
  if (fault === "silent") return;
  if (typeof fault === "object") {
    const { status, retryAfterSeconds: seconds } = fault;
    return fail(response, status, "As told.", seconds === undefined ? {} : { "retry-after": String(seconds) });
  }
  await sleep(firstTokenMs);
  if (fault === "nonsense") return json(response, 200, { object: "list", data: [] });
  const inputs = (Array.isArray(body.input) ? body.input : [body.input]) as string[];
  const encoded = (vector: number[]) =>
    body.encoding_format === "base64" ? Buffer.from(Float32Array.from(vector).buffer).toString("base64") : vector;
  json(response, 200, {
    object: "list",
    model: body.model,
    data: inputs.map((input, index) => ({ object: "embedding", index, embedding: encoded(meant(input, size)) })),
    usage: { prompt_tokens: inputs.join(" ").length / 4, total_tokens: inputs.join(" ").length / 4 },
  });
}

function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

const fail = (response: ServerResponse, status: number, message: string, headers: Record<string, string> = {}) =>
  json(response, status, { error: { message, type: "scripted" } }, headers);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "4010" },
      "first-token-ms": { type: "string", default: "300" },
      "tokens-per-second": { type: "string", default: "80" },
      text: { type: "string" },
      obey: { type: "boolean", default: false },
      /** The share of answers that fail, each way as often; the same seed fails the same ones. */
      faults: { type: "string", default: "0" },
      seed: { type: "string", default: "1" },
    },
  });
  const share = Number(values.faults);
  const faults: Fault[] = [
    { status: 429 },
    { status: 500 },
    "silent",
    "cut",
    "error",
    "empty",
    "nonsense",
    "unfinished",
  ];
  const draw = (n: number) => createHash("sha256").update(`${values.seed} ${n}`).digest().readUInt32BE() / 2 ** 32;
  let asked = 0;
  const { url } = await startModelServer({
    port: Number(values.port),
    otherwise: {
      text: values.text ?? (values.obey ? obey : quoteFirstPassage),
      firstTokenMs: Number(values["first-token-ms"]),
      tokensPerSecond: Number(values["tokens-per-second"]),
      fault: () => (draw(++asked) < share ? faults[asked % faults.length] : undefined),
    },
  });
  console.log(`OPENAI_BASE_URL=${url} OPENAI_API_KEY=any`);
}
