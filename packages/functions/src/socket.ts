/** The sidebar's WebSocket: a ticket opens it, then watch, unwatch, shown, ping. */
import { fitFrame } from "@cuecard/core/channel/frame";
import { ClientAction } from "@cuecard/core/client-action";
import { AppError, toHttp } from "@cuecard/core/error";
import { ExternalId } from "@cuecard/core/event";
import type { ServerFrame } from "@cuecard/core/protocol";
import * as Settings from "@cuecard/core/settings";
import { requireSight, snapshot } from "@cuecard/core/snapshot";
import * as conversations from "@cuecard/core/store/conversations";
import * as presence from "@cuecard/core/store/presence";
import type { APIGatewayProxyResultV2, APIGatewayProxyWebsocketEventV2 } from "aws-lambda";
import * as deps from "./deps.ts";
import { json, refusal } from "./http.ts";
import { limited } from "./limits.ts";
import { log } from "./log.ts";
import { handled } from "./metrics.ts";
import { checker } from "./session.ts";
import { within } from "./trace.ts";

const check = checker(deps.table);

type SocketEvent = APIGatewayProxyWebsocketEventV2 & {
  queryStringParameters?: Record<string, string | undefined> | null;
};

export async function handler(event: SocketEvent): Promise<APIGatewayProxyResultV2> {
  return within(event.requestContext.requestId, () => answer(event));
}

async function answer(event: SocketEvent): Promise<APIGatewayProxyResultV2> {
  const { routeKey, connectionId } = event.requestContext;
  try {
    if (routeKey === "$connect") {
      const identity = await presence.redeemTicket(deps.table(), event.queryStringParameters?.ticket ?? "", deps.now());
      if (!identity)
        return json(401, {
          error: { code: "ticket_invalid", message: "The ticket was used, is too old, or was never given." },
        });
      await presence.connect(deps.table(), connectionId, identity, deps.now());
      return json(200, {});
    }
    if (routeKey === "$disconnect") {
      await presence.disconnect(deps.table(), connectionId);
      return json(200, {});
    }
    const identity = await presence.identityOf(deps.table(), connectionId, deps.now());
    if (!identity) return json(401, { error: { code: "signed_out", message: "The connection is not known." } });
    // Clients must speak at least every ten minutes, so nobody who was taken off the list listens on for longer.
    if (!(await check(identity, deps.now()))) return signOut(connectionId);
    await act(connectionId, identity, event.body ?? "");
    return json(200, {});
  } catch (error) {
    log("error", "action failed", { routeKey, error }, handled(true));
    return refusal(error);
  }
}

/** Its watches go, so that no frame follows; what it asked for is not done. */
async function signOut(connectionId: string): Promise<APIGatewayProxyResultV2> {
  const error = { code: "signed_out", message: "Your access was changed or taken away. Sign in again." };
  await presence.disconnect(deps.table(), connectionId);
  await (await deps.channel()).send(connectionId, fitFrame({ type: "error", error }));
  return json(401, { error });
}

async function act(connectionId: string, identity: presence.Identity, body: string): Promise<void> {
  const channel = await deps.channel();
  const answer = (frame: ServerFrame) => channel.send(connectionId, fitFrame(frame));
  const { workspace } = identity;
  const told = (action: string, code: string) =>
    log("info", "action", { workspace, connectionId, action, code }, handled(false));
  let parsed: ClientAction | undefined;
  try {
    parsed = actionOf(body);
    await limited(identity, "actions");
    if (parsed.action === "ping") return void (await answer({ type: "pong" })); // not told: nothing is to be found in it
    const loaded = await Settings.load(deps.table(), workspace);
    await carryOut(parsed, { connectionId, identity, loaded, answer });
    told(parsed.action, "done");
  } catch (error) {
    const { body, status } = toHttp(error);
    if (status >= 500) throw error;
    told(parsed?.action ?? "none", body.error.code);
    const about = parsed && "conversationId" in parsed ? { conversationId: parsed.conversationId } : {};
    await answer({ type: "error", ...about, error: body.error });
  }
}

function actionOf(body: string): ClientAction {
  try {
    return ClientAction.parse(JSON.parse(body));
  } catch {
    throw new AppError("input", "invalid_action", "Actions are watch, unwatch, shown and ping, as JSON.");
  }
}

type By = {
  connectionId: string;
  identity: presence.Identity;
  loaded: Settings.Loaded;
  answer(frame: ServerFrame): Promise<unknown>;
};

async function carryOut(action: ClientAction, { connectionId, identity, loaded, answer }: By): Promise<void> {
  const { workspace } = identity;
  if (action.action === "shown") {
    const { shown } = await import("./marked.ts"); // it judges, which no watch has to wait for
    return shown(identity, action.suggestionId, loaded);
  }
  if (action.action === "ping") return;
  const conversationId = externalId(action.conversationId);
  if (action.action === "unwatch") return presence.unwatch(deps.table(), connectionId, workspace, conversationId);
  const header = await conversations.header(deps.table(), workspace, conversationId, deps.now());
  if (header) requireSight(identity, header, loaded.settings);
  // Before the snapshot is read: what happens in between comes as a frame, and what came before stands in it.
  await presence.watch(deps.table(), connectionId, identity, conversationId, deps.now());
  const { frame, wanting } = await snapshot(deps.table(), identity, conversationId, loaded.settings, deps.now()).catch(
    async (error) => {
      await presence.unwatch(deps.table(), connectionId, workspace, conversationId);
      throw error;
    },
  );
  await answer(frame);
  if (wanting) await (await deps.send())({ type: "open", workspace, conversationId });
}

/** What the table takes as part of a key. */
function externalId(id: string): string {
  if (ExternalId.safeParse(id).success) return id;
  throw new AppError("input", "invalid_field", "No conversation has such an id.", "conversationId");
}
