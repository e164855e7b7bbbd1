/** Answers of the HTTP handlers. */
import { AppError, toHttp } from "@cuecard/core/error";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";

export const json = (
  statusCode: number,
  body: unknown,
  headers: Record<string, string> = {},
): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store", ...headers },
  body: JSON.stringify(body),
});

/** An error as its answer. Whoever gives it also tells the log. */
export function refusal(error: unknown): APIGatewayProxyStructuredResultV2 {
  const { status, body } = toHttp(error);
  const seconds = error instanceof AppError ? (error.retryAfterSeconds ?? 1) : 1;
  return json(status, body, status === 429 ? { "retry-after": String(seconds) } : {});
}

/** The bytes as they were sent: API Gateway encodes what is not text. */
export const rawBody = ({ body, isBase64Encoded }: Pick<APIGatewayProxyEventV2, "body" | "isBase64Encoded">): Buffer =>
  Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8");

export const maxBodyBytes = 1_000_000;
