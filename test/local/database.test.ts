/** The embedded DynamoDB gives back what its queries take. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { DynamoDBClient, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { createTable, startDatabase, tableName } from "@cuecard/local/database";
import { expect, onTestFinished, test } from "vitest";
import { credentials, folder, region } from "./started.ts";

/** An iterator that is left open keeps what it has read ahead, and a snapshot of the table. */
const queries = 2_000;
const itemKb = 100;

/** Resident memory of a process; by `ps` where there is no /proc. */
async function residentOf(pid: number): Promise<number> {
  const pages = await readFile(`/proc/${pid}/statm`, "utf8").catch(() => undefined);
  if (pages) return (Number(pages.split(" ")[1]) * 4_096) / 2 ** 20;
  const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]);
  return Number(stdout) / 1_024;
}

test("a query leaves nothing behind", async () => {
  const nothing = () => undefined;
  const database = await startDatabase(await folder(), nothing, nothing);
  onTestFinished(database.stop);
  await createTable(database.endpoint);
  const client = new DynamoDBClient({ endpoint: database.endpoint, region, credentials });
  onTestFinished(() => client.destroy());
  const residentMb = () => residentOf(database.pid()!);
  const text = "x".repeat(itemKb * 1_000);
  for (let n = 0; n < 8; n++)
    await client.send(
      new PutItemCommand({ TableName: tableName, Item: { pk: { S: "p" }, sk: { S: `${n}` }, text: { S: text } } }),
    );
  const ask = async (count: number) => {
    for (let n = 0; n < count; n += 8)
      await Promise.all(
        Array.from({ length: 8 }, () =>
          client.send(
            new QueryCommand({
              TableName: tableName,
              KeyConditionExpression: "pk = :p",
              ExpressionAttributeValues: { ":p": { S: "p" } },
              Limit: 1,
            }),
          ),
        ),
      );
  };
  await ask(400);
  const before = await residentMb();
  await ask(queries);
  expect((await residentMb()) - before).toBeLessThan(60);
}, 60_000);
