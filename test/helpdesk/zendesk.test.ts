import { hmac } from "@cuecard/core/helpdesk/signature";
import { describe, expect, it } from "vitest";
import { delivery, received } from "./deliveries.ts";

const at = "2026-01-01T00:00:00Z";
const signed = (signature: string, body = '{"ok":true}', timestamp = at) =>
  delivery(body, {
    "X-Zendesk-Webhook-Signature": signature,
    "X-Zendesk-Webhook-Signature-Timestamp": timestamp,
  });
const vector = "ivkajZqZoI5mACtFKh2OPvdUXU4wuUmEb9fNWGjfIXY=";
const credentials = { secret: "test-secret" };

describe("Zendesk's signature", () => {
  it("is HMAC-SHA256 over timestamp and body, in base64", async () => {
    await expect(received("zendesk", signed(vector), credentials, Date.parse(at))).resolves.toEqual({
      kind: "events",
      events: [],
    });
  });

  it("is old after five minutes", async () => {
    const later = received("zendesk", signed(vector), credentials, Date.parse(at) + 300_001);
    await expect(later).rejects.toMatchObject({ code: "timestamp_invalid" });
  });

  it("signs the timestamp too", async () => {
    const moved = received("zendesk", signed(vector, undefined, "2026-01-01T00:00:01Z"), credentials, Date.parse(at));
    await expect(moved).rejects.toMatchObject({ code: "signature_invalid" });
  });

  it("is not the older edition's, which signed the body before the timestamp", async () => {
    // The example of that edition of https://developer.zendesk.com/documentation/event-connectors/webhooks/verifying/
    const secret = "HRkRd4BeOAoUkfZr-mhauJT64rvBASlJRoIyPsd3zeA=";
    const [body, timestamp] = ['{"say": "hello"}', "2021-07-25T10:00:00Z"];
    const old = "tRDSF7URY8BLCDlaBcQ7FHu051Zk+aAB0NKMP53teMw=";
    expect(hmac("sha256", secret, "base64", body, timestamp)).toBe(old);
    const refused = received("zendesk", signed(old, body, timestamp), { secret }, Date.parse(timestamp));
    await expect(refused).rejects.toMatchObject({ code: "signature_invalid" });
  });
});
