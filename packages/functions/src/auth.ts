/** Who calls: a token of our own session, never a helpdesk's word. The workspace comes from the token alone. */
import { AppError } from "@cuecard/core/error";
import type { Table } from "@cuecard/core/store/port";
import { isToken, readToken } from "@cuecard/core/store/tokens";
import { type Check, read, type Session } from "./session.ts";

export type Auth = { sessionKey: string; table: () => Table; check: Check; nowMs: number };

/**
 * Throws `auth` for no token, a bad, old or revoked one, one whose person was removed or changed, and on a stage where
 * no session key is set.
 */
export async function identify(header: string | undefined, auth: Auth): Promise<Session> {
  const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(header ?? "")?.[1];
  if (!token) throw new AppError("auth", "token_missing", "Send a token: authorization: Bearer …");
  if (isToken(token)) {
    const found = await readToken(auth.table(), token, auth.nowMs);
    if (!found) throw new AppError("auth", "token_invalid", "The token is not valid, was revoked, or is too old.");
    return { repId: `token:${found.id}`, role: found.scope, workspace: found.workspace };
  }
  const session = await read(auth.sessionKey, token, auth.nowMs);
  if (!(await auth.check(session, auth.nowMs)))
    throw new AppError("auth", "signed_out", "Your access was changed or taken away. Sign in again.");
  return session;
}
