/** Our own session: a short token, signed by the stage's key, renewed while its person may still come in. */
import { AppError } from "@cuecard/core/error";
import { findPerson } from "@cuecard/core/people";
import type { Table } from "@cuecard/core/store/port";
import type { Identity } from "@cuecard/core/store/presence";
// By their own paths: the whole package brings encryption along.
import { SignJWT } from "jose/jwt/sign";
import { jwtVerify } from "jose/jwt/verify";
import * as z from "zod";

/** A page renews before this is over; whoever was taken off the list is out by then even without a check. */
const tokenSeconds = 15 * 60;
/** One working day: then the provider is asked again. */
const sessionSeconds = 12 * 3_600;

const Claims = z.object({
  sub: z.string().min(1).max(256),
  role: z.enum(["rep", "lead", "admin"]),
  workspace: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/),
  person: z.object({ email: z.string(), epoch: z.string() }).optional(),
  /** When the provider was asked, in Unix seconds. */
  since: z.number().optional(),
});
export type Session = Identity & { since?: number };

const secret = (key: string) => {
  if (key.length < 32)
    throw new AppError("auth", "signin_unset", "Nobody can sign in here yet: the stage has no session key.");
  return new TextEncoder().encode(key);
};
const invalid = () => new AppError("auth", "token_invalid", "The token is not valid, or too old. Sign in again.");

/** Throws `auth` when the session is over. */
export async function sign(
  key: string,
  { repId, role, workspace, person, since }: Session,
  nowMs: number,
): Promise<{ token: string; expiresAt: string }> {
  const nowSeconds = Math.floor(nowMs / 1_000);
  const end = Math.min(nowSeconds + tokenSeconds, (since ?? nowSeconds) + sessionSeconds);
  if (end <= nowSeconds) throw new AppError("auth", "session_over", "The day's session is over. Sign in again.");
  const token = await new SignJWT({ role, workspace, ...(person ? { person } : {}), since: since ?? nowSeconds })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(repId)
    .setIssuer("cuecard")
    .setAudience("cuecard")
    .setIssuedAt(nowSeconds)
    .setExpirationTime(end)
    .sign(secret(key));
  return { token, expiresAt: new Date(end * 1_000).toISOString() };
}

/** Who the token speaks for; the person's record is not looked at. */
export async function read(key: string, token: string, nowMs: number): Promise<Session> {
  const bytes = secret(key);
  try {
    const { payload } = await jwtVerify(token, bytes, {
      issuer: "cuecard",
      audience: "cuecard",
      algorithms: ["HS256"],
      requiredClaims: ["exp"],
      currentDate: new Date(nowMs),
    });
    const { sub, role, workspace, person, since } = Claims.parse(payload);
    return {
      repId: sub,
      role,
      workspace,
      ...(person ? { person } : {}),
      ...(since === undefined ? {} : { since }),
    };
  } catch {
    throw invalid();
  }
}

/** How long a person's record is believed before it is read again. */
const believedMs = 30_000;

/** Whether a person is still as the token says: not removed, and with the same role and rep ids. */
export type Check = (identity: Identity, nowMs: number) => Promise<boolean>;
export function checker(table: () => Table, capacity = 10_000): Check {
  const known = new Map<string, { epoch: string | undefined; readMs: number }>();
  return async ({ workspace, person }, nowMs) => {
    if (!person) return true;
    const key = `${workspace}\n${person.email}`;
    let entry = known.get(key);
    if (!entry || nowMs - entry.readMs >= believedMs || entry.epoch !== person.epoch) {
      entry = { epoch: (await findPerson(table(), workspace, person.email))?.epoch, readMs: nowMs };
      if (known.size >= capacity) known.clear();
      known.set(key, entry);
    }
    return entry.epoch === person.epoch;
  };
}
