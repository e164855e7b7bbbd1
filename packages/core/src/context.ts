/** What every suggestion of a conversation is made from: its messages, its people, its model, its library. */
import type * as Conversation from "./conversation.ts";
import { type Found, type Index, type Learned, search } from "./lookup/lookup.ts";
import { nearest, type ReplyIndex } from "./lookup/replies.ts";
import type { Model, Task } from "./model/port.ts";
import type { Deps as ProductionDeps } from "./production.ts";
import type { Flag, SuggestionKind } from "./protocol.ts";
import { dayOf, type Loaded } from "./settings.ts";
import * as conversations from "./store/conversations.ts";
import type { Library } from "./store/policies.ts";
import { watchers } from "./store/presence.ts";
import { suggestionId, suggestionKey } from "./store/suggestion-id.ts";
import { recent } from "./store/suggestions.ts";
import type { Whole } from "./suggestion.ts";

export type Deps = ProductionDeps & {
  library: Library;
  /** The workspace's model, or the embedded engine when it has none or its budget is used up (`flags` say so). */
  modelFor(workspace: string, loaded: Loaded): Promise<{ model: Model; flags: Flag[] }>;
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
