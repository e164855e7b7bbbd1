import { channel } from "./realtime";

/** The demo desk at `/` belongs to a laptop; here `/` leads to the lead's page. Runs in CloudFront, where 10 KB is all a function may have. */
const home = `
  if (["/", "/index", "/index.html"].includes(event.request.uri))
    return { statusCode: 302, statusDescription: "Found", headers: { location: { value: "/lead" } } };`;

/** The channel has an address of its own, so pages must be allowed to connect there. */
const channelOrigin = channel.properties.url.apply((url) => new URL(url).origin);

/**
 * Who may hold the sidebar: the helpdesks that have a frame for apps, and what the deploy names besides (`CUECARD_EMBED_ORIGINS`, with
 * blanks between): helpdesks of one's own, as Chatwoot and LibreDesk are. A page without a session does not know its workspace, so
 * this is for the whole stage; whom the sidebar then speaks with is each workspace's `embedOrigins`.
 */
const embedders = [
  "https://*.zendesk.com",
  "https://*.zdusercontent.com",
  "https://*.frontapp.com",
  "https://*.frontapplication.com",
  "https://*.helpscout.net",
  "https://*.freshdesk.com",
  "https://*.myfreshworks.com",
  ...(process.env.CUECARD_EMBED_ORIGINS ?? "").split(/\s+/).filter(Boolean),
];
const bad = embedders.find((one) => !/^https:\/\/(\*\.)?[\w.-]+(:\d+)?$/.test(one));
if (bad) throw new Error(`CUECARD_EMBED_ORIGINS names ${bad}: each is https:// and a host, without a path.`);

/** Files set no headers themselves. The sidebar is framed by helpdesks, the other pages by nobody; answers of the API are no pages. */
const headers = $interpolate`
  const headers = event.response.headers;
  const framed = /^\\/sidebar(\\.html)?$/.test(event.request.uri) ? "'self' ${embedders.join(" ")}" : "'none'";
  const policy = "default-src 'self'; img-src 'self' data:; connect-src 'self' ${channelOrigin}; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors ";
  headers["content-security-policy"] = headers["content-security-policy"] || { value: policy + framed };
  headers["referrer-policy"] = headers["referrer-policy"] || { value: "strict-origin-when-cross-origin" };
  headers["permissions-policy"] = { value: "camera=(), microphone=(), geolocation=(), payment=(), usb=()" };
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
