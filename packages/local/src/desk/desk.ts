/** A small helpdesk: it keeps nothing itself, and tells Cuecard everything through the signed webhook, as a real one does. */
import { randomUUID } from "node:crypto";
import * as Arm from "@cuecard/core/arm";
import * as Conversation from "@cuecard/core/conversation";
import { AppError } from "@cuecard/core/error";
import type { Event } from "@cuecard/core/event";
import type { ConversationView, MessageView } from "@cuecard/core/protocol";
import * as Settings from "@cuecard/core/settings";
import * as conversations from "@cuecard/core/store/conversations";
import * as keys from "@cuecard/core/store/keys";
import { change, type Table } from "@cuecard/core/store/port";
import { deskRep, workspace } from "../demo.ts";
import { sender } from "../senders/standard.ts";
import * as Script from "./script.ts";

export type Row = {
  id: string;
  subject: string;
  customer: { name: string };
  language: string;
  channel: string;
  team: string;
  label?: "control" | "bot";
  status: "new" | "open" | "resolved";
  /** The customer waits for an answer. */
  unread: boolean;
  lastText: string;
  lastAt: string;
  /** Customer messages left to play. */
  script: number;
};

export type Desk = {
  list(): Promise<Row[]>;
  read(id: string): Promise<{ conversation: ConversationView | null; messages: MessageView[] }>;
  /** Plays on; gives the customer messages left. */
  play(id: string): Promise<number>;
  /** The first conversation that was not played; gives its id. */
  playNew(): Promise<string>;
  send(id: string, text: string, visibility: "public" | "internal"): Promise<void>;
  resolve(id: string): Promise<void>;
};

/**
 * The labelled conversation shows what a rep sees in control. It is drawn in a measurement of its own, all of it
 * control, that no report reads: the workspace's own measurement and its shares stay as they are set.
 */
const demonstration = { id: "demo-desk", salt: "", holdout: 1, primaryMetric: "handleTimeMs", startedAt: "" };

type Deps = { table: Table; url: string; secret: string; scripts: Script.Script[]; now: () => number };

/** `url` is the gateway's, `secret` the demo workspace's of Standard Webhooks. Methods throw AppError. */
export function openDesk({ table, url, secret, scripts, now }: Deps): Desk {
  const byId = new Map(scripts.map((script) => [Script.conversationId(script), script]));
  const helpdesk = sender(secret);

  function scriptOf(id: string): Script.Script {
    const script = byId.get(id);
    if (!script) throw new AppError("missing", "conversation_unknown", "The demo desk has no such conversation.");
    return script;
  }

  async function tell(event: Event): Promise<void> {
    const request = helpdesk.build(event, { nowMs: now(), deliveryId: `msg_${randomUUID()}` });
    if (!request) throw new Error("Standard Webhooks carry every event");
    const { path, headers, body } = request;
    const response = await fetch(`${url}/webhooks/${workspace}${path}`, { method: "POST", headers, body });
    await response.arrayBuffer();
    if (response.ok) return;
    const hint = response.status === 401 ? "; its secret is no longer the one this desk signs with" : "";
    throw new AppError("upstream", "webhook_refused", `The webhook answered ${response.status}${hint}.`);
  }

  const stored = async (id: string) => {
    const messages = await conversations.messages(table, workspace, id, { limit: 200 });
    const lastMs = Date.parse(messages.at(-1)?.at ?? "") || 0;
    return { messages, lastMs, played: new Set(messages.map((message) => message.id)) };
  };

  async function row(script: Script.Script): Promise<Row> {
    const id = Script.conversationId(script);
    // A message is stored by the webhook, its conversation a moment later by the worker.
    const { messages, played } = await stored(id);
    const header = messages.length > 0 ? await conversations.header(table, workspace, id, now()) : undefined;
    const last = messages.at(-1);
    const status = messages.length === 0 ? "new" : (header?.status?.value ?? "open");
    const label = header?.arm === "control" ? "control" : script.label === "control" && last ? undefined : script.label;
    return {
      id,
      subject: script.subject,
      customer: { name: script.customer.name },
      language: script.language,
      channel: script.channel,
      team: script.team,
      ...(label ? { label } : {}),
      status,
      unread: status === "open" && Conversation.openTurn(messages) !== undefined,
      lastText: last?.text.slice(0, 200).toWellFormed() ?? "",
      lastAt: last?.at ?? "",
      script: Script.customerLinesLeft(script, played),
    };
  }

  async function drawControl(id: string, team: string): Promise<void> {
    const { settings } = await Settings.load(table, workspace);
    await change<Conversation.Header>(table, keys.conversation(workspace, id), (old) =>
      old?.arm
        ? undefined
        : {
            ...(old ?? conversations.emptyHeader(workspace, id)),
            ...Arm.draw(demonstration, id),
            day: Settings.dayOf(now(), settings.timeZone),
            indexTeam: team,
          },
    );
  }

  async function playScript(script: Script.Script): Promise<number> {
    const id = Script.conversationId(script);
    const { lastMs, played } = await stored(id);
    const events = Script.next(script, played, now(), lastMs);
    if (events.length === 0) throw new AppError("conflict", "played", "This customer has nothing more to say.");
    if (script.label === "control") await drawControl(id, script.team);
    for (const event of events) {
      await tell(event);
      if (event.type === "message.created") played.add(event.message.id);
    }
    return Script.customerLinesLeft(script, played);
  }

  // Two clicks at once must not say the same line twice.
  let turn: Promise<unknown> = Promise.resolve();
  function alone<T>(work: () => Promise<T>): Promise<T> {
    const result = turn.then(work);
    turn = result.catch(() => undefined); // told to whoever awaits `result`
    return result;
  }

  return {
    async list() {
      const rows = await Promise.all(scripts.map(row));
      // The newest first; those that were not played keep the script's order below them.
      return rows.sort((a, b) => (a.lastAt === b.lastAt ? 0 : a.lastAt > b.lastAt ? -1 : 1));
    },
    async read(id) {
      scriptOf(id);
      const [header, messages] = await Promise.all([
        conversations.header(table, workspace, id, now()),
        conversations.messages(table, workspace, id, { limit: 200 }),
      ]);
      return {
        conversation: header && messages.length > 0 ? Conversation.view(header) : null,
        messages: messages.map(Conversation.viewMessage),
      };
    },
    play: (id) => alone(() => playScript(scriptOf(id))),
    playNew: () =>
      alone(async () => {
        for (const script of scripts) {
          const id = Script.conversationId(script);
          if ((await stored(id)).played.size > 0) continue;
          await playScript(script);
          return id;
        }
        throw new AppError("conflict", "all_played", "Every conversation was started; open one to play on.");
      }),
    send: (id, text, visibility) =>
      alone(async () => {
        const script = scriptOf(id);
        const { lastMs } = await stored(id);
        await tell({
          type: "message.created",
          conversation: Script.facts(script),
          message: {
            id: `demo-rep-${randomUUID()}`,
            at: new Date(Math.max(now(), lastMs + 1)).toISOString(),
            author: { kind: "rep", ...deskRep },
            visibility,
            text,
          },
        });
      }),
    resolve: (id) =>
      alone(async () => {
        const script = scriptOf(id);
        const { lastMs, messages } = await stored(id);
        if (messages.length === 0) throw new AppError("conflict", "not_started", "Nothing was written here yet.");
        const at = new Date(Math.max(now(), lastMs + 1)).toISOString();
        await tell({ type: "conversation.resolved", at, conversation: Script.facts(script) });
      }),
  };
}
