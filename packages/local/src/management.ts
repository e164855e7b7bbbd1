/** API Gateway's management API (`/@connections/{id}`): what handlers say to open connections. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Log, told } from "./log.ts";
import { listenOnLoopback, readBody } from "./loopback.ts";
import { decoded } from "./routes.ts";
import type { Connection, Sockets } from "./websockets.ts";

/** `url` is what ApiGatewayManagementApiClient takes as its endpoint. */
export async function serveManagement(sockets: Sockets, log: Log): Promise<{ url: string; close(): Promise<void> }> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const id = /\/@connections\/([^/?]+)$/.exec(request.url ?? "")?.[1];
    const connection = id === undefined ? undefined : sockets.connections.get(decoded(id));
    // Read in any case: a connection closed on unread data is a reset, and the answer lost.
    const body = await readBody(request, 16 * 1024 * 1024);
    if (connection?.socket.readyState !== connection?.socket.OPEN || !connection)
      return refuse(response, 410, "GoneException", "The connection is gone.");
    if (request.method === "GET") return reply(response, 200, described(connection));
    if (request.method === "DELETE") {
      connection.socket.close(1000, "Connection closed by the server");
      return reply(response, 204);
    }
    if (request.method !== "POST") return refuse(response, 404, "NotFoundException", "There is nothing here.");
    if (body === undefined || body.length > sockets.limits.messageBytes)
      return refuse(response, 413, "PayloadTooLargeException", `At most ${sockets.limits.messageBytes} bytes.`);
    if (connection.socket.bufferedAmount > sockets.limits.backlogBytes)
      return refuse(response, 429, "LimitExceededException", "The client does not keep up.");
    connection.touch();
    // Answered once it is in the socket's own queue, which keeps the order; a failure there closes the connection.
    connection.socket.send(body, { binary: false });
    reply(response, 200, {});
  };

  return listenOnLoopback((request, response) => {
    answer(request, response).catch((error) => {
      log(`Management API: ${told(error)}`);
      response.destroy();
    });
  });
}

const described = ({ connectedAt, lastActiveAt, identity }: Connection) => ({
  connectedAt: new Date(connectedAt).toISOString(),
  lastActiveAt: new Date(lastActiveAt).toISOString(),
  identity,
});

function refuse(response: ServerResponse, status: number, type: string, message: string): void {
  response.setHeader("x-amzn-errortype", type);
  reply(response, status, { message });
}

function reply(response: ServerResponse, status: number, body?: object): void {
  const text = body === undefined ? "" : JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}
