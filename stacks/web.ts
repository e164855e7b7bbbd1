import { gateway } from "./api";
import { front } from "./front";

for (const path of ["/api", "/webhooks", "/healthz", "/openapi.json"])
  front.route(path, gateway.url, { readTimeout: "30 seconds" }); // as long as the gateway itself waits; 20 by default

new sst.aws.StaticSite("Pages", {
  path: "packages/web",
  indexPage: "lead.html",
  build: { command: "npm run build", output: "dist" },
  environment: { CUECARD_PAGES: "sidebar,lead,admin" },
  router: { instance: front },
  assets: {
    fileOptions: [
      // `embed.js` and `shells/*` keep their names when they change: others' pages load them.
      { files: "**", cacheControl: "public,max-age=300" },
      { files: "**/*.html", cacheControl: "max-age=0,no-cache,no-store,must-revalidate" },
      { files: "assets/**", cacheControl: "max-age=31536000,public,immutable" },
    ],
  },
  transform: { assets: { cors: false } }, // the bucket is read through `front` alone
});
