/** How long a session lasts, and whose word it is. */
import { read, sign } from "@cuecard/functions/session";
import { SignJWT } from "jose";
import { expect, test } from "vitest";

const key = "k".repeat(32);
const start = Date.parse("2026-03-02T09:00:00.000Z");
const minute = 60_000;
const sam = { repId: "sam", role: "rep" as const, workspace: "demo" };

test("a token is good for a quarter of an hour, and renewals end twelve hours after the sign-in", async () => {
  let { token, expiresAt } = await sign(key, sam, start);
  expect(Date.parse(expiresAt) - start).toBe(15 * minute);
  await expect(read(key, token, start + 15 * minute + 1_000)).rejects.toMatchObject({ code: "token_invalid" });
  let at = start;
  for (; at + 10 * minute < start + 12 * 60 * minute; ) {
    at += 10 * minute;
    ({ token, expiresAt } = await sign(key, await read(key, token, at), at));
    expect(Date.parse(expiresAt)).toBeLessThanOrEqual(start + 12 * 60 * minute);
  }
  expect(at - start).toBe(710 * minute);
  const last = await read(key, token, at);
  await expect(sign(key, last, start + 12 * 60 * minute)).rejects.toMatchObject({ code: "session_over" });
});

test("nobody else's word counts: another key, no signature, another use, no end", async () => {
  const bytes = new TextEncoder().encode(key);
  const claims = { role: "admin", workspace: "demo" };
  const made = (alg = "HS256") =>
    new SignJWT(claims)
      .setProtectedHeader({ alg })
      .setSubject("eve")
      .setIssuedAt(start / 1_000);
  const good = (alg?: string) => made(alg).setIssuer("cuecard").setAudience("cuecard");
  const end = start / 1_000 + 600;
  expect(await read(key, await good().setExpirationTime(end).sign(bytes), start)).toMatchObject({ repId: "eve" });
  const plain = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const forged = [
    await good()
      .setExpirationTime(end)
      .sign(new TextEncoder().encode("x".repeat(32))),
    await good().sign(bytes),
    await made().setIssuer("cuecard").setAudience("other").setExpirationTime(end).sign(bytes),
    await made().setIssuer("other").setAudience("cuecard").setExpirationTime(end).sign(bytes),
    await good("HS512").setExpirationTime(end).sign(bytes),
    `${plain({ alg: "none" })}.${plain({ ...claims, sub: "eve", iss: "cuecard", aud: "cuecard", exp: end })}.`,
  ];
  for (const token of forged) await expect(read(key, token, start)).rejects.toMatchObject({ code: "token_invalid" });
  await expect(read("", forged[0]!, start)).rejects.toMatchObject({ code: "signin_unset" });
});
