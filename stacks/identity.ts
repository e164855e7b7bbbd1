import { front } from "./front";
import { oidcClientSecret } from "./secrets";

/** Where people come back from signing in; a provider of your own must know the same address. */
export const callbackUrl = $interpolate`${front.url}/sign-in`;

/**
 * The stage's own user pool. Anybody may make a user there, with an e-mail address they can read; who is let in is
 * decided by the workspace's list of people, so an invitation is a line in that list.
 */
function ownPool() {
  const users = new sst.aws.CognitoUserPool("Users", {
    usernames: ["email"],
    mfa: "optional",
    softwareToken: true,
    // Names there are shared by all of AWS; an account's number is nobody else's.
    domain: {
      prefix: $interpolate`${$app.name}-${$app.stage.toLowerCase()}-${aws.getCallerIdentityOutput().accountId}`,
    },
    transform: { userPool: { deletionProtection: $app.stage === "prod" ? "ACTIVE" : "INACTIVE" } },
  });
  const client = users.addClient("SignIn", {
    callbackUrls: [callbackUrl],
    transform: {
      client: {
        generateSecret: false, // pages keep none; PKCE stands in for it
        allowedOauthFlows: ["code"],
        allowedOauthScopes: ["openid", "email", "profile"],
        preventUserExistenceErrors: "ENABLED",
      },
    },
  });
  const region = aws.getRegionOutput().region;
  return { issuer: $interpolate`https://cognito-idp.${region}.amazonaws.com/${users.id}`, clientId: client.id };
}

/** What the environment of the deploy names, with a secret for providers that want one. */
function ownProvider(issuer: string, clientId: string | undefined) {
  if (!issuer.startsWith("https://") || !clientId)
    throw new Error("CUECARD_OIDC_ISSUER is an https:// address, and CUECARD_OIDC_CLIENT_ID stands beside it.");
  return { issuer, clientId };
}

const { CUECARD_OIDC_ISSUER, CUECARD_OIDC_CLIENT_ID, CUECARD_OIDC_ROLE_CLAIM, CUECARD_OIDC_TRUST_EMAIL } = process.env;

/** Any OpenID Connect provider. Cuecard itself keeps no password. */
export const identity = new sst.Linkable("Identity", {
  properties: {
    ...(CUECARD_OIDC_ISSUER ? ownProvider(CUECARD_OIDC_ISSUER, CUECARD_OIDC_CLIENT_ID) : ownPool()),
    clientSecret: oidcClientSecret.value,
    roleClaim: CUECARD_OIDC_ROLE_CLAIM ?? "",
    trustEmail: CUECARD_OIDC_TRUST_EMAIL ?? "",
  },
});
