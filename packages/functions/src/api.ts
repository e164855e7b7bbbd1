/** The HTTP API: one table of routes, each with its roles and its schemas, behind one handler. */

import { AppError } from "@cuecard/core/error";
import { audit } from "@cuecard/core/store/audit";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { Hono } from "hono";
import { handle, type LambdaEvent } from "hono/aws-lambda";
import { routePath } from "hono/route";
import { beginning, routes, routesAt } from "./api/groups.ts";
import { checked, type Route } from "./api/route.ts";
import { identify } from "./auth.ts";
import * as deps from "./deps.ts";
import { maxBodyBytes, refusal } from "./http.ts";
import { limited } from "./limits.ts";
import { log } from "./log.ts";
import { handled } from "./metrics.ts";
import { checker, type Session } from "./session.ts";
import { within } from "./trace.ts";

const check = checker(deps.table);
const answered = ({ statusCode, headers, body }: APIGatewayProxyStructuredResultV2) =>
  new Response(body ?? "", { status: statusCode ?? 500, headers: (headers ?? {}) as Record<string, string> });
const told = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store", ...headers },
  });

/** API Gateway decodes the path before we see it, so an id from outside may hold slashes; a name of ours before another one may not. */
const pattern = (path: string) => path.replaceAll(/\{(\w+)\}(?=\/\{)/g, ":$1").replaceAll(/\{(\w+)\}/g, ":$1{.+}");

function appOf(some: Route[]) {
  const app = new Hono<{ Variables: { identity: Session | undefined; failed: unknown } }>();
  app.get("/healthz", () => told(200, { ok: true }));
  app.get("/openapi.json", async () => {
    const [{ openapi }, { webhookPath }] = await Promise.all([
      import("./api/openapi.ts"),
      import("./api/webhook-path.ts"),
    ]);
    return told(200, openapi(await routes(), webhookPath));
  });

  /** One line a request; a path may hold ids from outside, so it is the route that is told. */
  app.use(async (c, next) => {
    const beganMs = Date.now();
    await next();
    const { status } = c.res;
    const error = c.get("failed");
    const failed = status >= 500 && !(error instanceof AppError);
    const { workspace, role } = c.get("identity") ?? {};
    const code = error instanceof AppError ? error.code : undefined;
    const ms = Date.now() - beganMs;
    const route = `${c.req.method} ${routePath(c, -1)}`;
    log(
      failed ? "error" : "info",
      "request",
      { route, status, code, workspace, role, ms, error: failed ? error : undefined },
      handled(failed),
    );
  });

  for (const route of some)
    app.on(route.method, pattern(route.path), async (c) => {
      const identity = await allowed(route, c.req.header("authorization"));
      c.set("identity", identity);
      if (route.limit) await limited(identity, route.limit);
      const params = c.req.param() as Record<string, string>;
      for (const [name, value] of Object.entries(params))
        if (Buffer.byteLength(value) > 1_200) throw new AppError("input", "invalid_field", "is too long", name);
      const query = route.query ? checked(route.query, c.req.query(), "query") : undefined;
      const raw = new Uint8Array(await c.req.arrayBuffer());
      if (raw.length > maxBodyBytes) throw new AppError("large", "too_large", "The body has more than 1 MB.");
      const body = route.body ? checked(route.body, bodyOf(raw)) : undefined;
      const asked = {
        method: c.req.method,
        raw,
        headers: c.req.header(),
        query: c.req.query(),
        url: new URL(c.req.url),
      };
      const answer = await route.run({ identity, params, query, body, delivery: asked });
      const { status = 200, body: out, headers = {}, text } = answer;
      if (route.audit)
        await audit(
          deps.table(),
          identity,
          route.audit,
          `${route.method} ${route.target?.(params) ?? c.req.path}`,
          deps,
        );
      return text === undefined
        ? told(status, out, headers)
        : new Response(text, { status, headers: { "cache-control": "no-store", ...headers } });
    });

  app.notFound(() => told(404, { error: { code: "not_found", message: "There is nothing at this address." } }));
  app.onError((error, c) => {
    c.set("failed", error);
    return answered(refusal(error));
  });
  return app;
}

/** Undefined where nobody needs to have signed in; a route that asks for it anyway fails at once. */
async function allowed({ roles }: Route, header: string | undefined): Promise<Session> {
  if (roles.length === 0) return undefined as never;
  const auth = { sessionKey: deps.sessionKey(), table: deps.table, check, nowMs: deps.now() };
  const identity = await identify(header, auth);
  if (!roles.includes(identity.role))
    throw new AppError("forbidden", "role", `Only ${roles.join(" or ")} may do this.`);
  return identity;
}

function bodyOf(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new AppError("input", "invalid_json", "The body is not JSON.", "body");
  }
}

type Run = ReturnType<typeof handle>;
const runs = new Map<string, Promise<Run>>();

/** The app of those routes that begin as the path does. */
function runOf(path: string): Promise<Run> {
  const name = beginning(path);
  const run = runs.get(name) ?? routesAt(name).then((some) => handle(appOf(some)));
  runs.set(name, run);
  return run;
}

export async function handler(
  event: APIGatewayProxyEventV2,
  context: Context,
): Promise<APIGatewayProxyStructuredResultV2> {
  return within(event.requestContext.requestId, async () => {
    const run = await runOf(event.rawPath);
    return (await run(event as unknown as LambdaEvent, context as never)) as APIGatewayProxyStructuredResultV2;
  });
}
