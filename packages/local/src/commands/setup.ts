/** `npm run setup`: a workspace, its first admin, its helpdesk and its model; then a test message. Run it again to change something. */
import { pathToFileURL } from "node:url";
import { flags as known } from "../flags.ts";
import { Refusal } from "../log.ts";
import { askAt } from "../setup/ask.ts";
import { findPlace } from "../setup/place.ts";
import { complete, type Flags, options, readFlags, usage } from "../setup/plan.ts";
import { type Connected, connect, letIn, look, type Say, storeModel, tokens } from "../setup/steps.ts";
import { type Trial, trial } from "../setup/trial.ts";

type Environment = Record<string, string | undefined>;

export type Done = {
  workspace: string;
  created: boolean;
  url: string;
  admins: string[];
  helpdesks: Connected[];
  token?: { id: string; token: string; expiresAt: string };
  test?: Trial;
};

/** Throws Refusal, its message meant for a person. `interactive` says whether anybody can be asked. */
export async function setup(flags: Flags, env: Environment, interactive: boolean, say: Say): Promise<Done> {
  const ask = interactive ? askAt(process.stdin, process.stdout) : undefined;
  try {
    const onStage = Boolean(env.SST_RESOURCE_App ?? env.SST_RESOURCES_JSON);
    const usual = onStage ? "main" : "demo";
    const workspace = flags.workspace ?? (await ask?.text("Name of the workspace:", usual)) ?? usual;
    if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(workspace))
      throw new Refusal("A workspace's name has lower-case letters, digits and hyphens, at most 40.");
    const place = await findPlace(env, workspace, flags.url);
    const present = await look(place);
    say(`workspace ${workspace} at ${place.url} ${present.created ? "is made" : "is there"}`);
    const known = present.helpdesks.map(({ helpdesk }) => helpdesk);
    const plan = ask
      ? await complete(flags, { ...present, helpdesks: known, modelKeySet: present.settings.modelKeySet }, ask)
      : flags;

    const admins = await letIn(place, plan["admin-email"], present, say);
    if (admins.length === 0) say("nobody may sign in yet: --admin-email lets the first one in");
    await storeModel(place, plan, say);
    const helpdesks: Connected[] = [];
    const wanted = plan.helpdesk.length > 0 ? plan.helpdesk : known.length > 0 ? known.slice(0, 1) : ["standard"];
    for (const name of wanted) helpdesks.push(await connect(place, name, workspace, plan, present, say));
    const token = await tokens(place, plan, say);
    const test = plan["no-test"] ? undefined : await tried(helpdesks[0]!);
    if (test) say(told(test));
    say(`reps open ${place.url}/sidebar from their helpdesk, leads ${place.url}/lead, admins ${place.url}/admin`);
    return {
      workspace,
      created: present.created,
      url: place.url,
      admins,
      helpdesks,
      ...(token ? { token } : {}),
      ...(test ? { test } : {}),
    };

    async function tried({ helpdesk, secret }: Connected): Promise<Trial> {
      const { assistWhen, teams } = present.settings;
      if (assistWhen === "off" || assistWhen === "asked")
        return {
          ok: true,
          reason: `no test: suggestions are made ${assistWhen === "off" ? "never" : "when asked for"}`,
        };
      const sealed = secret ?? (await place.secretOf(helpdesk));
      if (!sealed)
        return {
          ok: true,
          reason: "no test: the secret is stored and not shown here (--rotate-secret makes a new one)",
        };
      return trial(place, workspace, { helpdesk, secret: sealed, team: teams?.[0] });
    }
  } finally {
    ask?.close();
  }
}

const told = ({ ok, kind, engine, ms, reason }: Trial) =>
  kind && ok
    ? `a signed test message came back as a ${kind} after ${(ms! / 1_000).toFixed(1)} s (${engine})`
    : `${ok ? "" : "the test failed: "}${reason}`;

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    known(usage, { options });
    const flags = readFlags(process.argv.slice(2), process.env);
    const interactive = Boolean(process.stdin.isTTY) && !flags.yes && !flags.json;
    const done = await setup(flags, process.env, interactive, (line) => console.error(`✓ ${line}`));
    if (flags.json) console.log(JSON.stringify(done));
    process.exitCode = done.test?.ok === false ? 1 : 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
