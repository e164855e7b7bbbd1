import { hmac } from "@cuecard/core/helpdesk/signature";
import { describe, expect, it } from "vitest";
import { delivery, normalise, received } from "./deliveries.ts";

const credentials = { secret: "test-secret" };
const body = '{"ok":true}';
const then = 1_700_000_000_000;
const vector = {
  "X-Front-Signature": "4QbQ1aMRe6a9xYXFprdisU9g5Bj+cqLid5NRStxwvYU=",
  "X-Front-Request-Timestamp": String(then),
};

describe("Front's signature", () => {
  it("is HMAC-SHA256 over milliseconds, a colon and the body, in base64", async () => {
    const passed = received("front", delivery(body, vector), credentials, then);
    await expect(passed).rejects.toMatchObject({ kind: "input", path: "type" });
    const changed = received("front", delivery("{}", vector), credentials, then);
    await expect(changed).rejects.toMatchObject({ code: "signature_invalid" });
    const late = received("front", delivery(body, vector), credentials, then + 300_001);
    await expect(late).rejects.toMatchObject({ code: "timestamp_invalid" });
  });

  it("is, for a rule's webhook, HMAC-SHA1 over the body with another secret", async () => {
    const rule = delivery(body, { "X-Front-Signature": "QBYU3O08J+0X8tRFPc3MSFpZnSc=" });
    const passed = received("front", rule, { secret: "app", ruleSecret: "test-secret" });
    await expect(passed).rejects.toMatchObject({ kind: "input", path: "type" });
    for (const ruleSecret of ["", "other"])
      await expect(received("front", rule, { secret: "test-secret", ruleSecret })).rejects.toMatchObject({
        kind: "auth",
      });
  });

  it("is asked for before a challenge is answered", async () => {
    const sync = '{"type":"sync","authorization":{"id":"cmp_abc"}}';
    const signature = hmac("sha256", "test-secret", "base64", `${then}:`, sync);
    const headers = { "x-front-request-timestamp": String(then), "x-front-challenge": "echo me" };
    const asked = received("front", delivery(sync, { ...headers, "x-front-signature": signature }), credentials, then);
    await expect(asked).resolves.toEqual({
      kind: "handshake",
      status: 200,
      body: "echo me",
      contentType: "text/plain",
    });
    const forged = received("front", delivery(sync, { ...headers, "x-front-signature": "x" }), credentials, then);
    await expect(forged).rejects.toMatchObject({ kind: "auth" });
  });
});

it("follows a merge: what its target names went into the conversation that stays", async () => {
  const { events } = await normalise("front", {
    type: "conversations_merged",
    id: "evt_1",
    emitted_at: 1_767_882_330,
    target: { _meta: { type: "conversations" }, data: [{ id: "cnv_a" }, { id: "cnv_b" }, { id: "cnv_stays" }] },
    conversation: { id: "cnv_stays" },
  });
  const rest = { type: "conversation.merged", at: "2026-01-08T14:25:30.000Z", into: "cnv_stays" };
  expect(events).toEqual([
    { ...rest, conversation: { id: "cnv_a" } },
    { ...rest, conversation: { id: "cnv_b" } },
  ]);
});
