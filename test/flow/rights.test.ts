/**
 * Who may do what: one table of every route and every WebSocket action, for each role, in the own workspace and in
 * another one. It is written here a second time on purpose: a route that is new, or opens to more people, must say so here.
 */
import { randomUUID } from "node:crypto";
import { ClientAction } from "@cuecard/core/protocol";
import { createWorkspace } from "@cuecard/core/store/workspaces";
import { routes } from "@cuecard/functions/api/groups";
import { beforeAll, describe, expect, test } from "vitest";
import { connect, product, until } from "./product.ts";

type Who = "nobody" | "rep" | "lead" | "admin" | "import";
const whos: Who[] = ["nobody", "rep", "lead", "admin", "import"];
const open: Who[] = whos;
const all: Who[] = ["rep", "lead", "admin"];
const leads: Who[] = ["lead", "admin"];
const admins: Who[] = ["admin"];

const table: Record<string, Who[]> = {
  "POST /api/sign-in": open,
  "POST /api/session": open,
  // Called by helpdesks, which sign what they send.
  "GET /api/identity/{helpdesk}/{workspace}": open,
  "POST /api/identity/{helpdesk}/{workspace}": open,
  "POST /api/canvas/{workspace}/{step}": open,
  "POST /api/session/renewal": all,
  "GET /api/me": all,
  "GET /api/me/figures": all,
  "GET /api/me/lessons": all,
  "DELETE /api/me/lessons/{id}": all,
  "POST /api/tickets": all,
  "GET /api/conversations/{id}": all,
  "POST /api/conversations/{id}/suggestions": all,
  "GET /api/suggestions/{id}": all,
  "POST /api/suggestions/{id}/decision": all,
  "POST /api/suggestions/{id}/note": all,
  "GET /api/policies/search": all,
  "GET /api/policies": leads,
  "POST /api/policies": ["admin", "import"],
  "GET /api/policies/{id}": all,
  "PUT /api/policies/{id}": leads,
  "DELETE /api/policies/{id}": leads,
  "GET /api/imports": leads,
  "POST /api/imports": admins,
  "DELETE /api/imports/{id}": admins,
  "GET /api/reports/acceptance": leads,
  "GET /api/reports/effect": leads,
  "GET /api/reports/gaps": leads,
  "GET /api/reports/cost": leads,
  "GET /api/reports/outcomes": leads,
  "GET /api/reports/records": leads,
  "GET /api/reports/records.csv": leads,
  "GET /api/reports/articles": leads,
  "GET /api/proposals": leads,
  "POST /api/proposals/{id}": leads,
  "GET /api/measurements/plan": leads,
  "GET /api/measurements": leads,
  "POST /api/measurements": admins,
  "POST /api/measurements/end": admins,
  "GET /api/customers/{id}": admins,
  "DELETE /api/customers/{id}": admins,
  "GET /api/audit": admins,
  "GET /api/settings": leads,
  "PUT /api/settings": admins,
  "GET /api/helpdesks": admins,
  "PUT /api/helpdesks/{helpdesk}": admins,
  "POST /api/helpdesks/{helpdesk}/rotation": admins,
  "POST /api/model/test": admins,
  "GET /api/reps": leads,
  "PUT /api/reps": leads,
  "PUT /api/workspace": admins,
  "GET /api/people": admins,
  "PUT /api/people": admins,
  "DELETE /api/people/{email}": admins,
  "GET /api/tokens": admins,
  "POST /api/tokens": admins,
  "DELETE /api/tokens/{id}": admins,
};

/** What each action does for those who are connected: `shows` data of a conversation, or writes a `mark`. */
const actions: Record<string, { shows: Who[]; marks: Who[] }> = {
  watch: { shows: all, marks: [] },
  unwatch: { shows: [], marks: [] },
  shown: { shows: [], marks: all },
  ping: { shows: [], marks: [] },
};

/** Does no harm where it is allowed: it asks for, or of, something that is not there, or is not what the route takes. */
const harmless: Record<string, object> = {
  "DELETE /api/customers/{id}": {},
  "PUT /api/workspace": {},
};

const served = (await routes()).map(({ method, path }) => `${method} ${path}`);
const our = product();
/** `demo` has something of everything; `other` is nobody's business there. */
const there = { conversation: `c-${randomUUID()}`, suggestion: "", token: "", mark: "marked-as-demos-own" };
const tokens = new Map<string, string | undefined>([["nobody", undefined]]);

async function tokenFor(who: Who, workspace: "demo" | "other"): Promise<string | undefined> {
  if (who === "nobody") return undefined;
  const key = `${who} ${workspace}`;
  if (!tokens.has(key)) {
    const admin = await our().login("admin", "ada", workspace);
    const issued = await our().call("POST", "/api/tokens", { token: admin, body: { name: "rights" } });
    tokens.set(key, who === "import" ? issued.body.token : await our().login(who, "sam", workspace));
  }
  return tokens.get(key);
}

