/** What a route is: who may call it, what it takes, what it does. The routes, their checks and openapi.json come from this one form. */
import { AppError } from "@cuecard/core/error";
import type { Delivery } from "@cuecard/core/helpdesk/port";
import type * as z from "zod";
import type { Limited } from "../limits.ts";
import type { Session } from "../session.ts";

export type Role = Session["role"];
/** Before signing in: no token is looked at, and `identity` is not there. */
export const anyone: Role[] = [];
export const everyone: Role[] = ["rep", "lead", "admin"];
export const leads: Role[] = ["lead", "admin"];
export const admins: Role[] = ["admin"];

export type Call<Body, Query> = {
  identity: Session;
  params: Record<string, string>;
  query: Query;
  body: Body;
  /** The request as it came, for what a helpdesk signs. */
  delivery: Delivery & { url: URL };
};
export type Answer = { status?: number; body: unknown; headers?: Record<string, string>; text?: string };

export type Route = {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** `{name}` stands for one part of the path. */
  path: string;
  roles: Role[];
  summary: string;
  query?: z.ZodType;
  body?: z.ZodType;
  answers: Record<number, string>;
  /** Counts against this limit of the rep and of the workspace; `signIns` against that of everybody. */
  limit?: Limited;
  /** Set where it must be known later who did this: `settings.changed`, `report.read`, … */
  audit?: string;
  /** What it was done to, where the path would tell too much. */
  target?(params: Record<string, string>): string;
  run(call: Call<unknown, unknown>): Promise<Answer>;
};

/** Types `run` by the schemas; the checks themselves happen in `checked`. */
export function route<Body extends z.ZodType = z.ZodUndefined, Query extends z.ZodType = z.ZodUndefined>(
  definition: Omit<Route, "run" | "body" | "query" | "answers"> & {
    body?: Body;
    query?: Query;
    answers?: Record<number, string>;
    run(call: Call<z.infer<Body>, z.infer<Query>>): Promise<Answer>;
  },
): Route {
  return { answers: { 200: "The answer." }, ...definition } as unknown as Route;
}

/** The value as the schema has it; else an error that names the first place that is wrong. */
export function checked<T extends z.ZodType>(schema: T, value: unknown, whole = "body"): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const unknown = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const path = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].join(".");
  throw new AppError("input", "invalid_field", issue?.message ?? "is not valid", path || whole);
}
