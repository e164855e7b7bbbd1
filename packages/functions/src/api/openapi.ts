/** openapi.json, made of the routes themselves. */
import * as z from "zod";
import type { Route } from "./route.ts";

const error = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message"],
      properties: { code: { type: "string" }, message: { type: "string" }, path: { type: "string" } },
    },
  },
};
const schemaOf = (schema: z.ZodType) => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Record<
    string,
    unknown
  >;
  return rest as { properties?: Record<string, unknown>; required?: string[] };
};
const answer = (description: string, schema?: unknown) => ({
  description,
  ...(schema ? { content: { "application/json": { schema } } } : {}),
});

export function openapi(routes: Route[], extra: Record<string, unknown>): unknown {
  const paths: Record<string, Record<string, unknown>> = { ...(extra as Record<string, Record<string, unknown>>) };
  for (const { method, path, summary, roles, query, body, answers, limit } of routes) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: "path",
      required: true,
      schema: { type: "string", maxLength: 1_200 },
    }));
    const asked = query ? schemaOf(query) : {};
    const inQuery = Object.entries(asked.properties ?? {}).map(([name, schema]) => ({
      name,
      in: "query",
      required: asked.required?.includes(name) ?? false,
      schema,
    }));
    paths[path] = {
      ...paths[path],
      [method.toLowerCase()]: {
        summary,
        security: roles.length > 0 ? [{ token: [] }] : [],
        "x-roles": roles,
        ...(inPath.length + inQuery.length > 0 ? { parameters: [...inPath, ...inQuery] } : {}),
        ...(body
          ? { requestBody: { required: true, content: { "application/json": { schema: schemaOf(body) } } } }
          : {}),
        responses: {
          ...Object.fromEntries(Object.entries(answers).map(([status, text]) => [status, answer(text)])),
          ...(roles.length > 0
            ? {
                400: answer("A wrong field, named.", error),
                401: answer("No good token.", error),
                403: answer("Not for this role.", error),
                404: answer("Not there.", error),
              }
            : {}),
          ...(limit ? { 429: answer("Too many in this minute; `Retry-After` says how long to wait.", error) } : {}),
        },
      },
    };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Cuecard",
      version: "0.1.0",
      description:
        "An agent-assist copilot for human support reps. The workspace comes from the token alone; errors are {error:{code,message,path?}}.",
    },
    components: { securitySchemes: { token: { type: "http", scheme: "bearer", bearerFormat: "JWT" } } },
    paths,
  };
}
