/**
 * Of each route, whoever asks; more is answered 429 before a function runs. Ten times what the largest contact centres send, and a bound to what
 * a flood costs (some $4 an hour for the gateway). By route in all: AWS refuses limits of routes that a first deploy has yet to make.
 */
export const throttle = { throttlingRateLimit: 1_000, throttlingBurstLimit: 2_000 };

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
