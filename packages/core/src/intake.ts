/** Takes an event into its conversation: header, arm, outcome. Every step may be repeated; a duplicate changes nothing. */
import * as Arm from "./arm.ts";
import type { Channel } from "./channel/port.ts";
import * as Conversation from "./conversation.ts";
import { atDraw, knownOf } from "./eligibility.ts";
import type { Event } from "./event.ts";
import type { Called, Who } from "./helpdesk/directory.ts";
import { isRunning } from "./measurement.ts";
import { ensureOutcome } from "./outcome.ts";
import { noteReply, readRep, sinceOf } from "./rep.ts";
import { dayOf, type Loaded } from "./settings.ts";
import { maySee } from "./snapshot.ts";
import { noteAction } from "./store/actions.ts";
import * as conversations from "./store/conversations.ts";
import * as keys from "./store/keys.ts";
import { change, type Table } from "./store/port.ts";
import { dropWatchers, type Identity, sendAll, type Watcher, watchers } from "./store/presence.ts";

export type Deps = { table: Table; channel: Channel; now: () => number };
/** What is known already of who or what is behind an id, without looking it up. */
export type Recall = (who: Who, id: string) => Called | undefined;
export type Taken = {
  event: Event;
  header: Conversation.Header;
  /** The outcome, the frames, the rep's own record: what nobody has to wait for before a draft is begun. */
  /** `known`: who watched at some time after the event was kept. */
  rest(known?: Watcher[]): Promise<void>;
};

/** What is read before anything is written, all at once. */
export type Opened = {
  event: Event;
  old: Conversation.Header | undefined;
  /** Edits and redactions that came before their message. */
  amendments: Event[];
};

/** Undefined when the event is not there (it was erased). */
export async function open(
  { table }: Pick<Deps, "table">,
  workspace: string,
  conversationId: string,
  sk: string,
): Promise<Opened | undefined> {
  const [stored, old] = await Promise.all([
    conversations.readEvent(table, { pk: keys.conversationPk(workspace, conversationId), sk }),
    table.get(keys.conversation(workspace, conversationId)) as Promise<unknown> as Promise<
      Conversation.Header | undefined
    >,
  ]);
  if (!stored) return undefined;
  const { event } = stored;
  // An amendment marks the header before it looks for its message: where there is no mark yet, it will find this one.
  const amendments =
    old?.amended && event.type === "message.created"
      ? await conversations.events(table, workspace, conversationId, "message.")
      : [];
  const own = (one: Event) => "message" in one && "message" in event && one.message.id === event.message.id;
  return { event, old, amendments: event.type === "message.created" ? amendments.filter(own) : [event] };
}

/** All of it, one step after the other. Undefined when the event is not there (it was erased). */
export async function takeIn(
  deps: Deps,
  workspace: string,
  conversationId: string,
  sk: string,
  loaded: Loaded,
): Promise<Omit<Taken, "rest"> | undefined> {
  const opened = await open(deps, workspace, conversationId, sk);
  if (!opened) return undefined;
  const { event, header, rest } = await join(deps, workspace, conversationId, opened, loaded);
  await rest();
  return { event, header };
}

