/**
 * What reps send teaches. Once a decision has risen, the reply really sent is kept as a redacted form, and the articles it
 * cites as evidence for such questions; what was refused counts against them. Nothing here is on the way to a draft: the
 * indexes are made anew once an hour and after an import.
 */
import * as Conversation from "./conversation.ts";
import { questionText } from "./lookup/replies.ts";
import * as conversations from "./store/conversations.ts";
import * as keys from "./store/keys.ts";
import { fromOf, type Lesson, putLesson } from "./store/lessons.ts";
import type { Table } from "./store/port.ts";
import { rank, type State, type Whole } from "./suggestion.ts";
import { formOf, type People } from "./teaching/template.ts";
import { weightOf } from "./teaching/weight.ts";
import { replyBody, withoutCitations } from "./text.ts";

/** Conversations with this tag are played back; two runs of the same must find the same. */
export const replayTag = "replay";

const turnsKept = 6;

/**
 * Keeps what a suggestion's end teaches, under the suggestion's id: again and again without harm. Gives whether anything
 * was new. `state` is the one about to be written: should its write fail, a later one teaches the same or more.
 */
export async function teach(table: Table, workspace: string, whole: Whole, nowMs: number): Promise<boolean> {
  const { state } = whole;
  const weight = weightOf(whole);
  if (weight === 0 || state.simulated) return false;
  const [header, messages] = await Promise.all([
    conversations.header(table, workspace, state.conversationId, nowMs),
    conversations.messages(table, workspace, state.conversationId),
  ]);
  if (!header || header.erased || header.simulated || header.tags?.value.includes(replayTag)) return false;
  const shared = messages.filter(({ visibility }) => visibility === "public");
  const reply = weight > 0 && state.kind !== "policy" ? shared.find(({ id }) => id === state.replyId) : undefined;
  const until = reply?.at ?? state.turnAt;
  const before = shared.filter(({ at, id }) => (reply ? at < until || (at === until && id < reply.id) : at <= until));
  if (!before.some(Conversation.isFromCustomer)) return false;
  const people = peopleOf(header, shared);
  const sources = [
    ...(whole.text?.citations ?? []).map(({ quote }) => quote),
    ...(await articleTexts(table, workspace, state.articles)),
  ];
  const lesson: Lesson = {
    question: questionOf(before, people),
    ...(reply ? { reply: formOf(withoutCitations(replyBody(reply.text)), people, sources).trim() } : {}),
    ...(header.language ? { language: header.language.value } : {}),
    articles: state.articles,
    weight,
    from: fromOf(workspace, header.customer?.value.id ?? state.conversationId),
    ...(reply?.author.id ? { by: fromOf(workspace, reply.author.id) } : {}),
  };
  if (!reply && state.articles.length === 0) return false;
  return putLesson(table, workspace, { ...state, order: orderOf(state) }, lesson, nowMs);
}

/** Rises whenever a decision does, and with the share that was kept. */
const orderOf = (state: State) =>
  (state.rejectedAt ? 0.5 : 0) + rank(state.outcome) + Math.min(state.retained ?? 0, 1) / 4 + 1;

/** The last turns, each taken apart from its people before they are joined: a greeting is known by its line. */
export function questionOf(messages: { author: { kind: "customer" | "rep" | "bot" }; text: string }[], people: People) {
  return questionText({
    turns: messages.slice(-turnsKept).map(({ author, text }) => ({ author: author.kind, text: formOf(text, people) })),
  });
}

export function peopleOf(header: Conversation.Header, messages: conversations.StoredMessage[]): People {
  const customers = [
    Conversation.customerOf(header),
    ...messages.filter(Conversation.isFromCustomer).map(({ author }) => author),
  ];
  const reps = [Conversation.assigneeOf(header), ...messages.filter(Conversation.isReply).map(({ author }) => author)];
  const said = (values: (string | undefined)[]) => [...new Set(values.filter((value) => value !== undefined))];
  return {
    customer: {
      names: said(customers.map((person) => person?.name)),
      emails: said([...customers, ...reps].map((person) => person?.email)),
    },
    reps: said(reps.map((person) => person?.name)),
  };
}

async function articleTexts(table: Table, workspace: string, ids: string[]): Promise<string[]> {
  const items = await Promise.all(ids.slice(0, 5).map((id) => table.get(keys.article(workspace, id))));
  return items.flatMap((item) => (item?.article as { text?: string } | undefined)?.text ?? []);
}
