import { readFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { units } from "../../packages/functions/src/metrics.ts";
import { common, policy } from "../../packages/local/src/headers.ts";
import { routes as localRoutes } from "../../packages/local/src/routes.ts";
import * as Allowed from "./allowed.ts";
import * as Check from "./checks.ts";
import { layOutPlatform, paths } from "./platform.ts";
import { type Recording, record } from "./record.ts";
import * as Rights from "./rights.ts";

const environment = {
  CUECARD_ALARM_EMAIL: "oncall@example.com",
  OPENAI_BASE_URL: "https://models.example.com/v1",
  CUECARD_MODEL: "m-1",
  CUECARD_EMBED_ORIGINS: "https://chat.acme.example  https://desk.acme.example:8443",
  CUECARD_DOMAIN: "cuecard.example.com",
  CUECARD_OIDC_ISSUER: "https://login.example.com/tenant",
  CUECARD_OIDC_CLIENT_ID: "cuecard-pages",
  CUECARD_OIDC_ROLE_CLAIM: "groups",
};

let dev: Recording;
let prod: Recording;

beforeAll(async () => {
  await layOutPlatform();
  dev = await record("dev");
  prod = await record("prod", environment);
}, 300_000);

describe.each(["dev", "prod"])("stage %s", (stage) => {
  let recording: Recording;
  beforeAll(() => {
    recording = { dev, prod }[stage]!;
  });

  it("serves the routes, each by its handler", () => {
    const by = (name: string) => `packages/functions/src/${name}.handler`;
    expect(Check.routes(recording, "HttpGateway")).toEqual({
      "POST /webhooks/{workspace}/{helpdesk}": by("webhook"),
      "HEAD /webhooks/{workspace}/{helpdesk}": by("webhook"),
      "GET /healthz": by("api"),
      "GET /openapi.json": by("api"),
      "ANY /api/{proxy+}": by("api"),
    });
    expect(Check.routes(recording, "SocketGateway")).toEqual({
      $connect: by("socket"),
      $disconnect: by("socket"),
      $default: by("socket"),
    });
  });

  it("gives each function its rights and not one more", () => {
    expect(Rights.differing(recording, Allowed.rights)).toEqual([]);
    expect(Rights.wildcards(recording)).toEqual([]);
    expect(Rights.links(recording)).toEqual(Allowed.links);
  });

  it("keeps the table, the queues and the alarms as the records need them", () => {
    expect(Check.table(recording)).toEqual([]);
    expect(Check.queues(recording)).toEqual([]);
    expect(Check.alarms(recording)).toEqual([]);
    expect(Check.dashboard(recording, Object.keys(units))).toEqual([]);
  });

  it("runs every function alike, with logs that end and tell little", () => {
    expect(Check.runtimes(recording)).toEqual([]);
    expect(Check.logs(recording)).toEqual([]);
  });

  it("is closed but for the gateways, and meets no other stage", () => {
    expect(Check.exposure(recording)).toEqual([]);
    expect(Check.names(recording)).toEqual([]);
    expect(Check.ofType(recording, "apigatewayv2/stage")).toHaveLength(2);
    expect(Check.throttles(recording)).toEqual([]);
  });

  it("runs the nightly work every hour", () => {
    const { scheduleExpression, state, target } = Check.named(recording, "scheduler/schedule", "HourlySchedule");
    expect({ scheduleExpression, state }).toEqual({ scheduleExpression: "rate(1 hour)", state: "ENABLED" });
    expect(target.arn).toContain("NightlyFunction");
  });

  it("tells the next step", () => {
    expect(recording.outputs.next).toBe(`npx sst shell --stage ${stage} -- npm run setup`);
    expect(recording.outputs.lead).toMatch(/^https:\/\/.+\/lead$/);
    expect(recording.outputs.channel).toMatch(/^wss:/);
  });
});

describe("handlers", () => {
  it("may do and are given what their code asks for, and nothing else", () => {
    expect(Rights.unused(dev)).toEqual([]);
  });

  it("exist, are exported and can be bundled", () => {
    expect(Rights.handlers(dev)).toEqual([]);
  });
});

describe("link types", () => {
  it("are those a deploy would write", async () => {
    const file = await readFile(path.join(paths.root, "sst-env.d.ts"), "utf8");
    const written = [...file.matchAll(/^ {4}"(\w+)": \{\n([^}]*)\}/gm)].map(
      ([, name, body]) => [name, [...body!.matchAll(/"(\w+)":/g)].map(([, key]) => key).sort()] as const,
    );
    const linked = dev.resources
      .filter(({ type }) => type === "sst:sst:LinkRef")
      .map(
        ({ name, inputs }) =>
          [name.replace(/LinkRef$/, ""), [...Object.keys(inputs.properties), "type"].sort()] as const,
      );
    expect(Object.fromEntries(written)).toEqual(Object.fromEntries(linked));
  });
});

