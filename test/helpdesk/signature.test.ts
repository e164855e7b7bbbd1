import { createHash } from "node:crypto";
import { digestOf, equal, hmac, requireMatch, secretsOf } from "@cuecard/core/helpdesk/signature";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("hmac", () => {
  it("gives HubSpot's signature too: method, address, body and time", () => {
    const ts = "1700000000000";
    expect(hmac("sha256", "test-secret", "base64", "POST", "https://example.com/hook", '{"ok":true}', ts)).toBe(
      "nfhwBPlAuvuNJJnrX0FWPsKpMfg8E4qnTpFrgJJC+Ws=",
    );
  });

  it("does not care where its parts are cut", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
        const joined = Buffer.concat([a, b]);
        expect(hmac("sha256", "k", "hex", a, b)).toBe(hmac("sha256", "k", "hex", joined));
      }),
    );
  });
});

describe("digestOf", () => {
  it("is SHA-256 of the bytes, cut to 32 signs: the beginning of HubSpot's own first example, secret before body", () => {
    const body =
      '[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]';
    const raw = Buffer.from(`yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy${body}`);
    const published = "232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de";
    expect(digestOf({ method: "POST", raw, headers: {}, query: {} })).toBe(published.slice(0, 32));
  });
});

describe("secretsOf", () => {
  it("takes no empty secret, with which anybody could sign", () => {
    expect(() => secretsOf({ secret: "", secretOld: "" })).toThrow(/No secret/);
    expect(secretsOf({ secret: "", secretOld: "old" })).toEqual(["old"]);
  });
});

describe("equal", () => {
  it("is true for the same text alone", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
        expect(equal(a, b)).toBe(Buffer.from(a).equals(Buffer.from(b)));
        expect(equal(a, a)).toBe(true);
      }),
    );
  });

  it("takes texts of other lengths without an error", () => {
    expect(equal("", createHash("sha256").digest("hex"))).toBe(false);
  });
});

it("refuses when nothing was given, or nothing expected", () => {
  for (const [given, expected] of [
    [[], ["a"]],
    [["a"], []],
    [[], []],
  ] as const)
    expect(() => requireMatch([...given], [...expected])).toThrow("does not match");
});
