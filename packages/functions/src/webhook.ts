/** POST /webhooks/{workspace}/{helpdesk}: verify, normalise, append, enqueue, answer. Nothing slower than the queue is waited for. */
import { AppError, toHttp } from "@cuecard/core/error";
import { withTag } from "@cuecard/core/event";
import { canAsk } from "@cuecard/core/helpdesk/directory";
import type { Credentials, Delivery, Helpdesk } from "@cuecard/core/helpdesk/port";
import { type Received, receive } from "@cuecard/core/helpdesk/receive";
import { helpdesk, names } from "@cuecard/core/helpdesk/registry";
import * as Settings from "@cuecard/core/settings";
import { append, eventJob, listed } from "@cuecard/core/store/conversations";
import * as helpdesks from "@cuecard/core/store/helpdesks";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import * as deps from "./deps.ts";
import { json, maxBodyBytes, rawBody, refusal } from "./http.ts";
import { log } from "./log.ts";
import { count, handled } from "./metrics.ts";
import { within } from "./trace.ts";

const seen = listed();
const begun = listed(20_000, 3_600_000);

export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  // Intercom asks so, unsigned, whether somebody is there before it takes an address. It is told nothing else.
  if (event.requestContext.http.method === "HEAD") return { statusCode: 200 };
  return within(event.requestContext.requestId, async () => {
    const beganMs = Date.now();
    const told = await taken(event);
    tell(event, told, Date.now() - beganMs);
    return told.answer;
  });
}

type Told = { answer: APIGatewayProxyStructuredResultV2; code: string; workspace?: string; error?: unknown };

/** One line a delivery. What an unsigned sender put into the address is not repeated: names are ours, or left out. */
function tell({ pathParameters }: APIGatewayProxyEventV2, { answer, code, workspace, error }: Told, ms: number): void {
  const helpdesk = names.find((one) => one === pathParameters?.helpdesk) ?? "unknown";
  const failed = (answer.statusCode ?? 500) >= 500;
  const outcome = code === "accepted" || code === "duplicate" || code === "ignored" ? code : "refused";
  log(failed ? "error" : "info", "event", { workspace, helpdesk, code, status: answer.statusCode, ms, error }, [
    count("Events", { helpdesk, answer: failed ? "failed" : outcome }),
    ...handled(failed),
  ]);
}

async function taken(event: APIGatewayProxyEventV2): Promise<Told> {
  const { workspace = "", helpdesk: name = "" } = event.pathParameters ?? {};
  let known: string | undefined;
  const accepted = (status: "accepted" | "duplicate" | "ignored"): Told => ({
    answer: json(202, { status }),
    code: status,
    workspace,
  });
  try {
    const raw = rawBody(event);
    if (raw.length > maxBodyBytes) throw new AppError("large", "too_large", "The body has more than 1 MB.");
    const adapter = await helpdesk(name);
    const delivery = {
      method: event.requestContext.http.method,
      raw,
      headers: event.headers,
      query: event.queryStringParameters ?? {},
    };
    const { access, received } = await believed(adapter, delivery, workspace);
    known = workspace;
    if (received.kind === "handshake") {
      const { status, contentType, body } = received;
      return {
        answer: { statusCode: status, headers: { "content-type": contentType }, body },
        code: "ignored",
        workspace,
      };
    }
    const noted = note(workspace, name);
    if (received.events.length === 0 && !received.fetch?.length) {
      await noted;
      return accepted("ignored");
    }

    const send = await deps.send();
    const asked = canAsk(name, access.credentials) ? { helpdesk: name } : {};
    let fresh = false;
    let kept = false;
    for (const one of received.events.map((event) => withTag(event, access.credentials.tag))) {
      const expiresAt = Math.floor(deps.now() / 1_000) + access.retentionDays * 86_400;
      const stored = await append(deps.table(), workspace, one, deps.now(), expiresAt, seen);
      if (stored === "erased") continue;
      kept = true;
      fresh = stored === "stored" || fresh;
      // A duplicate is enqueued again: the first delivery may have died between append and enqueue.
      await send(eventJob(workspace, one, asked));
    }
    for (const { what, conversationId, id, at } of received.fetch ?? []) {
      const which = [workspace, name, conversationId] as const;
      if (what !== "earlier") fresh = kept = true;
      // Beside the event, and once a process: the job would find that it is known by now.
      else if (!kept || begun.has(deps.now(), ...which)) continue;
      await send({
        type: "fetch",
        workspace,
        helpdesk: name,
        conversationId,
        what,
        ...(id ? { id } : {}),
        ...(at ? { at } : {}),
      });
      if (what === "earlier") begun.add(deps.now(), ...which);
    }
    await noted;
    return accepted(fresh ? "accepted" : kept ? "duplicate" : "ignored");
  } catch (error) {
    const answer = refusal(error);
    const { code } = toHttp(error).body.error;
    return { answer, code, ...(known ? { workspace: known } : {}), ...(error instanceof AppError ? {} : { error }) };
  }
}

/** How exactly the admin's page knows when a helpdesk was last heard of: one write a minute, however much comes. */
const noteEveryMs = 60_000;
const notedMs = new Map<string, number>();

/** Goes beside the delivery, and never fails it: a light that is late does less harm than a message sent twice. */
async function note(workspace: string, name: string): Promise<void> {
  const key = `${workspace}\n${name}`;
  const nowMs = deps.now();
  if (Math.abs(nowMs - (notedMs.get(key) ?? Number.NEGATIVE_INFINITY)) < noteEveryMs) return;
  notedMs.set(key, nowMs);
  try {
    await helpdesks.noteSeen(deps.table(), workspace, name, nowMs);
  } catch (error) {
    log("error", "last event not noted", { workspace, helpdesk: name, error });
  }
}

/** A secret that was just rotated is not known here yet: before a delivery is refused, it is read anew, at most once a second. */
async function believed(
  adapter: Helpdesk,
  delivery: Delivery,
  workspace: string,
): Promise<{ access: Access; received: Received }> {
  const access = await accessOf(workspace, adapter.name);
  try {
    return { access, received: await receive(adapter, delivery, access.credentials, deps.now()) };
  } catch (error) {
    if (!(error instanceof AppError && error.kind === "auth") || deps.now() - access.readMs < 1_000) throw error;
    const fresh = await accessOf(workspace, adapter.name, true);
    return { access: fresh, received: await receive(adapter, delivery, fresh.credentials, deps.now()) };
  }
}

/** Kept for some seconds: reading and unsealing a secret for each of a burst's messages would double its cost. */
const cacheMs = 15_000;
type Access = { readMs: number; credentials: Credentials; retentionDays: number };
const cache = new Map<string, Access>();

async function accessOf(workspace: string, name: string, anew = false): Promise<Access> {
  const key = `${workspace}\n${name}`;
  const hit = cache.get(key);
  if (hit && !anew && deps.now() - hit.readMs < cacheMs) return hit;
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(workspace)) throw unknown();
  const [credentials, { settings }] = await Promise.all([
    helpdesks.credentials(deps.table(), workspace, name, deps.secrets()),
    Settings.load(deps.table(), workspace),
  ]);
  if (!credentials) throw unknown();
  const access = { readMs: deps.now(), credentials, retentionDays: settings.retentionDays };
  cache.set(key, access);
  return access;
}

const unknown = () =>
  new AppError("missing", "workspace_unknown", "There is no such workspace, or this helpdesk is not connected to it.");
