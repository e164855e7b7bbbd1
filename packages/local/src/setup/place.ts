/** Which Cuecard is set up: the stage whose links `sst shell` has put into the environment, or the one running here. */
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Vault } from "@cuecard/core/vault";
import { Refusal } from "../log.ts";
import { type Client, client, signIn } from "../replay/client.ts";
import type { Environment } from "../settings.ts";

export type Place = {
  url: string;
  stage: string | undefined;
  /** An admin of the workspace, whether or not it is there yet. */
  admin: Client;
  hook: Client;
  /** What a helpdesk has stored, where whoever runs this may read it: with a stage's keys, or the demo's on this machine. */
  secretOf(helpdesk: string): Promise<string | undefined>;
};

export async function findPlace(env: Environment, workspace: string, url: string | undefined): Promise<Place> {
  const onStage = Boolean(env.SST_RESOURCE_App ?? env.SST_RESOURCES_JSON);
  return onStage ? stagePlace(workspace) : localPlace(env, workspace, url);
}

async function localPlace(env: Environment, workspace: string, given: string | undefined): Promise<Place> {
  const url = (given ?? env.CUECARD_URL ?? `http://localhost:${env.PORT ?? 4000}`).replace(/\/$/, "");
  const demoSecret = async () =>
    env.CUECARD_DEMO_SECRET ??
    (await readFile(join(env.CUECARD_DATA ?? ".cuecard", "demo-webhook.secret"), "utf8").then(
      (text) => text.trim(),
      () => undefined, // another folder's server: then its secret is not ours to know
    ));
  return {
    url,
    stage: undefined,
    admin: await signIn(url, "setup", "admin", workspace),
    hook: client(url),
    secretOf: async (helpdesk) => (workspace === "demo" && helpdesk === "standard" ? demoSecret() : undefined),
  };
}

/** Everything goes through the stage's own API, signed with its key: what is set up is also tried. */
async function stagePlace(workspace: string): Promise<Place> {
  const deps = await import("@cuecard/functions/deps");
  const { sign } = await import("@cuecard/functions/session");
  const { credentials } = await import("@cuecard/core/store/helpdesks");
  const stage = deps.stageName();
  const missing = [
    ...(deps.sessionKey().length < 32 ? ["SessionKey"] : []),
    ...(canSeal(deps.secrets) ? [] : ["VaultKey"]),
  ];
  if (missing.length > 0)
    throw new Refusal(
      [
        `The stage has no good ${missing.join(" and no good ")} yet. Set, deploy, and run this again:`,
        ...missing.map((name) => `  npx sst secret set ${name} "$(openssl rand -base64 32)" --stage ${stage}`),
        `  npx sst deploy --stage ${stage}`,
      ].join("\n"),
    );
  const url = deps.frontUrl().replace(/\/$/, "");
  const identity = { repId: `setup-${randomUUID().slice(0, 8)}`, role: "admin" as const, workspace };
  const { token } = await sign(deps.sessionKey(), identity, Date.now());
  return {
    url,
    stage,
    admin: client(url, token),
    hook: client(url),
    secretOf: async (helpdesk) => (await credentials(deps.table(), workspace, helpdesk, deps.secrets()))?.secret,
  };
}

function canSeal(secrets: () => Vault): boolean {
  try {
    secrets().seal("", ["setup", ""]);
    return true;
  } catch {
    return false; // what is wrong with it the person is told in full
  }
}
