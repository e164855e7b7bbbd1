/** What holds for every helpdesk: no delivery is believed unproven, nothing but AppError is thrown, and what is sent comes back. */
import { createHmac } from "node:crypto";
import { AppError } from "@cuecard/core/error";
import { Event } from "@cuecard/core/event";
import { names } from "@cuecard/core/helpdesk/registry";
import { sender, names as senders } from "@cuecard/local/senders/sender";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { delivery, normalise, now, received } from "./deliveries.ts";

const secret = `whsec_${Buffer.from("some secret of ours").toString("base64")}`;
const json = { "content-type": "application/json" };

/** "-1" and "0" are nobody at some helpdesks. */
const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/).filter((value) => value !== "-1" && value !== "0");
/** Whole seconds: some helpdesks tell no finer time. */
const at = fc.integer({ min: 1_500_000_000, max: Math.floor(now / 1000) }).map((s) => new Date(s * 1000).toISOString());
const words = fc.stringMatching(/^[a-zA-Z0-9 ,.!?äöüß€😀]{0,60}$/u).map((text) => text.trim());
const conversation = fc.record({ id });
const message = fc.record({
  id,
  at,
  author: fc.record({ kind: fc.constantFrom("customer" as const, "rep" as const, "bot" as const), id }),
  visibility: fc.constant("public" as const),
  text: words.filter((text) => text !== ""),
});
const note = message.map((m) => ({
  ...m,
  author: { ...m.author, kind: "rep" as const },
  visibility: "internal" as const,
}));
const neutral: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ type: fc.constant("message.created" as const), conversation, message: fc.oneof(message, note) }),
  fc.record({ type: fc.constant("conversation.resolved" as const), conversation, at }),
  fc.record({ type: fc.constant("conversation.reopened" as const), conversation, at }),
  fc.record({
    type: fc.constant("conversation.assigned" as const),
    conversation: fc.record({ id, assignee: fc.record({ id }) }),
    at,
  }),
  fc.record({
    type: fc.constant("conversation.merged" as const),
    conversation,
    at,
    into: id.map((one) => `into-${one}`),
  }),
  fc.record({
    type: fc.constant("conversation.rated" as const),
    conversation,
    at,
    rating: fc.record({ score: fc.constantFrom(1, 5) }),
  }),
);

/** What a report stands on; a helpdesk may know more of the conversation, or less of a bot. */
function essence(event: Event) {
  if (event.type === "message.created") {
    const { id, at, author, visibility, text } = event.message;
    return { conversation: event.conversation.id, id, at, kind: author.kind, visibility, text };
  }
  const rest =
    event.type === "conversation.rated"
      ? event.rating
      : event.type === "conversation.merged"
        ? event.into
        : event.type === "conversation.assigned" && event.conversation.assignee?.id;
  return { type: event.type, conversation: event.conversation.id, at: event.at, rest };
}

/** Anything JSON, and things that look like a payload with a wrong part. */
const shaken = (payload: object) =>
  fc
    .record({ path: fc.array(fc.nat(12), { maxLength: 6 }), value: fc.jsonValue({ maxDepth: 2 }) })
    .map(({ path, value }) => {
      const copy = structuredClone(payload) as Record<string, unknown>;
      let at: Record<string, unknown> = copy;
      for (const step of path) {
        const keys = Object.keys(at);
        const key = keys[step % Math.max(1, keys.length)];
        if (key === undefined) break;
        const inner = at[key];
        if (typeof inner !== "object" || inner === null || step === path.at(-1)) {
          at[key] = value;
          break;
        }
        at = inner as Record<string, unknown>;
      }
      return copy;
    });

/** Signatures over any bytes, put together here from the vendors' descriptions. */
const mac = (algorithm: "sha1" | "sha256", encoding: "hex" | "base64", ...parts: (string | Uint8Array)[]) =>
  parts.reduce((all, part) => all.update(part), createHmac(algorithm, secret)).digest(encoding);
const seconds = String(Math.floor(now / 1_000));
const signedBy: Record<string, (raw: Uint8Array) => Record<string, string>> = {
  standard: (raw) => {
    const key = Buffer.from(secret.slice("whsec_".length), "base64");
    const signature = createHmac("sha256", key).update(`d.${seconds}.`).update(raw).digest("base64");
    return { "webhook-id": "d", "webhook-timestamp": seconds, "webhook-signature": `v1,${signature}` };
  },
  zendesk: (raw) => {
    const timestamp = new Date(now).toISOString();
    const signature = mac("sha256", "base64", timestamp, raw);
    return { "x-zendesk-webhook-signature": signature, "x-zendesk-webhook-signature-timestamp": timestamp };
  },
  chatwoot: (raw) => ({
    "x-chatwoot-timestamp": seconds,
    "x-chatwoot-signature": `sha256=${mac("sha256", "hex", `${seconds}.`, raw)}`,
  }),
  libredesk: (raw) => ({ "x-libredesk-signature": `sha256=${mac("sha256", "hex", raw)}` }),
  intercom: (raw) => ({ "x-hub-signature": `sha1=${mac("sha1", "hex", raw)}` }),
  front: (raw) => ({
    "x-front-request-timestamp": String(now),
    "x-front-signature": mac("sha256", "base64", `${now}:`, raw),
  }),
  helpscout: (raw) => ({ "x-helpscout-event": "convo.created", "x-helpscout-signature": mac("sha1", "base64", raw) }),
  freshdesk: () => ({ "x-cuecard-secret": secret }),
};

