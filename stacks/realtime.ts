import { retention, socketFormat, throttle } from "./access";
import { serve } from "./function";
import { enqueue, jobs } from "./queue";
import { rights, tableName } from "./storage";

const gateway = new sst.aws.ApiGatewayWebSocket("SocketGateway", {
  accessLog: { retention },
  transform: {
    stage: (stage) => {
      stage.defaultRouteSettings = throttle;
      stage.accessLogSettings = $output(stage.accessLogSettings).apply((log) => ({ ...log!, format: socketFormat }));
    },
  },
});

export const channel = new sst.Linkable("Channel", {
  properties: { url: gateway.url, managementEndpoint: gateway.managementEndpoint },
});

/** Frames are sent, and dead connections closed, through the gateway's management API. */
export const push = {
  actions: ["execute-api:ManageConnections"],
  resources: [$interpolate`${gateway.nodes.api.executionArn}/*/*/@connections/*`],
};

/** `$connect` carries a ticket that works once and for 60 s; the handler checks it, so the gateway has no authorizer. */
const socket = serve("Socket", {
  handler: "packages/functions/src/socket.handler",
  link: [tableName, jobs, channel],
  permissions: [...rights.socket, enqueue, push],
  timeout: "10 seconds",
  memory: "512 MB",
});

gateway.route("$connect", socket.arn, { name: "Connect" });
gateway.route("$disconnect", socket.arn, { name: "Disconnect" });
gateway.route("$default", socket.arn, { name: "Default" });

export const functions = { socket };
