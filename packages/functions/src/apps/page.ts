/** The page a helpdesk shows as our app: it loads that helpdesk's shell, which holds the sidebar. Nothing here is a secret but the token. */
import type { Credentials } from "@cuecard/core/helpdesk/port";

export type Config = { helpdesk: string; workspace: string; token?: string };

/** The vendor's own SDK, where it must come from the vendor; others are among our own files. */
const sdk: Record<string, { script: string; origin?: string }> = {
  zendesk: {
    script: "https://static.zdassets.com/zendesk_app_framework_sdk/2.0/zaf_sdk.min.js",
    origin: "https://static.zdassets.com",
  },
  front: { script: "/shells/front-sdk.js" },
};

/** Who may show the page: of Zendesk's accounts the firm's own, once it is known. Chatwoot is wherever the firm runs it: the admin's `url`, and the workspace's `embedOrigins`. */
export function ancestors(helpdesk: string, { url, subdomain }: Credentials, embedOrigins: string[]): string {
  const own = url && URL.canParse(url) ? [new URL(url).origin] : [];
  const known: Record<string, string[]> = {
    zendesk: [`https://${/^[a-z0-9][a-z0-9-]*$/i.test(subdomain ?? "") ? subdomain : "*"}.zendesk.com`],
    front: ["https://*.frontapp.com", "https://*.frontapplication.com"],
    helpscout: ["https://secure.helpscout.net", "https://*.helpscout.net"],
    chatwoot: [...own, ...embedOrigins.map((one) => new URL(one).origin)],
  };
  const list = known[helpdesk] ?? [];
  return list.length > 0 ? list.join(" ") : "'none'";
}

export function page(config: Config, frameAncestors: string): { text: string; headers: Record<string, string> } {
  const { helpdesk } = config;
  const { script, origin = "" } = sdk[helpdesk] ?? {};
  const text = [
    "<!doctype html>",
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    "<title>Cuecard</title>",
    '<link rel="stylesheet" href="/shells/shell.css">',
    // A block of data, which no policy runs. Of its signs only this one could end it.
    `<script type="application/json" id="cuecard">${JSON.stringify(config).replaceAll("<", "\\u003c")}</script>`,
    // The sidebar loads beside the shell and the vendor's SDK, and waits for neither.
    ...(script ? [`<script defer src="${script}"></script>`] : []),
    `<script type="module" src="/shells/${helpdesk}.js"></script>`,
    '<body><div id="place"><iframe src="/sidebar" title="Cuecard" allow="clipboard-write"></iframe></div></body>',
    "</html>",
    "",
  ].join("\n");
  return {
    text,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": [
        "default-src 'self'",
        `script-src 'self' ${origin}`.trim(),
        // The frame's own style attribute is set by script, which the policy does not concern.
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        `frame-ancestors ${frameAncestors}`,
      ].join("; "),
      // A signed address must not travel on to the vendor's script host.
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    },
  };
}
