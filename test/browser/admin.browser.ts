import { describe, expect, test } from "vitest";
import { setup, violations } from "./setup.ts";
import type { StandIn } from "./stand-in.ts";

const { serve, visit } = setup();
const wide = { viewport: { width: 1280, height: 900 } };
const minutesAgo = (n: number) => new Date(Date.now() - n * 60_000).toISOString();

const settings = {
  assistWhen: "watched",
  kinds: ["policy", "draft", "summary"],
  teams: ["Payments"],
  repLanguage: "en",
  timeZone: "Europe/Berlin",
  retentionDays: 90,
  dailyBudgetUsd: 5,
  repFigures: "pseudonymous",
  repSees: "workspace",
  model: "gpt-5-mini",
  embeddingModel: "",
  baseUrl: null,
  firstTokenTimeoutMs: 12_000,
  totalTimeoutMs: 40_000,
  embedOrigins: ["https://example.zendesk.com"],
  modelKeySet: true,
};
const people = [
  { email: "ada@example.com", name: "Ada", role: "admin", reps: {} },
  { email: "jana.weiss@example.com", name: "Jana Weiß", role: "rep", reps: { zendesk: "4711", standard: "jana" } },
];

/** A workspace with something of everything. */
async function furnished(): Promise<StandIn> {
  const server = await serve();
  const say = (name: string, body: unknown, status = 200) => {
    server.instead[name] = { status, body };
  };
  say("GET /api/me", { repId: "ada", role: "admin", workspace: "demo" });
  say("GET /api/settings", settings);
  say("PUT /api/settings", { ...settings, retentionDays: 60 });
  say("GET /api/helpdesks", {
    known: ["standard", "zendesk", "chatwoot"],
    helpdesks: [
      { helpdesk: "zendesk", fields: ["secret", "secretOld", "token"], changedAt: "", lastSeenAt: minutesAgo(2.5) },
      { helpdesk: "chatwoot", fields: ["secret"], changedAt: "", lastSeenAt: null },
    ],
  });
  say("GET /api/people", { people });
  say("PUT /api/people", { people });
  const times = { createdAt: "2025-05-01T00:00:00.000Z", expiresAt: "2026-05-01T00:00:00.000Z" };
  say("GET /api/tokens", { tokens: [{ id: "t1", name: "wiki", createdBy: "ada", ...times }] });
  say("POST /api/tokens", { id: "t2", token: "cuecard_demo_once" }, 201);
  const source = { nightly: true, articles: 214, lastOkAt: minutesAgo(600), error: null, unread: [] };
  say("GET /api/imports", {
    imports: [
      { ...source, id: "i1", source: "https://help.example.com/hc/en-us", kind: "zendesk" },
      {
        ...source,
        id: "i2",
        source: "https://docs.example.com",
        kind: "intercom",
        error: { message: "The help centre refused the token.", at: minutesAgo(90) },
      },
    ],
  });
  say("GET /api/reports/cost", { rows: [], totalUsd: 1.24, perAccepted: null });
  return server;
}

const asked = (server: StandIn, name: string) =>
  server.calls.filter(({ method, path }) => `${method} ${path}` === name).map(({ body }) => body);

