/**
 * The sidebar's state and what a rep can do with it. Views read the signals; nothing here touches the page. It stays whole:
 * every action guards the same thing, that a conversation left behind changes nothing in the one that is open.
 */
import type { ServerFrame, Suggestion, SuggestionKind } from "@cuecard/core/protocol";
import { batch, computed, signal } from "@preact/signals";
import { type Client, RequestError } from "../client.ts";
import type { Live, LiveState } from "../live.ts";
import { plain } from "../marks.ts";
import type { Strings } from "../strings.ts";
import { applyFrame, awaitsReply, current, emptyView, type View, withSuggestion } from "../view.ts";
import type { ToHost } from "./host.ts";

export type Passage = {
  articleId: string;
  title: string;
  heading?: string;
  text: string;
  /** The part that answers best. */
  sentence?: string;
  audience?: "public" | "internal";
  url?: string;
};
export type Panel = "change" | "own" | "why" | "note" | undefined;
export type Dialog = "keys" | "figures" | undefined;
export type Phase = "waiting" | "in" | "out";

type Request = {
  kind: SuggestionKind;
  instruction?: string;
  question?: string;
  basedOn?: string;
  text?: string;
  anyway?: boolean;
};

export type Held = { helpdesk?: string | undefined; insert?: boolean; copy?: boolean };

type Options = {
  strings: Strings;
  client: Client;
  /** Undefined where no helpdesk holds the page: Insert then is not offered. */
  toHost?: (message: ToHost) => void;
  copy(text: string): Promise<void>;
  signIn(): Promise<void>;
};

/** So long "looking up" may stand before it is admitted that nothing came. */
const patienceMs = 20_000;

export type Store = ReturnType<typeof createStore>;

