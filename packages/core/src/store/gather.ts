/**
 * Reads that are asked for in the same breath go to DynamoDB as one BatchGetItem: most of what a small read costs is the
 * call. Each read keeps the promises of a GetItem, also that it fails alone; a batch is no snapshot over its items.
 */
import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  GetItemCommand,
} from "@aws-sdk/client-dynamodb";

type Key = { pk: string; sk: string };
type Attributes = Record<string, AttributeValue>;
/** One key, and everybody who asked for it. */
type Asked = Key & { by: { found(item: Attributes | undefined): void; failed(error: unknown): void }[] };
export type Read = (key: Key, consistent: boolean) => Promise<Attributes | undefined>;

/** DynamoDB's own limit for a batch. */
const mostKeys = 100;

export function gathering(client: DynamoDBClient, tableName: string): Read {
  let waiting = new Map<string, Asked>();
  let consistent = false;

  const flush = () => {
    const asked = [...waiting.values()];
    const strong = consistent;
    waiting = new Map();
    consistent = false;
    for (let i = 0; i < asked.length; i += mostKeys) void read(asked.slice(i, i + mostKeys), strong);
  };

  const read = async (asked: Asked[], consistent: boolean) => {
    const alone = asked.length === 1 ? asked : await batch(asked, consistent);
    for (const { pk, sk, by } of alone)
      client
        .send(
          new GetItemCommand({
            TableName: tableName,
            Key: { pk: { S: pk }, sk: { S: sk } },
            ConsistentRead: consistent,
          }),
        )
        .then(
          ({ Item }) => {
            for (const { found } of by) found(Item);
          },
          (error) => {
            for (const { failed } of by) failed(error);
          },
        );
  };

  /** Gives those that are to be read alone: what a throttled table left out, or all where one key spoils the batch. */
  const batch = async (asked: Asked[], consistent: boolean): Promise<Asked[]> => {
    const Keys = asked.map(({ pk, sk }) => ({ pk: { S: pk }, sk: { S: sk } }));
    const answer = await client
      .send(new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys, ConsistentRead: consistent } } }))
      .catch(() => undefined); // each alone says what is wrong
    if (!answer) return asked;
    const items = new Map((answer.Responses?.[tableName] ?? []).map((item) => [nameOf(item), item]));
    const left = new Set((answer.UnprocessedKeys?.[tableName]?.Keys ?? []).map(nameOf));
    return asked.filter((one) => {
      if (left.has(name(one))) return true;
      for (const { found } of one.by) found(items.get(name(one)));
      return false;
    });
  };

  return (key, strong) =>
    new Promise((found, failed) => {
      // After everything else that is ready to run has asked for what it needs.
      if (waiting.size === 0) setImmediate(flush);
      // Who asked for less may be given more: half a unit a key costs less than a call of its own.
      consistent ||= strong;
      const one = waiting.get(name(key)) ?? { pk: key.pk, sk: key.sk, by: [] };
      one.by.push({ found, failed });
      waiting.set(name(key), one);
    });
}

/** No key of ours holds a NUL: ids from outside may not (`event.ts`). */
const name = ({ pk, sk }: Key) => `${pk}\0${sk}`;
const nameOf = ({ pk, sk }: Attributes) => name({ pk: pk?.S ?? "", sk: sk?.S ?? "" });
