/** How each helpdesk is asked for the name behind an id, against answers in the form its documentation or source shows. */
import type { Who } from "@cuecard/core/helpdesk/directory";
import { canAsk, namesAt } from "@cuecard/core/helpdesk/directory";
import type { Deps } from "@cuecard/core/helpdesk/http";
import { nameOf } from "@cuecard/core/helpdesk/names";
import { names } from "@cuecard/core/helpdesk/registry";
import { describe, expect, it } from "vitest";
import { now } from "./deliveries.ts";

type Answer = { status?: number; headers?: Record<string, string>; body?: unknown };

/** An API that answers what the test wrote down, in order. */
function api(...answers: Answer[]) {
  const asked: string[] = [];
  const slept: number[] = [];
  const rest = [...answers];
  const deps: Deps = {
    fetch: async (input, init) => {
      const answer = rest.shift();
      if (!answer) throw new RangeError(`asked once too often: ${input}`);
      const headers = new Headers(init?.headers);
      asked.push(`${input} ${headers.get("authorization")}`);
      const { status = 200, body = {} } = answer;
      return new Response(JSON.stringify(body), { status, headers: answer.headers ?? {} });
    },
    sleep: async (ms) => void slept.push(ms),
    nowMs: () => now,
  };
  return { deps, asked, slept };
}

const credentials: Record<string, Record<string, string>> = {
  zendesk: { subdomain: "acme", email: "bot@example.com", token: "t" },
  intercom: { token: "t", region: "eu" },
  freshdesk: { domain: "acme.freshdesk.com", apiKey: "k" },
  libredesk: { url: "https://desk.acme.example/", token: "key:secret" },
  helpscout: { appId: "id", appApiSecret: "s" },
};
const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
const zendesk = basic("bot@example.com/token:t");
const freshdesk = basic("k:X");
const ada = { name: "Ada Byron", email: "ada@example.com" };
const parts = { id: 7, first_name: "Ada", last_name: "Byron", email: "ada@example.com" };
const others = [{ ...parts, id: 8, first_name: "Not" }, parts];

const cases: [string, Who, string, unknown, object][] = [
  ["zendesk", "customer", `https://acme.zendesk.com/api/v2/users/7.json ${zendesk}`, { user: { id: 7, ...ada } }, ada],
  ["zendesk", "rep", `https://acme.zendesk.com/api/v2/users/7.json ${zendesk}`, { user: { id: 7, ...ada } }, ada],
  [
    "zendesk",
    "team",
    `https://acme.zendesk.com/api/v2/groups/7.json ${zendesk}`,
    { group: { id: 7, name: "Payments" } },
    { name: "Payments" },
  ],
  ["intercom", "customer", "https://api.eu.intercom.io/contacts/7 Bearer t", { type: "contact", id: "7", ...ada }, ada],
  ["intercom", "rep", "https://api.eu.intercom.io/admins/7 Bearer t", { type: "admin", id: "7", ...ada }, ada],
  [
    "intercom",
    "team",
    "https://api.eu.intercom.io/teams/7 Bearer t",
    { type: "team", id: "7", name: "Payments", admin_ids: [1] },
    { name: "Payments" },
  ],
  ["freshdesk", "customer", `https://acme.freshdesk.com/api/v2/contacts/7 ${freshdesk}`, { id: 7, ...ada }, ada],
  ["freshdesk", "rep", `https://acme.freshdesk.com/api/v2/agents/7 ${freshdesk}`, { id: 7, contact: ada }, ada],
  [
    "freshdesk",
    "team",
    `https://acme.freshdesk.com/api/v2/groups/7 ${freshdesk}`,
    { id: 7, name: "Payments" },
    { name: "Payments" },
  ],
  ["libredesk", "customer", "https://desk.acme.example/api/v1/contacts/7 token key:secret", { data: parts }, ada],
  ["libredesk", "rep", "https://desk.acme.example/api/v1/agents/compact token key:secret", { data: others }, ada],
  [
    "libredesk",
    "team",
    "https://desk.acme.example/api/v1/teams/compact token key:secret",
    { data: [{ id: 7, name: "Payments", emoji: "" }] },
    { name: "Payments" },
  ],
];

describe("The name behind an id", () => {
  it.each(cases)("is read at %s for a %s", async (helpdesk, who, request, body, called) => {
    const { deps, asked } = api({ body });
    expect(await nameOf(helpdesk, who, "7", credentials[helpdesk]!, deps)).toEqual(called);
    expect(asked).toEqual([request]);
  });

  it("is read at Help Scout with a token of its own", async () => {
    const body = { id: 7, firstName: "Ada", lastName: "Byron", _embedded: { emails: [{ value: "ada@example.com" }] } };
    const { deps, asked } = api({ body: { access_token: "x", expires_in: 172_800 } }, { body });
    expect(await nameOf("helpscout", "customer", "7", credentials.helpscout!, deps)).toEqual(ada);
    expect(asked[1]).toBe("https://api.helpscout.net/v2/customers/7 Bearer x");
  });

  it("is asked for again after the time the helpdesk names", async () => {
    const { deps, slept } = api({ status: 429, headers: { "retry-after": "3" } }, { body: { user: ada } });
    expect(await nameOf("zendesk", "rep", "7", credentials.zendesk!, deps)).toEqual(ada);
    expect(slept).toEqual([3_000]);
  });

  it("is missing where there is none: gone, or not on a list", async () => {
    const missing = { kind: "missing" };
    await expect(nameOf("zendesk", "rep", "7", credentials.zendesk!, api({ status: 404 }).deps)).rejects.toMatchObject(
      missing,
    );
    const list = api({ body: { data: [] } });
    await expect(nameOf("libredesk", "team", "7", credentials.libredesk!, list.deps)).rejects.toMatchObject(missing);
  });

  it("is nothing where what is said is no name, and never more than a name may have", async () => {
    const say = (user: unknown) => nameOf("zendesk", "rep", "7", credentials.zendesk!, api({ body: { user } }).deps);
    expect(await say({ name: null, email: 5 })).toEqual({});
    expect((await say({ name: "x".repeat(9_000) })).name).toHaveLength(200);
  });

  it("leads nowhere else, whatever the id is", async () => {
    const { deps, asked } = api({ body: { user: ada } });
    await nameOf("zendesk", "rep", "../../x?y#z", credentials.zendesk!, deps);
    await expect(nameOf("freshdesk", "team", "..", credentials.freshdesk!, deps)).rejects.toMatchObject({
      kind: "missing",
    });
    expect(asked[0]).toMatch(/^https:\/\/acme\.zendesk\.com\/api\/v2\/users\/\.\.%2F\.\.%2Fx%3Fy%23z\.json /);
  });
});

it("nobody is asked without credentials, and each who is asked can answer", () => {
  for (const name of names) {
    expect(canAsk(name, { secret: "s" })).toBe(false);
    expect(canAsk(name, { secret: "s", ...credentials[name] })).toBe(name in credentials);
    expect(namesAt(name).length > 0).toBe(name in credentials);
  }
});
