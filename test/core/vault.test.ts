/** What lies sealed in the table: nobody reads it, changes it or shortens it without the key. */
import { randomBytes } from "node:crypto";
import { vault } from "@cuecard/core/vault";
import { expect, test } from "vitest";

const key = () => randomBytes(32).toString("base64");
const [one, two] = [key(), key()];
const text = "whsec_a secret with ü";

test("opens to what was sealed, and looks different each time", () => {
  const { seal, open } = vault(one);
  expect([seal(text), seal("")].map(open)).toEqual([text, ""]);
  expect(seal(text)).not.toBe(seal(text));
  expect(Buffer.from(seal(text).split(".")[2]!, "base64url").includes("secret")).toBe(false);
});

test("not one bit of it can be changed, and none of it left out", () => {
  const { seal, open } = vault(one);
  for (const sealed of [seal(text), seal("")]) {
    const [version, id, data] = sealed.split(".");
    const bytes = Buffer.from(data!, "base64url");
    const opened = (changed: Buffer) => () => open(`${version}.${id}.${changed.toString("base64url")}`);
    expect(opened(bytes)()).toBe(open(sealed));
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      expect(opened(changed), `byte ${at}`).toThrow();
      // A shorter tag would be quicker to guess.
      expect(opened(bytes.subarray(0, at)), `${at} bytes`).toThrow();
    }
  }
});

test("a new key in front seals, the old one still opens until it is gone", () => {
  const old = vault(one).seal(text);
  expect(vault(`${two} ${one}`).open(old)).toBe(text);
  expect(() => vault(two).open(old)).toThrow(expect.objectContaining({ code: "vault_key" }));
  expect(() => vault(one).open(vault(`${two},${one}`).seal(text))).toThrow();
  expect(() => vault("").seal(text)).toThrow(expect.objectContaining({ code: "vault_unset" }));
  expect(() => vault("c2hvcnQ=").seal(text)).toThrow(expect.objectContaining({ code: "vault_unset" }));
});