/** Merges the event into its conversation and draws the arm. The caller runs `rest`, beside what it does next. */
export async function join(
  deps: Deps,
  workspace: string,
  conversationId: string,
  { event, old: known, amendments }: Opened,
  loaded: Loaded,
  recall?: Recall,
): Promise<Taken> {
  const { table, channel, now } = deps;
  const language =
    event.type === "message.created" && Conversation.isFromCustomer(event.message)
      ? await languageOf(event.message.text)
      : undefined;
  const { settings, measurement } = loaded;
  const since = await newcomers(deps, workspace, event, known, loaded);
  const { item, changed, old } = await change<Conversation.Header>(
    table,
    keys.conversation(workspace, conversationId),
    (old) => {
      if (old?.erased) return undefined;
      const header = old ?? conversations.emptyHeader(workspace, conversationId);
      let next = Conversation.merge(header, event, language);
      for (const { who, id } of recall ? Conversation.unnamed(next) : []) {
        const called = recall?.(who, id);
        if (called) next = Conversation.withName(next, who, id, called);
      }
      if (!next.arm && next.firstCustomer) {
        // Once, before anything is generated; what a rep does later moves nobody.
        const known = measurement
          ? knownOf(next, measurement, settings, { nowMs: now(), since: since.get(next.assignee?.value?.id ?? "") })
          : {};
        next = {
          ...next,
          ...Arm.draw(measurement, conversationId, known),
          day: dayOf(now(), settings.timeZone),
          indexTeam: next.team?.value ?? "",
          atDraw: atDraw(next),
        };
      }
      if (old && next === header) return undefined;
      return { ...next, expiresAt: Math.floor(now() / 1_000) + settings.retentionDays * 86_400 };
    },
    { known: { old: known } },
  );
  const header = item ?? conversations.emptyHeader(workspace, conversationId);
  // Whoever watched before it was known whose it is. A watch that comes later finds the header.
  const sees = (who: Identity) => maySee(who, header, settings);
  if (settings.repSees !== "workspace") await dropWatchers(table, workspace, conversationId, sees);
  // What was told of a message may have come before the message itself: nothing may read it as it was.
  for (const one of amendments) if (isAmendment(one)) await amend(table, workspace, one);
  return {
    event,
    header,
    async rest(known) {
      await Promise.all([
        // Where the arm was drawn before, whoever drew it put the outcome, or its repeated job recomputes it.
        header.arm && !old?.arm ? ensureOutcome(table, workspace, header) : undefined,
        event.type === "message.created" ? noteRep(deps, workspace, event.message, settings.retentionDays) : undefined,
        tell(known),
      ]);
    },
  };

  async function tell(known: Watcher[] | undefined) {
    const conversation = Conversation.view(header, settings.assistWhen);
    const isNews =
      changed && (!old || JSON.stringify(conversation) !== JSON.stringify(Conversation.view(old, settings.assistWhen)));
    // Whoever came later has read the message with everything else, but perhaps not the header as it is now.
    const watching =
      known && !isNews
        ? known.filter(({ who }) => sees(who))
        : await watchers(table, workspace, conversationId, now(), sees);
    if (watching.length === 0) return;
    if (isNews)
      await sendAll(table, channel, workspace, watching, { type: "conversation", conversationId, conversation });
    if (event.type === "message.created")
      await sendAll(table, channel, workspace, watching, {
        type: "message",
        conversationId,
        message: Conversation.viewMessage(event.message),
      });
  }
}

/** When a rep wrote, wherever it was: their first reply dates them, and no gap of handling begins before the last thing they wrote. */
async function noteRep(
  { table, now }: Deps,
  workspace: string,
  message: Extract<Event, { type: "message.created" }>["message"],
  retentionDays: number,
): Promise<void> {
  const { id: rep, kind, name } = message.author;
  if (kind !== "rep" || !rep) return;
  const expiresAt = Math.floor(now() / 1_000) + retentionDays * 86_400;
  await noteAction(table, workspace, { rep, at: message.at, messageId: message.id, expiresAt });
  if (Conversation.isReply(message)) await noteReply(table, workspace, { id: rep, name, at: message.at });
}

/** First days of who may be assigned at the draw, read only where a measurement leaves out new reps. */
async function newcomers(
  { table, now }: Deps,
  workspace: string,
  event: Event,
  old: Conversation.Header | undefined,
  { measurement }: Loaded,
): Promise<Map<string, string>> {
  const since = new Map<string, string>();
  if (!isRunning(measurement, now()) || !measurement.exempt?.newRepDays) return since;
  if (old?.arm) return since;
  for (const id of [old?.assignee?.value?.id, event.conversation.assignee?.id]) {
    const day = id && sinceOf(await readRep(table, workspace, id));
    if (id && day) since.set(id, day);
  }
  return since;
}

type Amendment = Extract<Event, { type: "message.redacted" | "message.edited" }>;
const isAmendment = (event: Event): event is Amendment =>
  event.type === "message.redacted" || event.type === "message.edited";

/** An edit keeps the newer text, a redaction none; the message stays where it was. */
async function amend(table: Table, workspace: string, event: Amendment): Promise<void> {
  const { pk } = keys.conversation(workspace, event.conversation.id);
  const items = (await table.query({ pk, prefix: "MSG#" })) as conversations.MessageItem[];
  const item = items.find(({ message }) => message.id === event.message.id);
  if (!item) return;
  await change<conversations.MessageItem>(table, item, (old) => {
    if (!old || old.erased) return undefined;
    if (event.type === "message.redacted")
      return old.redactedAt ? undefined : { ...old, message: { ...old.message, text: "" }, redactedAt: event.at };
    const amendedAt = String(old.amendedAt ?? "");
    if (old.redactedAt || amendedAt >= event.at || old.message.text === event.message.text) return undefined;
    return { ...old, message: { ...old.message, text: event.message.text }, amendedAt: event.at };
  });
}

let loading: Promise<typeof import("./language.ts")> | undefined;
/** The words of 62 languages: loaded when first needed, or a little before. Kept: asking the loader again takes longer than the detection. */
export function languages(): Promise<typeof import("./language.ts")> {
  loading ??= import("./language.ts");
  return loading;
}

/** The language of what a customer wrote, when it is sure. */
export async function languageOf(text: string, hint?: string): Promise<string | undefined> {
  const { detect } = await languages();
  const found = detect(text, hint);
  return found?.sure ? found.language : undefined;
}
