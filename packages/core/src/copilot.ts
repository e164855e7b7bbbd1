/** What is suggested for a conversation, and when: passages, a draft and a summary for the customer's open turn. */
import { type Before, readBefore } from "./before.ts";
import { type Deps, prepare, seedOf } from "./context.ts";
import * as Conversation from "./conversation.ts";
import { closing, escalation, wantsHuman } from "./guard.ts";
import { closeLeft, moveOn, olderThan } from "./moved-on.ts";
import { putPolicy, sourcesOf } from "./passages.ts";
import { eligible } from "./permitted.ts";
import { aTurn, produce, type Result } from "./production.ts";
import type { Flag, SuggestionKind } from "./protocol.ts";
import type { Loaded } from "./settings.ts";
import { maySee } from "./snapshot.ts";
import * as conversations from "./store/conversations.ts";
import * as keys from "./store/keys.ts";
import type { Sees } from "./store/presence.ts";
import type { State } from "./suggestion.ts";
import { together } from "./together.ts";

export type Run = {
  workspace: string;
  conversationId: string;
  loaded: Loaded;
  asked?: boolean;
  kinds?: SuggestionKind[];
  /** What the caller has read since the event was kept, so that it is not read again. */
  known?: { header: Conversation.Header; before: Before };
};

export type Assisted = {
  busy?: number;
  made: State[];
  /** The last messages as they stood after all that was made was written. */
  messages?: conversations.StoredMessage[];
};

/**
 * Makes what the open turn of a conversation needs; again and again without harm. Gives when to look again (ms) if
 * another run is still at it, and whether anything was finished, so that the caller settles what was sent meanwhile.
 */
export async function assist(deps: Deps, run: Run, signal: AbortSignal): Promise<Assisted> {
  const { workspace, conversationId } = run;
  const [header, before] = run.known
    ? [run.known.header, run.known.before]
    : await Promise.all([
        conversations.header(deps.table, workspace, conversationId, deps.now()),
        readBefore(deps, workspace, conversationId),
      ]);
  const { messages } = before;
  const turn = Conversation.openTurn(messages);
  if (!header) return { made: [] };
  if (!turn) return { made: [], ...(await closeLeft(deps, run, before.older)) };
  const [suggested] = await together([
    suggest(deps, run, { header, before, turn }, signal),
    // Beside them: the new draft does not wait until the old ones are closed.
    moveOn(deps, workspace, conversationId, olderThan(messages, turn.key), { older: before.older }),
  ]);
  if (!suggested) {
    const left = before.older.filter(({ state }) => state.turn === turn.key);
    return { made: [], ...(await closeLeft(deps, run, left)) };
  }
  // A newer turn may have looked for older suggestions just before ours were there: whoever comes second does the work.
  const after = await conversations.messages(deps.table, workspace, conversationId);
  const now = Conversation.openTurn(after);
  if (now && now.key !== turn.key) await moveOn(deps, workspace, conversationId, olderThan(after, now.key));
  return { ...suggested, messages: after };
}

type Open = { header: Conversation.Header; before: Before; turn: Conversation.Turn };

/** Undefined where nothing may be suggested. */
async function suggest(
  deps: Deps,
  { workspace, loaded, ...run }: Run,
  { header, before, turn }: Open,
  signal: AbortSignal,
): Promise<{ busy?: number; made: State[] } | undefined> {
  const { messages, watching } = before;
  const allowed = eligible(header, loaded.settings, { watched: watching.length > 0, asked: run.asked === true });
  const kinds = allowed.filter((kind) => !run.kinds || run.kinds.includes(kind));
  if (kinds.length === 0) return undefined;

  const sees: Sees = (who) => maySee(who, header, loaded.settings);
  const context = await prepare(deps, workspace, header, messages, loaded, before);
  const last = messages.find((message) => message.id === turn.messages.at(-1)!.id)!;
  const about = turn.messages.map(({ text }) => text).join("\n");
  const flags: Flag[] = [
    ...(wantsHuman(about) ? [{ code: "wants_human" }] : []),
    ...(escalation(about) ? [{ code: "escalation" }] : []),
    ...(turn.messages.some(({ attachments }) => attachments) ? [{ code: "attachments" }] : []),
  ];
  const seed = (kind: SuggestionKind) => seedOf(deps, workspace, context, turn.key, turn.at, kind);
  const order = (kind: "draft" | "summary", language: string | undefined, more: Flag[]) => ({
    workspace,
    seed: { ...seed(kind), ...(language ? { language } : {}) },
    task: { ...context.task, kind, language },
    model: context.model,
    flags: [...context.flags, ...more],
    sinceMs: Date.parse(last.receivedAt),
    sees,
    watching: watching.filter(({ who }) => sees(who)),
    fresh: !before.older.some(({ state }) => state.id === seed(kind).id),
  });
  const isClosing = closing(about);
  const found =
    !isClosing && (kinds.includes("policy") || kinds.includes("draft")) ? await context.lookUp(about) : undefined;
  const sources = found ? sourcesOf(found) : [];
  const noPolicy: Flag[] = found && sources.length === 0 ? [{ code: "no_policy" }] : [];
  const drafting: Promise<Result>[] = [];
  if (!isClosing && kinds.includes("draft")) {
    const draft = order("draft", header.language?.value, [
      ...flags,
      ...noPolicy,
      ...(header.language ? [] : [{ code: "language_unknown" }]),
    ]);
    // What a model was never given, no customer's text can make it tell.
    const quotable = sources.filter(({ internal }) => !internal);
    const task = { ...draft.task, sources: quotable, examples: await context.examples() };
    if (!context.model.abstains?.(task)) drafting.push(produce(deps, { ...draft, task }, signal));
  }
  for (const one of drafting) {
    one.catch(() => undefined); // it is awaited below, with the others
    await aTurn(); // the draft's request is on its way before anything else is prepared
  }
  const told = [...(isClosing ? [{ code: "closing" }] : []), ...(drafting.length > 0 ? [] : [{ code: "no_draft" }])];
  const summary = kinds.includes("summary")
    ? [produce(deps, order("summary", loaded.settings.repLanguage, told), signal)]
    : [];
  const passages = async (): Promise<Result> => {
    const since = Date.parse(last.receivedAt);
    const state = await putPolicy(deps, workspace, seed("policy"), sources, [...flags, ...noPolicy], since, sees);
    if (!state) return { done: true };
    if (noPolicy.length > 0)
      await deps.table.put(
        {
          ...keys.gap(workspace, state.day, state.id),
          v: 1,
          conversationId: header.id,
          suggestionId: state.id,
          turnAt: turn.at,
        },
        "absent",
      );
    return { made: state };
  };
  const policy = found && kinds.includes("policy") ? [passages()] : [];
  const results = await together<Result[]>([...policy, ...drafting, ...summary]);
  const busy = results.flatMap((result) => ("busy" in result ? [result.busy] : []));
  return {
    made: results.flatMap((result) => ("made" in result ? [result.made] : [])),
    ...(busy.length > 0 ? { busy: Math.max(...busy) } : {}),
  };
}
