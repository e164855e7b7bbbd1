/**
 * Large derived data (a search index) as compressed chunks. A new version is written beside the old one and becomes
 * current in one put, so a reader never sees half of it; the chunks of older versions expire.
 */
import * as keys from "./keys.ts";
import { change, type Item, type Table } from "./port.ts";

/** Under DynamoDB's 400 KB an item, with room for the rest of it. */
const chunkBytes = 350_000;

/** Chunks that are read or written at once: each is in memory several times on its way. */
const abreast = 8;

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
  for (let from = 0; from < chunks; from += abreast)
    await Promise.all(
      Array.from({ length: Math.min(abreast, chunks - from) }, (_, i) =>
        table.put({
          ...keys.packedChunk(workspace, what, version, from + i),
          v: 1,
          bytes: bytes.slice((from + i) * chunkBytes, (from + i + 1) * chunkBytes),
        }),
      ),
    );
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
  const parts: Uint8Array[] = [];
  for (let from = 0; from < chunks; from += abreast) {
    const some = await Promise.all(
      Array.from({ length: Math.min(abreast, chunks - from) }, (_, i) =>
        table.get(keys.packedChunk(workspace, what, version, from + i), { consistent: false }),
      ),
    );
    for (const part of some) {
      if (!part) return undefined;
      parts.push(part.bytes as Uint8Array);
    }
  }
  return Buffer.concat(parts);
}

/**
 * Keeps one unpacked copy a process; asks for the current version at each use, loads only what is new. Past `mostBytes`, if
 * given, the workspaces that were loaded first are let go.
 */
export function cached<T>(
  what: string,
  unpack: (bytes: Uint8Array) => T | Promise<T>,
  mostBytes = Number.POSITIVE_INFINITY,
) {
  const copies = new Map<string, { version: string; value: T; bytes: number }>();
  const keep = async (workspace: string, version: string, bytes: Uint8Array) => {
    const value = await unpack(bytes);
    copies.delete(workspace);
    copies.set(workspace, { version, value, bytes: bytes.length });
    let all = 0;
    for (const copy of copies.values()) all += copy.bytes;
    for (const [id, copy] of copies) {
      if (all <= mostBytes || id === workspace) break;
      copies.delete(id);
      all -= copy.bytes;
    }
  };
  const loading = new Map<string, Promise<unknown>>();
  return async (table: Table, workspace: string): Promise<T | undefined> => {
    const current = await head(table, workspace, what);
    const copy = copies.get(workspace);
    if (!current || copy?.version === current.version) return copy?.value;
    const id = `${workspace}\n${current.version}`;
    const work =
      loading.get(id) ??
      read(table, workspace, what, current)
        .then((bytes) => bytes && keep(workspace, current.version, bytes))
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
