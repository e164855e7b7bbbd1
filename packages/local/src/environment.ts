/**
 * What `sst` would give the deployed functions, set before they load. `Resource` reads SST_RESOURCE_* once, at its first
 * use. Every AWS_ setting is overwritten or taken away: no call of a local run may ever reach a real account.
 */
import { devNull } from "node:os";
import type { Keys } from "./keys.ts";
import type { Environment } from "./settings.ts";

export type Links = {
  table: string;
  databaseEndpoint: string;
  queueUrl: string;
  socketUrl: string;
  managementEndpoint: string;
  keys: Keys;
};

export function linkEnvironment(env: Environment, links: Links): void {
  const resources = {
    App: { name: "cuecard", stage: "local" },
    Table: { name: links.table },
    Jobs: { url: links.queueUrl },
    Channel: { url: links.socketUrl, managementEndpoint: links.managementEndpoint },
    SessionKey: { value: links.keys.session },
    VaultKey: { value: links.keys.vault },
    Identity: {
      issuer: env.CUECARD_OIDC_ISSUER ?? "",
      clientId: env.CUECARD_OIDC_CLIENT_ID ?? "",
      clientSecret: env.CUECARD_OIDC_CLIENT_SECRET ?? "",
      roleClaim: env.CUECARD_OIDC_ROLE_CLAIM ?? "",
      trustEmail: env.CUECARD_OIDC_TRUST_EMAIL ?? "",
    },
    ModelKey: { value: env.OPENAI_API_KEY ?? "" },
  };
  for (const [name, value] of Object.entries(resources)) env[`SST_RESOURCE_${name}`] = JSON.stringify(value);
  delete env.SST_RESOURCES_JSON;
  // Whoever sits at the machine reaches all of it anyway, and their model or helpdesk may well stand there.
  env.CUECARD_PRIVATE_ADDRESSES ??= "1";

  for (const name of Object.keys(env)) if (name.startsWith("AWS_")) delete env[name];
  Object.assign(env, {
    AWS_ENDPOINT_URL_DYNAMODB: links.databaseEndpoint,
    AWS_ENDPOINT_URL_SQS: new URL(links.queueUrl).origin,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    // Node 20 is our floor; the SDK's notice of its own plans is nothing a rep or lead can act on.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  });
}
