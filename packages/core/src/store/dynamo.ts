/** The table on DynamoDB. Retries of throttling and lost answers are the SDK's; every write here may therefore come twice. */
import { isDeepStrictEqual } from "node:util";
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { gathering } from "./gather.ts";
import type { Condition, Item, Table } from "./port.ts";
import { readable } from "./shape.ts";

export const indexName = "reports";

const packed = (item: Item) => marshall(item, { removeUndefinedValues: true });
const opened = (item: Record<string, AttributeValue>) => unmarshall(item) as Item;

/**
 * The plain client: the document client takes a tenth more of each call, and cannot keep the steps it takes for each kind
 * of call (`cacheMiddleware`), which are half of what the SDK does.
 */
export function dynamoTable(
  tableName: string,
  client = new DynamoDBClient({ maxAttempts: 5, cacheMiddleware: true }),
): Table {
  // It prepares each request and each answer for a log, also where nobody keeps one: a tenth of a call.
  client.middlewareStack.remove("loggerMiddleware");
  const gathered = gathering(client, tableName);
  const read = async (key: { pk: string; sk: string }, consistent: boolean) => {
    const item = await gathered(key, consistent);
    return item && opened(item);
  };
  const isThere = async (item: Item) => isDeepStrictEqual(await read(item, true), JSON.parse(JSON.stringify(item)));
  return {
    async get(key, { consistent = true } = {}) {
      const item = await read(key, consistent);
      return item && readable(item);
    },

    async put(item, condition) {
      try {
        await client.send(new PutItemCommand({ TableName: tableName, Item: packed(item), ...expression(condition) }));
        return true;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        // The SDK repeats a call whose answer was lost; then what stands in the way may be our own first try.
        return (error.$metadata.attempts ?? 1) > 1 && (await isThere(item));
      }
    },

    async remove({ pk, sk }) {
      const { Attributes } = await client.send(
        new DeleteItemCommand({
          TableName: tableName,
          Key: { pk: { S: pk }, sk: { S: sk } },
          ReturnValues: "ALL_OLD",
        }),
      );
      return Attributes && opened(Attributes);
    },

    async query({ pk, prefix, from, to, descending = false, limit, consistent = true }) {
      const items: Item[] = [];
      let start: Record<string, AttributeValue> | undefined;
      do {
        const range =
          prefix !== undefined ? " AND begins_with(sk, :a)" : from !== undefined ? " AND sk BETWEEN :a AND :b" : "";
        const page = await client.send(
          new QueryCommand({
            TableName: tableName,
            KeyConditionExpression: `pk = :pk${range}`,
            ExpressionAttributeValues: {
              ":pk": { S: pk },
              ...(prefix !== undefined
                ? { ":a": { S: prefix } }
                : from !== undefined
                  ? { ":a": { S: from }, ":b": { S: to ?? `${from}\uffff` } }
                  : {}),
            },
            ScanIndexForward: !descending,
            ConsistentRead: consistent,
            ...(limit === undefined ? {} : { Limit: limit - items.length }),
            ...(start ? { ExclusiveStartKey: start } : {}),
          }),
        );
        items.push(...(page.Items ?? []).map((item) => readable(opened(item))));
        start = page.LastEvaluatedKey;
      } while (start && (limit === undefined || items.length < limit));
      return items;
    },

    // Not unmarshalled whole: for a hundred thousand rows, that took as long as reading them.
    async index({ gpk, prefix, after, limit, descending = false, keys = true }) {
      const page = await client.send(
        new QueryCommand({
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
    : { ConditionExpression: "rev = :rev", ExpressionAttributeValues: { ":rev": { N: String(condition.rev) } } };
}
