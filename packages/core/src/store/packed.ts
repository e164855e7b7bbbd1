/**
 * Large derived data (a search index) as compressed chunks. A new version is written beside the old one and becomes
 * current in one put, so a reader never sees half of it; the chunks of older versions expire.
 */
import * as keys from "./keys.ts";
import { change, type Item, type Table } from "./port.ts";

/** Under DynamoDB's 400 KB an item, with room for the rest of it. */
const chunkBytes = 350_000;

type Head = Item & { version: string; chunks: number; source: string; builtAt: string };

export async function head(table: Table, workspace: string, what: string): Promise<Head | undefined> {
  return (await table.get(keys.packedHead(workspace, what), { consistent: false })) as Head | undefined;
}

/** `source` says of which data this was made: a later writer with the same source has nothing to do. */
export async function write(
  table: Table,
  workspace: string,
  what: string,
  version: string,
  source: string,
  bytes: Uint8Array,
  nowMs: number,
): Promise<void> {
  const chunks = Math.max(1, Math.ceil(bytes.length / chunkBytes));
  for (let n = 0; n < chunks; n++)
    await table.put({
      ...keys.packedChunk(workspace, what, version, n),
      v: 1,
      bytes: bytes.slice(n * chunkBytes, (n + 1) * chunkBytes),
    });
  const { old } = await change<Head>(table, keys.packedHead(workspace, what), (old) => ({
    ...keys.packedHead(workspace, what),
    ...old,
    v: 1,
    version,
    chunks,
    source,
    builtAt: new Date(nowMs).toISOString(),
  }));
  // Whoever still reads the older version has ten minutes to finish.
  const expiresAt = Math.floor(nowMs / 1_000) + 600;
  for (let n = 0; n < (old?.chunks ?? 0); n++) {
    const key = keys.packedChunk(workspace, what, old!.version, n);
    const chunk = await table.get(key);
    if (chunk && old!.version !== version) await table.put({ ...chunk, expiresAt });
  }
}

export async function read(
  table: Table,
  workspace: string,
  what: string,
  { version, chunks }: Head,
): Promise<Uint8Array | undefined> {
  const parts = await Promise.all(
    Array.from({ length: chunks }, (_, n) =>
      table.get(keys.packedChunk(workspace, what, version, n), { consistent: false }),
    ),
  );
  if (parts.some((part) => !part)) return undefined;
  return Buffer.concat(parts.map((part) => part!.bytes as Uint8Array));
}

/** Keeps one unpacked copy a process; asks for the current version at each use, loads only what is new. */
export function cached<T>(what: string, unpack: (bytes: Uint8Array) => T) {
  const copies = new Map<string, { version: string; value: T }>();
  const loading = new Map<string, Promise<void>>();
  return async (table: Table, workspace: string): Promise<T | undefined> => {
    const current = await head(table, workspace, what);
    const copy = copies.get(workspace);
    if (!current || copy?.version === current.version) return copy?.value;
    const id = `${workspace}\n${current.version}`;
    const work =
      loading.get(id) ??
      read(table, workspace, what, current)
        .then((bytes) => void (bytes && copies.set(workspace, { version: current.version, value: unpack(bytes) })))
        .finally(() => loading.delete(id));
    loading.set(id, work);
    // An older index keeps answering while the new one loads; only the first use waits. A failed load is tried at the next.
    if (copy) {
      work.catch(() => {});
      return copy.value;
    }
    await work;
    return copies.get(workspace)?.value;
  };
}
