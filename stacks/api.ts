import { httpFormat, retention, throttle } from "./access";
import { modelEnvironment, serve } from "./function";
import { identity } from "./identity";
import { enqueue, jobs } from "./queue";
import { channel } from "./realtime";
import { modelKey, sessionKey, vaultKey } from "./secrets";
import { rights, tableName } from "./storage";

/** Pages come from the same origin (see web.ts) and helpdesks frame those pages, so no other origin is allowed. */
export const gateway = new sst.aws.ApiGatewayV2("HttpGateway", {
  cors: false,
  accessLog: { retention },
  transform: {
    stage: (stage) => {
      stage.defaultRouteSettings = throttle;
      stage.accessLogSettings = $output(stage.accessLogSettings).apply((log) => ({ ...log!, format: httpFormat }));
    },
  },
});

const webhook = serve("Webhook", {
  handler: "packages/functions/src/webhook.handler",
  link: [tableName, jobs, vaultKey],
  permissions: [...rights.webhook, enqueue],
  timeout: "10 seconds",
  memory: "512 MB",
});

const api = serve("Api", {
  handler: "packages/functions/src/api.handler",
  link: [tableName, jobs, channel, sessionKey, vaultKey, identity, modelKey], // the model's, to test it and to search
  permissions: [...rights.api, enqueue],
  timeout: "29 seconds", // the gateway gives up after 30
  memory: "1024 MB",
  environment: modelEnvironment(),
});

gateway.route("POST /webhooks/{workspace}/{helpdesk}", webhook.arn, { name: "Webhooks" });
gateway.route("HEAD /webhooks/{workspace}/{helpdesk}", webhook.arn, { name: "WebhookPresence" });
gateway.route("GET /healthz", api.arn, { name: "Health" });
gateway.route("GET /openapi.json", api.arn, { name: "Description" });
gateway.route("ANY /api/{proxy+}", api.arn, { name: "Api" });

export const functions = { webhook, api };
