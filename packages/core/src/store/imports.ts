/** Where articles come from, and when each source was last read. Tokens are sealed and never given back. */
import type { Kind, KnownPage } from "../import/centre.ts";
import type { Place } from "../vault.ts";
import * as keys from "./keys.ts";
import { change, type Stored, type Table } from "./port.ts";

export type Counts = { created: number; changed: number; same: number; removed: number };

export type ImportSource = Stored & {
  id: string;
  /** As it stands in its articles. */
  source: string;
  /** `folder`: whoever has the files sends them; a help centre is read again each night. */
  kind: "folder" | Kind;
  url?: string;
  token?: string;
  /** Its articles after the last time it worked. */
  articles?: number;
  counts?: Counts;
  lastTriedAt?: string;
  lastOkAt?: string;
  /** Why the last try failed, for the admin; gone once one works. */
  error?: { code: string; message: string; at: string };
  unread?: { name: string; reason: string }[];
  pages?: Record<string, KnownPage>;
};

/** What a help centre's token is sealed for. */
export const tokenPlace = (workspace: string, source: string): Place => ["import", workspace, source];

export const sourceId = (source: string) => keys.sha256(source).slice(0, 16);

export async function readSource(table: Table, workspace: string, id: string): Promise<ImportSource | undefined> {
  return (await table.get(keys.importSource(workspace, id))) as unknown as ImportSource | undefined;
}

export async function listSources(table: Table, workspace: string): Promise<ImportSource[]> {
  return (await table.query({
    pk: keys.workspacePk(workspace),
    prefix: "IMPORT#",
  })) as unknown as ImportSource[];
}

export const removeSource = async (table: Table, workspace: string, id: string): Promise<boolean> =>
  (await table.remove(keys.importSource(workspace, id))) !== undefined;

/** Changes what is known of a source; makes it when it is new. */
export async function noteSource(
  table: Table,
  workspace: string,
  made: Pick<ImportSource, "source" | "kind">,
  next: (old: Partial<ImportSource>) => Partial<ImportSource>,
): Promise<ImportSource> {
  const id = sourceId(made.source);
  const key = keys.importSource(workspace, id);
  const { item } = await change<ImportSource>(table, key, (old) => {
    const before = old ?? { ...key, v: 1, id, ...made };
    const changed: Record<string, unknown> = { ...before, ...made, ...next(before) };
    return Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined)) as ImportSource;
  });
  return item!;
}

/** What a page may know. */
export const viewSource = ({
  id,
  source,
  kind,
  url,
  token,
  articles,
  counts,
  lastTriedAt,
  lastOkAt,
  error,
  unread,
}: ImportSource) => ({
  id,
  source,
  kind,
  url: url ?? null,
  tokenSet: token !== undefined,
  nightly: kind !== "folder",
  articles: articles ?? null,
  counts: counts ?? null,
  lastTriedAt: lastTriedAt ?? null,
  lastOkAt: lastOkAt ?? null,
  error: error ?? null,
  unread: unread ?? [],
});
