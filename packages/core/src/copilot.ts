/** What is suggested for a conversation, and when: passages, a draft and a summary for the customer's open turn. */
import * as z from "zod";
import * as Conversation from "./conversation.ts";
import type { Message } from "./event.ts";
import { closing, escalation, wantsHuman } from "./guard.ts";
import { type Found, type Index, type Learned, search } from "./lookup/lookup.ts";
import { nearest, type ReplyIndex } from "./lookup/replies.ts";
import { citationOf, type Model, type Source, type Task } from "./model/port.ts";
import { type Deps as ProductionDeps, produce, type Result } from "./production.ts";
import type { Flag, SuggestionKind } from "./protocol.ts";
import { dayOf, type Loaded, type Settings } from "./settings.ts";
import { maySee } from "./snapshot.ts";
import * as conversations from "./store/conversations.ts";
import * as keys from "./store/keys.ts";
import type { Library } from "./store/policies.ts";
import { broadcast, type Sees, watchers } from "./store/presence.ts";
import { isRequest, suggestionId, suggestionKey, turnKey, turnOf } from "./store/suggestion-id.ts";
import { changeState, putState, recent } from "./store/suggestions.ts";
import { isOpen, type State, type Text, view, type Whole } from "./suggestion.ts";
import { together } from "./together.ts";

export type Deps = ProductionDeps & {
  library: Library;
  /** The workspace's model, or the embedded engine when it has none or its budget is used up (`flags` say so). */
  modelFor(workspace: string, loaded: Loaded): Promise<{ model: Model; flags: Flag[] }>;
};

/** A job carries ids, never text. */
export const Job = z.discriminatedUnion("type", [
  z.object({ type: z.literal("event"), workspace: z.string(), conversationId: z.string(), sk: z.string() }),
  z.object({
    type: z.literal("open"),
    workspace: z.string(),
    conversationId: z.string(),
    byRep: z.boolean().optional(),
  }),
  z.object({ type: z.literal("request"), workspace: z.string(), suggestionId: z.string() }),
  /** `list` is the hashed partition of the customer's conversations. */
  z.object({ type: z.literal("erase"), workspace: z.string(), list: z.string(), again: z.boolean().optional() }),
  z.object({ type: z.literal("index"), workspace: z.string(), what: z.enum(["policies", "learned"]) }),
  /** Articles that changed, were removed or have expired: the drafts that cite them say so. */
  z.object({ type: z.literal("changed"), workspace: z.string(), articles: z.array(z.string()).max(500) }),
  z.object({ type: z.literal("import"), workspace: z.string(), source: z.string() }),
  z.object({
    type: z.literal("fetch"),
    workspace: z.string(),
    helpdesk: z.string(),
    conversationId: z.string(),
    what: z.enum(["thread", "message", "user", "team"]),
    id: z.string().optional(),
    at: z.string().optional(),
  }),
]);
export type Job = z.infer<typeof Job>;

/** Whether the workspace wants suggestions in this conversation at all, asked for or not. */
export const isOn = (header: Conversation.Header, { assistWhen, teams }: Settings): boolean =>
  !header.erased && assistWhen !== "off" && (!teams || teams.includes(header.team?.value ?? ""));

/** What may be made unasked. In control only the summary stays; `asked` means nothing until somebody asks. */
export function eligible(
  header: Conversation.Header,
  settings: Settings,
  { watched, asked }: { watched: boolean; asked: boolean },
): SuggestionKind[] {
  if (!isOn(header, settings)) return [];
  if (settings.assistWhen === "asked" && !asked) return [];
  if (settings.assistWhen === "watched" && !asked && !watched && !header.assignee?.value) return [];
  const held = header.arm === "control" && !header.anywayAt;
  return (["policy", "draft", "summary"] as const).filter(
    (kind) => settings.kinds.includes(kind) && !(held && kind !== "summary"),
  );
}

export type Run = {
  workspace: string;
  conversationId: string;
  loaded: Loaded;
  asked?: boolean;
  kinds?: SuggestionKind[];
  /** What the caller has read since the event was kept, so that it is not read again. */
  known?: { header: Conversation.Header; before: Before };
};

/** What a run reads before it knows what to do, all at once. */
export type Before = {
  messages: conversations.StoredMessage[];
  watching: string[];
  older: Whole[];
  shelf: Shelf | undefined;
};
type Shelf = { policies: Index | undefined; learned: Learned | undefined; replies: ReplyIndex | undefined };

/** `wanted`: whether a draft may follow from who watches; then the indexes are looked up in the same breath. */
export async function readBefore(
  { table, library, now }: Pick<Deps, "table" | "library" | "now">,
  workspace: string,
  conversationId: string,
  wanted: (watching: string[]) => boolean = () => true,
): Promise<Before> {
  const [messages, older, { watching, shelf }] = await Promise.all([
    conversations.messages(table, workspace, conversationId),
    recent(table, workspace, conversationId, 40),
    watchers(table, workspace, conversationId, now()).then(async (watching) => ({
      watching,
      shelf: wanted(watching) ? await readShelf(library, table, workspace) : undefined,
    })),
  ]);
  return { messages, watching, older, shelf };
}

