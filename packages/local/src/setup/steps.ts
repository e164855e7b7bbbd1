/** The steps of setting up, each through the API, each the same again when it is repeated. */
import { Refusal } from "../log.ts";
import type { Client } from "../replay/client.ts";
import type { Place } from "./place.ts";
import { type Flags, makesOwnSecret } from "./plan.ts";

export type Say = (line: string) => void;
export type Connected = {
  helpdesk: string;
  webhook: string;
  fields: string[];
  secret?: string;
  secretIs?: "new" | "stored";
};
export type Present = {
  created: boolean;
  admins: string[];
  helpdesks: { helpdesk: string; fields: string[] }[];
  settings: { modelKeySet: boolean; assistWhen: string; teams: string[] | null };
};

/** The answer's body; throws a Refusal with its words. */
export async function call<T>(client: Client, method: string, path: string, body?: unknown): Promise<T> {
  const { status, json } = await client(method, path, body === undefined ? {} : { body });
  const error = json.error as { message?: string; path?: string; code?: string } | undefined;
  if (status >= 300)
    throw new Refusal(
      `${method} ${path} answered ${status}: ${error?.path ? `${error.path}: ` : ""}${error?.message ?? "nothing we know"}`,
    );
  return json as T;
}

/** Makes the workspace if it is not there, and says what it already has. */
export async function look({ admin }: Place): Promise<Present> {
  const { created } = await call<{ created: boolean }>(admin, "PUT", "/api/workspace", {});
  const { people } = await call<{ people: { email: string; role: string }[] }>(admin, "GET", "/api/people");
  const { helpdesks } = await call<Pick<Present, "helpdesks">>(admin, "GET", "/api/helpdesks");
  const settings = await call<Present["settings"]>(admin, "GET", "/api/settings");
  return {
    created,
    admins: people.filter(({ role }) => role === "admin").map(({ email }) => email),
    helpdesks,
    settings,
  };
}

/** Who already is one stays as they are: a repeated run must not end a session. */
export async function letIn({ admin }: Place, wanted: string[], present: Present, say: Say): Promise<string[]> {
  const anew = wanted.filter((email) => !present.admins.includes(email));
  if (anew.length > 0)
    await call(admin, "PUT", "/api/people", { people: anew.map((email) => ({ email, role: "admin" })) });
  for (const email of wanted)
    say(anew.includes(email) ? `${email} may sign in as admin` : `${email} is an admin already`);
  return [...new Set([...present.admins, ...wanted])];
}

export async function storeModel({ admin }: Place, flags: Flags, say: Say): Promise<void> {
  const { "model-key": modelKey, "base-url": baseUrl, model } = flags;
  if (!modelKey && !baseUrl && !model) return;
  await call(admin, "PUT", "/api/settings", {
    ...(modelKey ? { modelKey } : {}),
    ...(baseUrl ? { baseUrl } : {}),
    ...(model ? { model } : {}),
  });
  say(modelKey ? "the model's key is stored, encrypted" : "the model's settings are stored");
}

/** Connects a helpdesk: fields and secret. A secret is shown in the run that makes it, and not again. */
export async function connect(
  place: Place,
  name: string,
  workspace: string,
  flags: Flags,
  present: Present,
  say: Say,
): Promise<Connected> {
  const { admin, url } = place;
  const has = present.helpdesks.find(({ helpdesk }) => helpdesk === name)?.fields ?? [];
  const path = `/api/helpdesks/${name}`;
  const isSet = has.includes("secret");
  // One made here the helpdesk would never sign with.
  if ((!isSet || flags["rotate-secret"]) && makesOwnSecret.has(name) && !flags.secret)
    throw new Refusal(`${name} makes the webhook secret itself: give it with --secret.`);
  const plain = { ...flags.fields, ...(flags["drop-old-secret"] ? { secretOld: null } : {}) };
  let fields = has;
  if (Object.keys(plain).length > 0) ({ fields } = await call<{ fields: string[] }>(admin, "PUT", path, plain));
  let secret = flags.secret;
  let secretIs: Connected["secretIs"] = secret ? "stored" : undefined;
  if (!isSet || flags["rotate-secret"] || flags.secret) {
    const rotated = await call<{ fields: string[]; secret?: string }>(
      admin,
      "POST",
      `${path}/rotation`,
      secret ? { secret } : {},
    );
    ({ fields } = rotated);
    if (rotated.secret) [secret, secretIs] = [rotated.secret, "new"];
  } else if (flags["show-secret"]) {
    secret = await place.secretOf(name);
    if (!secret)
      throw new Refusal("A stored secret can be shown on a stage alone. Here, make a new one with --rotate-secret.");
    secretIs = "stored";
  }
  const webhook = `${url}/webhooks/${workspace}/${name}`;
  say(`${name} is connected: point its webhook at\n    ${webhook}`);
  if (secret && (secretIs === "new" || flags["show-secret"])) say(`its webhook secret:\n    ${secret}`);
  if (fields.includes("secretOld")) say("the secret before it is still good; --drop-old-secret ends that");
  return { helpdesk: name, webhook, fields, ...(secret && secretIs ? { secret, secretIs } : {}) };
}

export async function tokens(
  { admin }: Place,
  flags: Flags,
  say: Say,
): Promise<{ id: string; token: string; expiresAt: string } | undefined> {
  if (flags["revoke-token"]) {
    await call(admin, "DELETE", `/api/tokens/${encodeURIComponent(flags["revoke-token"])}`);
    say(`token ${flags["revoke-token"]} is revoked`);
  }
  if (!flags["import-token"]) return undefined;
  const body = { name: flags["import-token"] };
  const issued = await call<{ id: string; token: string; expiresAt: string }>(admin, "POST", "/api/tokens", body);
  say(`a token for imports, good until ${issued.expiresAt.slice(0, 10)}, shown this once:\n    ${issued.token}`);
  return issued;
}
