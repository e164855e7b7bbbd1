/** What nobody can see from outside: secrets are compared in a time that does not tell how much of them was right. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../packages/${path}`, import.meta.url)), "utf8");

test.each([
  ["core/src/helpdesk/signature.ts", /function equal\([\s\S]*?^}/m],
  ["core/src/store/tokens.ts", /function readToken\([\s\S]*?^}/m],
  ["functions/src/nonce.ts", /function nonceUntil\([\s\S]*?^}/m],
  ["local/src/public.ts", /^const same = .*$/m],
])("%s", (path, part) => {
  const [body = ""] = part.exec(read(path)) ?? [];
  expect(body).toContain("timingSafeEqual(");
  expect(body.replace(/\.length === \w+\.length/, "")).not.toMatch(/(hash|mac|given|secret|digest)\b[^;=]*[!=]==/i);
});

test("every signature of a helpdesk is compared by that function", () => {
  for (const name of ["chatwoot", "freshdesk", "front", "helpscout", "intercom", "libredesk", "standard", "zendesk"])
    expect(read(`core/src/helpdesk/${name}.ts`), name).toMatch(/requireMatch\(|Signature\.equal\(|\bequal\(/);
});
