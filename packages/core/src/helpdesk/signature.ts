/** What all signed webhooks share. Every failure is `AppError("auth", …)`; nothing here looks inside the body. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { AppError } from "../error.ts";
import type { Credentials, Delivery } from "./port.ts";

/** A signed time further from ours than this, in either direction, is a replay. */
export const replayWindowMs = 5 * 60_000;

export type Algorithm = "sha1" | "sha256";
export type Encoding = "base64" | "hex";

/** HMAC over the parts in order; bytes are taken as they came. */
export function hmac(
  algorithm: Algorithm,
  key: string | Uint8Array,
  encoding: Encoding,
  ...parts: (string | Uint8Array)[]
): string {
  const mac = createHmac(algorithm, key);
  for (const part of parts) mac.update(part);
  return mac.digest(encoding);
}

/** The length is no secret, and `timingSafeEqual` throws when it differs. */
export function equal(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The header's value; throws `signature_missing` when it is absent or empty. */
export function required(delivery: Delivery, name: string): string {
  const value = delivery.headers[name];
  if (!value) throw new AppError("auth", "signature_missing", `The header ${name} is missing.`, name);
  return value;
}

/** The secrets an admin stored: the present one and, while it is being rotated, the one before. An empty key would let anybody sign. */
export function secretsOf(credentials: Credentials): string[] {
  const secrets = [credentials.secret, credentials.secretOld].filter((secret): secret is string => Boolean(secret));
  if (secrets.length === 0) throw invalid("No secret is set for this helpdesk, so no delivery can be believed.");
  return secrets;
}

/** Throws `timestamp_invalid` unless `signedMs` lies within the replay window around `nowMs`. */
export function requireRecent(signedMs: number, nowMs: number, name: string): void {
  if (!Number.isFinite(signedMs) || Math.abs(nowMs - signedMs) > replayWindowMs)
    throw new AppError("auth", "timestamp_invalid", `${name} is not a time within 5 minutes of now.`, name);
}

/** A count of seconds or milliseconds as text; `NaN` for anything else, so that `requireRecent` refuses it. */
export const digits = (value: string): number => (/^\d{1,16}$/.test(value) ? Number(value) : Number.NaN);

/** Throws `signature_invalid` unless one of the given signatures is one of those expected. Every pair is compared. */
export function requireMatch(given: string[], expected: string[]): void {
  let matches = 0;
  for (const a of given) for (const b of expected) matches += equal(a, b) ? 1 : 0;
  if (matches === 0) throw invalid("The signature does not match the body.");
}

export const invalid = (message: string) => new AppError("auth", "signature_invalid", message);

/** Stands in for a delivery id where the helpdesk sends none: the same body again is the same delivery. */
export const digestOf = (delivery: Delivery): string =>
  createHash("sha256").update(delivery.raw).digest("hex").slice(0, 32);
