/** The demo desk's endpoints, for whoever sits at this machine: `/dev/desk…` and `/dev/history`. */
import type { IncomingMessage } from "node:http";
import { AppError, toHttp } from "@cuecard/core/error";
import * as z from "zod";
import type { Page } from "../gateway.ts";
import { writeJson } from "../http-event.ts";
import { refusedTo } from "../login.ts";
import { readBody } from "../loopback.ts";
import { decoded } from "../routes.ts";
import type { Desk } from "./desk.ts";

export type Told = {
  engine: string;
  /** One line: where to put a model's key; null once there is one. */
  hint: string | null;
  history: { present: boolean };
};

type Parts = { desk: Desk; told(): Promise<Told>; removeHistory(): Promise<object> };
type Answer = { status: number; body: object };

const Reply = z.object({ text: z.string().trim().min(1), visibility: z.enum(["public", "internal"]) });
const bodyBytes = 1024 * 1024;

export const deskPage =
  (parts: Parts): Page =>
  async (request, response, path) => {
    if (!/^\/dev\/(desk(\/|$)|history$)/.test(path)) return false;
    if (refusedTo(request, response)) return true;
    const { status, body } = await answer(parts, request, path).catch((error: unknown) => {
      if (error instanceof AppError) return toHttp(error);
      throw error;
    });
    response.setHeader("cache-control", "no-store");
    writeJson(response, status, body);
    return true;
  };

async function answer({ desk, told, removeHistory }: Parts, request: IncomingMessage, path: string): Promise<Answer> {
  const segments = path.split("/").slice(2).map(decoded);
  const [, id = "", action] = segments;
  const asked = `${request.method} ${segments.length > 3 ? "" : path}`;
  if (asked === "DELETE /dev/history") return { status: 200, body: await removeHistory() };
  if (asked === "GET /dev/desk") return { status: 200, body: { conversations: await desk.list(), ...(await told()) } };
  if (asked === "POST /dev/desk/play") return { status: 202, body: { conversationId: await desk.playNew() } };
  if (id && !action && request.method === "GET") return { status: 200, body: await desk.read(id) };
  if (request.method === "POST" && action === "play") return { status: 202, body: { left: await desk.play(id) } };
  if (request.method === "POST" && action === "send") {
    const { text, visibility } = await replyOf(request);
    await desk.send(id, text, visibility);
    return { status: 202, body: {} };
  }
  if (request.method === "POST" && action === "resolve") {
    await desk.resolve(id);
    return { status: 202, body: {} };
  }
  throw new AppError("missing", "not_found", "There is nothing at this address.");
}

async function replyOf(request: IncomingMessage): Promise<z.infer<typeof Reply>> {
  const body = await readBody(request, bodyBytes);
  if (!body) throw new AppError("large", "too_large", "A message has at most 1 MB.");
  let given: unknown;
  try {
    given = JSON.parse(body.toString());
  } catch {
    throw new AppError("input", "invalid_json", "The body is not JSON.");
  }
  const reply = Reply.safeParse(given);
  if (reply.success) return reply.data;
  const [issue] = reply.error.issues;
  throw new AppError("input", "invalid", issue?.message ?? "Invalid", issue?.path.join(".") || undefined);
}
