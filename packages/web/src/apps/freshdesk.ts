/**
 * Freshdesk's custom app, platform 3.0: the sidebar in the ticket and in its editor, and what forwards Freshdesk's events to the
 * webhook, with a secret that the admin sets at installation. https://developers.freshworks.com/docs/app-sdk/v3.0/
 */
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { type Files, json, type Target, webhookOf } from "./app.ts";

/** Each is forwarded as it comes. */
const events = [
  "onConversationCreate",
  "onConversationUpdate",
  "onConversationDelete",
  "onTicketCreate",
  "onTicketUpdate",
];
const place = { url: "index.html", icon: "styles/images/icon.svg" };

export async function freshdesk(target: Target, icon: string): Promise<Files> {
  const webhook = new URL(webhookOf(target, "freshdesk"));
  const { origin, workspace } = target;
  const script = await esbuild.build({
    entryPoints: [fileURLToPath(new URL("../shells/freshdesk.ts", import.meta.url))],
    bundle: true,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    define: { CUECARD: JSON.stringify({ origin, workspace }) },
    write: false,
  });
  return {
    "manifest.json": json({
      "platform-version": "3.0",
      modules: {
        common: { requests: { deliver: {} } },
        support_ticket: {
          location: { ticket_sidebar: place, ticket_conversation_editor: place },
          events: Object.fromEntries(events.map((name) => [name, { handler: `${name}Callback` }])),
        },
      },
      engines: { node: "24.11.0", fdk: "10.1.2" },
    }),
    "app/index.html": [
      "<!doctype html>",
      '<html lang="en">',
      '<meta charset="utf-8">',
      "<title>Cuecard</title>",
      '<script src="{{{appclient}}}"></script>',
      '<link rel="stylesheet" href="styles/style.css">',
      '<body><div id="place"></div><script defer src="scripts/app.js"></script></body>',
      "</html>",
      "",
    ].join("\n"),
    "app/scripts/app.js": script.outputFiles[0]!.text,
    "app/styles/style.css": "html, body { margin: 0; height: 100%; }\n#place { height: 640px; }\n",
    "app/styles/images/icon.svg": icon,
    "config/iparams.json": json({
      secret: {
        display_name: "Webhook secret",
        description: "The secret given to Cuecard for Freshdesk.",
        type: "text",
        required: true,
        secure: true,
      },
    }),
    "config/requests.json": json({
      deliver: {
        schema: {
          method: "POST",
          protocol: webhook.protocol.slice(0, -1),
          host: webhook.host,
          path: webhook.pathname,
          headers: { "Content-Type": "application/json", "X-Cuecard-Secret": "<%= iparam.secret %>" },
        },
      },
    }),
    "server/server.js": server,
  };
}

/** The envelope carries the installation's parameters, the secret among them: only what happened goes on. */
const server = `const forward = ({ event, timestamp, domain, account_id, region, data }) =>
  $request.invokeTemplate("deliver", {
    body: JSON.stringify({ event, timestamp, domain, account_id, region, data }),
  });

exports = {
${events.map((name) => `  ${name}Callback: forward,`).join("\n")}
};
`;
