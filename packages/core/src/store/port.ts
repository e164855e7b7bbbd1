/**
 * What the records need of a database: get, put, delete, and a query by partition. No scan, transaction or stream.
 * Every change is "read, think, put if nobody else was quicker": `rev` counts an item's versions.
 */
export type Key = { pk: string; sk: string };

export type Stored = Key & {
  /** Version of the record's shape. */
  v: number;
  /** Version of this item; absent on items that are put once and never changed. */
  rev?: number;
  /** Unix seconds. DynamoDB deletes late, so readers treat an expired item as absent: see `live`. */
  expiresAt?: number;
  /** Keys and packed row of the report index; set once, together. Only `row` may change. */
  gpk?: string;
  gsk?: string;
  row?: string;
};

/** As it comes from the database: whoever reads it says what it is. */
export type Item = Stored & Record<string, unknown>;

export type Condition = "absent" | { rev: number };

export type QueryInput = {
  pk: string;
  /** All keys that begin with it… */
  prefix?: string;
  /** …or all keys in between, both included. */
  from?: string;
  to?: string;
  descending?: boolean;
  limit?: number;
  /** Strong by default: what another handler wrote before us must be seen. */
  consistent?: boolean;
};

/** Of a read without keys, the three keys are empty. */
export type IndexRow = { pk: string; sk: string; gsk: string; row: string };

export type Table = {
  get(key: Key, options?: { consistent?: boolean }): Promise<Item | undefined>;
  /** Gives false when the condition did not hold. */
  put(item: Item, condition?: Condition): Promise<boolean>;
  /** Gives the item as it was, or undefined when there was none. */
  remove(key: Key): Promise<Item | undefined>;
  query(input: QueryInput): Promise<Item[]>;
  /** One page of the report index, in order of `gsk`. Eventually consistent. */
  index(input: {
    gpk: string;
    prefix?: string;
    after?: string;
    limit?: number;
    descending?: boolean;
    /** false: the rows alone. A report reads a hundred thousand, and their keys are as long as they are. */
    keys?: boolean;
  }): Promise<{ rows: IndexRow[]; next?: string }>;
};

export const live = <T extends Stored>(item: T | undefined, nowMs: number): T | undefined =>
  item?.expiresAt !== undefined && item.expiresAt * 1_000 <= nowMs ? undefined : item;

/**
 * Changes an item until no other writer comes between. `change` gives the new item, or undefined to leave it.
 * It may run several times, so it must have no effects of its own. `known` is the item as it was just read, for the first try.
 */
export async function change<T extends Stored>(
  table: Table,
  key: Key,
  change: (old: T | undefined) => T | undefined,
  { attempts = 12, known }: { attempts?: number; known?: { old: T | undefined } } = {},
): Promise<{ item: T | undefined; changed: boolean; old: T | undefined }> {
  for (let attempt = 1; ; attempt++) {
    const old = attempt === 1 && known ? known.old : ((await table.get(key)) as unknown as T | undefined);
    const next = change(old);
    if (!next) return { item: old, changed: false, old };
    // Of the key its two parts alone: a caller may hand over an item it has read.
    const item = { ...next, pk: key.pk, sk: key.sk, rev: (old?.rev ?? 0) + 1 };
    if (await table.put(item as unknown as Item, old ? { rev: old.rev ?? 0 } : "absent"))
      return { item, changed: true, old };
    if (attempt >= attempts) throw new Error(`an item kept changing under ${attempts} writes: ${key.sk.split("#")[0]}`);
  }
}
