/** Routes that helpdesks themselves call for our apps in them: their pages, with a session where they vouch for the rep, and Intercom's cards. */
import { AppError } from "@cuecard/core/error";
import { verifyCanvas } from "@cuecard/core/helpdesk/intercom";
import type { Credentials } from "@cuecard/core/helpdesk/port";
import { payloadOf } from "@cuecard/core/helpdesk/receive";
import { type Named, personOf } from "@cuecard/core/identity";
import * as Settings from "@cuecard/core/settings";
import * as helpdesks from "@cuecard/core/store/helpdesks";
import { card, Pressed } from "../apps/card.ts";
import { ancestors, type Config, page } from "../apps/page.ts";
import { vouched } from "../apps/vouched.ts";
import * as deps from "../deps.ts";
import { type Session, sign } from "../session.ts";
import { anyone, type Call, checked, route } from "./route.ts";

async function connected(workspace: string, helpdesk: string): Promise<Credentials> {
  const known = /^[a-z0-9][a-z0-9-]{0,39}$/.test(workspace) && /^[a-z]{1,40}$/.test(helpdesk);
  const credentials = known && (await helpdesks.credentials(deps.table(), workspace, helpdesk, deps.secrets()));
  if (!credentials)
    throw new AppError(
      "missing",
      "workspace_unknown",
      "There is no such workspace, or this helpdesk is not connected to it.",
    );
  return credentials;
}

/** A session for whom the helpdesk named; undefined for a stranger, who may still sign in by a window. */
async function sessionOf(
  workspace: string,
  helpdesk: string,
  named: Named | undefined,
): Promise<(Session & { role: "rep" | "lead" | "admin" }) | undefined> {
  const person = named && (await personOf(deps.table(), workspace, helpdesk, named));
  if (!person) return undefined;
  const { email, epoch, role, reps } = person;
  return { repId: reps[helpdesk] ?? named.externalId ?? email, role, workspace, person: { email, epoch } };
}

const addressed = ({ params, delivery }: Call<unknown, unknown>) => ({
  helpdesk: params.helpdesk ?? "intercom",
  workspace: params.workspace!,
  delivery,
});

async function opened(call: Call<unknown, unknown>) {
  const { helpdesk, workspace, delivery } = addressed(call);
  const credentials = await connected(workspace, helpdesk);
  const nowMs = deps.now();
  const named = await vouched(helpdesk, { delivery, search: delivery.url.searchParams, credentials, nowMs });
  const who = await sessionOf(workspace, helpdesk, named);
  const config: Config = { helpdesk, workspace };
  if (who) config.token = (await sign(deps.sessionKey(), who, nowMs)).token;
  const { settings } = await Settings.load(deps.table(), workspace);
  return { body: undefined, ...page(config, ancestors(helpdesk, credentials, settings.embedOrigins)) };
}

export const apps = [
  route({
    method: "GET",
    path: "/api/identity/{helpdesk}/{workspace}",
    roles: anyone,
    summary:
      "The page of our app in Chatwoot, Front, Help Scout or Zendesk. It holds a session where a signed address names a known rep.",
    answers: { 200: "HTML.", 401: "It is signed, but wrongly.", 404: "Not connected." },
    run: opened,
  }),
  route({
    method: "POST",
    path: "/api/identity/{helpdesk}/{workspace}",
    roles: anyone,
    summary: "The same, as Zendesk asks for it: with the form field `token`, signed with the app's key.",
    answers: { 200: "HTML.", 401: "The token cannot be believed.", 404: "Not connected." },
    run: opened,
  }),
  route({
    method: "POST",
    path: "/api/canvas/{workspace}/{step}",
    roles: anyone,
    summary: "Intercom's Canvas Kit, `initialize` and `submit`: the card in its inbox. Signed by `X-Body-Signature`.",
    answers: { 200: "A canvas.", 401: "The signature is wrong." },
    async run(call) {
      const { workspace, delivery } = addressed(call);
      const credentials = await connected(workspace, "intercom");
      verifyCanvas(delivery, credentials);
      const pressed = checked(Pressed, payloadOf(delivery));
      const who = await sessionOf(workspace, "intercom", {
        externalId: pressed.admin?.id,
        email: pressed.admin?.email,
      });
      return { body: await card(pressed, who, credentials, await Settings.load(deps.table(), workspace)) };
    },
  }),
];
