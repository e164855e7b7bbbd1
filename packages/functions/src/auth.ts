/** Who calls: a token of our own session, never a helpdesk's word. The workspace comes from the token alone. */
import { AppError } from "@cuecard/core/error";
import type { Identity } from "@cuecard/core/store/presence";
import { jwtVerify } from "jose";
import * as z from "zod";

const Claims = z.object({
  sub: z.string().min(1).max(256),
  role: z.enum(["rep", "lead", "admin"]),
  workspace: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/),
});

/** Throws `auth` for no token, a bad or old one, and on a stage where no session key is set. */
export async function identify(header: string | undefined, sessionKey: string): Promise<Identity> {
  const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(header ?? "")?.[1];
  if (!token) throw new AppError("auth", "token_missing", "Send a token: authorization: Bearer …");
  if (sessionKey.length < 32)
    throw new AppError("auth", "signin_unset", "Nobody can sign in here yet: the stage has no session key.");
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(sessionKey), {
      issuer: "cuecard",
      audience: "cuecard",
      algorithms: ["HS256"],
    });
    const { sub, role, workspace } = Claims.parse(payload);
    return { repId: sub, role, workspace };
  } catch {
    throw new AppError("auth", "token_invalid", "The token is not valid, or too old. Sign in again.");
  }
}
