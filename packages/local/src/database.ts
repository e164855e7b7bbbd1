/** The embedded DynamoDB: a child process, its data in a folder, one table. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type Log, Refusal } from "./log.ts";

export const tableName = "cuecard-local";

/**
 * The deployed table's keys and index, as stacks/ declares them. `reports` projects one packed attribute: reading
 * 100,000 entries takes 1.6 s with one and 4.4 s with twelve.
 */
const table = {
  TableName: tableName,
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: ["pk", "sk", "gpk", "gsk"].map((AttributeName) => ({
    AttributeName,
    AttributeType: "S" as const,
  })),
  KeySchema: [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: "reports",
      KeySchema: [
        { AttributeName: "gpk", KeyType: "HASH" },
        { AttributeName: "gsk", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["row"] },
    },
  ],
} satisfies ConstructorParameters<typeof CreateTableCommand>[0];

const startMs = 10_000;
/** How long the database of a process that was killed may take to let go of its files: it ends itself after a second. */
const releaseMs = 5_000;
/** A database that dies more often than this in a minute will not get better by itself. */
const restartsAMinute = 3;

export type Database = { endpoint: string; pid(): number | undefined; stop(): Promise<void> };

/**
 * Ready when it resolves. If the child dies it is started again on the same port: the SDK's own retries
 * bridge the gap of about 0.3 s, so nobody is hurt by it. After three deaths in a minute `failed` is called instead.
 */
export async function startDatabase(folder: string, log: Log, failed: (error: Error) => void): Promise<Database> {
  let stopping = false;
  let child: ChildProcess;
  let deaths: number[] = [];

  let port = 0;
  const start = async () => {
    const started = await startChild(folder, port);
    port = started.port;
    child = started.child;
    if (stopping) child.disconnect();
    else child.once("exit", died);
  };
  const died = (code: number | null, signal: string | null) => {
    if (stopping) return;
    const now = Date.now();
    deaths = [...deaths.filter((at) => at > now - 60_000), now];
    if (deaths.length > restartsAMinute)
      return failed(new Refusal(`The embedded database ended ${deaths.length} times in a minute; giving up.`));
    log(`The embedded database ended (${signal ?? `exit ${code}`}); starting it again.`);
    start().catch((error: Error) => {
      if (!stopping) failed(new Refusal(`The embedded database does not start again: ${error.message}`));
    });
  };

  for (const ends = Date.now() + releaseMs; ; )
    try {
      await start();
      break;
    } catch (error) {
      if (Date.now() > ends || !/is not open/.test(String(error))) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = async () => {
    stopping = true;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    if (child.connected) child.disconnect();
    const impatience = setTimeout(() => child.kill("SIGKILL"), 2_000);
    await ended;
    clearTimeout(impatience);
  };
  return { endpoint, pid: () => child.pid, stop };
}

function startChild(folder: string, port: number): Promise<{ child: ChildProcess; port: number }> {
  const script = fileURLToPath(new URL("./database-process.mjs", import.meta.url));
  const child = fork(script, [folder, String(port)], { execArgv: [], stdio: ["ignore", "ignore", "pipe", "ipc"] });
  let complaint = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk).slice(-2_000);
  });
  return new Promise((resolve, reject) => {
    const impatience = setTimeout(() => child.kill("SIGKILL"), startMs);
    const failed = () => {
      clearTimeout(impatience);
      const cause = /^\s*(\w*Error: .*)$/m.exec(complaint)?.[1] ?? "no reason given";
      reject(new Refusal(`The embedded database does not start in ${folder} (${cause}).`));
    };
    child.once("exit", failed);
    child.once("message", (message: { port: number }) => {
      clearTimeout(impatience);
      child.off("exit", failed);
      resolve({ child, port: message.port });
    });
  });
}

/** Its table, unless it is there already. */
export async function createTable(endpoint: string): Promise<void> {
  const client = new DynamoDBClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  try {
    await client.send(new CreateTableCommand(table)).catch((error: Error) => {
      if (error.name !== "ResourceInUseException") throw error;
    });
    for (let tries = 0; tries < 100; tries++) {
      const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
      if (Table?.TableStatus === "ACTIVE") return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`Table ${tableName} did not become active in 2 s`);
  } finally {
    client.destroy();
  }
}
