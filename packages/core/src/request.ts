/** What a rep asks for: a draft (again, or with a wish), an answer, a rewrite, a summary to hand over, passages. */
import * as z from "zod";
import { type Deps, passagesShown, prepare, seedOf } from "./context.ts";
import * as Conversation from "./conversation.ts";
import { assist, isOn } from "./copilot.ts";
import { AppError } from "./error.ts";
import type { Task } from "./model/port.ts";
import { putPolicy, sourcesOf } from "./passages.ts";
import { produce } from "./production.ts";
import { SuggestionKind } from "./protocol.ts";
import type { Loaded } from "./settings.ts";
import { requireSight } from "./snapshot.ts";
import * as conversations from "./store/conversations.ts";
import * as keys from "./store/keys.ts";
import { change, type Stored, type Table } from "./store/port.ts";
import { broadcast, type Identity } from "./store/presence.ts";
import {
  isRequest,
  noTurn,
  parseSuggestionId,
  requestKey,
  suggestionId,
  suggestionKey,
} from "./store/suggestion-id.ts";
import { changeState, putPart, read } from "./store/suggestions.ts";
import { type State, settleAs, view } from "./suggestion.ts";

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

/** Does what was asked for; again and again without harm. */
export async function answerRequest(
  deps: Deps,
  { workspace, suggestionId: id, loaded }: { workspace: string; suggestionId: string; loaded: Loaded },
  signal: AbortSignal,
): Promise<{ busy?: number; made: State[] }> {
  const { conversationId, turn, kind } = parseSuggestionId(id);
  if (!isRequest(turn)) return assist(deps, { workspace, conversationId, loaded, asked: true, kinds: [kind] }, signal);
  const [request, header, messages] = await Promise.all([
    readRequest(deps.table, workspace, id),
    conversations.header(deps.table, workspace, conversationId, deps.now()),
    conversations.messages(deps.table, workspace, conversationId),
  ]);
  if (!request || !header || header.erased) return { made: [] };
  const { ask: wish } = request;
  const base = wish.basedOn ? await read(deps.table, workspace, wish.basedOn) : undefined;
  const context = await prepare(deps, workspace, header, messages, loaded);
  const found =
    kind === "rewrite" || kind === "summary"
      ? undefined
      : wish.question
        ? await context.lookUpFor(wish.question)
        : await context.lookUp();
  const sources = found ? sourcesOf(found) : [];
  const language = kind === "answer" || kind === "summary" ? loaded.settings.repLanguage : header.language?.value;
  const turnAt = messages.filter(Conversation.isFromCustomer).at(-1)?.at ?? "";
  const seed = {
    ...seedOf(deps, workspace, context, turn, turnAt, kind),
    ...(language ? { language } : {}),
    ...(wish.basedOn ? { basedOn: wish.basedOn } : {}),
  };
  const sinceMs = Date.parse(request.requestedAt);
  const noPolicy = found && sources.length === 0 ? [{ code: "no_policy" }] : [];
  if (kind === "policy") {
    const state = await putPolicy(deps, workspace, seed, sources.slice(0, passagesShown), noPolicy, sinceMs);
    return { made: state ? [state] : [] };
  }
  const forCustomer = sources.filter(({ internal }) => !internal);
  const task: Task = {
    ...context.task,
    kind,
    language,
    sources: kind === "rewrite" ? keptSources(base?.text?.citations ?? []) : kind === "draft" ? forCustomer : sources,
    examples: kind === "draft" ? await context.examples() : [],
    ...(wish.instruction ? { instruction: wish.instruction } : {}),
    ...(wish.question ? { question: wish.question } : {}),
    ...(wish.text ? { base: wish.text } : base?.text ? { base: base.text.text } : {}),
  };
  const flags = [...context.flags, ...noPolicy];
  const result = await produce(deps, { workspace, seed, task, model: context.model, flags, sinceMs }, signal);
  if ("busy" in result) return { busy: result.busy, made: [] };
  // Whichever run made it: one that died before this line leaves it to the next.
  const ended = "made" in result ? result.made : (await read(deps.table, workspace, id))?.state;
  if (ended?.status === "ready" && base && (kind === "rewrite" || kind === "draft"))
    await supersede(deps, workspace, base.state.id, id);
  return { made: "made" in result ? [result.made] : [] };
}

/** A draft that its own rewrite replaced is nobody's refusal; if it is sent after all, it still rises. */
async function supersede(deps: Deps, workspace: string, oldId: string, byId: string): Promise<void> {
  const state = await changeState(deps.table, workspace, oldId, (old) =>
    old.supersededBy ? undefined : { ...settleAs(old, "superseded"), supersededBy: byId },
  );
  const whole = state && (await read(deps.table, workspace, oldId));
  if (whole)
    await broadcast(
      deps.table,
      deps.channel,
      workspace,
      { type: "suggestion", conversationId: whole.state.conversationId, suggestion: view(whole) },
      deps.now(),
    );
}

/** A rewrite keeps the citations of what it rewrites. */
const keptSources = (
  citations: {
    n: number;
    articleId: string;
    title: string;
    heading?: string | undefined;
    quote: string;
    url?: string | undefined;
    internal?: boolean | undefined;
  }[],
): Task["sources"] =>
  citations.map(({ n, articleId, title, heading = "", quote, url, internal = false }) => ({
    n,
    articleId,
    title,
    heading,
    text: quote,
    sentence: quote,
    internal,
    links: [], // those that may stand are in the text already
    ...(url ? { url } : {}),
  }));
