/** POST /webhooks/{workspace}/{helpdesk}: verify, normalise, append, enqueue, answer. Nothing slower than the queue is waited for. */
import { AppError } from "@cuecard/core/error";
import type { Credentials } from "@cuecard/core/helpdesk/port";
import { receive } from "@cuecard/core/helpdesk/receive";
import { helpdesk } from "@cuecard/core/helpdesk/registry";
import * as Settings from "@cuecard/core/settings";
import { append, eventKey, listed } from "@cuecard/core/store/conversations";
import * as helpdesks from "@cuecard/core/store/helpdesks";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import * as deps from "./deps.ts";
import { failure, json, maxBodyBytes, rawBody } from "./http.ts";

const seen = listed();

export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const { workspace = "", helpdesk: name = "" } = event.pathParameters ?? {};
  try {
    const raw = rawBody(event);
    if (raw.length > maxBodyBytes) throw new AppError("large", "too_large", "The body has more than 1 MB.");
    const adapter = await helpdesk(name);
    const access = await accessOf(workspace, name);
    const received = await receive(
      adapter,
      {
        method: event.requestContext.http.method,
        raw,
        headers: event.headers,
        query: event.queryStringParameters ?? {},
      },
      access.credentials,
      deps.now(),
    );
    if (received.kind === "handshake")
      return { statusCode: received.status, headers: { "content-type": received.contentType }, body: received.body };
    if (received.events.length === 0 && !received.fetch?.length) return json(202, { status: "ignored" });

    const send = await deps.send();
    let fresh = false;
    for (const one of received.events) {
      const expiresAt = Math.floor(deps.now() / 1_000) + access.retentionDays * 86_400;
      fresh = (await append(deps.table(), workspace, one, deps.now(), expiresAt, seen)) || fresh;
      // A duplicate is enqueued again: the first delivery may have died between append and enqueue.
      await send({ type: "event", workspace, conversationId: one.conversation.id, sk: eventKey(workspace, one).sk });
    }
    for (const { what, conversationId, id } of received.fetch ?? []) {
      fresh = true;
      await send({ type: "fetch", workspace, helpdesk: name, conversationId, what, ...(id ? { id } : {}) });
    }
    return json(202, { status: fresh ? "accepted" : "duplicate" });
  } catch (error) {
    return failure(error, { workspace, helpdesk: name });
  }
}

/** Kept for some seconds: reading and unsealing a secret for each of a burst's messages would double its cost. */
const cacheMs = 15_000;
const cache = new Map<string, { untilMs: number; credentials: Credentials; retentionDays: number }>();

async function accessOf(workspace: string, name: string) {
  const key = `${workspace}\n${name}`;
  const hit = cache.get(key);
  if (hit && hit.untilMs > deps.now()) return hit;
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(workspace)) throw unknown();
  const [credentials, { settings }] = await Promise.all([
    helpdesks.credentials(deps.table(), workspace, name, deps.secrets()),
    Settings.load(deps.table(), workspace),
  ]);
  if (!credentials) throw unknown();
  const access = { untilMs: deps.now() + cacheMs, credentials, retentionDays: settings.retentionDays };
  cache.set(key, access);
  return access;
}

const unknown = () =>
  new AppError("missing", "workspace_unknown", "There is no such workspace, or this helpdesk is not connected to it.");
