/** Routes of signing in: to the provider, back from it, and on for the day. */
import { createHash } from "node:crypto";
import { AppError } from "@cuecard/core/error";
import { findPerson, workspacesOf } from "@cuecard/core/people";
import { spendNonce } from "@cuecard/core/store/sign-in";
import * as z from "zod";
import * as deps from "../deps.ts";
import { makeNonce, nonceUntil } from "../nonce.ts";
import { openidProvider, type Provider } from "../oidc.ts";
import { sign } from "../session.ts";
import { anyone, everyone, route } from "./route.ts";

const Text = z.string().min(16).max(4_000);
const Begin = z.object({
  redirectUri: z.url().max(1_000),
  challenge: z.string().regex(/^[\w-]{43}$/, "is not a PKCE challenge (S256)"),
  state: z.string().min(8).max(200),
});
const Finish = z
  .object({
    /** What the page came back with… */
    code: z.string().min(1).max(4_000).optional(),
    redirectUri: z.url().max(1_000).optional(),
    /** …or, where the page redeemed it itself, what it got. */
    idToken: Text.max(20_000).optional(),
    verifier: z.string().regex(/^[\w.~-]{43,128}$/, "is not a PKCE verifier"),
    /** Needed by whoever belongs to several. */
    workspace: z.string().max(40).optional(),
    /** Whose rep id the session carries: the helpdesk the sidebar stands in. */
    helpdesk: z.string().max(40).optional(),
  })
  .refine(({ code, redirectUri, idToken }) => Boolean(idToken) !== Boolean(code && redirectUri), {
    message: "takes either `idToken`, or `code` and `redirectUri`",
  });

/** One a process: it remembers the provider's addresses and keys. */
let made: Provider | undefined;
function provider(): Provider {
  made ??= openidProvider(deps.identityProvider(), { fetch: (url, init) => fetch(url, init), now: deps.now });
  return made;
}

const stranger = () =>
  new AppError("forbidden", "person_unknown", "You are not on the list of this server. An admin can add you.");

export const session = [
  route({
    method: "POST",
    path: "/api/sign-in",
    roles: anyone,
    limit: "signIns",
    summary: "Where to go to sign in. The page keeps the PKCE verifier of its `challenge` to itself.",
    body: Begin,
    async run({ body }) {
      const nonce = makeNonce(deps.sessionKey(), body.challenge, deps.random(), deps.now());
      return { body: { url: await provider().address({ ...body, nonce }) } };
    },
  }),
  route({
    method: "POST",
    path: "/api/session",
    roles: anyone,
    limit: "signIns",
    summary: "A session of 15 minutes for a sign-in that the provider vouches for; each sign-in gives one.",
    body: Finish,
    answers: { 200: "The token.", 409: "Name the workspace: there are several (`workspace_needed`)." },
    async run({ body: { code, redirectUri, idToken, verifier, workspace: wanted, helpdesk } }) {
      const token = idToken ?? (await provider().redeem({ code: code!, redirectUri: redirectUri!, verifier }));
      const claimed = await provider().verify(token);
      const challenge = createHash("sha256").update(verifier).digest("base64url");
      const until = nonceUntil(deps.sessionKey(), claimed.nonce, challenge, deps.now());
      if (until === undefined || !(await spendNonce(deps.table(), claimed.nonce, until)))
        throw new AppError("auth", "signin_refused", "This sign-in was used before, is too old, or began elsewhere.");
      const workspaces = await workspacesOf(deps.table(), claimed.email);
      if (!wanted && workspaces.length > 1)
        throw new AppError(
          "conflict",
          "workspace_needed",
          `Choose a workspace: ${workspaces.join(", ")}.`,
          "workspace",
        );
      const workspace = wanted ?? workspaces[0];
      const person = workspace ? await findPerson(deps.table(), workspace, claimed.email) : undefined;
      const role = claimed.role ?? person?.role;
      if (!workspace || !person || !role || role === "none") throw stranger();
      const { email, epoch, reps } = person;
      const repId = reps[helpdesk ?? ""] ?? Object.values(reps)[0] ?? email;
      const identity = { repId, role, workspace, person: { email, epoch } };
      return { body: await sign(deps.sessionKey(), identity, deps.now()) };
    },
  }),
  route({
    method: "POST",
    path: "/api/session/renewal",
    roles: everyone,
    summary: "Another 15 minutes, up to 12 hours after the sign-in.",
    body: z.unknown(),
    async run({ identity }) {
      return { body: await sign(deps.sessionKey(), identity, deps.now()) };
    },
  }),
];