describe("the admin's page", () => {
  test("says what is connected, what comes in, what it costs; and is accessible, wide, narrow, light and dark", async () => {
    await furnished();
    for (const options of [wide, {}, { ...wide, colorScheme: "dark" as const }, { colorScheme: "dark" as const }]) {
      const page = await visit("/admin", options);
      await page.getByText("seen 2 min ago").waitFor();
      await page.getByText("nothing yet").waitFor();
      await page.getByText("$1.24 of $5.00").waitFor();
      await page.getByText("The help centre refused the token.").waitFor();
      expect(await page.getByLabel("Webhook address for Zendesk", { exact: true }).inputValue()).toMatch(
        /^http:.*\/webhooks\/demo\/zendesk$/,
      );
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(
        await page.evaluate(() => innerWidth),
      );
      await page.context().close();
    }
  });

  test("tests the model with what is typed, and shows the answer in words", async () => {
    const server = await furnished();
    server.instead["POST /api/model/test"] = { status: 200, body: { ok: true, ms: 830, model: "gpt-5-mini-2025" } };
    const page = await visit("/admin", wide);
    await page.getByRole("button", { name: "Test", exact: true }).click();
    await page.getByText("gpt-5-mini-2025 answered after 0.8 s.").waitFor();
    server.instead["POST /api/model/test"] = { status: 200, body: { ok: false, error: "The key was refused." } };
    await page.getByLabel("Base URL").fill("https://model.example.com/v1");
    await page.getByLabel("Key", { exact: true }).fill("sk-typed");
    await page.getByRole("button", { name: "Test", exact: true }).click();
    await page.getByText("It did not answer. The key was refused.").waitFor();
    expect(asked(server, "POST /api/model/test")).toEqual([
      {},
      { baseUrl: "https://model.example.com/v1", modelKey: "sk-typed" },
    ]);
    await page.getByRole("button", { name: "Save model" }).click();
    await page.getByText("Saved.").waitFor();
    expect(asked(server, "PUT /api/settings")).toEqual([
      {
        baseUrl: "https://model.example.com/v1",
        model: "gpt-5-mini",
        firstTokenTimeoutMs: 12_000,
        totalTimeoutMs: 40_000,
        dailyBudgetUsd: 5,
        modelKey: "sk-typed",
      },
    ]);
    // What the field does not show, "none", is not overwritten; a name that is typed is sent.
    await page.getByLabel("Embedding model").fill("text-embedding-3-small");
    await page.getByRole("button", { name: "Save model" }).click();
    await expect.poll(() => asked(server, "PUT /api/settings").length).toBe(2);
    expect(asked(server, "PUT /api/settings")[1]).toMatchObject({ embeddingModel: "text-embedding-3-small" });
    expect(await page.getByLabel("Key", { exact: true }).inputValue()).toBe("");
  });

  test("switches kinds and teams one by one", async () => {
    const server = await furnished();
    const page = await visit("/admin", wide);
    await page.getByLabel("Summaries of the conversation").uncheck();
    await page.getByLabel("Another team, as the helpdesk names it").fill("Fraud");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByLabel("Suggestions come").selectOption("asked");
    await page.getByRole("button", { name: "Save suggestions" }).click();
    await page.getByText("Saved.").waitFor();
    const [{ teams, ...rest }] = asked(server, "PUT /api/settings") as [Record<string, unknown>];
    expect(rest).toEqual({ assistWhen: "asked", kinds: ["policy", "draft"] });
    expect((teams as string[]).sort()).toEqual(["Fraud", "Payments"]);
  });

  test("puts a secret beside the one before, sets a field, and asks twice before one is removed", async () => {
    const server = await furnished();
    server.instead["POST /api/helpdesks/zendesk/rotation"] = { status: 200, body: { secret: "made-here" } };
    server.instead["PUT /api/helpdesks/zendesk"] = { status: 200, body: { fields: [] } };
    const page = await visit("/admin", wide);
    const set = page.getByRole("button", { name: "Set the field of Zendesk" });
    await page.getByLabel("Value").first().fill("a-secret-of-zendesk");
    await set.click();
    await page.getByText("secret is set.").waitFor();
    await page.getByLabel("Field", { exact: true }).first().selectOption("subdomain");
    await page.getByLabel("Value").first().fill("example");
    await set.click();
    await page.getByText("subdomain is set.").waitFor();
    await page.getByRole("button", { name: "Remove: Zendesk token" }).click();
    expect(asked(server, "PUT /api/helpdesks/zendesk")).toEqual([{ subdomain: "example" }]);
    await page.getByRole("button", { name: "Really remove?: Zendesk token" }).click();
    await page.getByText("token is removed.").waitFor();
    expect(asked(server, "PUT /api/helpdesks/zendesk")).toEqual([{ subdomain: "example" }, { token: null }]);
    await page.getByRole("button", { name: "Make a new secret: Zendesk" }).click();
    await page.getByRole("button", { name: "Really make a new one?: Zendesk" }).click();
    expect(await page.getByLabel("Webhook secret of Zendesk", { exact: true }).inputValue()).toBe("made-here");
    expect(asked(server, "POST /api/helpdesks/zendesk/rotation")).toEqual([{ secret: "a-secret-of-zendesk" }, {}]);
    expect(await violations(page)).toEqual([]);
  });

  test("connects another helpdesk, and keeps its new secret in sight until it was taken", async () => {
    const server = await furnished();
    const page = await visit("/admin", wide);
    await page.getByLabel("Connect another").selectOption("standard");
    const before = server.instead["GET /api/helpdesks"]!.body as { helpdesks: object[]; known: string[] };
    const made = { helpdesk: "standard", fields: ["secret"], changedAt: "", lastSeenAt: null };
    server.instead["GET /api/helpdesks"] = { status: 200, body: { ...before, helpdesks: [...before.helpdesks, made] } };
    server.instead["POST /api/helpdesks/standard/rotation"] = { status: 200, body: { secret: "whsec_made" } };
    await page.getByRole("button", { name: "Make a secret: Standard Webhooks" }).click();
    await page.getByRole("list", { name: "Fields of Standard Webhooks" }).waitFor();
    expect(await page.getByLabel("Webhook secret of Standard Webhooks", { exact: true }).inputValue()).toBe(
      "whsec_made",
    );
    await page.getByRole("button", { name: "I have it" }).click();
    expect(await page.content()).not.toContain("whsec_made");
  });

  test("lets people in, changes roles but the last admin's, and shows a token once", async () => {
    const server = await furnished();
    const page = await visit("/admin", wide);
    await page.getByText("the only admin").waitFor();
    expect(await page.getByLabel("Role of ada@example.com").count()).toBe(0);
    await page.getByLabel("Role of jana.weiss@example.com").selectOption("lead");
    await page.getByText("jana.weiss@example.com is now lead.").waitFor();
    await page.getByLabel("E-mail").fill("Sam@example.com");
    await page.getByLabel("Helpdesk", { exact: true }).selectOption("zendesk");
    await page.getByLabel("Id there").fill("42");
    await page.getByRole("button", { name: "Let in" }).click();
    await page.getByText("sam@example.com may sign in.").waitFor();
    expect(asked(server, "PUT /api/people")).toEqual([
      { people: [{ ...people[1], role: "lead" }] },
      { people: [{ email: "sam@example.com", role: "rep", reps: { zendesk: "42" } }] },
    ]);
    await page.getByLabel("What for").fill("site");
    await page.getByRole("button", { name: "Make a token" }).click();
    expect(await page.getByLabel("Token", { exact: true }).inputValue()).toBe("cuecard_demo_once");
    await page.getByRole("button", { name: "I have it" }).click();
    expect(await page.content()).not.toContain("cuecard_demo_once");
    expect(asked(server, "POST /api/tokens")).toEqual([{ name: "site", days: 365 }]);
  });

  test("says why a change was refused, turns leads away, and offers to sign in", async () => {
    const server = await furnished();
    const message = "is not a time zone";
    server.instead["PUT /api/settings"] = { status: 400, body: { error: { code: "invalid_field", message } } };
    const page = await visit("/admin", wide);
    await page.getByLabel("Time zone").fill("Europe/Nowhere");
    await page.getByRole("button", { name: "Save these" }).click();
    await page.getByText(message).waitFor();
    server.instead["GET /api/me"] = { status: 200, body: { repId: "lea", role: "lead", workspace: "demo" } };
    await page.reload();
    await page.getByText("This page is for admins.").waitFor();
    server.instead["POST /dev/login"] = { status: 404, body: {} };
    await page.reload();
    await page.getByRole("button", { name: "Sign in with your work account" }).waitFor();
    expect(await violations(page)).toEqual([]);
  });
});
