/**
 * Fields as helpdesks send them: ids as text or numbers, times as ISO or epochs, null for nothing. What a person wrote
 * is never a reason to refuse a delivery: too long is cut, and of the wrong type counts as absent.
 */
import * as z from "zod";
import { AppError } from "../error.ts";
import { type ConversationFacts, type Event, ExternalId, Instant } from "../event.ts";
import { clean } from "./text.ts";

/** Clocks differ; a day is more than any of them. Sorted by its own time, a message from the future would stay the last one. */
const maxAheadMs = 24 * 3_600_000;

export const invalidField = (path: string, message: string) => new AppError("input", "invalid_field", message, path);

/** Parses, or throws `AppError("input", "invalid_field")` that names the first faulty path. */
export function parse<T>(schema: z.ZodType<T>, value: unknown, prefix = ""): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = firstProblem(result.error.issues);
  const name = [prefix, ...path.map(String)].filter(Boolean).join(".");
  throw invalidField(name || "body", `${name || "The body"}: ${message}`);
}

type Problem = { path: PropertyKey[]; message: string };

/** A union reports itself; the alternative that came furthest tells more. */
function firstProblem(issues: readonly z.core.$ZodIssue[]): Problem {
  const issue = issues[0];
  if (!issue) return { path: [], message: "is not valid" };
  if (issue.code !== "invalid_union" || !issue.errors.length) return issue;
  const inner = issue.errors.map(firstProblem).sort((a, b) => b.path.length - a.path.length)[0]!;
  return inner.path.length ? { path: [...issue.path, ...inner.path], message: inner.message } : issue;
}

/** An id that must be there. */
export const Id = z
  .union([z.string(), z.number().int().transform(String)], "expected an id (text or number)")
  .pipe(ExternalId);

/** An id that may be there; null, empty and unusable ones are absent. */
export const MaybeId = Id.optional().catch(undefined);

/** Text for eyes, cut at `max` UTF-16 units. */
export const label = (max: number) =>
  z
    .string()
    .transform((text) => clean(text).slice(0, max).toWellFormed() || undefined)
    .optional()
    .catch(undefined);

/** ISO 8601 with a zone, or seconds since 1970 (milliseconds from 1e11 on: no helpdesk is older than 1973). */
export const Time = z.union(
  [
    Instant,
    z
      .number()
      .positive()
      .max(8e12)
      .transform((n) => new Date(n < 1e11 ? n * 1000 : n).toISOString()),
  ],
  "expected a time: ISO 8601 with a zone, or seconds since 1970",
);
export const MaybeTime = Time.optional().catch(undefined);

/** Null where a value is optional says no more than its absence. */
export const orAbsent = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => value ?? undefined, schema.optional());

export const Name = label(200);
export const Email = label(320);
export const Subject = label(2_000);
export const Tags = z
  .array(label(200))
  .transform((tags) => tags.filter((tag) => tag !== undefined).slice(0, 200))
  .optional()
  .catch(undefined);

/** The same object without its undefined values; a store would keep them as nothing, and tests would see them. */
export function present<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;
}

/** A person's fields that are there, or `undefined` when none is. */
export function person(fields: { id?: string | undefined; name?: string | undefined; email?: string | undefined }) {
  const known = present({ id: fields.id, name: fields.name, email: fields.email });
  return Object.keys(known).length ? (known as NonNullable<ConversationFacts["customer"]>) : undefined;
}

/** Throws for an event from the future, or from before there were helpdesks; without `nowMs` only the latter. */
export function requireTimely(events: Event[], nowMs: number | undefined): Event[] {
  const check = (at: string, path: string) => {
    const ms = Date.parse(at);
    if (!(ms >= 0) || ms >= 2 ** 47) throw invalidField(path, `${path}: expected a time since 1970.`);
    if (nowMs !== undefined && ms > nowMs + maxAheadMs)
      throw invalidField(path, `${path}: expected a time in the past; it is more than 24 hours ahead.`);
  };
  for (const event of events) {
    if ("at" in event) check(event.at, "at");
    if ("message" in event && event.message.at !== undefined) check(event.message.at, "message.at");
  }
  return events;
}