const params = (route: string, real: boolean): Record<string, string> => {
  const missing = {
    id: "not-there",
    email: "nobody@example.com",
    helpdesk: "nowhere",
    workspace: "nowhere",
    step: "x",
  };
  if (!real) return missing;
  const id = route.includes("/suggestions/{id}")
    ? there.suggestion
    : route.includes("/conversations/")
      ? there.conversation
      : route.includes("/policies/")
        ? `${there.mark}-article`
        : route.includes("/customers/")
          ? `cust-${there.conversation.slice(0, 40)}`
          : route.includes("/tokens/")
            ? there.token
            : "not-there";
  return { ...missing, id, email: `${there.mark}@example.com`, helpdesk: "standard" };
};

async function knock(route: string, token: string | undefined, real: boolean, body: object = { not: "what it takes" }) {
  const [method, path] = route.split(" ") as [string, string];
  const given = params(route, real);
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(given[name] ?? "not-there"));
  const query = path.endsWith("/search") ? `?q=${there.mark}` : "";
  return our().call(method, filled + query, { token, ...(method === "GET" || method === "DELETE" ? {} : { body }) });
}

beforeAll(async () => {
  await createWorkspace(our().table, "other", Date.now());
  await our().settings({ assistWhen: "always" });
  const admin = await our().login("admin", "ada");
  const put = (method: string, path: string, body: object) => our().call(method, path, { token: admin, body });
  const { mark } = there;
  await put("PUT", `/api/policies/${mark}-article`, {
    title: `${mark} title`,
    text: `A refund ${mark} takes five days.`,
  });
  await put("PUT", "/api/people", {
    people: [{ email: `${mark}@example.com`, role: "rep", reps: { standard: mark } }],
  });
  await put("PUT", "/api/reps", { reps: [{ id: mark, name: mark }] });
  there.token = (await put("POST", "/api/tokens", { name: mark })).body.id;
  await our().say(there.conversation, "customer", `Where is my refund? ${mark}`, { conversation: { team: mark } });
  there.suggestion = (await our().draftOf(there.conversation)).id;
  await our().settled();
});

/** All of the marked workspace, but for who read what. */
async function everything() {
  const partitions = ["W#demo", "P#demo", "X#demo", "E#demo", `C#demo#${there.conversation}`];
  const items = await Promise.all(partitions.map((pk) => our().table.query({ pk })));
  return items.flat().map((item) => JSON.stringify(item));
}

const erasing = "DELETE /api/customers/{id}";

describe("another workspace", () => {
  const reads = served.filter((route) => route.startsWith("GET "));
  const writes = served.filter((route) => !route.startsWith("GET ") && table[route] !== open);

  test("in its own, an admin does find what is marked there: the search below can fail", async () => {
    const admin = await tokenFor("admin", "demo");
    const found = [];
    for (const route of reads) if ((await knock(route, admin, true)).text.includes(there.mark)) found.push(route);
    expect(found.length).toBeGreaterThan(8);
  });

  test.each(reads)("%s tells it nothing", async (route) => {
    for (const who of table[route]!) {
      const { text } = await knock(route, await tokenFor(who, "other"), true);
      // What it asked for itself may be named back to it.
      expect([who, text.replaceAll(`"${params(route, true).id}"`, "").includes(there.mark)]).toEqual([who, false]);
    }
  });

  test("can change nothing, whatever it sends", async () => {
    const before = await everything();
    const bodies: Record<string, object> = {
      "PUT /api/policies/{id}": { title: "Taken over", text: "Taken over." },
      "POST /api/policies": { articles: [{ id: `${there.mark}-article`, title: "Taken over", text: "Taken over." }] },
      "POST /api/conversations/{id}/suggestions": { kind: "summary" },
      "POST /api/suggestions/{id}/decision": { action: "inserted" },
      "PUT /api/settings": { assistWhen: "off", holdout: 0.5 },
      "PUT /api/helpdesks/{helpdesk}": { secret: "whsec_c29tZWJvZHkgZWxzZSdzIHNlY3JldA==" },
      "POST /api/helpdesks/{helpdesk}/rotation": {},
      "PUT /api/reps": { reps: [{ id: there.mark, name: "Taken over" }] },
      "PUT /api/people": { people: [{ email: `${there.mark}@example.com`, role: "admin" }] },
      "POST /api/tokens": { name: "Taken over" },
    };
    for (const route of writes) {
      if (route.includes("/imports") || route === erasing) continue; // would call other machines; is for the end
      await knock(route, await tokenFor("admin", "other"), true, bodies[route] ?? {});
    }
    await our().settled();
    expect(await everything()).toEqual(before);
  });
});

