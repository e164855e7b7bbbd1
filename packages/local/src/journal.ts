/**
 * An append-only file of JSON lines that is on disk before it answers. Appends that come while one is being written
 * share the next write and its fsync, so thousands a second cost a few hundred.
 */
import { type FileHandle, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";

export type Journal<Entry> = {
  /** Resolves when the entry is on disk and has been applied; rejects, with nothing applied, when it cannot be written. */
  append(entry: Entry): Promise<void>;
  /** After what has been appended so far is on disk. */
  close(): Promise<void>;
};

type Waiting<Entry> = { entry: Entry; resolve(): void; reject(error: unknown): void };

/**
 * The state is a fold of the file: `apply` is called for every kept entry at opening, and then for every new one once it
 * is on disk; `snapshot` gives the entries that make the same state, and replaces the file at opening and whenever it
 * has grown past `compactBytes` and twice its size after the last time. `unread` is told how many lines could not be
 * read: one torn last line is what a kill leaves, and it was never answered.
 */
export async function openJournal<Entry>(options: {
  file: string;
  apply(entry: Entry): void;
  snapshot(): Iterable<Entry>;
  unread(lines: number): void;
  /** Compacting did not work; nothing is lost by it. */
  failed(error: unknown): void;
  compactBytes?: number;
}): Promise<Journal<Entry>> {
  const { file, apply, snapshot, unread, failed, compactBytes = 8 * 1024 * 1024 } = options;

  let broken = 0;
  for (const line of (await readIfThere(file)).split("\n")) {
    if (line === "") continue;
    const entry = parsed<Entry>(line);
    if (entry === undefined) broken++;
    else apply(entry);
  }
  if (broken > 0) unread(broken);

  let handle: FileHandle | undefined;
  let bytes = 0;
  let compacted = 0;
  const compact = async () => {
    const text = [...snapshot()].map((entry) => `${JSON.stringify(entry)}\n`).join("");
    const fresh = await open(`${file}.new`, "w", 0o600);
    await fresh.writeFile(text);
    await fresh.sync();
    await rename(`${file}.new`, file);
    const old = handle;
    handle = fresh;
    bytes = compacted = Buffer.byteLength(text);
    await old?.close();
    await syncFolder(dirname(file));
  };
  await compact();

  /** A write that failed may have left half a batch, as on a full disk: the next goes over it. */
  let torn = false;
  const writeAtEnd = async (lines: Buffer) => {
    if (torn) await handle!.truncate(bytes);
    torn = true;
    for (let done = 0; done < lines.length; )
      done += (await handle!.write(lines, done, lines.length - done, bytes + done)).bytesWritten;
    await handle!.datasync();
    bytes += lines.length;
    torn = false;
  };

  let waiting: Waiting<Entry>[] = [];
  let writing: Promise<void> | undefined;
  let closed = false;

  const write = async () => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await writeAtEnd(Buffer.from(batch.map(({ entry }) => `${JSON.stringify(entry)}\n`).join("")));
        for (const { entry } of batch) apply(entry);
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
        continue;
      }
      if (bytes > compactBytes && bytes > 2 * compacted)
        await compact().catch((error) => {
          compacted = bytes; // tried again when it has doubled; the old file goes on meanwhile
          failed(error);
        });
    }
    // In the same step as the last look at `waiting`, or what comes between would wait for the next append.
    writing = undefined;
  };

  return {
    append(entry) {
      if (closed) return Promise.reject(new Error("The journal is closed"));
      return new Promise((resolve, reject) => {
        waiting.push({ entry, resolve, reject });
        writing ??= write();
      });
    },
    async close() {
      closed = true;
      await writing;
      await handle?.close();
    },
  };
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

function parsed<Entry>(line: string): Entry | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === "object" && entry !== null ? (entry as Entry) : undefined;
  } catch {
    return undefined; // counted by the caller
  }
}

/** A rename is on disk when its folder is; Windows cannot open folders and needs no such step. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
