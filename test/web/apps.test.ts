/** The files for the helpdesks hold to what each vendor's documentation asks of them. */
import { strFromU8, unzipSync } from "fflate";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { apps, targetOf } from "../../packages/web/apps.ts";
import { draftCopied } from "../../packages/web/src/strings.ts";

const target = targetOf("https://cuecard.acme.example/some/path", "acme", "1.2.3");
const made = await apps(target);
const unpacked = (name: string) => unzipSync(made[name] as Uint8Array);
const jsonIn = (files: Record<string, Uint8Array>, name: string) => JSON.parse(strFromU8(files[name]!));
/** Width and height stand at fixed places behind PNG's signature. */
const sizeOf = (png: Uint8Array) => {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
};
const https = z.url({ protocol: /^https$/ });

/** https://developer.zendesk.com/documentation/apps/app-developer-guide/manifest/ and zendesk_apps_support's checks. */
const ZendeskManifest = z.strictObject({
  name: z.string().min(1).max(30),
  author: z.strictObject({ name: z.string().min(1), email: z.email(), url: https }),
  defaultLocale: z.string().regex(/^[a-z]{2,3}(?:-[A-Z]{2})?$/),
  private: z.literal(true),
  singleInstall: z.boolean(),
  signedUrls: z.literal(true),
  location: z.strictObject({
    support: z.partialRecord(
      z.enum(["ticket_sidebar", "new_ticket_sidebar", "ticket_editor", "background", "top_bar", "nav_bar", "modal"]),
      z.strictObject({ url: https, flexible: z.boolean().optional() }),
    ),
  }),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  frameworkVersion: z.literal("2.0"),
});

/** As the vendor's samples for platform 3.0 and its validator have it: one product module at least besides `common`. */
const place = z.strictObject({ url: z.string().regex(/\.html$/), icon: z.string().regex(/\.svg$/) });
const FreshdeskManifest = z.strictObject({
  "platform-version": z.literal("3.0"),
  modules: z.strictObject({
    common: z.strictObject({ requests: z.record(z.string().regex(/^\w+$/), z.strictObject({})) }),
    support_ticket: z.strictObject({
      location: z.strictObject({ ticket_sidebar: place, ticket_conversation_editor: place }),
      events: z.record(z.string().regex(/^on[A-Z]\w+$/), z.strictObject({ handler: z.string().regex(/^\w+$/) })),
    }),
  }),
  engines: z.strictObject({ node: z.string().regex(/^\d+\.\d+\.\d+$/), fdk: z.string().regex(/^\d+\.\d+\.\d+$/) }),
});

describe("zendesk.zip", () => {
  const files = unpacked("zendesk.zip");

  test("has a manifest by the vendor's rules, which opens our signed page", () => {
    const manifest = ZendeskManifest.parse(jsonIn(files, "manifest.json"));
    expect(manifest.location.support).toEqual({
      ticket_sidebar: { url: "https://cuecard.acme.example/api/identity/zendesk/acme", flexible: true },
    });
  });

  test("has each language's words and logos of the sizes asked for", () => {
    const translations = Object.keys(files).filter((name) => name.startsWith("translations/"));
    expect(translations.sort()).toEqual(["translations/de.json", "translations/en.json"]);
    const Words = z.strictObject({
      app: z.strictObject({
        name: z.string().min(1),
        short_description: z.string().min(1).max(80),
        long_description: z.string().min(1),
        installation_instructions: z.string().min(1),
      }),
    });
    for (const name of translations) Words.parse(jsonIn(files, name));
    expect(sizeOf(files["assets/logo.png"]!)).toEqual([320, 320]);
    expect(sizeOf(files["assets/logo-small.png"]!)).toEqual([128, 128]);
  });
});

describe("freshdesk.zip", () => {
  const files = unpacked("freshdesk.zip");

  test("has a manifest by the vendor's rules, and every file it names", () => {
    const { modules } = FreshdeskManifest.parse(jsonIn(files, "manifest.json"));
    for (const { url, icon } of Object.values(modules.support_ticket.location)) {
      expect(Object.keys(files)).toContain(`app/${url}`);
      expect(Object.keys(files)).toContain(`app/${icon}`);
    }
    expect(Object.keys(jsonIn(files, "config/requests.json"))).toEqual(Object.keys(modules.common.requests));
    const server = strFromU8(files["server/server.js"]!);
    for (const { handler } of Object.values(modules.support_ticket.events)) expect(server).toContain(`${handler}:`);
  });

  test("forwards events with the secret in a header, and never the installation's parameters", async () => {
    const { deliver } = jsonIn(files, "config/requests.json");
    expect(deliver.schema).toMatchObject({
      host: "cuecard.acme.example",
      path: "/webhooks/acme/freshdesk",
      method: "POST",
    });
    expect(deliver.schema.headers["X-Cuecard-Secret"]).toBe("<%= iparam.secret %>");
    expect(jsonIn(files, "config/iparams.json").secret.secure).toBe(true);
    const sent: [string, { body: string }][] = [];
    const $request = { invokeTemplate: async (name: string, given: { body: string }) => sent.push([name, given]) };
    const run = new Function("$request", `let exports; ${strFromU8(files["server/server.js"]!)}; return exports;`);
    const handlers = run($request);
    await handlers.onConversationCreateCallback({
      event: "onConversationCreate",
      data: { a: 1 },
      iparams: { secret: "s3cret" },
    });
    expect(JSON.parse(sent[0]![1].body)).toEqual({ event: "onConversationCreate", data: { a: 1 } });
  });

  test("loads no script from elsewhere, and knows its server", () => {
    expect(strFromU8(files["app/index.html"]!).match(/<script[^>]*src="([^"]+)"/g)).toHaveLength(2);
    expect(strFromU8(files["app/scripts/app.js"]!)).toContain("https://cuecard.acme.example");
  });
});

test("the others name their pages and webhooks, and the same input gives the same bytes", async () => {
  for (const name of ["chatwoot", "libredesk", "intercom", "front", "helpscout"]) {
    const settings = JSON.parse(String(made[`${name}.json`]));
    expect(settings.webhook.url).toBe(`https://cuecard.acme.example/webhooks/acme/${name}`);
  }
  const again = await apps(target);
  expect(Buffer.from(again["zendesk.zip"] as Uint8Array).equals(Buffer.from(made["zendesk.zip"] as Uint8Array))).toBe(
    true,
  );
});

test("an address no helpdesk would load is refused", () => {
  expect(() => targetOf("http://cuecard.acme.example", "acme", "1.0.0")).toThrow("https");
  expect(() => targetOf("cuecard", "acme", "1.0.0")).toThrow("--url takes an address");
  expect(() => targetOf("https://cuecard.acme.example", "../x", "1.0.0")).toThrow("workspace");
  expect(targetOf("http://localhost:4000", "demo", "1.0.0").origin).toBe("http://localhost:4000");
});

test("what Help Scout says of a copied draft is in the rep's language", () => {
  expect(draftCopied(["fr", "de-CH", "en"])).toBe("Entwurf kopiert");
  expect(draftCopied(["en-GB", "de"])).toBe("Draft copied");
  expect(draftCopied(["fr"])).toBe("Draft copied");
});
