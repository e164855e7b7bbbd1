/** The HTTP routes, as deployed by stacks/api: a test holds the two together. */
export const routes = [
  { route: "POST /webhooks/{workspace}/{helpdesk}", handler: "webhook" },
  { route: "HEAD /webhooks/{workspace}/{helpdesk}", handler: "webhook" },
  { route: "GET /healthz", handler: "api" },
  { route: "GET /openapi.json", handler: "api" },
  { route: "ANY /api/{proxy+}", handler: "api" },
] as const;

export type Match = { route: (typeof routes)[number]; pathParameters: Record<string, string> };

const patterns = routes.map((route) => {
  const [method, path] = route.route.split(" ") as [string, string];
  const source = path
    .replaceAll(".", "\\.")
    .replaceAll(/\{(\w+)(\+?)\}/g, (_, name, all) => `(?<${name}>${all ? ".+" : "[^/]+"})`);
  return { route, method, pattern: new RegExp(`^${source}$`) };
});

/** `path` as it stands in the request, percent-encoded; parameters are decoded where they can be. */
export function match(method: string, path: string): Match | undefined {
  for (const { route, method: wanted, pattern } of patterns) {
    const found = wanted === "ANY" || wanted === method ? pattern.exec(path) : null;
    if (!found) continue;
    const pathParameters = Object.fromEntries(
      Object.entries(found.groups ?? {}).map(([name, value]) => [name, decoded(value)]),
    );
    return { route, pathParameters };
  }
  return undefined;
}

export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray % means itself
  }
}
