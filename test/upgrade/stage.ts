/** A Cuecard with a clock of its own, whose table can be written down and laid out again. One a process: handlers read their links once. */
import { createHmac, randomUUID } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import type { Item, Table } from "@cuecard/core/store/port";
import { runOn } from "@cuecard/functions/deps";
import { tableName } from "@cuecard/local/database";
import { tableOf } from "@cuecard/local/demo";
import { handlers } from "@cuecard/local/handlers";
import type { Queue } from "@cuecard/local/queue";
import { start } from "@cuecard/local/runtime";

export const workspace = "acme";

// biome-ignore lint/suspicious/noExplicitAny: answers of an API; whoever asks says what it expects of them
type Loose = any;
export type Stage = {
  url: string;
  table: Table;
  queue: Queue;
  /** Moves the clock to an instant; it goes on from there, or stands still. */
  at(ms: number, stands?: boolean): void;
  /** As an admin, or as the person named. Throws with the answer's words unless the status is below 300. */
  call(method: string, path: string, body?: unknown, as?: { role: string; repId: string }): Promise<Loose>;
  hook(secret: string, payload: unknown): Promise<Response>;
  settled(): Promise<void>;
  items(): Promise<Item[]>;
  stop(): Promise<void>;
};

/** `vaultKey`: of the records that are laid out, so that what was sealed can be opened. */
export async function openStage(dataFolder: string, vaultKey?: string): Promise<Stage> {
  const real = Date.now;
  let clock = real;
  Date.now = () => clock();
  runOn(() => clock());
  for (const name of ["OPENAI_API_KEY", "OPENAI_BASE_URL", "CUECARD_MODEL", "CUECARD_DEMO_SECRET"])
    delete process.env[name];
  await mkdir(dataFolder, { recursive: true });
  if (vaultKey) await writeFile(join(dataFolder, "vault.key"), vaultKey);
  const clear = async () => {
    Date.now = real;
    runOn(real);
    await rm(dataFolder, { recursive: true, force: true, maxRetries: 3 });
  };
  const options = { port: 0, dataFolder, env: process.env, handlers, log: () => undefined };
  const { url, queue, stop } = await start(options).catch(async (error) => {
    await clear();
    throw error;
  });
  const db = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: process.env.AWS_ENDPOINT_URL_DYNAMODB! }));
  const post = (path: string, body: string, headers: Record<string, string>, method = "POST") =>
    fetch(url + path, { method, headers: { "content-type": "application/json", ...headers }, body });
  const until = async (met: () => boolean) => {
    for (const ends = real() + 20_000; !met(); await new Promise((resolve) => setTimeout(resolve, 10)))
      if (real() > ends) throw new Error("The queue does not become empty.");
  };
  return {
    url,
    queue,
    table: tableOf(process.env),
    at(ms, stands = false) {
      const since = real();
      clock = stands ? () => ms : () => ms + real() - since;
    },
    async call(method, path, body, as = { role: "admin", repId: "ada" }) {
      const { token } = (await (await post("/dev/login", JSON.stringify({ ...as, workspace }), {})).json()) as Loose;
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const response = await fetch(url + path, { method, headers, ...sent });
      const text = await response.text();
      if (response.status >= 300) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
      return response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text;
    },
    hook(secret, payload) {
      const [id, seconds, raw] = [randomUUID(), String(Math.floor(clock() / 1_000)), JSON.stringify(payload)];
      const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
      const mac = createHmac("sha256", key).update(`${id}.${seconds}.${raw}`).digest("base64");
      return post(`/webhooks/${workspace}/standard`, raw, {
        "webhook-id": id,
        "webhook-timestamp": seconds,
        "webhook-signature": `v1,${mac}`,
      });
    },
    settled: () => until(() => queue.size() === 0),
    async items() {
      const found: Item[] = [];
      let start: Record<string, unknown> | undefined;
      do {
        const page = await db.send(
          new ScanCommand({ TableName: tableName, ...(start ? { ExclusiveStartKey: start } : {}) }),
        );
        found.push(...((page.Items ?? []) as Item[]));
        start = page.LastEvaluatedKey;
      } while (start);
      return found.sort((a, b) => (`${a.pk}\n${a.sk}` < `${b.pk}\n${b.sk}` ? -1 : 1));
    },
    async stop() {
      await stop(2_000).finally(clear);
    },
  };
}

/** One item a line; bytes in base64. */
export const written = (item: Item): string =>
  JSON.stringify(item, (_, value) =>
    value instanceof Uint8Array ? { $bytes: Buffer.from(value).toString("base64") } : value,
  );
export const laidOut = (line: string): Item =>
  JSON.parse(line, (_, value) =>
    typeof value?.$bytes === "string" ? new Uint8Array(Buffer.from(value.$bytes, "base64")) : value,
  );

/** What a workspace can be asked: every read that stands on kept records. */
export const questions = (conversations: string[], suggestions: string[], customer: string): string[] => [
  "/api/settings",
  "/api/helpdesks",
  "/api/people",
  "/api/reps",
  "/api/tokens",
  "/api/audit",
  "/api/imports",
  "/api/proposals",
  "/api/policies",
  "/api/policies/refunds",
  "/api/policies/search?q=refund",
  "/api/measurements",
  ...["rep", "team", "kind", "policy", "language", "model", "tenure", "day"].map(
    (by) => `/api/reports/acceptance?by=${by}`,
  ),
  "/api/reports/effect",
  "/api/reports/gaps",
  "/api/reports/cost",
  "/api/reports/articles",
  "/api/reports/records.csv",
  `/api/customers/${customer}`,
  ...conversations.map((id) => `/api/conversations/${id}`),
  ...suggestions.map((id) => `/api/suggestions/${id}`),
];

/** The records, how to open what is sealed in them, and what was answered about them. */
export type Recording = {
  version: string;
  /** The clock at which the answers were given. */
  nowMs: number;
  vaultKey: string;
  webhookSecret: string;
  importToken: string;
  conversations: string[];
  suggestions: string[];
  customer: string;
  answers: Record<string, unknown>;
  /** One line each, as `written` makes them. */
  items: string[];
};
