/** The domain on a real DynamoDB protocol, with time, randomness, the model and the channel in the test's hand. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { settle } from "@cuecard/core/attribution";
import type { Deps } from "@cuecard/core/context";
import { assist } from "@cuecard/core/copilot";
import { type Event, timeOf } from "@cuecard/core/event";
import { takeIn } from "@cuecard/core/intake";
import type { Model, Piece, Task } from "@cuecard/core/model/port";
import { recompute } from "@cuecard/core/outcome";
import type { ServerFrame } from "@cuecard/core/protocol";
import { defaults, type Loaded, type Settings } from "@cuecard/core/settings";
import * as conversations from "@cuecard/core/store/conversations";
import { dynamoTable } from "@cuecard/core/store/dynamo";
import { conversationPk } from "@cuecard/core/store/keys";
import type { Item, Table } from "@cuecard/core/store/port";
import { watch } from "@cuecard/core/store/presence";
import { putPart, recent } from "@cuecard/core/store/suggestions";
import type { Whole } from "@cuecard/core/suggestion";
import { createTable, type Database, startDatabase, tableName } from "@cuecard/local/database";
import { afterAll, beforeAll } from "vitest";

/** One for all tests of a file; each world in it is a workspace of its own. */
export function database(): () => Table {
  let folder: string;
  let running: Database;
  let table: Table;
  let client: DynamoDBClient;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "cuecard-spine-"));
    running = await startDatabase(
      folder,
      () => undefined,
      () => undefined,
    );
    await createTable(running.endpoint);
    client = new DynamoDBClient({
      endpoint: running.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    table = dynamoTable(tableName, client);
  });
  afterAll(async () => {
    client?.destroy();
    await running?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  return () => table;
}

export type Script = (task: Task, signal: AbortSignal) => AsyncIterable<Piece>;
export const start = Date.parse("2026-03-02T10:00:00.000Z");
const at = (seconds: number) => new Date(start + seconds * 1_000).toISOString();
let worlds = 0;

/** `seconds` count from 10:00 on a Monday; the server's clock is moved by the test alone. */
export function world(table: Table, given: { settings?: Partial<Settings>; loaded?: Partial<Loaded> } = {}) {
  const workspace = `w${++worlds}`;
  const id = "c1";
  let nowMs = start;
  let counter = 0;
  let asked = 0;
  let script: Script = saying("A refund takes five working days after we have your parcel back with us.");
  const frames: ServerFrame[] = [];
  const model: Model = {
    engine: "scripted",
    promptVersion: "test",
    write(task, signal) {
      asked++;
      return script(task, signal);
    },
  };
  const loaded: Loaded = {
    settings: { ...defaults, assistWhen: "always", kinds: ["draft"], ...given.settings },
    measurement: null,
    past: [],
    sealedModelKey: null,
    exists: true,
    ...given.loaded,
  };
  const deps: Deps = {
    table,
    channel: {
      async send(_, frame) {
        frames.push(frame);
        return "sent";
      },
    },
    now: () => nowMs,
    random: () => `run-${++counter}`,
    library: { policies: none, replies: none, learned: none },
    modelFor: async () => ({ model, flags: [] }),
  };
  const listed = conversations.listed();
  const one = {
    workspace,
    id,
    table,
    deps,
    loaded,
    frames,
    modelCalls: () => asked,
    script(next: Script) {
      script = next;
    },
    clock(seconds: number) {
      nowMs = start + seconds * 1_000;
    },
    /** The webhook's part: keeps the event as received at the server's time. */
    append: (event: Event) =>
      conversations.append(table, workspace, event, nowMs, Math.floor(start / 1_000) + 90 * 86_400, listed),
    /** The worker's part. */
    async take(event: Event) {
      const { sk } = conversations.eventKey(workspace, event);
      const taken = await takeIn(deps, workspace, event.conversation.id, sk, loaded);
      if (taken) await recompute(table, workspace, taken.header);
      return taken;
    },
    assist: (using: Deps = deps) =>
      assist(using, { workspace, conversationId: id, loaded }, new AbortController().signal),
    settle: () => settle(table, workspace, id, { threshold: 0.3, now: () => nowMs }),
    message,
    async say(
      kind: "customer" | "rep" | "bot",
      text: string,
      seconds: number,
      extra: { id?: string; visibility?: "public" | "internal" } = {},
    ) {
      const event = message(kind, text, seconds, extra);
      await one.append(event);
      await one.take(event);
      return event;
    },
    watch: () => watch(table, "connection", { workspace, repId: "sam", role: "rep" }, id, nowMs),
    suggestions: (): Promise<Whole[]> => recent(table, workspace, id),
    draft: async (): Promise<Whole> =>
      (await recent(table, workspace, id)).findLast(({ state }) => state.kind === "draft")!,
    shown: (suggestionId: string, seconds: number) =>
      putPart(table, workspace, suggestionId, "shown", { shownAt: at(seconds), repId: "sam" }, "absent"),
    click: (suggestionId: string, action: "inserted" | "copied" | "rejected", seconds: number) =>
      putPart(table, workspace, suggestionId, `click#${action}`, { action, at: at(seconds), repId: "sam" }, "absent"),
    header: () => conversations.header(table, workspace, id, nowMs),
    outcome: () => table.get({ pk: conversationPk(workspace, id), sk: "OUT" }),
    /** Every item of the conversation, as it stands. */
    records: (): Promise<Item[]> => table.query({ pk: conversationPk(workspace, id) }),
  };
  return one;
}
export type World = ReturnType<typeof world>;
const none = async () => undefined;

export function message(
  kind: "customer" | "rep" | "bot",
  text: string,
  seconds: number,
  { id = `m${seconds}`, visibility = "public" }: { id?: string; visibility?: "public" | "internal" } = {},
): Event & { type: "message.created" } {
  const author = { kind, id: kind === "rep" ? "sam" : `the-${kind}` };
  return { type: "message.created", conversation, message: { id, at: at(seconds), author, visibility, text } };
}
export const conversation = {
  id: "c1",
  team: "payments",
  customer: { id: "u1", name: "Ada Byron" },
  assignee: { id: "sam" },
};
export const event = (type: "resolved" | "reopened" | "assigned", seconds: number, facts = {}): Event => ({
  type: `conversation.${type}`,
  conversation: { ...conversation, ...facts },
  at: at(seconds),
});
export const instant = at;
export const byTime = (a: Event, b: Event) => (timeOf(a) < timeOf(b) ? -1 : 1);

/** Says it at once. */
export const saying = (text: string): Script =>
  async function* () {
    yield { text };
  };

/** Says what it has when it is let go. */
export function gate(before: string, after: string = before): { script: Script; open(): void; reached: Promise<void> } {
  let open = () => {};
  let reach = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  return {
    async *script() {
      yield { text: before };
      reach();
      await opened;
      // With nothing more to say, it never looks whether the suggestion is still its own before it writes the end.
      if (after !== before) yield { text: after };
    },
    open: () => open(),
    reached,
  };
}
