/** The channel over API Gateway's WebSocket management API. */
import {
  ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import type { Channel } from "./port.ts";

export function websocketChannel(endpoint: string): Channel {
  const client = new ApiGatewayManagementApiClient({ endpoint, maxAttempts: 3, cacheMiddleware: true });
  client.middlewareStack.remove("loggerMiddleware"); // as in store/dynamo.ts
  return {
    async send(connectionId, frame) {
      try {
        await client.send(
          new PostToConnectionCommand({ ConnectionId: connectionId, Data: Buffer.from(JSON.stringify(frame)) }),
        );
        return "sent";
      } catch (error) {
        if (
          error instanceof GoneException ||
          (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 410
        )
          return "gone";
        throw error;
      }
    },
  };
}
