/** A table that speaks DynamoDB's protocol, one a file of tests. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamoTable } from "@cuecard/core/store/dynamo";
import type { Table } from "@cuecard/core/store/port";
import { createTable, type Database, startDatabase, tableName } from "@cuecard/local/database";
import { afterAll, beforeAll } from "vitest";

export function tabled(): () => Table {
  let folder: string;
  let database: Database;
  let client: DynamoDBClient;
  let table: Table;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "cuecard-"));
    database = await startDatabase(
      folder,
      () => {},
      (error) => {
        throw error;
      },
    );
    await createTable(database.endpoint);
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    client = new DynamoDBClient({ endpoint: database.endpoint, region: "us-east-1", credentials });
    table = dynamoTable(tableName, client);
  });
  afterAll(async () => {
    client.destroy();
    await database.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  return () => table;
}
