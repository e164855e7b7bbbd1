import { channel } from "./realtime";

/** The demo desk at `/` belongs to a laptop; here `/` leads to the lead's page. Runs in CloudFront, where 10 KB is all a function may have. */
const home = `
  if (["/", "/index", "/index.html"].includes(event.request.uri))
    return { statusCode: 302, statusDescription: "Found", headers: { location: { value: "/lead" } } };`;

/** The channel has an address of its own, so pages must be allowed to connect there. */
const channelOrigin = channel.properties.url.apply((url) => new URL(url).origin);

/** Files set no headers themselves. The sidebar is framed by helpdesks, at addresses of their own; the other pages by nobody. */
const headers = $interpolate`
  const headers = event.response.headers;
  const framed = /^\\/(lead|admin|sign-in)/.test(event.request.uri) ? "; frame-ancestors 'none'" : "";
  const policy = "default-src 'self'; img-src 'self' data:; connect-src 'self' ${channelOrigin}; object-src 'none'; base-uri 'none'; form-action 'none'";
  headers["content-security-policy"] = headers["content-security-policy"] || { value: policy + framed };
  headers["referrer-policy"] = headers["referrer-policy"] || { value: "strict-origin-when-cross-origin" };
  headers["strict-transport-security"] = { value: "max-age=31536000" };
  headers["x-content-type-options"] = { value: "nosniff" };`;

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
