/** Every failure a caller can act on. Anything else is a defect and answers a plain 500. */
export type Kind = "input" | "auth" | "forbidden" | "missing" | "conflict" | "limit" | "large" | "upstream";

const statuses: Record<Kind, number> = {
  input: 400,
  auth: 401,
  forbidden: 403,
  missing: 404,
  conflict: 409,
  large: 413,
  limit: 429,
  upstream: 502,
};

export class AppError extends Error {
  readonly kind: Kind;
  /** Stable, for programs: `signature_invalid`, `control`, … */
  readonly code: string;
  /** Where in the input the fault lies: `message.at`, `Records[3].body`. */
  readonly path: string | undefined;
  /** When a `limit` may be tried again. */
  readonly retryAfterSeconds: number | undefined;

  constructor(kind: Kind, code: string, message: string, path?: string, retryAfterSeconds?: number) {
    super(message);
    this.name = "AppError";
    this.kind = kind;
    this.code = code;
    this.path = path;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The HTTP status and body for an error, as the contract has it. Unknown errors say nothing of their cause. */
export function toHttp(error: unknown): {
  status: number;
  body: { error: { code: string; message: string; path?: string } };
} {
  if (error instanceof AppError) {
    const { code, message, path } = error;
    return {
      status: statuses[error.kind],
      body: { error: { code, message, ...(path === undefined ? {} : { path }) } },
    };
  }
  return { status: 500, body: { error: { code: "internal", message: "Something went wrong on our side." } } };
}
