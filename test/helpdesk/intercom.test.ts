import { created } from "@cuecard/core/helpdesk/events";
import { verifyCanvas } from "@cuecard/core/helpdesk/intercom";
import { expect, it } from "vitest";
import { delivery, now, received } from "./deliveries.ts";

const credentials = { secret: "test-secret" };

it("takes Intercom's signature of webhooks: HMAC-SHA1 over the body, in hex", async () => {
  const headers = { "X-Hub-Signature": "sha1=401614dced3c27ed17f2d4453dcdcc485a599d27" };
  const passed = received("intercom", delivery('{"ok":true}', headers), credentials);
  await expect(passed).rejects.toMatchObject({ kind: "input", path: "topic" });
  const refused = received("intercom", delivery('{"ok":True}', headers), credentials);
  await expect(refused).rejects.toMatchObject({ kind: "auth", code: "signature_invalid" });
});

it("takes Intercom's signature of canvas requests: HMAC-SHA256", () => {
  const headers = { "X-Body-Signature": "97b4f11584439784b801821ece72af4e29c19573aacf94bcc0533c09086b3643" };
  expect(verifyCanvas(delivery('{"ok":true}', headers), credentials)).toBeUndefined();
  expect(() => verifyCanvas(delivery('{"ok":true}', headers), { secret: "other" })).toThrow("signature");
  expect(() => verifyCanvas(delivery('{"ok":true}'), credentials)).toThrow("missing");
  expect(now).toBeGreaterThan(0);
});

it("names a picture as unread that Intercom puts into the text and counts nowhere", async () => {
  const raw = {
    id: "m",
    at: "2026-01-01T10:00:00.000Z",
    kind: "customer" as const,
    author: { id: "u" },
    internal: false,
  };
  const text =
    '<p>It looks like this:</p><div class="intercom-container"><img src="https://x.example/crack.jpg"></div>';
  const told = await created({ id: "c" }, { ...raw, text, format: "either" });
  expect(told).toMatchObject({ message: { attachments: 1 } });
  const plain = await created({ id: "c" }, { ...raw, text: "Use <img> here?", format: "either" });
  expect(plain).not.toHaveProperty("message.attachments");
});