it("has a sender for each", () => expect(senders).toEqual(names));

describe.each(names)("%s", (name) => {
  it("gives back what its sender sent", async () => {
    const desk = await sender(name, secret);
    await fc.assert(
      fc.asyncProperty(neutral, async (event) => {
        const request = desk.build(event, { nowMs: now, deliveryId: "d1" });
        if (!request) return;
        expect(request.path.split("?")[0]).toBe(`/${name}`);
        const query = Object.fromEntries(new URLSearchParams(request.path.split("?")[1]));
        const got = await received(name, delivery(request.body, request.headers, query), desk.secretFields());
        if (got.kind !== "events") throw new Error("an ordinary delivery was taken for a handshake");
        if (got.events.length === 0) expect(got.fetch?.[0]?.conversationId).toBe(event.conversation.id);
        else expect(got.events.map(essence)).toEqual([essence(event)]);
      }),
      { numRuns: 40 },
    );
  });

  it("sends what can be sent of a conversation", async () => {
    const desk = await sender(name, secret);
    const event: Event = {
      type: "message.created",
      conversation: { id: "1" },
      message: {
        id: "2",
        at: "2026-01-08T14:25:30.000Z",
        author: { kind: "customer", id: "3" },
        visibility: "public",
        text: "Hi",
      },
    };
    expect(desk.build(event, { nowMs: now, deliveryId: "d1" })).not.toBeNull();
    const resolved: Event = {
      type: "conversation.resolved",
      conversation: { id: "1" },
      at: "2026-01-08T14:25:30.000Z",
    };
    expect(desk.build(resolved, { nowMs: now, deliveryId: "d2" })).not.toBeNull();
  });

  it("believes no bytes that were not signed, whatever the headers say", async () => {
    const desk = await sender(name, secret);
    const real = desk.build(
      { type: "conversation.resolved", conversation: { id: "1" }, at: "2026-01-08T14:25:30.000Z" },
      { nowMs: now, deliveryId: "d" },
    )!;
    const headerNames = Object.keys(real.headers).filter((header) => header !== "content-type");
    const strange = fc.oneof(
      fc.string(),
      fc.string({ unit: "binary" }),
      fc.constant(""),
      fc.base64String(),
      fc.constant(String(now)),
    );
    const headers = fc.dictionary(fc.constantFrom(...headerNames, "authorization"), strange);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), headers, async (raw, given) => {
        const outcome = await received(name, delivery(raw, given), desk.secretFields()).catch((error) => error);
        expect(outcome).toBeInstanceOf(AppError);
        expect(outcome.kind).toBe("auth");
      }),
      { numRuns: 150 },
    );
  });

  it("believes no one without a secret, and none with another", async () => {
    const desk = await sender(name, secret);
    const other = await sender(name, "whsec_b3RoZXIgc2VjcmV0");
    const empty = await sender(name, "");
    const event: Event = { type: "conversation.resolved", conversation: { id: "1" }, at: "2026-01-08T14:25:30.000Z" };
    for (const [from, credentials] of [
      [desk, other.secretFields()],
      [other, desk.secretFields()],
      [desk, {}],
      [empty, {}],
      [empty, { secret: "" }],
      [empty, { secret: "", secretOld: "" }],
    ] as const) {
      const request = from.build(event, { nowMs: now, deliveryId: "d" })!;
      await expect(received(name, delivery(request.body, request.headers), credentials)).rejects.toMatchObject({
        kind: "auth",
      });
    }
  });

  it("answers any payload with events that hold, or with an AppError", async () => {
    const desk = await sender(name, secret);
    const request = (event: Event) => desk.build(event, { nowMs: now, deliveryId: "d" });
    const payloads = neutral.chain((event) => {
      const made = request(event);
      const good = made ? (JSON.parse(made.body) as object) : {};
      return fc.tuple(fc.constant(made?.headers ?? json), fc.oneof(shaken(good), fc.jsonValue(), fc.constant(good)));
    });
    await fc.assert(
      fc.asyncProperty(payloads, async ([headers, payload]) => {
        const outcome = await normalise(name, payload, headers).catch((error) => error);
        if (outcome instanceof Error) {
          expect(outcome).toBeInstanceOf(AppError);
          expect(outcome).toMatchObject({ kind: "input", path: expect.any(String) });
        } else for (const event of outcome.events) expect(Event.parse(event)).toEqual(event);
      }),
      { numRuns: 150 },
    );
  });

  it("answers any bytes that were rightly signed with events that hold, or with 400", async () => {
    const credentials = (await sender(name, secret)).secretFields();
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((text) => new TextEncoder().encode(text)),
      fc.string({ unit: "binary" }).map((text) => new TextEncoder().encode(`{"event":${JSON.stringify(text)}`)),
    );
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(bytes, async (raw) => {
        const outcome = await received(name, delivery(raw, signedBy[name]!(raw)), credentials).catch((error) => error);
        if (outcome instanceof Error) {
          refused++;
          expect(outcome).toMatchObject({ kind: "input" });
        } else if (outcome.kind === "events")
          for (const event of outcome.events) expect(Event.parse(event)).toEqual(event);
      }),
      { numRuns: 100 },
    );
    expect(refused).toBeGreaterThan(0);
  });
});