describe("local routes", () => {
  it("are the deployed ones", () => {
    const local = localRoutes.map(({ route, handler }) => [route, `packages/functions/src/${handler}.handler`]);
    expect(Object.fromEntries(local)).toEqual(Check.routes(dev, "HttpGateway"));
  });
});

describe("headers", () => {
  /** Runs the function as CloudFront does. */
  async function headersOf(recording: Recording, uri: string, own: Record<string, { value: string }> = {}) {
    const { code } = Check.named(recording, "cloudfront/function", "FrontCloudfrontFunctionResponse");
    const source = code.replace(/^import .*$/m, "const cf = {};");
    const run = new Function(`${source}\nreturn handler;`)() as (event: unknown) => Promise<unknown>;
    const event = { request: { uri, headers: {} }, response: { statusCode: 200, headers: own } };
    const answered = (await run(event)) as { headers: Record<string, { value: string }> };
    return Object.fromEntries(Object.entries(answered.headers).map(([name, { value }]) => [name, value]));
  }
  const channel = "wss://socketgatewayapi.execute-api.us-east-1.amazonaws.com";

  it.each(["/lead", "/lead.html", "/admin", "/sign-in", "/assets/lead-abc.js"])(
    "of %s let nobody hold it",
    async (uri) => {
      expect(await headersOf(dev, uri)).toMatchObject({
        ...common,
        "content-security-policy": policy([channel], "'none'"),
      });
    },
  );

  it.each(["/sidebar", "/sidebar.html"])(
    "of %s let helpdesks hold it, and nobody else",
    async (uri) => {
      const { "content-security-policy": found, ...rest } = await headersOf(prod, uri);
      expect(rest).toMatchObject({ ...common, "strict-transport-security": "max-age=31536000" });
      const [, sources = ""] = /frame-ancestors (.*)$/.exec(found ?? "") ?? [];
      expect(found).toBe(policy([channel], sources));
      expect(sources.split(" ")).toContain("'self'");
      expect(sources.split(" ")).toContain("https://*.zendesk.com");
      expect(sources.split(" ")).toContain("https://chat.acme.example");
      expect(sources).not.toMatch(/(^| )(https?:|\*)( |$)|unsafe/);
      await expect(record("dev", { CUECARD_EMBED_ORIGINS: "https://a.example/path" })).rejects.toThrow(
        /CUECARD_EMBED_ORIGINS/,
      );
    },
    60_000,
  );

  it("that our own pages set themselves are left as they are", async () => {
    const own = {
      "content-security-policy": { value: "default-src 'none'" },
      "referrer-policy": { value: "no-referrer" },
    };
    expect(await headersOf(dev, "/api/identity/zendesk/acme", own)).toMatchObject({
      "content-security-policy": "default-src 'none'",
      "referrer-policy": "no-referrer",
    });
  });
});

