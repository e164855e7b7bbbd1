/** The nonce of a sign-in: bound to the page that began (by its PKCE challenge), and good for ten minutes. */
import { createHmac, timingSafeEqual } from "node:crypto";

/** Long enough to find a password and a second factor. */
const signInSeconds = 600;

const mark = (key: string, text: string, challenge: string) =>
  createHmac("sha256", key).update(`sign-in\n${text}\n${challenge}`).digest("base64url");

export function makeNonce(key: string, challenge: string, random: string, nowMs: number): string {
  const text = `${Math.floor(nowMs / 1_000) + signInSeconds}.${random}`;
  return `${text}.${mark(key, text, challenge)}`;
}

/** When it ends (Unix seconds), or undefined if it is too old, was not made here, or for another page. */
export function nonceUntil(key: string, nonce: string, challenge: string, nowMs: number): number | undefined {
  const [, text, given] = /^(\d{1,12}\.[\w-]+)\.([\w-]{43})$/.exec(nonce) ?? [];
  if (!text || !given) return undefined;
  if (!timingSafeEqual(Buffer.from(given), Buffer.from(mark(key, text, challenge)))) return undefined;
  const until = Number.parseInt(text, 10);
  return until * 1_000 > nowMs ? until : undefined;
}
