/**
 * DynamoDB's capacity units, from the sizes of items: a write unit is 1 KB begun, of the larger of the old and the new
 * item; a read unit 4 KB begun, half for an eventually consistent read. An index entry is written when it is new or has changed.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */

type Value = {
  S?: string;
  N?: string;
  B?: string;
  BOOL?: boolean;
  NULL?: boolean;
  L?: Value[];
  M?: Record<string, Value>;
};
/** As it stands in a request, with the types spelled out. */
export type Item = Record<string, Value>;

export const sizeOf = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0);

/** Bytes. Numbers take a byte for two digits and one more; lists and maps three, and one for each entry. */
function valueSize({ S, N, B, L, M }: Value): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return Math.ceil(N.replace(/^-|\./g, "").length / 2) + 1;
  if (B !== undefined) return Buffer.byteLength(B, "base64");
  if (L !== undefined) return L.reduce((sum, value) => sum + 1 + valueSize(value), 3);
  if (M !== undefined)
    return Object.entries(M).reduce((sum, [key, value]) => sum + 1 + Buffer.byteLength(key) + valueSize(value), 3);
  return 1;
}

/** What the report index keeps of an item; undefined where it is not indexed. */
export function entryOf(item: Item | undefined): Item | undefined {
  if (!item?.gpk || !item.gsk) return undefined;
  return Object.fromEntries(
    ["pk", "sk", "gpk", "gsk", "row"].flatMap((name) => (item[name] ? [[name, item[name]]] : [])),
  );
}

const kilobytes = (bytes: number) => Math.max(1, Math.ceil(bytes / 1_024));

/** A put whose condition did not hold costs as if it had written, but leaves the index alone. */
export function writeUnits(old: Item | undefined, next: Item | undefined, done: boolean): number {
  const item = kilobytes(Math.max(old ? sizeOf(old) : 0, next ? sizeOf(next) : 0));
  if (!done) return item;
  const [before, after] = [entryOf(old), entryOf(next)];
  if (JSON.stringify(before) === JSON.stringify(after)) return item;
  return item + kilobytes(Math.max(before ? sizeOf(before) : 0, after ? sizeOf(after) : 0));
}

export const readUnits = (bytes: number, consistent: boolean): number =>
  Math.max(1, Math.ceil(bytes / 4_096)) / (consistent ? 1 : 2);

type Input = {
  Item?: Item;
  Key?: Item;
  IndexName?: string;
  ExpressionAttributeValues?: Item;
  RequestItems?: Record<string, { Keys: Item[] }>;
};

/** A name for what a request is about. */
export function keyOf({ Item, Key, IndexName, ExpressionAttributeValues: values, RequestItems }: Input): string {
  // Of a batch, the first: what is asked for together belongs together.
  const key = Item ?? Key ?? Object.values(RequestItems ?? {})[0]?.Keys[0];
  if (key) return `${key.pk?.S} ${key.sk?.S}`;
  return `${IndexName ?? ""}${values?.[":pk"]?.S ?? values?.[":gpk"]?.S} ${values?.[":a"]?.S ?? ""}`;
}