export function createStore({ strings, client, toHost, copy, signIn }: Options) {
  const phase = signal<Phase>("waiting");
  const line = signal<LiveState>("connecting");
  const view = signal<View>(emptyView(""));
  const mode = signal<"reply" | "note">("reply");
  /** What holds the page, as far as it says. */
  const held = signal<Held>({});
  const hosted = computed(() => toHost !== undefined && held.value.insert !== false);
  const panel = signal<Panel>(undefined);
  const dialog = signal<Dialog>(undefined);
  const openPassages = signal<ReadonlySet<number>>(new Set());
  /** A mark whose passage is not in the policy list: shown under the card it stands in, as `id n`. */
  const openMark = signal<string | undefined>(undefined);
  /** The rewrite that the rep looks behind, at what it was made of. */
  const wentBack = signal<string | undefined>(undefined);
  const refused = signal<ReadonlySet<string>>(new Set());
  const used = signal<{ id: string; how: "inserted" | "copied" | "noted" } | undefined>(undefined);
  const questions = signal<Readonly<Record<string, string>>>({});
  const found = signal<{ query: string; passages: Passage[] } | undefined>(undefined);
  const problem = signal<string | undefined>(undefined);
  const spoken = signal("");
  const waiting = signal(false);
  const now = computed(() => current(view.value));
  const control = computed(() => view.value.conversation?.arm === "control" && !view.value.conversation.anyway);
  const heard = new Set<string>();
  const visible = new Set<string>();
  let live: Live | undefined;
  let patience: ReturnType<typeof setTimeout> | undefined;

  function expect(yes: boolean) {
    clearTimeout(patience);
    waiting.value = yes;
    if (yes) patience = setTimeout(() => expect(false), patienceMs);
  }

  function onFrame(frame: ServerFrame) {
    if (frame.type === "error" && (frame.conversationId ?? view.value.conversationId) === view.value.conversationId)
      problem.value = frame.error.message;
    const before = view.value;
    const after = applyFrame(before, frame);
    if (after === before) return;
    batch(() => {
      view.value = after;
      const assists = !["asked", "off"].includes(after.conversation?.assistWhen ?? "");
      if (frame.type === "message" && frame.message.author.kind === "customer") expect(assists && !control.value);
      if (frame.type === "snapshot")
        expect(awaitsReply(after) && assists && !control.value && !current(after).draft && !current(after).policy);
      if (frame.type === "suggestion") announce(frame.suggestion);
    });
  }

  function announce({ id, kind, status }: Suggestion) {
    if (kind === "summary" || kind === "policy") return;
    if (status !== "streaming") expect(false);
    // Emptied first, since a live region says the same words again only after others.
    if (status === "streaming") spoken.value = "";
    if (status !== "ready" || heard.has(id)) return;
    heard.add(id);
    spoken.value = kind === "answer" ? strings.answerReady : strings.draftReady;
  }

  function show(conversationId: string) {
    if (view.value.conversationId === conversationId) return;
    batch(() => {
      view.value = emptyView(conversationId);
      openPassages.value = new Set();
      found.value = panel.value = openMark.value = problem.value = used.value = wentBack.value = undefined;
      spoken.value = "";
      expect(false);
    });
    visible.clear();
    if (conversationId) live?.watch(conversationId);
  }

  /** Runs what a click asked for; a failure is told in the page and never lost. `undefined` where it failed. */
  async function attempt<T>(work: Promise<T>, message = strings.requestFailed): Promise<T | undefined> {
    const id = view.value.conversationId;
    try {
      const result = await work;
      if (view.value.conversationId === id) problem.value = undefined;
      return result;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (error.status === 401) phase.value = "out";
      else if (view.value.conversationId === id)
        problem.value = error.code === "control" ? strings.controlAnswer : message;
      return undefined;
    }
  }

  async function request(body: Request): Promise<void> {
    const conversationId = view.value.conversationId;
    panel.value = undefined;
    if (body.kind === "draft") expect(true);
    const path = `/api/conversations/${encodeURIComponent(conversationId)}/suggestions`;
    const answer = await attempt(client.post<{ suggestionId: string }>(path, body));
    if (!answer) return expect(false);
    if (body.question) questions.value = { ...questions.value, [answer.suggestionId]: body.question };
  }

  const decide = (id: string, body: { action: string; reason?: string }) =>
    attempt(client.post(`/api/suggestions/${encodeURIComponent(id)}/decision`, body), strings.notRecorded);

  /** The whole text, where a frame carried only its beginning. */
  async function whole(suggestion: Suggestion): Promise<Suggestion> {
    if (!suggestion.truncated) return suggestion;
    const path = `/api/suggestions/${encodeURIComponent(suggestion.id)}`;
    const full = await attempt(client.get<Suggestion | { suggestion: Suggestion }>(path));
    if (!full) return suggestion;
    const next = { ...("suggestion" in full ? full.suggestion : full), truncated: false };
    if (next.conversationId === view.value.conversationId)
      view.value = { ...view.value, suggestions: withSuggestion(view.value.suggestions, next) };
    return next;
  }

  async function insert(suggestion: Suggestion, sure = false): Promise<void> {
    if (!toHost || !hosted.value) return copyText(suggestion);
    if (mode.value === "note" && !sure) {
      panel.value = "note";
      return;
    }
    const conversationId = view.value.conversationId;
    const { text } = await whole(suggestion);
    if (view.value.conversationId !== conversationId) return; // the rep went on meanwhile: this text is not for that customer
    panel.value = undefined;
    toHost({ type: "insert", text: plain(text), suggestionId: suggestion.id, conversationId });
    used.value = { id: suggestion.id, how: "inserted" };
    await decide(suggestion.id, { action: "inserted" });
  }

  /** A host that says it copies does: its frame may not be allowed to. */
  async function put(text: string): Promise<void> {
    if (toHost && held.value.copy) toHost({ type: "copy", text });
    else await copy(text);
  }

  async function copyText(suggestion: Suggestion): Promise<void> {
    await put(plain((await whole(suggestion)).text));
    used.value = { id: suggestion.id, how: "copied" };
    await decide(suggestion.id, { action: "copied" });
  }

  /** Internal passages are for the rep's eyes, so no button leads here from them. */
  async function copyPassage(policyId: string, quote: string, n: number): Promise<void> {
    await put(quote);
    used.value = { id: `${policyId} ${n}`, how: "copied" };
    await decide(policyId, { action: "copied" });
  }

  /** Into the helpdesk itself, by the server: the rep's colleagues see it, the customer never. */
  async function leaveNote(suggestion: Suggestion): Promise<void> {
    panel.value = undefined;
    const path = `/api/suggestions/${encodeURIComponent(suggestion.id)}/note`;
    const { helpdesk } = held.value;
    const done = await attempt(client.post(path, helpdesk ? { helpdesk } : {}), strings.noteFailed);
    if (done) used.value = { id: suggestion.id, how: "noted" };
  }

  async function reject(id: string, reason: string): Promise<void> {
    panel.value = undefined;
    refused.value = new Set([...refused.value, id]);
    if (await decide(id, { action: "rejected", reason })) return;
    if (problem.value) refused.value = new Set([...refused.value].filter((other) => other !== id));
  }

  async function search(query: string): Promise<void> {
    const conversationId = view.value.conversationId;
    const path = `/api/policies/search?limit=5&q=${encodeURIComponent(query)}`;
    const answer = await attempt(client.get<{ passages: Passage[] }>(path));
    if (answer && view.value.conversationId === conversationId) found.value = { query, passages: answer.passages };
  }

  return {
    strings,
    client,
    hosted,
    held,
    signIn,
    phase,
    line,
    view,
    now,
    control,
    mode,
    panel,
    dialog,
    openPassages,
    openMark,
    refused,
    wentBack,
    used,
    questions,
    found,
    problem,
    spoken,
    waiting,
    show,
    onFrame,
    request,
    whole,
    insert,
    copyText,
    copyPassage,
    leaveNote,
    reject,
    search,
    start(connection: Live) {
      live = connection;
      phase.value = "in";
      if (view.value.conversationId) live.watch(view.value.conversationId);
    },
    setLine(state: LiveState) {
      line.value = state;
      if (state === "signed-out") phase.value = "out";
      if (state === "live") for (const id of visible) live?.shown(id);
    },
    /** The text of a ready suggestion is before the rep's eyes. */
    seen(id: string, yes: boolean) {
      if (!yes) return void visible.delete(id);
      visible.add(id);
      live?.shown(id);
    },
    togglePassage(n: number, open?: boolean) {
      const next = new Set(openPassages.value);
      if (open ?? !next.has(n)) next.add(n);
      else next.delete(n);
      openPassages.value = next;
    },
  };
}
