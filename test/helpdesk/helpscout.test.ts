import { verifyAppQuery } from "@cuecard/core/helpdesk/helpscout";
import { hmac } from "@cuecard/core/helpdesk/signature";
import { describe, expect, it } from "vitest";
import { delivery, received } from "./deliveries.ts";

it("takes Help Scout's signature of webhooks: HMAC-SHA1 over the body, in base64", async () => {
  const headers = { "X-HelpScout-Signature": "QBYU3O08J+0X8tRFPc3MSFpZnSc=", "X-HelpScout-Event": "helpscout.test" };
  const credentials = { secret: "test-secret" };
  await expect(received("helpscout", delivery('{"ok":true}', headers), credentials)).resolves.toMatchObject({
    events: [],
  });
  const refused = received("helpscout", delivery('{"ok":true} ', headers), credentials);
  await expect(refused).rejects.toMatchObject({ kind: "auth", code: "signature_invalid" });
});

describe("an app's query", () => {
  const query = "conversation-id=101&mailbox-id=85&user-id=256";
  const signature = encodeURIComponent("m27XyPIVXTxVTu5J9AS4J3xJCxQ=");

  it("is signed over the other parameters as JSON, in their order", () => {
    const signed = new URLSearchParams(`${query}&X-HelpScout-Signature=${signature}`);
    expect(verifyAppQuery(signed, [], "test-secret")).toBeUndefined();
    const moved = new URLSearchParams(
      `mailbox-id=85&conversation-id=101&user-id=256&X-HelpScout-Signature=${signature}`,
    );
    expect(() => verifyAppQuery(moved, [], "test-secret")).toThrow("does not match");
  });

  it("leaves out what already stood in our URL", () => {
    const signed = new URLSearchParams(`workspace=w1&${query}&X-HelpScout-Signature=${signature}`);
    expect(verifyAppQuery(signed, ["workspace"], "test-secret")).toBeUndefined();
    expect(() => verifyAppQuery(signed, [], "test-secret")).toThrow("does not match");
  });

  it("is written as PHP writes JSON", () => {
    // json_encode escapes the slash and everything beyond ASCII, astral characters as two units.
    const json = '{"2":"a\\/b","1":"\\u00fc\\ud83d\\ude00"}';
    const signed = new URLSearchParams([
      ["2", "a/b"],
      ["1", "ü😀"],
      ["X-HelpScout-Signature", hmac("sha1", "s", "base64", json)],
    ]);
    expect(verifyAppQuery(signed, [], "s")).toBeUndefined();
  });

  it("is refused unsigned, and without a secret", () => {
    expect(() => verifyAppQuery(new URLSearchParams(query), [], "s")).toThrow("not signed");
    const forged = hmac("sha1", "", "base64", '{"a":"1"}');
    const signed = new URLSearchParams([
      ["a", "1"],
      ["X-HelpScout-Signature", forged],
    ]);
    expect(() => verifyAppQuery(signed, [], "")).toThrow("No secret");
  });
});
