import { createHash } from "node:crypto";
import { equal, hmac, requireMatch, secretsOf } from "@cuecard/core/helpdesk/signature";
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
