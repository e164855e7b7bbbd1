/** Values for a JSON schema: mostly such as it takes, sometimes with one thing wrong in them, sometimes nothing of the kind. */
import fc from "fast-check";

// biome-ignore lint/suspicious/noExplicitAny: a schema is read by name
export type Schema = any;

/** What has broken programs before. The long one is within what a body may have. */
const odd = [
  "",
  " ",
  "0",
  "null",
  "true",
  "__proto__",
  "constructor",
  "../../etc/passwd",
  "a/b?c=d#e",
  "%2F%00%",
  "\u0000",
  "\ud800",
  "\u202Eabc",
  "é".normalize("NFD"),
  "🧾".repeat(70),
  "<script>alert(1)</script>",
  "' OR 1=1 --",
  "C#other#other-c1",
  "MSG#2026-01-01T00:00:00.000Z#m1",
  "9".repeat(40),
  "-1e400",
  "2026-02-30",
  "0000-00-00T00:00:00Z",
  "+275760-09-13T00:00:00.001Z",
  "a".repeat(257),
  "long ".repeat(4_000),
];
/** Nobody answers there, and at once. */
const urls = ["https://127.0.0.1:1/", "http://localhost:1/x", "https://[::1]:1/", "https://0.0.0.0:1/?q=1#x"];
const named: Record<string, fc.Arbitrary<unknown>> = {
  uri: fc.constantFrom(...urls),
  email: fc.constantFrom("a@example.com", "other@example.com", `${"a".repeat(60)}@example.com`),
  date: fc.constantFrom("2026-01-01", "2026-11-22", "1970-01-01", "9999-12-31", "2026-02-30"),
  "date-time": fc.constantFrom("2026-01-01T00:00:00.000Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"),
};

export const text = (known: string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...known) },
    { weight: 3, arbitrary: fc.constantFrom(...odd) },
    { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  );

export const garbage: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(null, [], {}, 0, -1, 1e308, "x", true, { __proto__: null }, [[[[]]]]),
);

export function valuesOf(schema: Schema, known: string[], whole: Schema = schema, depth = 0): fc.Arbitrary<unknown> {
  const inner = (one: Schema) => valuesOf(one, known, whole, depth + 1);
  const fitting = (): fc.Arbitrary<unknown> => {
    if (depth > 6 || schema === true || schema === undefined) return garbage;
    if (schema.$ref) return inner(whole.$defs?.[String(schema.$ref).split("/").at(-1)!] ?? true);
    if ("const" in schema) return fc.constant(schema.const);
    if (schema.enum) return fc.constantFrom(...schema.enum);
    const either = schema.anyOf ?? schema.oneOf;
    if (either) return fc.oneof(...either.map(inner));
    if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type: string) => inner({ ...schema, type })));
    switch (schema.type) {
      case "object": {
        const { properties = {}, required = [], additionalProperties } = schema;
        const own = fc.record(Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, inner(one)])), {
          requiredKeys: required.filter((name: string) => name in properties),
        });
        if (typeof additionalProperties !== "object") return own;
        return fc.dictionary(
          fc.constantFrom("secret", "token", "url", "subdomain", "a1"),
          inner(additionalProperties),
          {
            maxKeys: 3,
          },
        );
      }
      case "array":
        return fc.array(inner(schema.items ?? true), { minLength: Math.min(3, schema.minItems ?? 0), maxLength: 3 });
      case "integer":
      case "number": {
        const least = Math.ceil(Math.max(-1e9, schema.minimum ?? -5));
        const most = Math.max(least, Math.floor(Math.min(1e9, schema.maximum ?? 1_000)));
        return fc.oneof(
          fc.integer({ min: least, max: most }),
          fc.constantFrom<number>(schema.minimum ?? 0, schema.maximum ?? 1, 0.5),
        );
      }
      case "boolean":
        return fc.boolean();
      case "null":
        return fc.constant(null);
      case "string": {
        if (schema.format && named[schema.format]) return named[schema.format]!;
        if (schema.pattern && schema.pattern.length < 80)
          return fc.oneof(fc.stringMatching(new RegExp(schema.pattern)), text(known));
        return text(known);
      }
      default:
        return garbage;
    }
  };
  return fc.oneof({ weight: 24, arbitrary: fitting() }, { weight: 1, arbitrary: garbage });
}
