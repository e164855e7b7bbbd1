/** A real OpenID Connect provider on loopback, and a browser's part of the way through it. */
import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import Provider from "oidc-provider";

export const clientId = "cuecard-pages";
export const redirectUri = "http://127.0.0.1:9/lead";
/** Where the window of a sidebar comes back to; a native client's port on loopback is not looked at (RFC 8252, 7.3). */
const windowUri = "http://127.0.0.1:9/sign-in";

export type SignInProvider = Awaited<ReturnType<typeof openProvider>>;

/** `claims` gives what the provider knows of an account; its id is the e-mail address. */
export async function openProvider(claims: (id: string) => Record<string, unknown>) {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const stranger = (await generateKeyPair("RS256", { extractable: true })).privateKey;
  const jwk = { ...(await exportJWK(privateKey)), kid: "k1", alg: "RS256", use: "sig" };
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        token_endpoint_auth_method: "none",
        redirect_uris: [redirectUri, windowUri],
        application_type: "native",
      },
    ],
    jwks: { keys: [jwk] },
    cookies: { keys: ["a", "b"] },
    claims: { openid: ["sub"], email: ["email", "email_verified", "groups"] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    findAccount: (_ctx: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...claims(id) }) }),
  } as never);
  server.on("request", provider.callback());

  /** A token as this provider would give it, but for what the test changes. */
  async function forge(payload: JWTPayload, { alg = "RS256", other = false } = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    const whole = { sub: "x", iss: issuer, aud: clientId, iat: now, exp: now + 300, email_verified: true, ...payload };
    if (alg === "none") {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
      return `${part({ alg: "none", kid: "k1" })}.${part(whole)}.`;
    }
    if (alg === "HS256")
      return new SignJWT(whole)
        .setProtectedHeader({ alg, kid: "k1" })
        .sign(new TextEncoder().encode(String((jwk as { n?: string }).n)));
    return new SignJWT(whole).setProtectedHeader({ alg, kid: "k1" }).sign(other ? stranger : privateKey);
  }
  return {
    issuer,
    forge,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function pkce() {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url"), state: "a-state-of-ours" };
}

/** Goes to the address as a browser would, signs in as `email`, agrees, and gives what comes back to the page. */
export async function walk(address: string, email: string): Promise<URLSearchParams> {
  const cookies = new Map<string, string>();
  let url = address;
  let form: URLSearchParams | undefined;
  for (let steps = 0; steps < 12; steps++) {
    const response = await fetch(url, {
      redirect: "manual",
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(form ? { method: "POST", body: form } : {}),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      cookies.set(name!, value!);
    }
    form = undefined;
    const location = response.headers.get("location");
    if (location) {
      url = new URL(location, url).href;
      if (url.startsWith(redirectUri)) return new URL(url).searchParams;
      continue;
    }
    const page = await response.text();
    const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
    if (!action) throw new Error(`The provider shows no form (${response.status}): ${page.slice(0, 300)}`);
    url = new URL(action, url).href;
    form = new URLSearchParams(
      page.includes('name="login"') ? { prompt: "login", login: email, password: "x" } : { prompt: "consent" },
    );
  }
  throw new Error("The way through the provider has no end.");
}
