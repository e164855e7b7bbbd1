/** What every suggestion of a conversation is made from: its messages, its people, its model, its library. */
import { type Before, readShelf } from "./before.ts";
import * as Conversation from "./conversation.ts";
import { type Aids, searchAided } from "./lookup/aided.ts";
import { type Hosts, ownHosts } from "./lookup/hosts.ts";
import type { Found, Query, Turn } from "./lookup/lookup.ts";
import { nearest } from "./lookup/replies.ts";
import type { Model, Task } from "./model/port.ts";
import type { Deps as ProductionDeps } from "./production.ts";
import type { Flag, SuggestionKind } from "./protocol.ts";
import { dayOf, type Loaded } from "./settings.ts";
import * as conversations from "./store/conversations.ts";
import type { Library } from "./store/library.ts";
import { suggestionId, suggestionKey } from "./store/suggestion-id.ts";
import { recent } from "./store/suggestions.ts";
import type { Whole } from "./suggestion.ts";

export type Deps = ProductionDeps & {
  library: Library;
  /** The workspace's model, or the embedded engine when it has none or its budget is used up (`flags` say so). */
  modelFor(workspace: string, loaded: Loaded): Promise<{ model: Model; flags: Flag[] }>;
  /** What a provider adds to the lookup; without it, the words alone decide. */
  aids?(workspace: string, loaded: Loaded): Promise<Aids>;
};

export type Context = Awaited<ReturnType<typeof prepare>>;

/** What every suggestion of a conversation needs: its public messages, its people, its model, its library. */
export async function prepare(
  deps: Deps,
  workspace: string,
  header: Conversation.Header,
  messages: conversations.StoredMessage[],
  loaded: Loaded,
  before?: Pick<Before, "older" | "shelf">,
) {
  const shelf = before?.shelf;
  const { model, flags } = await deps.modelFor(workspace, loaded);
  const recently = messages.filter(({ visibility }) => visibility === "public");
  const last = model.model
    ? lastSummary(before?.older ?? (await recent(deps.table, workspace, header.id, 40)))
    : undefined;
  const more = !recently.some(({ id }) => id === header.firstCustomer?.id);
  const joins = last && recently[0] && !isFresh(last, recently[0]);
  const shared = more && !joins ? await fromTheStart(deps, workspace, header, recently, model) : recently;
  const summary = last && goesOn(last, shared);
  const turns = shared.map(({ author, text }) => ({ author: author.kind, text }));
  const language = header.language?.value;
  const [customer, assignee] = [Conversation.customerOf(header), Conversation.assigneeOf(header)];
  const task: Omit<Task, "kind" | "language"> = {
    messages: shared,
    sources: [],
    examples: [],
    ...(summary ? { summary } : {}),
    ...(more ? { more: true } : {}),
    ...(customer?.name ? { customerName: customer.name } : {}),
    ...(assignee?.name ? { repName: assignee.name } : {}),
    ...(header.channel ? { channel: header.channel.value } : {}),
  };
  return {
    header,
    loaded,
    model,
    flags,
    task,
    /** Passages for the conversation; `about` is its open turn as one text. */
    lookUp: (about?: string) =>
      look({
        turns: about === undefined ? turns.slice(-mostTurns) : withLast(turns, about),
        ...(language ? { language } : {}),
      }),
    /** Passages for a question of the rep: for its own words, and where those find too little, for what they mean here. */
    async lookUpFor(question: string): Promise<Looked> {
      const [alone, here] = await Promise.all([
        look({ turns: [{ author: "customer", text: question }], language: loaded.settings.repLanguage }),
        look({ turns: withLast(turns, question), ...(language ? { language } : {}) }),
      ]);
      const first = alone.hits.slice(0, passagesShown);
      const known = new Set(first.map(({ passage }) => passage));
      return {
        ...here,
        hits: [...first, ...here.hits.filter(({ passage }) => !known.has(passage))].slice(0, mostPassages),
      };
    },
    async examples(): Promise<Task["examples"]> {
      const index = shelf ? shelf.replies : await deps.library.replies(deps.table, workspace);
      return index ? nearest(index, { turns: turns.slice(-6), ...(language ? { language } : {}) }, 3) : [];
    },
  };

  async function look(query: Query): Promise<Looked> {
    const [{ policies: index, learned }, aids] = await Promise.all([
      shelf ?? readShelf(deps.library, deps.table, workspace),
      deps.aids?.(workspace, loaded),
    ]);
    const today = dayOf(deps.now(), loaded.settings.timeZone);
    if (!index) return { hits: [], confidence: 0, best: [] };
    const found = await searchAided(
      index,
      query,
      { limit: mostPassages, today, ...(learned ? { learned } : {}) },
      aids && { ...aids, names: [customer?.name ?? ""] },
    );
    return { ...found, hosts: ownHosts(index.passages) };
  }
}

type Looked = Found & { hosts?: Hosts };
const mostPassages = 5;
const mostTurns = 12;
/** What the rep is shown unasked; a draft may also rest on what comes next. */
export const passagesShown = 3;

/** The end of a conversation is what is asked now. */
const withLast = (turns: Turn[], text: string): Turn[] =>
  turns.at(-1)?.text === text ? turns.slice(-mostTurns) : [...turns.slice(-mostTurns), { author: "customer", text }];

/** A long conversation that is opened late is read whole once by a model; after that its summary goes on. */
const mostMessages = 600;

/** The embedded engine needs no more than the customer's first words, which is one read however long it gets. */
async function fromTheStart(
  { table }: Deps,
  workspace: string,
  { id, firstCustomer }: Conversation.Header,
  recently: conversations.StoredMessage[],
  model: Model,
): Promise<conversations.StoredMessage[]> {
  if (!firstCustomer) return recently;
  if (model.model)
    return (await conversations.messages(table, workspace, id, { limit: mostMessages })).filter(
      ({ visibility }) => visibility === "public",
    );
  const first = await conversations.message(table, workspace, id, firstCustomer);
  return first?.visibility === "public" ? [first, ...recently] : recently;
}

/** What a model's last summary tells of the messages: the next one, and drafts in long conversations, go on from it. */
function lastSummary(older: Whole[]) {
  return older
    .flatMap(({ state, text }) =>
      state.kind === "summary" && state.model && text?.text
        ? [{ text: text.text, turnAt: state.turnAt, createdAt: state.createdAt }]
        : [],
    )
    .sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1))
    .at(-1);
}
type LastSummary = NonNullable<ReturnType<typeof lastSummary>>;

const isFresh = ({ turnAt, createdAt }: LastSummary, { at, receivedAt }: conversations.StoredMessage) =>
  at > turnAt || receivedAt > createdAt;

function goesOn(last: LastSummary, messages: conversations.StoredMessage[]): NonNullable<Task["summary"]> {
  const fresh = messages.findIndex((message) => isFresh(last, message));
  return { text: last.text, covers: fresh < 0 ? messages.length : fresh };
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
