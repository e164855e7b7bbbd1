/** What a page needs when it opens a conversation, or comes back to it. */
import * as Conversation from "./conversation.ts";
import { AppError } from "./error.ts";
import type { ServerFrame } from "./protocol.ts";
import type { Settings } from "./settings.ts";
import * as conversations from "./store/conversations.ts";
import type { Table } from "./store/port.ts";
import type { Identity } from "./store/presence.ts";
import { recent } from "./store/suggestions.ts";
import { view } from "./suggestion.ts";

export type Snapshot = Extract<ServerFrame, { type: "snapshot" }>;

/**
 * `wanting`: the customer waits and nothing was made, since nobody was watching. Throws `forbidden` where the workspace
 * lets reps see their own or their team's conversations alone.
 */
export async function snapshot(
  table: Table,
  identity: Identity,
  conversationId: string,
  settings: Settings,
  nowMs: number,
): Promise<{ frame: Snapshot; wanting: boolean }> {
  const { workspace } = identity;
  const [header, messages, wholes] = await Promise.all([
    conversations.header(table, workspace, conversationId, nowMs),
    conversations.messages(table, workspace, conversationId, { limit: 100 }),
    recent(table, workspace, conversationId, 60),
  ]);
  if (header) requireSight(identity, header, settings);
  // Its first message may be kept while nobody has yet seen whose it is.
  if (!maySee(identity, header, settings)) return { wanting: false, frame: empty(conversationId) };
  const turn = Conversation.openTurn(messages);
  const wanting = Boolean(
    header && turn && settings.assistWhen === "watched" && !wholes.some(({ state }) => state.turn === turn.key),
  );
  return {
    wanting,
    frame: {
      type: "snapshot",
      conversationId,
      conversation: header ? Conversation.view(header, settings.assistWhen) : null,
      messages: messages.map(Conversation.viewMessage),
      suggestions: wholes.map(view),
    },
  };
}

const empty = (conversationId: string): Snapshot => ({
  type: "snapshot",
  conversationId,
  conversation: null,
  messages: [],
  suggestions: [],
});

/** Leads and admins see all of their workspace; reps what the setting says. Before its first event a conversation is nobody's. */
export function maySee(
  { role, repId }: Identity,
  header: Conversation.Header | undefined,
  { repSees }: Pick<Settings, "repSees">,
): boolean {
  if (role !== "rep" || repSees === "workspace") return true;
  const assignee = header?.assignee?.value?.id;
  return header !== undefined && (assignee === repId || (repSees === "team" && !assignee));
}

export function requireSight(identity: Identity, header: Conversation.Header, settings: Settings): void {
  if (!maySee(identity, header, settings))
    throw new AppError("forbidden", "not_yours", "This conversation is another rep's.");
}
