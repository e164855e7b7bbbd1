/** What CloudFront adds to the answers on a stage (stacks/front.ts): a test holds the two together. */

/** The demo desk, the sidebar's page in a desk of our own, and Cuecard's pages themselves are of one origin. */
const desk = "/";
const sidebar = "/sidebar";

export type Framing = () => Promise<string[]>;

/** The policy of a page. `connect`: where the channel is, if it has an address of its own. */
export function policy(connect: string[], frameAncestors: string): string {
  return [
    "default-src 'self'",
    "img-src 'self' data:",
    ["connect-src 'self'", ...connect].join(" "),
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${frameAncestors}`,
  ].join("; ");
}

export const common: Record<string, string> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "strict-origin-when-cross-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
};

/**
 * Locally the channel is on this machine, under whichever of its names the page was opened. `[::1]` cannot stand here: a host source has
 * no brackets (CSP 3, host-char), and Chromium complains of it on every page. Opened under it, a page has `'self'`, which covers the
 * channel, being of the same host and port.
 */
const here = ["ws://localhost:*", "ws://127.0.0.1:*"];

export async function pageHeaders(path: string, host: string, framing: Framing): Promise<Record<string, string>> {
  // The host's name comes from outside, and stands in a header only if it is one. A tunnel's channel is at its own name.
  const own = /^[\w.-]+(:\d+)?$/.test(host) ? [`wss://${host}`, `ws://${host}`] : [];
  const frames = path === sidebar ? ["'self'", ...(await framing())].join(" ") : path === desk ? "'self'" : "'none'";
  return { ...common, "content-security-policy": policy([...here, ...own], frames) };
}

/** Read anew after so long: a page must not cost a look at every workspace. */
const believedMs = 5_000;

/** `read` is not asked before the page is. If it fails, only our own origin may hold the sidebar. */
export function framing(read: Framing, now: () => number, failed: (error: unknown) => void): Framing {
  let known: { sources: string[]; readMs: number } | undefined;
  return async () => {
    if (known && now() - known.readMs < believedMs) return known.sources;
    const sources = await read().catch((error: unknown) => {
      failed(error);
      return [];
    });
    known = { sources, readMs: now() };
    return sources;
  };
}
