/** Access logs of both gateways. No address, query, header or body: a query may hold a ticket, a path a customer's id. */
export const retention = "1 month";

const fields = {
  time: "$context.requestTime",
  requestId: "$context.requestId",
  route: "$context.routeKey",
  status: "$context.status",
  integrationStatus: "$context.integrationStatus",
};

export const httpFormat = JSON.stringify({
  ...fields,
  error: "$context.error.responseType",
  latencyMs: "$context.responseLatency",
});
export const socketFormat = JSON.stringify({ ...fields, event: "$context.eventType", id: "$context.connectionId" });
