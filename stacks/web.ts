import { gateway } from "./api";
import { front } from "./front";

for (const path of ["/api", "/webhooks", "/healthz", "/openapi.json"])
  front.route(path, gateway.url, { readTimeout: "30 seconds" }); // as long as the gateway itself waits; 20 by default

new sst.aws.StaticSite("Pages", {
  path: "packages/web",
  indexPage: "lead.html",
  build: { command: "npm run build", output: "dist" },
  environment: { CUECARD_PAGES: "sidebar,lead" },
  router: { instance: front },
  transform: { assets: { cors: false } }, // the bucket is read through `front` alone
});
