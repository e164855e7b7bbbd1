import { expect, it } from "vitest";
import { delivery, received } from "./deliveries.ts";

it("takes Libredesk's signature: HMAC-SHA256 over the body, in hex", async () => {
  const headers = {
    "X-Libredesk-Signature": "sha256=97b4f11584439784b801821ece72af4e29c19573aacf94bcc0533c09086b3643",
  };
  const credentials = { secret: "test-secret" };
  const passed = received("libredesk", delivery('{"ok":true}', headers), credentials);
  await expect(passed).rejects.toMatchObject({ kind: "input", path: "event" });
  const refused = received("libredesk", delivery('{"ok":true}\n', headers), credentials);
  await expect(refused).rejects.toMatchObject({ kind: "auth", code: "signature_invalid" });
});
