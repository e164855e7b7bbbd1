/** Any OpenID Connect provider: where a page is sent to sign in, and whether what it brings back can be believed. */
import { AppError } from "@cuecard/core/error";
import { createRemoteJWKSet, customFetch, jwtVerify } from "jose";
import * as z from "zod";

export type ProviderSettings = {
  issuer: string;
  clientId: string;
  /** For providers that ask a web client for one, PKCE or not. */
  clientSecret: string;
  /** A claim that names `rep`, `lead` or `admin`, alone or in a list; then it decides the role. Empty: the record does. */
  roleClaim: string;
  /** `yes` where the provider leaves `email_verified` out and its admins alone set e-mails. */
  trustEmail: string;
};

const Discovery = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
});
const ClaimedEmail = z.email().toLowerCase();

/** Asymmetric alone: no `none`, and no key of ours that a client could know. */
const algorithms = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];
const discoveredMs = 3_600_000;
const patienceMs = 8_000;
/** Clocks of two firms differ. */
const toleranceSeconds = 30;

export type Claimed = { email: string; nonce: string; role?: "rep" | "lead" | "admin" | "none" };
export type Provider = ReturnType<typeof openidProvider>;

/** Every method throws `auth` when the provider says no, and `upstream` when it cannot be reached. */
export function openidProvider(settings: ProviderSettings, given: { fetch: Fetch; now: () => number }) {
  const { now } = given;
  const fetch = limited(given.fetch);
  let known:
    | { document: z.infer<typeof Discovery>; keys: ReturnType<typeof createRemoteJWKSet>; at: number }
    | undefined;

  async function discovered() {
    if (!settings.issuer || !settings.clientId)
      throw new AppError("auth", "signin_unset", "This server has no sign-in provider.");
    if (known && now() - known.at < discoveredMs) return known;
    const url = `${settings.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
    const document = Discovery.safeParse(await ask(fetch, url, {}));
    // A provider may speak for itself alone.
    if (!document.success || document.data.issuer !== settings.issuer) throw unreachable();
    const keys = createRemoteJWKSet(new URL(document.data.jwks_uri), {
      timeoutDuration: patienceMs,
      [customFetch]: fetch as never,
    });
    known = { document: document.data, keys, at: now() };
    return known;
  }

  return {
    /** Where the page goes. `challenge` is PKCE's, S256. */
    async address(given: { redirectUri: string; challenge: string; state: string; nonce: string }): Promise<string> {
      const { document } = await discovered();
      const url = new URL(document.authorization_endpoint);
      const query = {
        response_type: "code",
        client_id: settings.clientId,
        redirect_uri: given.redirectUri,
        scope: "openid email profile",
        state: given.state,
        nonce: given.nonce,
        code_challenge: given.challenge,
        code_challenge_method: "S256",
      };
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      return url.href;
    },

    /** The ID token for the code that the page came back with. */
    async redeem(given: { code: string; verifier: string; redirectUri: string }): Promise<string> {
      const { document } = await discovered();
      const body = new URLSearchParams({
        grant_type: "authorization_code",
        code: given.code,
        redirect_uri: given.redirectUri,
        client_id: settings.clientId,
        code_verifier: given.verifier,
        ...(settings.clientSecret ? { client_secret: settings.clientSecret } : {}),
      });
      const answer = z
        .object({ id_token: z.string() })
        .safeParse(await ask(fetch, document.token_endpoint, { method: "POST", body }));
      if (!answer.success) throw refused("The provider gave no ID token.");
      return answer.data.id_token;
    },

    /** Signature, issuer, audience, times. The nonce is given back, to be looked up by who knows the ones that were issued. */
    async verify(idToken: string): Promise<Claimed> {
      const { keys } = await discovered();
      const payload = await jwtVerify(idToken, keys, {
        issuer: settings.issuer,
        audience: settings.clientId,
        algorithms,
        clockTolerance: toleranceSeconds,
        requiredClaims: ["exp", "iat", "sub", "nonce"],
        currentDate: new Date(now()),
      }).then(
        ({ payload }) => payload,
        (error: { code?: string }) => {
          if (error.code === "ERR_JWKS_TIMEOUT") throw unreachable();
          throw refused("The sign-in cannot be believed. Try again.");
        },
      );
      if (
        (Array.isArray(payload.aud) && payload.aud.length > 1 && !payload.azp) ||
        (payload.azp ?? settings.clientId) !== settings.clientId
      )
        throw refused("The sign-in was meant for somebody else.");
      const email = ClaimedEmail.safeParse(payload.email);
      const verified = payload.email_verified ?? (settings.trustEmail === "yes" ? true : undefined);
      if (!email.success || (verified !== true && verified !== "true"))
        throw refused("The provider does not vouch for your e-mail address.");
      return {
        email: email.data,
        nonce: String(payload.nonce),
        ...(settings.roleClaim ? { role: roleIn(payload[settings.roleClaim]) } : {}),
      };
    },
  };
}

/** The highest of those named. */
function roleIn(claim: unknown): NonNullable<Claimed["role"]> {
  const named = new Set(Array.isArray(claim) ? claim : [claim]);
  return (["admin", "lead", "rep"] as const).find((role) => named.has(role)) ?? "none";
}

const refused = (message: string) => new AppError("auth", "signin_refused", message);
const unreachable = () => new AppError("upstream", "provider_unreachable", "The sign-in provider does not answer.");

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Its documents, keys and tokens are some kilobytes. One that does not end must not fill the memory of whoever signs people in. */
const answerBytes = 1_000_000;

const limited =
  (fetch: Fetch): Fetch =>
  async (url, init) => {
    const response = await fetch(url, init);
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    // The types of a page's streams have no iterator; Node's do.
    for await (const chunk of (response.body ?? []) as unknown as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > answerBytes) throw new Error(`the answer has more than ${answerBytes} bytes`); // which ends the connection, too
      chunks.push(chunk);
    }
    const { status, headers } = response;
    return new Response(response.body && Buffer.concat(chunks), { status, headers });
  };

async function ask(fetch: Fetch, url: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(patienceMs), redirect: "error" }).catch(
    () => {
      throw unreachable();
    },
  );
  if (response.status >= 500 || response.status === 429) throw unreachable();
  if (!response.ok) throw refused("The provider refused the sign-in. Try again.");
  return response.json().catch(() => {
    throw unreachable();
  });
}
