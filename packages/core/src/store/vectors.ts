/** The vectors of a workspace's passages: beside the index, and never older than what they are asked for. */
import { AppError } from "../error.ts";
import { thaw } from "../lookup/pack.ts";
import {
  type Embedder,
  keyOf,
  magic,
  measure,
  packVectors,
  probes,
  rowsOf,
  textOf,
  unpackVectors,
  vectorsOf,
} from "../lookup/vectors.ts";
import { redactor } from "../redact.ts";
import * as keys from "./keys.ts";
import * as packed from "./packed.ts";
import { change, type Stored, type Table } from "./port.ts";

/** A worker has 1,024 MB, and what is read lies in memory three times for a moment. 125,000 passages of 512 numbers. */
const mostBytes = 64_000_000;
/** Texts a request, and requests at once. */
const batch = 64;
const abreast = 4;

export type Embedding = {
  /** Texts that were sent, and how many are still to come in another run. */
  embedded: number;
  left: number;
  /** Passages past the room there is: found by their words alone. */
  beyond: number;
  /** Why it stopped early. What came so far is kept. */
  error?: AppError;
};

/**
 * Gives every passage of the current index its vector. Only texts that have none of this model are sent, personal data
 * replaced. Stops at `untilMs`, or at the first failure, and keeps what it has.
 */
export async function embedPassages(
  table: Table,
  workspace: string,
  { id, embed }: Embedder,
  { now, random, untilMs }: { now: () => number; random: () => string; untilMs: number },
): Promise<Embedding> {
  const at = await packed.head(table, workspace, "policies");
  const bytes = at && (await packed.read(table, workspace, "policies", at));
  if (!bytes) return { embedded: 0, left: 0, beyond: 0 };
  // The texts alone: a process that looks up holds the whole index already.
  const { passages } = thaw(bytes);
  const { talk, titles } = probes(passages);
  const texts = new Map([...talk, ...titles, ...passages.map(textOf)].map((text) => [keyOf(id, text), text]));
  const head = await packed.head(table, workspace, "vectors");
  const source = keys.sha256([magic, id, ...texts.keys()].join("\n"));
  if (head?.source === source) return { embedded: 0, left: 0, beyond: 0 };
  const old = await kept(table, workspace, id, head);
  const rows = new Map<string, ArrayLike<number>>([...old].filter(([key]) => texts.has(key)));
  const missing = [...texts].filter(([key]) => !rows.has(key));
  let size = rows.values().next().value?.length;
  let at0 = 0;
  let embedded = 0;
  let error: AppError | undefined;
  const room = () => (size ? Math.floor(mostBytes / size) : Number.POSITIVE_INFINITY);
  const isFull = () => rows.size >= room();
  const lane = async () => {
    while (!error && at0 < missing.length && !isFull() && now() < untilMs) {
      const part = missing.slice(at0, at0 + batch);
      at0 += batch;
      const vectors = await embed(part.map(([, text]) => redactor().redact(text)));
      size ??= vectors[0]!.length;
      if (vectors.some(({ length }) => length !== size))
        throw new AppError("upstream", "embedding_nonsense", "The model's vectors are not of one length.");
      for (const [i, [key]] of part.entries()) if (!isFull()) rows.set(key, vectors[i]!);
      embedded += part.length;
    }
  };
  await Promise.all(
    Array.from({ length: abreast }, () =>
      lane().catch((thrown) => {
        if (!(thrown instanceof AppError)) throw thrown;
        error ??= thrown;
      }),
    ),
  );
  const beyond = isFull() ? texts.size - rows.size : 0;
  const left = texts.size - rows.size - beyond;
  if (size !== undefined && (embedded > 0 || old.size !== rows.size || head?.source !== source)) {
    const made = measure(passages, vectorsOf(id, size, rows, left));
    await packed.write(table, workspace, "vectors", random(), left ? "" : source, packVectors(made), now());
  }
  return { embedded, left, beyond, ...(error ? { error } : {}) };
}

/** One run a workspace: ten imports that come together must not pay ten times. A run that died is over after this. */
const leaseMs = 60_000;
type Lease = Stored & { untilMs: number; again: boolean };

/** False: another run is at it, and will be told to look again when it ends. */
export async function begin(table: Table, workspace: string, nowMs: number): Promise<boolean> {
  const key = keys.embedding(workspace);
  const { item } = await change<Lease>(table, key, (old) =>
    old && old.untilMs > nowMs ? { ...old, again: true } : { ...key, v: 1, untilMs: nowMs + leaseMs, again: false },
  );
  return item?.again === false;
}

/** True when somebody came meanwhile: there may be more to do. */
export async function finish(table: Table, workspace: string): Promise<boolean> {
  const key = keys.embedding(workspace);
  const { old } = await change<Lease>(table, key, (lease) => ({ ...key, v: 1, ...lease, untilMs: 0, again: false }));
  return old?.again ?? false;
}

/** Bytes of vectors a process keeps, of all its workspaces. */
const mostCached = 128_000_000;
/** What another version has written counts as nobody's: words answer until it is made anew. */
export const vectorLibrary = () =>
  packed.cached("vectors", (bytes) => readable(bytes) ?? vectorsOf("", 0, new Map()), mostCached);

/** Those of the same model; anything else is made anew. */
async function kept(
  table: Table,
  workspace: string,
  id: string,
  head: Awaited<ReturnType<typeof packed.head>>,
): Promise<Map<string, Int8Array>> {
  const bytes = head && (await packed.read(table, workspace, "vectors", head));
  const old = bytes && readable(bytes);
  return old?.id === id ? rowsOf(old) : new Map();
}

function readable(bytes: Uint8Array) {
  try {
    return unpackVectors(bytes);
  } catch (error) {
    if (error instanceof AppError && error.code === "index_version") return undefined;
    throw error;
  }
}
