/** What is to be set up: from flags, and what they leave open from the person who runs it. */
import { parseArgs } from "node:util";
import { helpdesk as adapter, names } from "@cuecard/core/helpdesk/registry";
import { Email } from "@cuecard/core/people";
import { Refusal } from "../log.ts";
import type { Ask } from "./ask.ts";

export const usage = `npm run setup -- [options]        (on a stage: npx sst shell --stage NAME -- npm run setup -- [options])
  --workspace W          its name, as it stands in webhook addresses (demo here, else main)
  --admin-email E        who is let in first, as admin; may be given again
  --helpdesk NAME        ${names.join(", ")}; may be given again
  --secret S             that helpdesk's webhook secret, where it makes one itself; else one is made here and shown once
  --field NAME=VALUE     another field of that helpdesk (token, subdomain, …); may be given again
  --rotate-secret        a new secret; the one before stays good until --drop-old-secret
  --drop-old-secret      only the newest secret is good
  --show-secret          shows the stored secret (on a stage)
  --model-key K          the language model's key, else CUECARD_MODEL_KEY; kept encrypted
  --model M  --base-url U
  --import-token NAME    a token for npm run import, shown once;  --revoke-token ID takes one back
  --no-test              sends no test message at the end
  --url U                of a running Cuecard, without a stage (http://localhost:4000)
  --yes                  asks nothing     --json  prints one object alone`;

export const options = {
  workspace: { type: "string" },
  "admin-email": { type: "string", multiple: true, default: [] as string[] },
  helpdesk: { type: "string", multiple: true, default: [] as string[] },
  secret: { type: "string" },
  field: { type: "string", multiple: true, default: [] as string[] },
  "rotate-secret": { type: "boolean", default: false },
  "drop-old-secret": { type: "boolean", default: false },
  "show-secret": { type: "boolean", default: false },
  "model-key": { type: "string" },
  model: { type: "string" },
  "base-url": { type: "string" },
  "import-token": { type: "string" },
  "revoke-token": { type: "string" },
  "no-test": { type: "boolean", default: false },
  url: { type: "string" },
  yes: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

export function readFlags(args: string[], env: Record<string, string | undefined>) {
  const { values } = parseArgs({ args, options });
  const fields = Object.fromEntries(
    values.field.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new Refusal(`--field takes NAME=VALUE, not ${pair.slice(0, 20)}.`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
  if (values.helpdesk.length > 1 && (values.secret !== undefined || values.field.length > 0))
    throw new Refusal("--secret and --field belong to one helpdesk: name one at a time.");
  // Before anything is made: a workspace without its admin would be in the way of the next try.
  values["admin-email"] = values["admin-email"].map(emailOf);
  for (const name of values.helpdesk)
    if (!names.includes(name)) throw new Refusal(`No helpdesk is called ${name}; there are ${names.join(", ")}.`);
  return { ...values, fields, "model-key": values["model-key"] ?? env.CUECARD_MODEL_KEY };
}

/** Throws Refusal where it is none. */
function emailOf(text: string): string {
  const email = Email.safeParse(text.trim());
  if (!email.success) throw new Refusal(`${text} is no e-mail address.`);
  return email.data;
}

export type Flags = ReturnType<typeof readFlags>;

/** Helpdesks that make the secret themselves and show it where the webhook is set up. */
export const makesOwnSecret = new Set(["zendesk", "chatwoot", "intercom", "front"]);

/** Fields that let Cuecard fetch what the helpdesk's webhooks leave out; `docs/helpdesks` says when they are needed. */
export const apiFields: Record<string, string[]> = {
  zendesk: ["subdomain", "email", "token"],
  intercom: ["token"],
  front: ["token"],
  helpscout: ["appId", "appApiSecret"],
  freshdesk: ["domain", "apiKey"],
};
const secretField = /token|secret|key/i;

type Present = { admins: string[]; helpdesks: string[]; modelKeySet: boolean };

/** Asks for what the flags leave open and is not there yet. */
export async function complete(flags: Flags, present: Present, ask: Ask): Promise<Flags> {
  const plan = { ...flags, fields: { ...flags.fields } };
  if (plan["admin-email"].length === 0 && present.admins.length === 0) {
    const email = await ask.text("E-mail address of the first admin (empty: later):");
    if (email) plan["admin-email"] = [emailOf(email)];
  }
  if (!plan["model-key"] && !present.modelKeySet) {
    const key = await ask.secret("Key of the language model (empty: drafts come from articles and past replies):");
    if (key) {
      plan["model-key"] = key;
      plan["base-url"] ??= (await ask.text("Its address (empty: OpenAI):")) || undefined;
      plan.model ??= (await ask.text("Which model (empty: the default):")) || undefined;
    }
  }
  if (plan.helpdesk.length === 0 && present.helpdesks.length === 0) {
    const { name } = await adapter(await ask.text(`Which helpdesk (${names.join(", ")})?`, "standard"));
    plan.helpdesk = [name];
    if (makesOwnSecret.has(name) && !plan.secret)
      plan.secret = (await ask.secret(`The webhook secret that ${name} shows:`)) || undefined;
    for (const field of apiFields[name] ?? []) {
      const question = `${field} of ${name}'s API (empty: none):`;
      const value = secretField.test(field) ? await ask.secret(question) : await ask.text(question);
      if (value) plan.fields[field] = value;
    }
  }
  return plan;
}
