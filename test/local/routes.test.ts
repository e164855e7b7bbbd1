import { readFile } from "node:fs/promises";
import { match, routes } from "@cuecard/local/routes";
import { expect, test } from "vitest";

test("the local routes are those that stacks/api.ts deploys, with the same handlers", async () => {
  const source = await readFile(new URL("../../stacks/api.ts", import.meta.url), "utf8");
  const deployed = [...source.matchAll(/gateway\.route\("([^"]+)", (\w+)\.arn/g)].map(([, route, handler]) => ({
    route,
    handler,
  }));
  expect(routes).toEqual(deployed);
});

test.each([
  ["POST", "/webhooks/demo/zendesk", "webhook", { workspace: "demo", helpdesk: "zendesk" }],
  ["GET", "/healthz", "api", {}],
  ["DELETE", "/api/policies/a%20b", "api", { proxy: "policies/a b" }],
  ["GET", "/api/policies/50%", "api", { proxy: "policies/50%" }],
])("%s %s goes to %s", (method, path, handler, pathParameters) => {
  expect(match(method, path)).toMatchObject({ route: { handler }, pathParameters });
});

test.each([
  ["GET", "/webhooks/demo/zendesk"],
  ["POST", "/webhooks/demo/zendesk/more"],
  ["POST", "/healthz"],
  ["GET", "/openapixjson"],
  ["GET", "/api"],
])("%s %s goes nowhere", (method, path) => expect(match(method, path)).toBeUndefined());
