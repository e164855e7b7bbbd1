/**
 * The name behind an id, from the helpdesk's API, through the client that waits when it is asked to.
 * Zendesk: …/api-reference/ticketing/users/users/ and …/groups/groups/. Intercom-OpenAPI 2.16: contacts, admins, teams.
 * Freshdesk: https://developers.freshdesk.com/api/#view_contact, #view_agent, #view_group. Libredesk: its source, cmd/handlers.go;
 * single agents and teams are for its admins alone, the compact lists are not. Help Scout:
 * https://developer.helpscout.com/mailbox-api/endpoints/customers/get
 */
import * as z from "zod";
import { AppError } from "../error.ts";
import type { Called, Who } from "./directory.ts";
import { Email, MaybeId, Name, parse, present } from "./fields.ts";
import { basic, credential, type Deps, getJson } from "./http.ts";
import type { Credentials } from "./port.ts";

type Ask = (who: Who, id: string, credentials: Credentials, deps: Deps) => Promise<Called>;

const Plain = z.object({ name: Name, email: Email });
const Parts = z.object({ id: MaybeId, name: Name, first_name: Name, last_name: Name, email: Email });

const called = ({ name, email }: { name?: string | undefined; email?: string | undefined }): Called =>
  present({ name, email }) as Called;
const joined = (...parts: (string | undefined)[]) =>
  parts.filter(Boolean).join(" ").slice(0, 200).toWellFormed() || undefined;

const zendesk: Ask = async (who, id, credentials, deps) => {
  const { authorization } = await import("./threads/zendesk.ts");
  const origin = `https://${credential(credentials, "subdomain", /^[a-z0-9][a-z0-9-]*$/i)}.zendesk.com`;
  const [path, field] = who === "team" ? ["groups", "group"] : ["users", "user"];
  const url = new URL(`/api/v2/${path}/${encodeURIComponent(id)}.json`, origin);
  const answer = await getJson(url, { headers: { authorization: authorization(credentials) } }, deps);
  return called(parse(z.object({ [field]: Plain }), answer)[field]!);
};

const intercomPaths: Record<Who, string> = { customer: "contacts", rep: "admins", team: "teams" };
const intercom: Ask = async (who, id, credentials, deps) => {
  const { apiOrigin } = await import("./threads/intercom.ts");
  const headers = { authorization: `Bearer ${credential(credentials, "token")}`, "intercom-version": "2.16" };
  const url = new URL(`/${intercomPaths[who]}/${encodeURIComponent(id)}`, apiOrigin(credentials));
  return called(parse(Plain, await getJson(url, { headers }, deps)));
};

const freshdeskPaths: Record<Who, string> = { customer: "contacts", rep: "agents", team: "groups" };
const freshdesk: Ask = async (who, id, credentials, deps) => {
  const domain = credential(credentials, "domain", /^[a-z0-9][a-z0-9-]*\.freshdesk\.com$/i);
  const headers = { authorization: basic(credential(credentials, "apiKey"), "X") };
  const url = new URL(`https://${domain}/api/v2/${freshdeskPaths[who]}/${encodeURIComponent(id)}`);
  const answer = await getJson(url, { headers }, deps);
  return called(who === "rep" ? parse(z.object({ contact: Plain }), answer).contact : parse(Plain, answer));
};

const libredesk: Ask = async (who, id, credentials, deps) => {
  const base = credential(credentials, "url", /^https:\/\/[^/\s]+/).replace(/\/+$/, "");
  const headers = { authorization: `token ${credential(credentials, "token", /^[^\s:]+:[^\s:]+$/)}` };
  const get = (path: string) => getJson(new URL(`${base}/api/v1/${path}`), { headers }, deps);
  const one =
    who === "customer"
      ? parse(z.object({ data: Parts }), await get(`contacts/${encodeURIComponent(id)}`)).data
      : parse(
          z.object({ data: z.array(Parts) }),
          await get(who === "rep" ? "agents/compact" : "teams/compact"),
        ).data.find((listed) => listed.id === id);
  if (!one) throw new AppError("missing", "helpdesk_gone", "The helpdesk does not have it any more.");
  return called({ name: one.name ?? joined(one.first_name, one.last_name), email: one.email });
};

const Customer = z.object({
  firstName: Name,
  lastName: Name,
  _embedded: z
    .object({ emails: z.array(z.object({ value: Email })) })
    .optional()
    .catch(undefined),
});
const helpscout: Ask = async (_who, id, credentials, deps) => {
  const { accessToken, origin } = await import("./threads/helpscout.ts");
  const headers = { authorization: `Bearer ${await accessToken(credentials, deps)}` };
  const url = new URL(`/v2/customers/${encodeURIComponent(id)}`, origin);
  const { firstName, lastName, _embedded } = parse(Customer, await getJson(url, { headers }, deps));
  return called({ name: joined(firstName, lastName), email: _embedded?.emails[0]?.value });
};

const asks: Record<string, Ask> = { zendesk, intercom, freshdesk, libredesk, helpscout };

/** Throws `AppError` as `fetched` does: `missing` when nobody has this id any more. `who` is one of `namesAt(helpdesk)`. */
export async function nameOf(
  helpdesk: string,
  who: Who,
  id: string,
  credentials: Credentials,
  deps: Deps,
): Promise<Called> {
  // In an address two dots lead a step up.
  if (/^\.{1,2}$/.test(id)) throw new AppError("missing", "helpdesk_gone", "No helpdesk has such an id.");
  if (!Object.hasOwn(asks, helpdesk))
    throw new AppError("missing", "helpdesk_unknown", "This helpdesk is not asked for names.");
  return asks[helpdesk]!(who, id, credentials, deps);
}
