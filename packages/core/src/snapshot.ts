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

/** Leads and admins see all of their workspace; reps what the setting says. */
export function requireSight({ role, repId }: Identity, header: Conversation.Header, { repSees }: Settings): void {
  if (role !== "rep" || repSees === "workspace") return;
  const assignee = header.assignee?.value?.id;
  if (assignee === repId) return;
  if (repSees === "team" && !assignee) return;
  throw new AppError("forbidden", "not_yours", "This conversation is another rep's.");
}
