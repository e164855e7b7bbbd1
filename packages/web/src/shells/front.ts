/** Front's plugin. https://dev.frontapp.com/docs/plugin-overview ; it makes or changes a draft, and never sends one. */
import type { Held } from "../frame.ts";
import { readAs, sameWords, start } from "./start.ts";

type Content = { body: string; type: "html" | "text" };
type Draft = { id: string; content: Content };
type Message = { id: string; status?: string; date?: string | number | Date };
export type FrontContext = {
  type: string;
  conversation?: { id: string };
  fetchDraft?(): Promise<Draft | undefined>;
  listMessages?(): Promise<{ results: readonly Message[] }>;
  createDraft?(draft: {
    content: Content;
    replyOptions?: { type: "reply"; originalMessageId: string };
  }): Promise<unknown>;
  updateDraft?(id: string, change: { updateMode: "insert" | "replace"; content: Content }): Promise<unknown>;
};
export type FrontSdk = { contextUpdates: { subscribe(run: (context: FrontContext) => void): unknown } };
declare const Front: FrontSdk;

/** A reply answers what the customer wrote last. */
function newest(messages: readonly Message[]): Message | undefined {
  const inbound = messages.filter(({ status }) => status === "inbound");
  const time = ({ date }: Message) => (date === undefined ? 0 : new Date(date).getTime());
  return [...(inbound.length > 0 ? inbound : messages)].sort((a, b) => time(b) - time(a))[0];
}

export function front(sdk: FrontSdk, begin: typeof start): Held {
  let context: FrontContext | undefined;
  /** What we put into which draft, so that a second one replaces it only where it stands there untouched. */
  const ours = new Map<string, string>();

  const read = async (at: FrontContext): Promise<Draft | undefined> => at.fetchDraft?.();
  const wordsOf = ({ body, type }: Content) => (type === "html" ? readAs(body) : body.trim());

  async function tellComposer(at: FrontContext) {
    const draft = await read(at);
    if (at === context) held.composer({ empty: !draft || wordsOf(draft.content) === "", mode: "reply" });
  }
  async function insert(text: string) {
    // The functions of a context act on its own conversation, also if the rep goes on meanwhile.
    const at = context;
    const id = at?.conversation?.id;
    if (!at || !id) return;
    const content: Content = { body: text, type: "text" };
    const draft = await read(at);
    if (draft) {
      const before = ours.get(id);
      const untouched =
        before !== undefined &&
        (draft.content.type === "html"
          ? sameWords(draft.content.body, before)
          : draft.content.body.trim() === before.trim());
      await at.updateDraft?.(draft.id, { updateMode: untouched ? "replace" : "insert", content });
    } else {
      const to = newest((await at.listMessages?.())?.results ?? []);
      await at.createDraft?.({
        content,
        ...(to ? { replyOptions: { type: "reply", originalMessageId: to.id } } : {}),
      });
    }
    ours.set(id, text);
    await tellComposer(at);
  }
  const held = begin({ onInsert: (text) => void insert(text) });
  sdk.contextUpdates.subscribe((next) => {
    context = next;
    held.show(next.type === "singleConversation" ? (next.conversation?.id ?? "") : "");
    void tellComposer(next);
  });
  return held;
}

if (typeof Front !== "undefined") front(Front, start);
