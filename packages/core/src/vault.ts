/** Secrets at rest: AES-256-GCM with a key that lies outside the table. The key's id stands beside what it sealed, for rotation. */
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from "node:crypto";
import { AppError } from "./error.ts";

/** Without it Node takes a tag that was cut to four bytes, too. */
const tagBytes = 16;

/** What a secret is of, as its helpdesk and workspace: sealed for one place, it opens at no other, wherever somebody puts it. */
export type Place = readonly [what: string, workspace: string, ...which: string[]];
export type Vault = { seal(text: string, place: Place): string; open(sealed: string, place: Place): string };

const named = (place: Place) => Buffer.from(JSON.stringify(place));

/** `keys`: base64 of 32 bytes each, separated by spaces or commas; the first seals, all open. Throws on the first use without a key. */
export function vault(keys: string): Vault {
  const known = keys
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((text) => ({
      id: createHash("sha256").update(text).digest("hex").slice(0, 8),
      key: Buffer.from(text, "base64"),
    }));
  const first = () => {
    const [key] = known;
    if (key?.key.length !== 32) throw unset();
    return key;
  };
  return {
    seal(text, place) {
      const { id, key } = first();
      const iv = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key, iv);
      cipher.setAAD(named(place));
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return `v2.${id}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64url")}`;
    },
    open(sealed, place) {
      first();
      const [version, id, data] = sealed.split(".");
      const match = known.find((one) => one.id === id);
      if (!(version === "v2" || version === "v1") || !data || !match)
        throw new AppError("upstream", "vault_key", "A secret was sealed with a key that is not here.");
      const bytes = Buffer.from(data, "base64url");
      const decipher = createDecipheriv("aes-256-gcm", match.key, bytes.subarray(0, 12), { authTagLength: tagBytes });
      // The first version named no place; what it sealed opens until it is saved again.
      if (version === "v2") decipher.setAAD(named(place));
      decipher.setAuthTag(bytes.subarray(12, 28));
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString("utf8");
    },
  };
}

/**
 * What stands for a name in reports: HMAC-SHA-256 of a text, so that nobody without the stage's key can try out names. Of the
 * oldest key that is still there: a new one in front of it renames nobody. Throws on the first use without a key.
 */
export function pseudonyms(keys: string): (text: string) => string {
  const oldest = keys
    .split(/[\s,]+/)
    .filter(Boolean)
    .at(-1);
  return (text) => {
    if (oldest === undefined) throw unset();
    return createHmac("sha256", Buffer.from(oldest, "base64")).update(`pseudonym\n${text}`).digest("hex");
  };
}

const unset = () =>
  new AppError("upstream", "vault_unset", "The stage has no key for secrets: set the secret VaultKey.");
