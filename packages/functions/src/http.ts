/** Answers of the HTTP handlers. */
import { toHttp } from "@cuecard/core/error";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { log } from "./log.ts";

export const json = (
  statusCode: number,
  body: unknown,
  headers: Record<string, string> = {},
): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store", ...headers },
  body: JSON.stringify(body),
});

export function failure(error: unknown, context: Record<string, unknown> = {}): APIGatewayProxyStructuredResultV2 {
  const { status, body } = toHttp(error);
  if (status >= 500) log("error", "request failed", { ...context, error });
  return json(status, body, status === 429 ? { "retry-after": "1" } : {});
}

/** The bytes as they were sent: API Gateway encodes what is not text. */
export const rawBody = ({ body, isBase64Encoded }: Pick<APIGatewayProxyEventV2, "body" | "isBase64Encoded">): Buffer =>
  Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8");

export const maxBodyBytes = 1_000_000;