describe("every action of a connection", () => {
  test("stands in the table", () => {
    expect(ClientAction.options.map(({ shape }) => shape.action.value).sort()).toEqual(Object.keys(actions).sort());
  });

  test("needs a ticket, and only who signs in gets one", async () => {
    expect(
      (await our().call("POST", "/api/tickets", { token: await tokenFor("import", "demo"), body: {} })).status,
    ).toBe(403);
    await expect(our().watch(there.conversation, "nothing")).rejects.toThrow();
  });

  test.each(Object.keys(actions))("%s", async (action) => {
    for (const workspace of ["demo", "other"] as const)
      for (const who of all) {
        const marked = await draft();
        const socket = await connect(our(), (await tokenFor(who, workspace))!);
        const frames: string[] = [];
        socket.on("message", (data) => frames.push(String(data)));
        const { conversation: conversationId } = there;
        socket.send(
          JSON.stringify({ action, ...(action === "shown" ? { suggestionId: marked } : { conversationId }) }),
        );
        socket.send('{"action":"ping"}');
        await until(() => frames.some((frame) => frame.includes("pong")));
        await our().settled();
        const own = workspace === "demo";
        const shows = own && actions[action]!.shows.includes(who);
        const marks = own && actions[action]!.marks.includes(who);
        if (shows) await until(() => frames.join().includes(there.mark));
        expect([workspace, who, frames.join().includes(there.mark)]).toEqual([workspace, who, shows]);
        const shown = async () => Boolean((await our().suggestion(marked)).shownAt);
        if (marks) await until(shown);
        expect([workspace, who, await shown()]).toEqual([workspace, who, marks]);
        socket.close();
      }
  });

  test("none of another workspace's frames reach who watches the same conversation id", async () => {
    const mine = await our().watch(there.conversation, await tokenFor("admin", "other"));
    const theirs = await our().watch(there.conversation, await tokenFor("rep", "demo"));
    await our().say(there.conversation, "customer", `And one more thing, ${there.mark}`);
    await theirs.next((frame): frame is never => frame.type === "message");
    await our().settled();
    expect(mine.frames.map(({ type }) => type)).toEqual(["snapshot"]);
  });

  /** A suggestion nobody has seen. */
  async function draft(): Promise<string> {
    const id = `c-${randomUUID()}`;
    await our().say(id, "customer", "How long does a refund take?");
    return (await our().draftOf(id)).id;
  }
});

describe("a rep who sees the own conversations alone", () => {
  test("is refused those of others by every route and action that shows or marks one", async () => {
    await our().settings({ repSees: "own" });
    const token = await our().login("rep", "somebody-else");
    const ask = { kind: "summary" };
    const calls: [string, string, object?][] = [
      ["GET", `/api/conversations/${there.conversation}`],
      ["POST", `/api/conversations/${there.conversation}/suggestions`, ask],
      ["GET", `/api/suggestions/${there.suggestion}`],
      ["POST", `/api/suggestions/${there.suggestion}/decision`, { action: "rejected" }],
    ];
    for (const [method, path, body] of calls)
      expect([path, (await our().call(method, path, { token, body })).status]).toEqual([path, 403]);
    const sidebar = await our().watch(there.conversation, token);
    expect(sidebar.frames).toMatchObject([{ type: "error", error: { code: "not_yours" } }]);
    await our().say(there.conversation, "customer", "Hello?");
    sidebar.send({ action: "shown", suggestionId: there.suggestion });
    await our().settled();
    expect((await our().suggestion(there.suggestion)).shownAt ?? null).toBeNull();
    expect(sidebar.frames.filter(({ type }) => type === "message" || type === "suggestion")).toEqual([]);
    expect(
      (await our().call("GET", `/api/conversations/${there.conversation}`, { token: await our().login("rep", "sam") }))
        .status,
    ).toBe(200);
    await our().settings({ repSees: "workspace" });
  });
});

// Last: an erasure leaves a job that waits.
describe("erasing", () => {
  test("another workspace's customer does nothing", async () => {
    const before = await everything();
    expect((await knock(erasing, await tokenFor("admin", "other"), true)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await everything()).toEqual(before);
  });
});

describe("every route", () => {
  test("stands in the table, and nothing else does", () => {
    expect(Object.keys(table).sort()).toEqual([...served].sort());
    expect(new Set(served).size).toBe(served.length);
  });

  test.each(served)("%s lets in whom it says, and nobody else", async (route) => {
    for (const who of whos) {
      const { status, body } = await knock(route, await tokenFor(who, "demo"), false, harmless[route]);
      const refused = status === 401 || (status === 403 && body.error.code === "role");
      const let_ = table[route]!.includes(who);
      // Before signing in 401 is also the answer of a provider that is not there.
      if (table[route] !== open)
        expect([who, refused ? "refused" : "let in"]).toEqual([who, let_ ? "let in" : "refused"]);
      if (!let_) expect([who, status]).toEqual([who, who === "nobody" ? 401 : 403]);
      expect([who, status < 500]).toEqual([who, true]);
    }
  });

  test("with somebody else's signature, with none, or with a token for another purpose opens nothing", async () => {
    const good = await our().login("admin", "ada");
    const [head, claims, signature] = good.split(".") as [string, string, string];
    const none = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
    const raised = Buffer.from(claims, "base64url").toString().replace('"demo"', '"other"');
    for (const token of [
      `${none}.${claims}.`,
      `${head}.${Buffer.from(raised).toString("base64url")}.${signature}`,
      `${head}.${claims}.${signature.slice(0, -2)}AA`,
      "cuecard_demo_0123456789ab_".padEnd(90, "0"),
      "x",
    ])
      expect((await our().call("GET", "/api/settings", { token })).status).toBe(401);
  });
});
