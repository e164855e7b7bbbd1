import { gateway } from "./api";

/** The demo desk at `/` belongs to a laptop; here `/` leads to the lead's page. Runs in CloudFront, where 10 KB is all a function may have. */
const home = `
  if (event.request.uri === "/" || event.request.uri === "/index.html")
    return { statusCode: 302, statusDescription: "Found", headers: { location: { value: "/lead" } } };`;

/** Pages are files and set no headers themselves. The sidebar may be framed (by a helpdesk), the lead's page may not. */
const headers = `
  const headers = event.response.headers;
  headers["strict-transport-security"] = { value: "max-age=31536000" };
  headers["x-content-type-options"] = { value: "nosniff" };
  headers["referrer-policy"] = headers["referrer-policy"] || { value: "strict-origin-when-cross-origin" };
  if (event.request.uri.startsWith("/lead"))
    headers["content-security-policy"] = { value: "frame-ancestors 'none'" };`;

/** One origin for pages, API and webhooks: pages need no CORS, and a helpdesk has one address to know. */
export const front = new sst.aws.Router("Front", {
  domain: process.env.CUECARD_DOMAIN || undefined,
  edge: { viewerRequest: { injection: home }, viewerResponse: { injection: headers } },
  transform: {
    cachePolicy: (policy) => {
      // An answer cached by mistake must never reach another reader than its own.
      policy.parametersInCacheKeyAndForwardedToOrigin = $output(policy.parametersInCacheKeyAndForwardedToOrigin).apply(
        (key) => ({
          ...key,
          headersConfig: {
            ...key.headersConfig,
            headers: { items: [...(key.headersConfig.headers?.items ?? []), "authorization"] },
          },
        }),
      );
    },
  },
});

for (const path of ["/api", "/webhooks", "/healthz", "/openapi.json"]) front.route(path, gateway.url);

new sst.aws.StaticSite("Pages", {
  path: "packages/web",
  indexPage: "lead.html",
  build: { command: "npm run build", output: "dist" },
  environment: { CUECARD_PAGES: "sidebar,lead" },
  router: { instance: front },
  transform: { assets: { cors: false } }, // the bucket is read through `front` alone
});
