/** What a rep asks for: a draft (again, or with a wish), an answer, a rewrite, a summary to hand over, passages. */
import * as z from "zod";
import * as Conversation from "./conversation.ts";
import { AppError } from "./error.ts";
import { isOn } from "./permitted.ts";
import type { Loaded } from "./settings.ts";
import { requireSight } from "./snapshot.ts";
import * as conversations from "./store/conversations.ts";
import * as keys from "./store/keys.ts";
import { change, type Stored, type Table } from "./store/port.ts";
import type { Identity } from "./store/presence.ts";
import { noTurn, requestKey, suggestionId, suggestionKey } from "./store/suggestion-id.ts";
import { putPart, read } from "./store/suggestions.ts";
import { SuggestionKind } from "./suggestion-kind.ts";

const words = (max: number) => z.string().trim().min(1).max(max);

export const Ask = z.object({
  kind: SuggestionKind,
  instruction: words(2_000).optional(),
  question: words(4_000).optional(),
  /** The suggestion to rewrite or to write anew. */
  basedOn: z.string().max(1_200).optional(),
  /** The rep's own words to rewrite. */
  text: words(20_000).optional(),
  /** "Help me anyway", in control. */
  anyway: z.boolean().optional(),
});
export type Ask = z.infer<typeof Ask>;

type RequestItem = Stored & { ask: Ask; repId: string; requestedAt: string };

export type Asked = {
  suggestionId: string;
  job:
    | { type: "request"; workspace: string; suggestionId: string }
    | { type: "open"; workspace: string; conversationId: string; byRep: true };
};

/**
 * Takes a wish and says under which id its suggestion will stand. In control a draft, passages or an answer need
 * `anyway`, which turns suggestions on for this conversation, is counted, and leaves its arm as it is.
 */
export async function ask(
  table: Table,
  identity: Identity,
  conversationId: string,
  wish: Ask,
  loaded: Loaded,
  { nowMs, random }: { nowMs: number; random: () => string },
): Promise<Asked> {
  const { workspace, repId } = identity;
  const header = await conversations.header(table, workspace, conversationId, nowMs);
  if (!header) throw new AppError("missing", "conversation_unknown", "There is no such conversation.");
  requireSight(identity, header, loaded.settings);
  // Said at once: a promised suggestion that nobody makes would be waited for.
  if (!isOn(header, loaded.settings))
    throw new AppError("conflict", "off", "Suggestions are switched off for this conversation.");
  if (!loaded.settings.kinds.includes(wish.kind))
    throw new AppError("conflict", "kind_off", `Suggestions of the kind ${wish.kind} are switched off.`, "kind");
  if (wish.kind === "answer" && !wish.question)
    throw new AppError("input", "invalid_field", "An answer needs a question.", "question");
  if (wish.kind === "rewrite" && !wish.basedOn && !wish.text)
    throw new AppError("input", "invalid_field", "A rewrite needs a text, or the suggestion it is based on.", "text");
  const proactive = wish.kind === "draft" || wish.kind === "policy" || wish.kind === "answer";
  if (proactive && header.arm === "control" && !header.anywayAt) {
    if (!wish.anyway)
      throw new AppError(
        "conflict",
        "control",
        "Suggestions are off in this conversation, to measure whether they help.",
      );
    await change<Conversation.Header>(table, keys.conversation(workspace, conversationId), (old) =>
      old && !old.anywayAt ? { ...old, anywayAt: new Date(nowMs).toISOString() } : undefined,
    );
  }
  const turn = Conversation.openTurn(await conversations.messages(table, workspace, conversationId));
  const plain = !wish.instruction && !wish.basedOn && !wish.text && !wish.question;
  if (turn && plain && (wish.kind === "draft" || wish.kind === "policy" || wish.kind === "summary")) {
    const id = suggestionId(conversationId, turn.key, wish.kind);
    const old = await read(table, workspace, id);
    // Not there yet, still open, or failed: the turn's own suggestion is made, or made again.
    if (
      !old ||
      old.state.status === "failed" ||
      old.state.status === "streaming" ||
      (old.state.status === "ready" && !old.state.outcome)
    )
      return { suggestionId: id, job: { type: "open", workspace, conversationId, byRep: true } };
  }
  if (wish.basedOn) {
    const base = await read(table, workspace, wish.basedOn);
    if (base?.state.conversationId !== conversationId)
      throw new AppError(
        "missing",
        "suggestion_unknown",
        "There is no suggestion with this id in this conversation.",
        "basedOn",
      );
    // A rewrite is for the customer; what stands in the answer's sentences cannot be told apart any more.
    if (base.text?.citations.some(({ internal }) => internal))
      throw new AppError("conflict", "internal", "This rests on an internal article and cannot become a reply.");
  }
  const id = suggestionId(conversationId, requestKey(turn?.key ?? noTurn, random()), wish.kind);
  const request: Omit<RequestItem, keyof Stored> = { ask: wish, repId, requestedAt: new Date(nowMs).toISOString() };
  await putPart(
    table,
    workspace,
    id,
    "request",
    { ...request, expiresAt: Math.floor(nowMs / 1_000) + loaded.settings.retentionDays * 86_400 },
    "absent",
  );
  return { suggestionId: id, job: { type: "request", workspace, suggestionId: id } };
}

export async function readRequest(table: Table, workspace: string, id: string): Promise<RequestItem | undefined> {
  return (await table.get(suggestionKey(workspace, id, "request"))) as unknown as RequestItem | undefined;
}
