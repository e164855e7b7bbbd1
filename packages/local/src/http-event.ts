/** A request as API Gateway's HTTP APIs give it to Lambda (payload format 2.0), and the answer back. */
import { isUtf8 } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import * as z from "zod";
import { decoded, type Match } from "./routes.ts";

/** Other types arrive as base64. */
const textType = /^(text\/.*|application\/(json|javascript|xml|.+\+json|.+\+xml))$/i;

export function httpEvent(
  request: IncomingMessage,
  body: Buffer,
  { route, pathParameters }: Match,
  options: { requestId: string; now: Date; decodesPath: boolean },
): APIGatewayProxyEventV2 {
  const { path: encoded, query } = target(request);
  const path = options.decodesPath ? decoded(encoded).replace(/\?.*$/s, "") : encoded;
  const { cookie, ...headers } = headersOf(request);
  const queryStringParameters = joined([...new URLSearchParams(query)]);
  const isText = textType.test((headers["content-type"] ?? "").split(";")[0]!.trim()) && isUtf8(body);
  const domainName = headers.host ?? "localhost";
  return {
    version: "2.0",
    routeKey: route.route,
    rawPath: path,
    rawQueryString: query,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/; ?|,(?=[^;]+=)/) }),
    headers,
    ...(query === "" ? {} : { queryStringParameters }),
    ...(Object.keys(pathParameters).length === 0 ? {} : { pathParameters }),
    requestContext: {
      accountId: "000000000000",
      apiId: "local",
      domainName,
      domainPrefix: domainName.split(".")[0]!,
      http: {
        method: request.method ?? "GET",
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: addressOf(request),
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: options.requestId,
      routeKey: route.route,
      stage: "$default",
      time: clf(options.now),
      timeEpoch: options.now.getTime(),
    },
    ...(body.length === 0 ? {} : { body: body.toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** The parts of the request's target, still percent-encoded. */
export function target(request: IncomingMessage): { path: string; query: string } {
  const url = request.url ?? "/";
  const mark = url.indexOf("?");
  return mark < 0 ? { path: url, query: "" } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
}

/** Names in lower case; a header that came several times is joined by commas. */
export function headersOf({ rawHeaders }: IncomingMessage): Record<string, string> {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) pairs.push([rawHeaders[i]!.toLowerCase(), rawHeaders[i + 1]!]);
  return joined(pairs);
}

export function joined(pairs: [string, string][]): Record<string, string> {
  const all = new Map<string, string>();
  for (const [name, value] of pairs) all.set(name, all.has(name) ? `${all.get(name)},${value}` : value);
  return Object.fromEntries(all);
}

/** Without the IPv6 dress of IPv4 addresses. */
export const addressOf = (request: IncomingMessage): string =>
  (request.socket.remoteAddress ?? "").replace(/^::ffff:/, "");

/** `12/Mar/2020:19:03:58 +0000`, the common log format API Gateway uses. */
function clf(at: Date): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(at.toUTCString())!;
  return `${day}/${month}/${year}:${time} +0000`;
}

const Value = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const Structured = z.object({
  statusCode: z.number().int().min(100).max(599),
  headers: z.record(z.string(), Value).optional(),
  multiValueHeaders: z.record(z.string(), z.array(Value)).optional(),
  cookies: z.array(z.string()).optional(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().optional(),
});

/** Lambda's limit for what a handler gives back. */
const answerBytes = 6 * 1024 * 1024;

/** Throws if the handler's answer is none API Gateway would take. Without `statusCode` it is JSON and the status is 200. */
export function writeAnswer(response: ServerResponse, answer: unknown, options: { head: boolean }): void {
  const structured = typeof answer === "object" && answer !== null && "statusCode" in answer;
  const text = typeof answer === "string" ? answer : (JSON.stringify(answer) ?? "");
  const parts = structured
    ? Structured.parse(answer)
    : Structured.parse({ statusCode: 200, headers: { "content-type": "application/json" }, body: text });
  const body = Buffer.from(parts.body ?? "", parts.isBase64Encoded ? "base64" : "utf8");
  if (body.length > answerBytes)
    throw new Error(`The answer has ${body.length} bytes; Lambda gives at most ${answerBytes}`);

  for (const [name, values] of Object.entries(parts.multiValueHeaders ?? {})) response.setHeader(name, values);
  for (const [name, value] of Object.entries(parts.headers ?? {})) response.setHeader(name, value);
  if (parts.cookies?.length) response.setHeader("set-cookie", parts.cookies);
  const empty = parts.statusCode === 204 || parts.statusCode === 304;
  if (!response.hasHeader("content-type") && !empty) response.setHeader("content-type", "text/plain; charset=UTF-8");
  response.removeHeader("transfer-encoding");
  if (empty) response.removeHeader("content-length");
  else if (!options.head || body.length > 0) response.setHeader("content-length", body.length);
  response.writeHead(parts.statusCode);
  response.end(options.head || empty ? undefined : body);
}

export function writeError(response: ServerResponse, status: number, code: string, message: string): void {
  writeJson(response, status, { error: { code, message } });
}

export function writeJson(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}
