/** The table on DynamoDB. Retries of throttling and lost answers are the SDK's; every write here may therefore come twice. */
import { isDeepStrictEqual } from "node:util";
import { ConditionalCheckFailedException, DynamoDBClient, QueryCommand as PlainQuery } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { Condition, Item, Table } from "./port.ts";
import { readable } from "./shape.ts";

export const indexName = "reports";

export function dynamoTable(tableName: string, client = new DynamoDBClient({ maxAttempts: 5 })): Table {
  const db = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const isThere = async (item: Item) => {
    const { pk, sk } = item;
    const { Item } = await db.send(new GetCommand({ TableName: tableName, Key: { pk, sk }, ConsistentRead: true }));
    return isDeepStrictEqual(Item, JSON.parse(JSON.stringify(item)));
  };
  return {
    async get({ pk, sk }, { consistent = true } = {}) {
      const { Item } = await db.send(
        new GetCommand({ TableName: tableName, Key: { pk, sk }, ConsistentRead: consistent }),
      );
      return Item && readable(Item as Item);
    },

    async put(item, condition) {
      try {
        await db.send(new PutCommand({ TableName: tableName, Item: item, ...expression(condition) }));
        return true;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        // The SDK repeats a call whose answer was lost; then what stands in the way may be our own first try.
        return (error.$metadata.attempts ?? 1) > 1 && (await isThere(item));
      }
    },

    async remove({ pk, sk }) {
      const { Attributes } = await db.send(
        new DeleteCommand({ TableName: tableName, Key: { pk, sk }, ReturnValues: "ALL_OLD" }),
      );
      return Attributes as Item | undefined;
    },

    async query({ pk, prefix, from, to, descending = false, limit, consistent = true }) {
      const items: Item[] = [];
      let start: Record<string, unknown> | undefined;
      do {
        const range =
          prefix !== undefined ? " AND begins_with(sk, :a)" : from !== undefined ? " AND sk BETWEEN :a AND :b" : "";
        const page = await db.send(
          new QueryCommand({
            TableName: tableName,
            KeyConditionExpression: `pk = :pk${range}`,
            ExpressionAttributeValues: {
              ":pk": pk,
              ...(prefix !== undefined
                ? { ":a": prefix }
                : from !== undefined
                  ? { ":a": from, ":b": to ?? `${from}\uffff` }
                  : {}),
            },
            ScanIndexForward: !descending,
            ConsistentRead: consistent,
            ...(limit === undefined ? {} : { Limit: limit - items.length }),
            ...(start ? { ExclusiveStartKey: start } : {}),
          }),
        );
        items.push(...((page.Items ?? []) as Item[]).map(readable));
        start = page.LastEvaluatedKey;
      } while (start && (limit === undefined || items.length < limit));
      return items;
    },

    // The plain client: for a hundred thousand rows, unmarshalling took as long as reading them.
    async index({ gpk, prefix, after, limit, descending = false, keys = true }) {
      const page = await client.send(
        new PlainQuery({
          TableName: tableName,
          IndexName: indexName,
          KeyConditionExpression: `gpk = :gpk${prefix ? " AND begins_with(gsk, :a)" : ""}`,
          ExpressionAttributeValues: { ":gpk": { S: gpk }, ...(prefix ? { ":a": { S: prefix } } : {}) },
          ...(keys ? {} : { ProjectionExpression: "#row", ExpressionAttributeNames: { "#row": "row" } }),
          ScanIndexForward: !descending,
          ...(limit === undefined ? {} : { Limit: limit }),
          ...(after ? { ExclusiveStartKey: JSON.parse(Buffer.from(after, "base64url").toString()) } : {}),
        }),
      );
      const next = page.LastEvaluatedKey && Buffer.from(JSON.stringify(page.LastEvaluatedKey)).toString("base64url");
      const rows = (page.Items ?? []).map(({ pk, sk, gsk, row }) => ({
        pk: pk?.S ?? "",
        sk: sk?.S ?? "",
        gsk: gsk?.S ?? "",
        row: row?.S ?? "",
      }));
      return { rows, ...(next ? { next } : {}) };
    },
  };
}

function expression(condition: Condition | undefined) {
  if (condition === undefined) return {};
  if (condition === "absent") return { ConditionExpression: "attribute_not_exists(pk)" };
  return condition.rev === 0
    ? { ConditionExpression: "attribute_exists(pk) AND attribute_not_exists(rev)" }
    : { ConditionExpression: "rev = :rev", ExpressionAttributeValues: { ":rev": condition.rev } };
}
