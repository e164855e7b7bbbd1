/** One JSON line an event, for CloudWatch. Ids and codes alone: no text of a customer, rep or model ever stands in a log. */
type Level = "info" | "warn" | "error";

export function log(level: Level, message: string, fields: Record<string, unknown> = {}): void {
  const { error, ...rest } = fields;
  const line = JSON.stringify({
    level,
    time: new Date().toISOString(),
    message,
    ...rest,
    ...(error === undefined ? {} : { error: told(error) }),
  });
  if (level === "error") console.error(line);
  else if (level === "warn") console.warn(line);
  else console.log(line);
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
