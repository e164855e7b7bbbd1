import { describe, expect, it } from "vitest";
import { delivery, received } from "./deliveries.ts";

const credentials = { secret: "test-secret" };
const body = '{"event":"webwidget_triggered"}';
const vector = {
  "X-Chatwoot-Signature": "sha256=e00af05ced77fd14c24ad92b550cd513693939af637a094ea86bcfc6681451b0",
  "X-Chatwoot-Timestamp": "1700000000",
};
const then = 1_700_000_000_000;

describe("Chatwoot's signature", () => {
  it("is HMAC-SHA256 over timestamp, a dot and the body, in hex", async () => {
    // The vector's body has no event, so it passes the signature and fails as a payload.
    const passed = received("chatwoot", delivery('{"ok":true}', vector), credentials, then);
    await expect(passed).rejects.toMatchObject({ kind: "input", path: "event" });
    const changed = received("chatwoot", delivery('{"ok":fals}', vector), credentials, then);
    await expect(changed).rejects.toMatchObject({ code: "signature_invalid" });
    const late = received("chatwoot", delivery('{"ok":true}', vector), credentials, then + 300_001);
    await expect(late).rejects.toMatchObject({ code: "timestamp_invalid" });
  });

  it("may be missing only where the admin says so", async () => {
    await expect(received("chatwoot", delivery(body), credentials)).rejects.toMatchObject({
      code: "signature_missing",
    });
    for (const allowUnsigned of ["no", "true", ""])
      await expect(received("chatwoot", delivery(body), { allowUnsigned })).rejects.toMatchObject({ kind: "auth" });
    await expect(received("chatwoot", delivery(body), { allowUnsigned: "yes" })).resolves.toMatchObject({ events: [] });
  });

  it("may be replaced by a token in the URL", async () => {
    const withToken = { allowUnsigned: "yes", urlToken: "t0ken" };
    await expect(received("chatwoot", delivery(body, {}, { token: "t0ken" }), withToken)).resolves.toMatchObject({
      events: [],
    });
    for (const query of [{}, { token: "" }, { token: "t0kem" }])
      await expect(received("chatwoot", delivery(body, {}, query), withToken)).rejects.toMatchObject({
        code: "signature_invalid",
      });
  });

  it("is checked when it is there, even where it may be missing", async () => {
    const wrong = received("chatwoot", delivery("{}", vector), { ...credentials, allowUnsigned: "yes" }, then);
    await expect(wrong).rejects.toMatchObject({ code: "signature_invalid" });
  });
});
