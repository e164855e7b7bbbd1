/** What lies sealed in the table: nobody reads it, changes it or shortens it without the key. */
import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { type Place, vault } from "@cuecard/core/vault";
import { expect, test } from "vitest";

const key = () => randomBytes(32).toString("base64");
const [one, two] = [key(), key()];
const text = "whsec_a secret with ü";
const place: Place = ["helpdesk", "demo", "zendesk"];

test("opens to what was sealed, and looks different each time", () => {
  const { seal, open } = vault(one);
  expect([seal(text, place), seal("", place)].map((one) => open(one, place))).toEqual([text, ""]);
  expect(seal(text, place)).not.toBe(seal(text, place));
  expect(Buffer.from(seal(text, place).split(".")[2]!, "base64url").includes("secret")).toBe(false);
});

test("not one bit of it can be changed, and none of it left out", () => {
  const { seal, open } = vault(one);
  for (const sealed of [seal(text, place), seal("", place)]) {
    const [version, id, data] = sealed.split(".");
    const bytes = Buffer.from(data!, "base64url");
    const opened = (changed: Buffer) => () => open(`${version}.${id}.${changed.toString("base64url")}`, place);
    expect(opened(bytes)()).toBe(open(sealed, place));
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
  const old = vault(one).seal(text, place);
  expect(vault(`${two} ${one}`).open(old, place)).toBe(text);
  expect(() => vault(two).open(old, place)).toThrow(expect.objectContaining({ code: "vault_key" }));
  expect(() => vault(one).open(vault(`${two},${one}`).seal(text, place), place)).toThrow();
  expect(() => vault("").seal(text, place)).toThrow(expect.objectContaining({ code: "vault_unset" }));
  expect(() => vault("c2hvcnQ=").seal(text, place)).toThrow(expect.objectContaining({ code: "vault_unset" }));
});

test("what was sealed for one place opens at no other, also not as if it were from the first version", () => {
  const { seal, open } = vault(one);
  const sealed = seal(text, place);
  for (const other of [
    ["helpdesk", "demo", "front"],
    ["helpdesk", "other", "zendesk"],
    ["model", "demo"],
    ["helpdesk", "demo"],
    ["helpdesk", 'demo","zendesk'],
  ] as Place[])
    expect(() => open(sealed, other), JSON.stringify(other)).toThrow();
  expect(() => open(sealed.replace(/^v2/, "v1"), place)).toThrow();
});

test("what the first version sealed, without a place, opens", () => {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(one, "base64"), iv);
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  const id = createHash("sha256").update(one).digest("hex").slice(0, 8);
  const sealed = `v1.${id}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64url")}`;
  expect(vault(one).open(sealed, place)).toBe(text);
  expect(() => vault(one).open(sealed.replace(/^v1/, "v2"), place)).toThrow();
});
