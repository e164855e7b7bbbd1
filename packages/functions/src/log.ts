/**
 * One JSON line a thing, for CloudWatch. Ids, codes and figures alone: no text of a customer, rep or model ever stands in a
 * log, and no rep's id either, since a log of who asked when is a record of people at work.
 */
import * as deps from "./deps.ts";
import { embedded, type Figure } from "./metrics.ts";
import { correlation } from "./trace.ts";

export type Level = "info" | "warn" | "error";
export type Sink = (level: Level, line: string) => void;

/** Not `console`: Lambda wraps what goes there into JSON of its own, and a wrapped line is no metric. */
let sink: Sink = (_level, line) => void process.stdout.write(`${line}\n`);
/** For a process that many functions share, and that has no CloudWatch. */
export const logTo = (other: Sink): void => {
  sink = other;
};

export function log(level: Level, message: string, fields: Record<string, unknown> = {}, figures: Figure[] = []): void {
  const { error, ...rest } = fields;
  const atMs = Date.now();
  const id = correlation();
  sink(
    level,
    JSON.stringify({
      level,
      timestamp: new Date(atMs).toISOString(),
      message,
      ...(id === undefined ? {} : { correlation: id }),
      ...rest,
      ...(error === undefined ? {} : { error: told(error) }),
      ...(figures.length > 0 ? embedded(figures, { stage: deps.stageName(), atMs }) : {}),
    }),
  );
}

/** Name, code and stack. Not the message of a foreign error: parsers and databases quote their input. */
function told(error: unknown) {
  if (!(error instanceof Error)) return { name: typeof error };
  const { name, stack } = error;
  const code = (error as { code?: unknown }).code;
  const frames = (stack ?? "")
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12);
  return {
    name,
    ...(typeof code === "string" || typeof code === "number" ? { code } : {}),
    stack: frames.map((line) => line.trim()),
  };
}
