import type { Event } from "@cuecard/core/event";
import { sender } from "@cuecard/local/senders/standard";
import { describe, expect, it } from "vitest";
import { delivery, normalise, now, received } from "./deliveries.ts";

const secret = `whsec_${Buffer.from("a secret of some length").toString("base64")}`;
const body = {
  type: "message.created",
  conversation: {
    id: "c1",
    subject: "Refund",
    channel: "chat",
    customer: { id: "u1", name: "Ada Byron", email: "ada@example.com" },
    assignee: { id: "r1", name: "Sam" },
    team: "payments",
    tags: [],
  },
  message: {
    id: "m1",
    at: "2026-01-01T10:00:00.000Z",
    author: { kind: "customer", id: "u1" },
    visibility: "public",
    text: "Where is my refund?",
  },
};
const signed = (event: unknown, options = { nowMs: now, deliveryId: "msg_1" }) => {
  const request = sender(secret).build(event as Event, options)!;
  return delivery(request.body, request.headers);
};
const withMessage = (message: object) => ({ ...body, message: { ...body.message, ...message } });
const textOf = async (message: object) => {
  const { events } = await normalise("standard", withMessage(message));
  return (events[0] as Extract<Event, { type: "message.created" }>).message;
};

describe("the signature", () => {
  it("is that of the specification's own example", async () => {
    // https://github.com/standard-webhooks/standard-webhooks, spec and libraries' tests: the published vector.
    const example = delivery('{"test": 2432232314}', {
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    });
    const credentials = { secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" };
    await expect(received("standard", example, credentials, 1614265330_000)).rejects.toMatchObject({
      kind: "input",
      path: "type",
    });
  });

  it("passes with the contract's body", async () => {
    await expect(received("standard", signed(body), { secret })).resolves.toEqual({
      kind: "events",
      events: [body],
      deliveryId: "msg_1",
    });
  });

  it("passes with the secret before, while it is rotated, and among other signatures", async () => {
    const one = signed(body);
    one.headers["webhook-signature"] = `v1a,xx v1,AAAA ${one.headers["webhook-signature"]}`;
    const credentials = { secret: "whsec_bmV3", secretOld: secret };
    await expect(received("standard", one, credentials)).resolves.toMatchObject({ kind: "events" });
  });

  it.each([
    ["another secret", { secret: "whsec_b3RoZXI=" }],
    ["no secret", {}],
    ["an empty secret", { secret: "" }],
    ["a secret that decodes to nothing", { secret: "whsec_!!" }],
  ])("is refused with %s", async (_, credentials) => {
    const refused = received("standard", signed(body), credentials as Record<string, string>);
    await expect(refused).rejects.toMatchObject({ kind: "auth", code: "signature_invalid" });
  });

  it("is refused when an empty key signed it", async () => {
    const forged = sender("whsec_").build(body as Event, { nowMs: now, deliveryId: "x" })!;
    for (const credentials of [{}, { secret: "whsec_" }, { secret: "", secretOld: "" }])
      await expect(
        received("standard", delivery(forged.body, forged.headers), credentials as Record<string, string>),
      ).rejects.toMatchObject({ kind: "auth" });
  });

  it("is refused when one byte of the body differs", async () => {
    const one = signed(body);
    one.raw[20]! ^= 1;
    await expect(received("standard", one, { secret })).rejects.toMatchObject({ code: "signature_invalid" });
  });

  it.each([-301_000, 301_000])("is refused %i ms away from its time", async (away) => {
    await expect(received("standard", signed(body), { secret }, now + away)).rejects.toMatchObject({
      kind: "auth",
      code: "timestamp_invalid",
    });
  });

  it.each(["webhook-id", "webhook-timestamp", "webhook-signature"])("is refused without %s", async (name) => {
    const one = signed(body);
    delete one.headers[name];
    await expect(received("standard", one, { secret })).rejects.toMatchObject({ code: "signature_missing" });
  });
});

describe("the body", () => {
  it.each([
    ["type", { ...body, type: undefined }],
    ["conversation", { ...body, conversation: undefined }],
    ["conversation.id", { ...body, conversation: { ...body.conversation, id: undefined } }],
    ["conversation.id", { ...body, conversation: { id: "x".repeat(257) } }],
    ["message", { ...body, message: null }],
    ["message.id", withMessage({ id: "" })],
    ["message.at", withMessage({ at: "yesterday" })],
    ["message.at", withMessage({ at: "2026-01-01T10:00:00" })],
    ["message.at", withMessage({ at: "2026-01-09T14:30:00.001Z" })],
    ["message.author", withMessage({ author: undefined })],
    ["message.author.kind", withMessage({ author: { kind: "agent" } })],
    ["message.visibility", withMessage({ visibility: "secret" })],
    ["message.text", withMessage({ text: undefined })],
    ["message.text", withMessage({ text: 5 })],
    ["at", { type: "conversation.resolved", conversation: { id: "c1" } }],
    ["at", { type: "conversation.resolved", conversation: { id: "c1" }, at: "2027-01-01T00:00:00Z" }],
    ["rating", { type: "conversation.rated", conversation: { id: "c1" }, at: "2026-01-01T00:00:00Z" }],
    [
      "rating.score",
      { type: "conversation.rated", conversation: { id: "c1" }, at: "2026-01-01T00:00:00Z", rating: { score: 6 } },
    ],
    ["into", { type: "conversation.merged", conversation: { id: "c1" }, at: "2026-01-01T00:00:00Z" }],
    ["body", [body]],
  ])("names %s when it is wrong", async (path, wrong) => {
    await expect(normalise("standard", wrong)).rejects.toMatchObject({ kind: "input", code: "invalid_field", path });
  });

  it("may leave out what is optional, say null for it, and say more than we know", async () => {
    const sparse = {
      type: "message.created",
      surprise: true,
      conversation: { id: "c1", subject: null, customer: null, tags: null, assignee: null, team: null, extra: 1 },
      message: {
        id: "m1",
        at: "2026-01-01T12:00:00+02:00",
        author: { kind: "bot", id: null, name: null },
        text: "",
        html: null,
      },
    };
    const { events } = await normalise("standard", sparse);
    expect(events).toEqual([
      {
        type: "message.created",
        conversation: { id: "c1", assignee: null, team: null },
        message: { id: "m1", at: "2026-01-01T10:00:00.000Z", author: { kind: "bot" }, visibility: "public", text: "" },
      },
    ]);
  });

  it("is no event when its type is unknown", async () => {
    await expect(normalise("standard", { type: "conversation.snoozed" })).resolves.toEqual({ events: [] });
    await expect(normalise("standard", { type: "toString" })).resolves.toEqual({ events: [] });
  });

  it("is no event when our own author wrote it", async () => {
    const own = withMessage({ author: { kind: "rep", id: "cuecard" } });
    await expect(normalise("standard", own, {}, { ownUserId: "cuecard" })).resolves.toEqual({ events: [] });
  });

  it("takes its author for the customer where none is named", async () => {
    const customer = { id: "u1", name: "Ada" };
    const unnamed = {
      ...body,
      conversation: { id: "c1" },
      message: { ...body.message, author: { kind: "customer", ...customer } },
    };
    const { events } = await normalise("standard", unnamed);
    expect(events[0]?.conversation).toEqual({ id: "c1", customer });
  });

  it("may be HTML", async () => {
    const html =
      "<p>Hello&nbsp;<b>Sam</b>,</p><p>where is it?</p><blockquote>On Monday you wrote</blockquote><img src=x>";
    expect((await textOf({ text: null, html })).text).toBe("Hello\u00a0Sam,\n\nwhere is it?\n\n> On Monday you wrote");
  });

  it("names a picture within the HTML as unread, as it does an attachment", async () => {
    const message = async (more: object) => {
      const { text: _, ...rest } = body.message;
      const { events } = await normalise("standard", { ...body, message: { ...rest, ...more } });
      return (events[0] as { message: { attachments?: number } }).message;
    };
    expect(await message({ html: "<p>Like this:</p><img src='https://x.example/crack.jpg'>" })).toMatchObject({
      attachments: 1,
      text: "Like this:",
    });
    expect(await message({ html: "<p>Hello</p>" })).not.toHaveProperty("attachments");
    expect(await message({ text: "Hello", attachments: [{}, {}] })).toHaveProperty("attachments", 2);
  });

  it("keeps 200 KB of text and never half a character", async () => {
    const { text, truncated } = await textOf({ text: `a${"😀".repeat(60_000)}` });
    expect(truncated).toBe(true);
    expect(Buffer.byteLength(text)).toBe(199_997);
    expect(text.isWellFormed()).toBe(true);
    expect(await textOf({ text: "x".repeat(200_000) })).not.toHaveProperty("truncated");
  });

  it("loses NUL and half surrogates, nothing else", async () => {
    expect((await textOf({ text: "a\0b\ud800c\u202e😀" })).text).toBe("ab\ufffdc\u202e😀");
  });

  it.each([
    ["message.edited", { at: "2026-01-01T11:00:00.000Z", message: body.message }],
    ["message.redacted", { at: "2026-01-01T11:00:00.000Z", message: { id: "m1" } }],
    ["conversation.assigned", { at: "2026-01-01T11:00:00.000Z" }],
    ["conversation.resolved", { at: "2026-01-01T11:00:00.000Z" }],
    ["conversation.reopened", { at: "2026-01-01T11:00:00.000Z" }],
    ["conversation.merged", { at: "2026-01-01T11:00:00.000Z", into: "c0" }],
    ["conversation.rated", { at: "2026-01-01T11:00:00.000Z", rating: { score: 4 } }],
  ])("may be %s", async (type, rest) => {
    const event = { type, conversation: body.conversation, ...rest };
    await expect(normalise("standard", event)).resolves.toEqual({ events: [event] });
  });
});