describe("the runbook", () => {
  it("says for every alarm what to do", async () => {
    const text = await readFile(path.join(paths.root, "docs/runbook.md"), "utf8");
    const names = Check.ofType(dev, "cloudwatch/metricAlarm").map(({ inputs }) =>
      inputs.name.replace("cuecard-dev-", ""),
    );
    expect(names.length).toBeGreaterThan(12);
    expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});

describe("removal", () => {
  it("is refused for prod, whose table stays; any other stage goes whole", () => {
    expect(prod.app).toMatchObject({ name: "cuecard", removal: "retain", protect: true });
    expect(dev.app).toMatchObject({ name: "cuecard", removal: "remove", protect: false });
    expect(Object.values(prod.kept)).toContain("aws:dynamodb/table:Table");
    // The account's API Gateway log role is shared by every app in it, so no stage takes it away.
    expect(Object.keys(dev.kept).sort()).toEqual([
      "APIGatewayPushToCloudWatchLogsRole",
      "SocketGatewayAPIGatewayAccountSetup",
    ]);
  });
});

describe("settings", () => {
  it("are none: secrets are empty until set, and functions get only what their code reads", () => {
    const secrets = dev.resources
      .filter(({ type }) => type === "sst:sst:LinkRef")
      .flatMap(({ name, inputs }) => ("value" in inputs.properties ? [[name, inputs.properties.value]] : []));
    expect(secrets.sort()).toEqual([
      ["ModelKeyLinkRef", ""],
      ["OidcClientSecretLinkRef", ""],
      ["SessionKeyLinkRef", ""],
      ["VaultKeyLinkRef", ""],
    ]);
    const own = (recording: Recording, name: string) =>
      Object.keys(Check.named(recording, "lambda/function", name).environment.variables).filter(
        (key) => !key.startsWith("SST_"),
      );
    for (const { name } of dev.builds) expect(own(dev, `${name}Function`)).toEqual([]);
    for (const { name } of prod.builds) {
      const model = name === "Worker" || name === "Api" ? ["CUECARD_MODEL", "OPENAI_BASE_URL"] : [];
      expect(own(prod, `${name}Function`).sort()).toEqual(model);
    }
  });

  it("of the alarms' e-mail and the domain are used when given", () => {
    expect(Check.ofType(dev, "sns/topicSubscription")).toEqual([]);
    expect(Check.named(prod, "sns/topicSubscription", "AlarmsEmail")).toMatchObject({
      protocol: "email",
      endpoint: environment.CUECARD_ALARM_EMAIL,
    });
    expect(prod.outputs.sidebar).toBe("https://cuecard.example.com/sidebar");
  });
});

describe("sign-in", () => {
  const identity = (recording: Recording) =>
    recording.resources.find(({ name }) => name === "IdentityLinkRef")?.inputs.properties;

  it("is at a user pool of the stage's own where no provider is named: by code alone, back to our pages alone", () => {
    expect(identity(dev)).toMatchObject({
      issuer: "https://cognito-idp.us-east-1.amazonaws.com/UsersUserPool-id",
      clientId: "SignInClient-id",
      clientSecret: "",
    });
    const client = Check.named(dev, "cognito/userPoolClient", "SignInClient");
    expect(client).toMatchObject({
      callbackUrls: ["https://d123.cloudfront.net/sign-in"],
      allowedOauthFlows: ["code"],
      allowedOauthScopes: ["openid", "email", "profile"],
      generateSecret: false,
    });
    const pool = Check.named(dev, "cognito/userPool", "UsersUserPool");
    expect(pool).toMatchObject({ autoVerifiedAttributes: ["email"], deletionProtection: "INACTIVE" });
    expect(Check.ofType(dev, "cognito/userPoolDomain")[0]?.inputs.domain).toBe("cuecard-dev-123456789012");
  });

  it("is at the provider that the deploy names, and then there is no pool", async () => {
    expect(identity(prod)).toMatchObject({
      issuer: environment.CUECARD_OIDC_ISSUER,
      clientId: environment.CUECARD_OIDC_CLIENT_ID,
      roleClaim: "groups",
    });
    expect(Check.ofType(prod, "cognito/userPool")).toEqual([]);
    expect(prod.outputs.signInCallback).toBe("https://cuecard.example.com/sign-in");
    await expect(record("dev", { CUECARD_OIDC_ISSUER: "http://login.example.com" })).rejects.toThrow(/https:/);
  }, 60_000);
});

describe("pages", () => {
  it("share one origin with API and webhooks, and leave the demo desk at home", () => {
    const entries = dev.resources
      .flatMap(({ inputs }) => (typeof inputs.entry === "string" ? inputs.entry.split(",") : []))
      .filter((part) => part.startsWith("/"));
    expect(entries.sort()).toEqual(["/api", "/healthz", "/openapi.json", "/webhooks"]);
    const files = dev.resources.find(({ name }) => name.startsWith("PagesKvKeys"))?.inputs.entries;
    expect(files).toMatchObject({ "/sidebar.html": "s3", "/lead.html": "s3", "/admin.html": "s3" }); // served as /sidebar and /lead
    const { code } = Check.named(dev, "cloudfront/function", "FrontCloudfrontFunctionRequest");
    expect(code).toContain('location: { value: "/lead" }');
    expect(Buffer.byteLength(code)).toBeLessThanOrEqual(10_240); // CloudFront's limit
    const answer = Check.named(dev, "cloudfront/function", "FrontCloudfrontFunctionResponse").code;
    expect(Buffer.byteLength(answer)).toBeLessThanOrEqual(10_240);
    const cached = Check.named(
      dev,
      "cloudfront/cachePolicy",
      "FrontServerCachePolicy",
    ).parametersInCacheKeyAndForwardedToOrigin;
    expect(cached.headersConfig.headers.items).toContain("authorization");
  });
});
