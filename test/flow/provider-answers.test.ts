/** A sign-in provider that does not end what it says fills nobody's memory. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { openidProvider } from "@cuecard/functions/oidc";
import { expect, onTestFinished, test } from "vitest";

const given = { redirectUri: "http://127.0.0.1:9/lead", challenge: "c", state: "s", nonce: "n" };

/** Answers each path with a document, or with one that goes on until nobody reads it; tells how much was taken. */
async function provider(endless: string) {
  let issuer = "";
  let sent = 0;
  const server = createServer(async (request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const documents: Record<string, object> = {
      "/.well-known/openid-configuration": {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
      },
      "/token": { id_token: "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsxIn0.e30.c2ln" },
      "/keys": { keys: [] },
    };
    if (request.url !== endless) return void response.end(JSON.stringify(documents[request.url!]));
    const part = `${" ".repeat(65_536)}`;
    while (!response.destroyed && sent < 200_000_000) {
      sent += part.length;
      if (!response.write(part)) await new Promise((done) => response.once("drain", done).once("close", done));
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(
    () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  );
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = { issuer, clientId: "cuecard", clientSecret: "", roleClaim: "", trustEmail: "" };
  return { ...openidProvider(settings, { fetch, now: Date.now }), sent: () => sent };
}

test.each([
  ["/.well-known/openid-configuration", "provider_unreachable"],
  ["/token", "provider_unreachable"],
  ["/keys", "signin_refused"],
])("%s without an end is given up", async (path, code) => {
  const { address, redeem, verify, sent } = await provider(path);
  const way = async () => {
    await address(given);
    const token = await redeem({ code: "c", verifier: "v", redirectUri: given.redirectUri });
    await verify(token);
  };
  await expect(way()).rejects.toMatchObject({ code });
  expect(sent()).toBeGreaterThan(0);
  expect(sent()).toBeLessThan(20_000_000);
});
