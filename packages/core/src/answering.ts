/** Does what a rep asked for: a draft, an answer, a rewrite, passages. What may be asked, and how it is kept: `request.ts`. */
import { type Deps, passagesShown, prepare, seedOf } from "./context.ts";
import * as Conversation from "./conversation.ts";
import { assist } from "./copilot.ts";
import type { Task } from "./model/port.ts";
import { putPolicy, sourcesOf } from "./passages.ts";
import { produce } from "./production.ts";
import { readRequest } from "./request.ts";
import type { Loaded } from "./settings.ts";
import * as conversations from "./store/conversations.ts";
import { broadcast } from "./store/presence.ts";
import { isRequest, parseSuggestionId } from "./store/suggestion-id.ts";
import { changeState, read } from "./store/suggestions.ts";
import { type State, settleAs, view } from "./suggestion.ts";

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
