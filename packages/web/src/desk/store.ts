/** The demo desk: a small helpdesk around the sidebar, so that everything can be tried by hand. */
import type { MessageView, ServerFrame, Suggestion } from "@cuecard/core/protocol";
import { signal } from "@preact/signals";
import type { Client } from "../client.ts";
import type { Live, LiveState } from "../live.ts";
import { applyFrame, emptyView, type View, withMessage } from "../view.ts";

export type Row = {
  id: string;
  subject: string;
  customer: { name: string };
  language: string;
  channel: string;
  team: string;
  label?: "control" | "bot";
  status: string;
  unread: boolean;
  lastText: string;
  lastAt: string;
  /** Customer messages left to play. */
  script: number;
};

export type Desk = { conversations: Row[]; engine: string; hint: string | null; history: { present: boolean } };
export type Tab = "inbox" | "thread" | "cuecard";
export type Toast = { words: string; link: boolean };

const toastMs = 12_000;
/** The sent reply goes round by webhook and queue before it is counted. */
const countedWithinMs = 15_000;

export type Store = ReturnType<typeof createStore>;

export function createStore(client: Client) {
  const desk = signal<Desk | undefined>(undefined);
  const selected = signal("");
  const view = signal<View>(emptyView(""));
  const tab = signal<Tab>("inbox");
  const mode = signal<"reply" | "note">("reply");
  const toast = signal<Toast | undefined>(undefined);
  const problem = signal<string | undefined>(undefined);
  const busy = signal(false);
  const news = signal(false);
  const line = signal<LiveState>("connecting");
  let live: Live | undefined;
  let toastTimer: ReturnType<typeof setTimeout> | undefined;
  const seenDrafts = new Map<string, string>();

  const at = (id: string) => `/dev/desk/${encodeURIComponent(id)}`;

  async function attempt<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      const result = await work;
      problem.value = undefined;
      return result;
    } catch (error) {
      problem.value = error instanceof Error ? error.message || "That did not work." : String(error);
      return undefined;
    }
  }

  async function refresh() {
    const answer = await attempt(client.get<Desk>("/dev/desk"));
    if (answer) desk.value = answer;
  }

  function say(words: string, link = false) {
    clearTimeout(toastTimer);
    toast.value = { words, link };
    toastTimer = setTimeout(() => {
      toast.value = undefined;
    }, toastMs);
  }

  async function select(id: string) {
    if (selected.value === id) return;
    selected.value = id;
    view.value = emptyView(id);
    mode.value = "reply";
    news.value = false;
    toast.value = undefined;
    live?.watch(id);
    const answer = await attempt(client.get<{ messages: MessageView[] }>(at(id)));
    if (answer && selected.value === id)
      view.value = { ...view.value, loaded: true, messages: answer.messages.reduce(withMessage, view.value.messages) };
  }

  /** The next customer message here; where this script is done, the next conversation. */
  async function play() {
    busy.value = true;
    const here = desk.value?.conversations.find(({ id }) => id === selected.value);
    tab.value = "thread";
    if (here?.script) await attempt(client.post(`${at(here.id)}/play`));
    else {
      const started = await attempt(client.post<{ conversationId: string }>("/dev/desk/play"));
      if (started) await select(started.conversationId);
    }
    await refresh();
    busy.value = false;
  }

  async function send(text: string): Promise<boolean> {
    const id = selected.value;
    const visibility = mode.value === "note" ? "internal" : "public";
    const draft = newestDraft();
    // Some endpoints answer with nothing: the failure alone tells.
    const sent = await attempt(client.post(`${at(id)}/send`, { text, visibility }).then(() => true));
    if (!sent) return false;
    if (visibility === "public" && draft) void counted(draft.id);
    void refresh();
    return true;
  }

  const newestDraft = () =>
    view.value.suggestions.findLast(
      ({ kind, status, decision }) => (kind === "draft" || kind === "rewrite") && status === "ready" && !decision,
    );

  /** Waits until the sent reply was compared with the draft, then says how. */
  async function counted(suggestionId: string) {
    const until = Date.now() + countedWithinMs;
    const path = `/api/suggestions/${encodeURIComponent(suggestionId)}`;
    while (Date.now() < until) {
      const now = await attempt(client.get<{ decision?: string; retained: number | null }>(path));
      if (now?.decision) {
        const words = now.decision === "ignored" ? "wrote their own" : now.decision;
        const kept = now.retained === null ? "" : `, ${Math.round(now.retained * 100)} % kept`;
        return say(`Counted: ${words}${now.decision === "ignored" ? "" : kept}`, true);
      }
      await new Promise((done) => setTimeout(done, 400));
    }
  }

  return {
    desk,
    selected,
    view,
    tab,
    mode,
    toast,
    problem,
    busy,
    news,
    line,
    refresh,
    select,
    play,
    send,
    say,
    start(connection: Live) {
      live = connection;
    },
    onFrame(frame: ServerFrame) {
      view.value = applyFrame(view.value, frame);
      if (frame.type === "suggestion") noteDraft(frame.suggestion);
    },
    async resolve() {
      await attempt(client.post(`${at(selected.value)}/resolve`));
      await refresh();
    },
    async removeHistory() {
      await attempt(client.remove("/dev/history"));
      await refresh();
    },
  };

  function noteDraft({ id, kind, status }: Suggestion) {
    if (kind !== "draft" || status !== "ready" || seenDrafts.has(id)) return;
    seenDrafts.set(id, status);
    if (tab.value !== "cuecard") news.value = true;
  }
}
