/** One line a report, on stderr. Never a body: customers' text stays out of logs. */
import { createWriteStream, renameSync, statSync, type WriteStream } from "node:fs";

export type Log = (line: string) => void;

/** What the handlers say, line by line, as CloudWatch would hear it. */
export type Lines = (level: "info" | "warn" | "error", line: string) => void;

/** Lines of so long go to the file as one write: under load, writing each alone took as long as answering a webhook does. */
const gatherMs = 50;

/**
 * Everything into a file, where it disturbs nobody; what went wrong also to `log`. The file is begun anew at `maxBytes`, the one
 * before is kept as `FILE.1`.
 */
export function keepLines(file: string, log: Log, maxBytes = 5_000_000): { lines: Lines; close(): Promise<void> } {
  let bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const open = (): WriteStream =>
    createWriteStream(file, { flags: "a", mode: 0o600 }).on("error", (error) => log(`${file}: ${told(error)}`));
  let stream = open();
  let isClosed = false;
  return {
    lines(level, line) {
      if (level !== "info") log(line);
      if (isClosed) return; // a run that was cut off at the end
      if (bytes > maxBytes) {
        stream.end();
        renameSync(file, `${file}.1`);
        stream = open();
        bytes = 0;
      }
      bytes += Buffer.byteLength(line) + 1;
      if (!stream.writableCorked) {
        stream.cork();
        const corked = stream;
        setTimeout(() => corked.uncork(), gatherMs).unref();
      }
      stream.write(`${line}\n`);
    },
    close() {
      isClosed = true;
      return new Promise((resolve) => stream.end(() => resolve()));
    },
  };
}

/** An unknown error as one line, with its stack, since who reads it has the source at hand. */
export const told = (error: unknown): string =>
  error instanceof Error
    ? (error.stack ?? `${error.name}: ${error.message}`).replaceAll(/\s*\n\s*/g, " | ")
    : String(error);

/** What a person must be told in one line, without a stack: a taken port, an unwritable folder. */
export class Refusal extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Refusal";
  }
}