async function readShelf(library: Library, table: Deps["table"], workspace: string): Promise<Shelf> {
  const [policies, learned, replies] = await Promise.all([
    library.policies(table, workspace),
    library.learned(table, workspace),
    library.replies(table, workspace),
  ]);
  return { policies, learned, replies };
}

/**
 * Makes what the open turn of a conversation needs; again and again without harm. Gives when to look again (ms) if
 * another run is still at it, and whether anything was finished, so that the caller settles what was sent meanwhile.
 */
export async function assist(deps: Deps, run: Run, signal: AbortSignal): Promise<{ busy?: number; made: State[] }> {
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
  return suggested;
}

/** What a run that died had begun, and nobody is to finish: answered meanwhile, or no longer wanted. A run that may live is looked at again. */
async function closeLeft(deps: Deps, { workspace, conversationId }: Run, older: Whole[]): Promise<{ busy?: number }> {
  const left = older.filter(({ state }) => state.status === "streaming" && !isRequest(state.turn));
  const alive = left.map(({ state }) => state.leaseUntil ?? 0).filter((until) => until > deps.now());
  const isLeft = ({ status, leaseUntil = 0 }: State) => status === "streaming" && leaseUntil <= deps.now();
  await moveOn(deps, workspace, conversationId, isLeft, { reason: "The turn was over.", older: left });
  return alive.length > 0 ? { busy: Math.max(...alive) } : {};
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
  const context = await prepare(deps, workspace, header, messages, loaded, before.shelf);
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

/** Whether a suggestion's turn came before this one. Many helpdesks tell whole seconds: at the same time the order of messages counts. */
export function olderThan(messages: Message[], turn: string): (state: State) => boolean {
  const turns = messages.filter(Conversation.isFromCustomer).map(({ at, id }) => turnKey(at, id));
  const place = turns.indexOf(turn);
  return (state) => {
    const key = turnOf(state.turn);
    const at = turns.indexOf(key);
    return at < 0 || place < 0 ? key < turn : at < place;
  };
}

/** Suggestions of turns that are over, and that nobody has decided, go stale: the conversation moved on. */
export async function moveOn(
  deps: Deps,
  workspace: string,
  conversationId: string,
  isOver: (state: State) => boolean,
  { reason = "The customer wrote again.", older: known }: { reason?: string; older?: Whole[] } = {},
): Promise<void> {
  const older = (known ?? (await recent(deps.table, workspace, conversationId, 40))).filter(
    ({ state }) => isOpen(state) && !isRequest(state.turn) && isOver(state),
  );
  for (const whole of older) {
    const stale = await changeState(deps.table, workspace, whole.state.id, (state) =>
      isOpen(state) && isOver(state) ? { ...state, status: "stale", outcome: "stale", reason } : undefined,
    );
    if (stale)
      await broadcast(
        deps.table,
        deps.channel,
        workspace,
        { type: "suggestion", conversationId, suggestion: view({ ...whole, state: stale }) },
        deps.now(),
      );
  }
}

export type Context = Awaited<ReturnType<typeof prepare>>;

/** What every suggestion of a conversation needs: its public messages, its people, its model, its library. */
export async function prepare(
  deps: Deps,
  workspace: string,
  header: Conversation.Header,
  messages: conversations.StoredMessage[],
  loaded: Loaded,
  shelf?: Shelf,
) {
  const shared = messages.filter(({ visibility }) => visibility === "public");
  const { model, flags } = await deps.modelFor(workspace, loaded);
  const turns = shared.map(({ author, text }) => ({ author: author.kind, text }));
  const language = header.language?.value;
  const summary = model.model ? await summarised(deps, workspace, header.id, shared) : undefined;
  const task: Omit<Task, "kind" | "language"> = {
    messages: shared,
    sources: [],
    examples: [],
    ...(summary ? { summary } : {}),
    ...(shared.some(({ id }) => id === header.firstCustomer?.id) ? {} : { more: true }),
    ...(header.customer?.value.name ? { customerName: header.customer.value.name } : {}),
    ...(header.assignee?.value?.name ? { repName: header.assignee.value.name } : {}),
    ...(header.channel ? { channel: header.channel.value } : {}),
  };
  return {
    header,
    loaded,
    model,
    flags,
    task,
    /** Passages for the whole conversation, or for a question asked of it. */
    async lookUp(question?: string): Promise<Found> {
      const { policies: index, learned } = shelf ?? (await readShelf(deps.library, deps.table, workspace));
      const asked =
        question !== undefined && turns.at(-1)?.text !== question
          ? [...turns.slice(-12), { author: "customer" as const, text: question }]
          : turns.slice(-12);
      const today = dayOf(deps.now(), loaded.settings.timeZone);
      return index
        ? search(
            index,
            { turns: asked, ...(language ? { language } : {}) },
            { limit: 5, today, ...(learned ? { learned } : {}) },
          )
        : { hits: [], confidence: 0, best: [] };
    },
    async examples(): Promise<Task["examples"]> {
      const index = shelf ? shelf.replies : await deps.library.replies(deps.table, workspace);
      return index ? nearest(index, { turns: turns.slice(-6), ...(language ? { language } : {}) }, 3) : [];
    },
  };
}

/** What a model's last summary tells of the messages: the next one, and drafts in long conversations, go on from it. */
async function summarised(
  { table }: Deps,
  workspace: string,
  conversationId: string,
  messages: conversations.StoredMessage[],
): Promise<Task["summary"]> {
  const made = (await recent(table, workspace, conversationId, 40)).filter(
    ({ state, text }) => state.kind === "summary" && state.model && text?.text,
  );
  const { state, text } = made.sort((a, b) => (a.state.createdAt < b.state.createdAt ? -1 : 1)).at(-1) ?? {};
  if (!state || !text) return undefined;
  const fresh = messages.findIndex(({ at, receivedAt }) => at > state.turnAt || receivedAt > state.createdAt);
  return { text: text.text, covers: fresh < 0 ? messages.length : fresh };
}

/** What the rep is shown unasked; a draft may also rest on what comes next. */
export const passagesShown = 3;

/** Of those shown, public passages get the first numbers, since only they may be quoted to a customer. */
export const sourcesOf = ({ hits }: Found): Source[] =>
  [
    ...hits
      .slice(0, passagesShown)
      .sort((a, b) => Number(a.passage.audience === "internal") - Number(b.passage.audience === "internal")),
    ...hits.slice(passagesShown).filter(({ passage }) => passage.audience !== "internal"),
  ].map(({ passage, sentence }, i) => ({
    n: i + 1,
    articleId: passage.articleId,
    title: passage.title,
    heading: passage.heading,
    text: passage.text,
    sentence,
    internal: passage.audience === "internal",
    ...(passage.language ? { language: passage.language } : {}),
    ...(passage.url ? { url: passage.url } : {}),
  }));

export function seedOf(
  deps: Pick<Deps, "now">,
  workspace: string,
  { header, loaded }: Pick<Context, "header" | "loaded">,
  turn: string,
  turnAt: string,
  kind: SuggestionKind,
) {
  const id = suggestionId(header.id, turn, kind);
  const nowMs = deps.now();
  return {
    ...suggestionKey(workspace, id),
    v: 1,
    id,
    conversationId: header.id,
    turn,
    turnAt,
    kind,
    createdAt: new Date(nowMs).toISOString(),
    day: dayOf(nowMs, loaded.settings.timeZone),
    team: header.team?.value ?? "",
    ...(header.assignee?.value?.id ? { assignee: header.assignee.value.id } : {}),
    ...(header.arm ? { arm: header.arm } : {}),
    expiresAt: Math.floor(nowMs / 1_000) + loaded.settings.retentionDays * 86_400,
  };
}

/** Passages are found in milliseconds: put once, whole, without a lease. */
export async function putPolicy(
  deps: Deps,
  workspace: string,
  seed: ReturnType<typeof seedOf>,
  sources: Source[],
  flags: Flag[],
  sinceMs: number,
  sees?: Sees,
): Promise<State | undefined> {
  const text: Text = {
    ...suggestionKey(workspace, seed.id, "text"),
    v: 1,
    rev: 1,
    text: "",
    citations: sources.map(citationOf),
    flags,
    expiresAt: seed.expiresAt,
  };
  const readyMs = deps.now() - sinceMs;
  const state = {
    ...seed,
    status: "ready",
    engine: "lookup",
    attempt: 1,
    articles: [...new Set(sources.map(({ articleId }) => articleId))],
    flags: flags.map(({ code }) => code),
    firstMs: readyMs,
    readyMs,
  } as State;
  const first = await deps.table.put(text, "absent");
  const created = await putState(deps.table, workspace, undefined, state);
  if (first || created)
    await broadcast(
      deps.table,
      deps.channel,
      workspace,
      { type: "suggestion", conversationId: seed.conversationId, suggestion: view({ state, text }) },
      deps.now(),
      sees,
    );
  return created ? state : undefined;
}

/** The language of what a customer wrote, when it is sure. The words of 62 languages are loaded when first needed. */
export async function languageOf(text: string, hint?: string): Promise<string | undefined> {
  const { detect } = await import("./language.ts");
  const found = detect(text, hint);
  return found?.sure ? found.language : undefined;
}
