/** What a page knows of one conversation, and how each frame changes it. Pure: a lost, late or doubled frame does no harm. */
import type { ConversationView, MessageView, ServerFrame, Suggestion } from "@cuecard/core/protocol";

export type View = {
  conversationId: string;
  /** A snapshot came; until then nothing is known, which is not the same as nothing being there. */
  loaded: boolean;
  conversation: ConversationView | null;
  /** In order of time. */
  messages: MessageView[];
  /** In order of arrival; `current` orders them by turn. */
  suggestions: Suggestion[];
};

export const emptyView = (conversationId: string): View => ({
  conversationId,
  loaded: false,
  conversation: null,
  messages: [],
  suggestions: [],
});

/** Frames of another conversation, and suggestions older than the one we have, change nothing. */
export function applyFrame(view: View, frame: ServerFrame): View {
  if (!("conversationId" in frame) || frame.conversationId !== view.conversationId) return view;
  switch (frame.type) {
    case "snapshot":
      return {
        ...view,
        loaded: true,
        conversation: frame.conversation,
        messages: frame.messages.reduce(withMessage, view.messages),
        // It was read after we watched, but a frame may have overtaken it: what it does not hold yet stays.
        suggestions: frame.suggestions.reduce(withSuggestion, view.suggestions),
      };
    case "conversation":
      return { ...view, conversation: frame.conversation };
    case "message":
      return { ...view, messages: withMessage(view.messages, frame.message) };
    case "suggestion":
      return frame.suggestion.conversationId === view.conversationId
        ? { ...view, suggestions: withSuggestion(view.suggestions, frame.suggestion) }
        : view;
    default:
      return view;
  }
}

const newer = (known: Suggestion | undefined, next: Suggestion) => (known && known.seq > next.seq ? known : next);

export function withSuggestion(all: Suggestion[], next: Suggestion): Suggestion[] {
  const at = all.findIndex(({ id }) => id === next.id);
  return at < 0 ? [...all, next] : all.with(at, newer(all[at], next));
}

export function withMessage(all: MessageView[], next: MessageView): MessageView[] {
  const others = all.filter(({ id }) => id !== next.id);
  const after = others.findLastIndex(({ at }) => at <= next.at);
  return others.toSpliced(after + 1, 0, next);
}

export type Current = {
  summary?: Suggestion;
  policy?: Suggestion;
  /** What stands in the draft's place: the newest draft or rewrite that has something to say. */
  draft?: Suggestion;
  /** A newer one is on its way; `draft` is still the one before it. */
  coming?: Suggestion;
  answer?: Suggestion;
};

/**
 * A request's turn is its turn's, an underscore and a random part: within a turn the order of arrival holds, and what
 * was replaced by its own rewrite comes first.
 */
function byTurn(a: Suggestion, b: Suggestion): number {
  const [one, other] = [a.turn.split("_")[0]!, b.turn.split("_")[0]!];
  if (one !== other) return one < other ? -1 : 1;
  return Number(b.superseded ?? false) - Number(a.superseded ?? false);
}

/** A newer draft takes the place of the older one with its first word, not before: what is being read stays. */
export function current({ suggestions }: View): Current {
  const newest = (kinds: Suggestion["kind"][]) => suggestions.filter(({ kind }) => kinds.includes(kind)).sort(byTurn);
  const drafts = newest(["draft", "rewrite"]);
  const last = drafts.at(-1);
  const before = drafts.at(-2);
  const waits = last?.status === "streaming" && !last.text && before?.text;
  const failedRewrite = last?.kind === "rewrite" && last.status === "failed" && before?.text;
  const keep = waits || failedRewrite;
  return {
    summary: newest(["summary"]).at(-1),
    policy: newest(["policy"]).at(-1),
    draft: keep ? before : last,
    coming: keep ? last : undefined,
    answer: newest(["answer"]).at(-1),
  };
}

/** The customer has the last public word, so somebody owes an answer. */
export const awaitsReply = ({ messages }: View) =>
  messages.findLast(({ visibility }) => visibility === "public")?.author.kind === "customer";
