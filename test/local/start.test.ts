import { spawn } from "node:child_process";
import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { DescribeTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { startDatabase } from "@cuecard/local/database";
import { listen } from "@cuecard/local/loopback";
import { expect, onTestFinished, test } from "vitest";
import { credentials, folder, region, started, until } from "./started.ts";

const client = (endpoint: string | undefined) => {
  const made = new DynamoDBClient({ endpoint: endpoint!, region, credentials });
  onTestFinished(() => made.destroy());
  return made;
};
const row = (pk: string) => ({ pk: { S: pk }, sk: { S: "-" } });

test("the handlers find their links in the environment, and no real account", async () => {
  const env = {
    OPENAI_API_KEY: "sk-test",
    AWS_PROFILE: "work",
    AWS_ACCESS_KEY_ID: "AKIAREAL",
    AWS_ENDPOINT_URL: "https://x",
  };
  const { resource, url } = await started({}, { env });
  expect(resource("App")).toEqual({ name: "cuecard", stage: "local" });
  expect(resource("Table")).toEqual({ name: "cuecard-local" });
  expect(resource("ModelKey")).toEqual({ value: "sk-test" });
  for (const name of ["SessionKey", "VaultKey"])
    expect(Buffer.from((resource(name) as { value: string }).value, "base64")).toHaveLength(32);
  expect(resource("Channel")).toMatchObject({ url: `${url.replace("http", "ws")}/ws` });
  expect(env).toMatchObject({ AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "local" });
  expect(env).not.toHaveProperty("AWS_PROFILE");
  expect(env).not.toHaveProperty("AWS_ENDPOINT_URL");
});

test("the table has its keys and its index, and is still there, with the keys, after a new start", async () => {
  const dataFolder = await folder();
  const first = await started({}, { dataFolder });
  const { Table } = await client(first.env.AWS_ENDPOINT_URL_DYNAMODB).send(
    new DescribeTableCommand({ TableName: "cuecard-local" }),
  );
  expect(Table?.KeySchema?.map(({ AttributeName }) => AttributeName)).toEqual(["pk", "sk"]);
  expect(Table?.GlobalSecondaryIndexes).toMatchObject([
    {
      IndexName: "reports",
      KeySchema: [{ AttributeName: "gpk" }, { AttributeName: "gsk" }],
      Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["row"] },
    },
  ]);
  await client(first.env.AWS_ENDPOINT_URL_DYNAMODB).send(
    new PutItemCommand({ TableName: "cuecard-local", Item: row("kept") }),
  );
  await first.stop();

  const second = await started({}, { dataFolder });
  const { Item } = await client(second.env.AWS_ENDPOINT_URL_DYNAMODB).send(
    new GetItemCommand({ TableName: "cuecard-local", Key: row("kept") }),
  );
  expect(Item).toEqual(row("kept"));
  for (const name of ["SessionKey", "VaultKey"]) expect(second.resource(name)).toEqual(first.resource(name));
  expect(second.demoSecret).toBe(first.demoSecret);
  expect(first.demoSecret).toMatch(/^whsec_/);
});

test("keys are readable by their owner alone; a given webhook secret stands for the kept one", async () => {
  const dataFolder = await folder();
  const demoSecret = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
  const runtime = await started({}, { dataFolder, demoSecret });
  expect(runtime.demoSecret).toBe(demoSecret);
  const names = (await readdir(dataFolder)).filter((name) => /key|secret|jsonl/.test(name));
  expect(names.sort()).toEqual(["log.jsonl", "queue.jsonl", "session.key", "vault.key"]);
  for (const name of names) expect((await stat(join(dataFolder, name))).mode & 0o777).toBe(0o600);
});

test("a database that dies is started again at the same address, and nothing is lost", async () => {
  const { env, databasePid, lines } = await started();
  const table = client(env.AWS_ENDPOINT_URL_DYNAMODB);
  await table.send(new PutItemCommand({ TableName: "cuecard-local", Item: row("kept") }));
  const pid = databasePid();
  process.kill(pid!, "SIGKILL");
  await until(() => lines.some((line) => line.includes("starting it again")));
  await until(async () => {
    const found = await table
      .send(new GetItemCommand({ TableName: "cuecard-local", Key: row("kept") }))
      .catch(() => ({}));
    return "Item" in found && found.Item;
  });
  await until(() => databasePid() !== pid);
});

test("a data folder belongs to one process; one that died lets go of it", async () => {
  const dataFolder = await folder();
  const first = await started({}, { dataFolder });
  await expect(started({}, { dataFolder })).rejects.toThrow(/already uses/);
  await first.stop();

  const gone = spawn(process.execPath, ["-e", ""]);
  await new Promise((resolve) => gone.once("exit", resolve));
  await writeFile(join(dataFolder, "lock"), JSON.stringify({ pid: gone.pid, born: "1" }));
  await (await started({}, { dataFolder })).stop();
  // The same id, but another process, as after a restart of a container.
  await writeFile(join(dataFolder, "lock"), JSON.stringify({ pid: process.ppid, born: "1" }));
  await (await started({}, { dataFolder })).stop();
  await writeFile(join(dataFolder, "lock"), "torn");
  await (await started({}, { dataFolder })).stop();
  expect(await readdir(dataFolder)).not.toContain("lock");
});

test("a taken port is told in one line, and lets the data folder go", async () => {
  const server = createServer();
  const port = await listen(server, 0, "127.0.0.1");
  onTestFinished(() => void server.close());
  const dataFolder = await folder();
  await expect(started({}, { port, dataFolder })).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken`);
  await started({}, { dataFolder });
});

test("a data folder that cannot be is told in one line", async () => {
  const parent = await folder();
  await writeFile(join(parent, "file"), "");
  await expect(started({}, { dataFolder: join(parent, "file", "data") })).rejects.toThrow(
    /cannot be written \(ENOTDIR\)/,
  );
  await mkdir(join(parent, "data"));
  await writeFile(join(parent, "data", "table"), "no folder");
  await expect(started({}, { dataFolder: join(parent, "data") })).rejects.toThrow(/cannot be written \(EEXIST\)/);
});

test("a preparation that fails ends the start, and leaves nothing running", async () => {
  const dataFolder = await folder();
  const prepare = () => Promise.reject(new Error("no articles"));
  await expect(started({}, { dataFolder, prepare })).rejects.toThrow("no articles");
  await started({}, { dataFolder });
});

test("stopping lets a running request end, and stopping twice is one stop", async () => {
  let entered = false;
  const { url, stop } = await started({
    api: async () => {
      entered = true;
      await new Promise((resolve) => setTimeout(resolve, 200));
      return { late: true };
    },
  });
  const answer = fetch(`${url}/api/x`).then((response) => response.json());
  await until(() => entered);
  await Promise.all([stop(), stop()]);
  expect(await answer).toEqual({ late: true });
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
});

test("several run side by side", async () => {
  const all = await Promise.all([started(), started(), started()]);
  expect(new Set(all.map(({ url }) => url)).size).toBe(3);
});

test("the table's files may still be held by the process before, for as long as it takes to end", async () => {
  const dataFolder = await folder();
  const before = await startDatabase(
    dataFolder,
    () => undefined,
    () => undefined,
  );
  const freed = new Promise<void>((resolve) => setTimeout(() => resolve(before.stop()), 700));
  const after = await startDatabase(
    dataFolder,
    () => undefined,
    () => undefined,
  );
  onTestFinished(after.stop);
  await freed;
  expect(after.endpoint).not.toBe(before.endpoint);
});
