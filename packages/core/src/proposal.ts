/**
 * From a good reply to a question without a policy: an article that a lead accepts or drops. Good means that the conversation
 * was resolved by it, has not been opened again, and was not rated badly.
 */
import * as Conversation from "./conversation.ts";
import { AppError } from "./error.ts";
import { buildReplies, nearest, questionText } from "./lookup/replies.ts";
import type { Article } from "./policy.ts";
import { putArticle } from "./store/articles.ts";
import * as conversations from "./store/conversations.ts";
import * as keys from "./store/keys.ts";
import { change, live, type Stored, type Table } from "./store/port.ts";
import { turnOf } from "./store/suggestion-id.ts";
import { recent } from "./store/suggestions.ts";
import { formOf } from "./teaching/template.ts";
import { peopleOf, replayTag } from "./teaching.ts";
import { replyBody } from "./text.ts";

type Status = "open" | "accepted" | "dropped" | "withdrawn";
export type Proposal = {
  id: string;
  question: string;
  title: string;
  /** What the rep wrote, as a form: names and numbers are blanks that a lead fills or strikes out. */
  text: string;
  language?: string;
  conversationId: string;
  at: string;
  status: Status;
};
type ProposalItem = Stored & Proposal;

/** A shorter reply ("I will ask") is no policy. */
const leastWords = 8;
/** Undecided for so long, a proposal goes. */
const keepSeconds = 180 * 86_400;
const badRating = 3;

/** Looks at a conversation that was resolved, opened again or rated; again and again without harm. Gives how many are open. */
export async function propose(table: Table, workspace: string, conversationId: string, nowMs: number): Promise<number> {
  const [header, wholes] = await Promise.all([
    conversations.header(table, workspace, conversationId, nowMs),
    recent(table, workspace, conversationId),
  ]);
  const gaps = wholes.filter(({ state }) => state.kind === "policy" && state.flags.includes("no_policy"));
  if (!header || gaps.length === 0) return 0;
  if (header.erased || header.simulated || header.tags?.value.includes(replayTag)) return 0;
  const [messages, events] = await Promise.all([
    conversations.messages(table, workspace, conversationId),
    conversations.events(table, workspace, conversationId),
  ]);
  const rating = events.findLast((event) => event.type === "conversation.rated");
  const good =
    header.status?.value === "resolved" && !(rating?.type === "conversation.rated" && rating.rating.score <= badRating);
  const shared = messages.filter(({ visibility }) => visibility === "public");
  const people = peopleOf(header, shared);
  let open = 0;
  for (const { state } of gaps) {
    const reply = shared.find(
      (message) => Conversation.isReply(message) && Conversation.turnBefore(shared, message.at) === turnOf(state.turn),
    );
    const text = reply ? formOf(replyBody(reply.text), people).trim() : "";
    const asked = shared.filter((one) => Conversation.isFromCustomer(one) && one.at <= state.turnAt).slice(-2);
    const question = formOf(asked.map((one) => one.text).join("\n"), people).trim();
    if (text.split(/\s+/).length < leastWords || question === "") continue;
    const key = keys.proposal(workspace, keys.sha256(state.id).slice(0, 16));
    const { item } = await change<ProposalItem>(table, key, (old) => {
      // What a lead has decided stays decided.
      if (old && old.status !== "open" && old.status !== "withdrawn") return undefined;
      if (!old && !good) return undefined;
      const status: Status = good ? "open" : "withdrawn";
      if (old?.status === status) return undefined;
      return {
        ...key,
        v: 1,
        id: key.sk.slice("PROP#".length),
        question: question.slice(0, 2_000),
        title: titleOf(question),
        text: text.slice(0, 20_000),
        ...(header.language ? { language: header.language.value } : {}),
        conversationId,
        at: reply!.at,
        status,
        expiresAt: Math.floor(nowMs / 1_000) + keepSeconds,
      };
    });
    if (item?.status === "open") open++;
  }
  return open;
}

/** The first question, without its greeting; at most 100 characters. */
function titleOf(question: string): string {
  const sentences = question.split(/(?<=[.!?…。？！])\s+|\n/u).map((one) => one.trim());
  const asked =
    sentences.find((one) => /[?？؟]$/u.test(one)) ?? sentences.toSorted((a, b) => b.length - a.length)[0] ?? "";
  return asked.length <= 100 ? asked : `${asked.slice(0, 99).toWellFormed().trimEnd()}…`;
}

export type OpenProposal = Omit<Proposal, "status"> & {
  /** Open ones with much the same question, this one included. */
  asked: number;
  alike: string[];
};

/** Two questions are much the same from this cosine on. */
const much = 0.6;

/** A lead looks through no more at once. */
const most = 200;

/** Open ones, those asked most often first. */
export async function listProposals(table: Table, workspace: string, nowMs: number): Promise<OpenProposal[]> {
  const items = (await table.query({ pk: keys.proposalsPk(workspace), prefix: "PROP#" })) as unknown as ProposalItem[];
  const candidates = items.filter((item) => live(item, nowMs) && item.status === "open").slice(0, most);
  // Whoever writes again opens a conversation without another word: then its reply was not the last one needed.
  const headers = await Promise.all(
    candidates.map(({ conversationId }) => conversations.header(table, workspace, conversationId, nowMs)),
  );
  const open = candidates
    .filter((_, i) => headers[i]?.status?.value === "resolved")
    .map(({ id, question, title, text, language, conversationId, at }) => ({
      id,
      question,
      title,
      text,
      ...(language ? { language } : {}),
      conversationId,
      at,
    }))
    .sort((a, b) => (a.at > b.at ? -1 : 1));
  const form = (question: string) => ({ turns: [{ author: "customer" as const, text: question }] });
  const index = buildReplies(
    open.map(({ id, question, text }) => ({ id, question: questionText(form(question)), reply: text })),
  );
  return open
    .map((one) => {
      const alike = nearest(index, form(one.question), 50)
        .filter(({ score, example }) => score >= much && example.id !== one.id)
        .map(({ example }) => example.id);
      return { ...one, asked: alike.length + 1, alike };
    })
    .sort((a, b) => b.asked - a.asked || (a.at > b.at ? -1 : 1));
}

/**
 * A lead's word on it. Accepted, it becomes an article (id `proposal-…`); a blank must be filled or struck out first, since an
 * article speaks to everybody. Throws `missing`, `conflict` when it was decided before, `input` for a blank.
 */
export async function decide(
  table: Table,
  workspace: string,
  id: string,
  {
    action,
    title,
    text,
    audience = "public",
  }: { action: "accept" | "drop"; title?: string; text?: string; audience?: Article["audience"] },
  nowMs: number,
): Promise<Article | undefined> {
  const key = keys.proposal(workspace, id);
  const item = live((await table.get(key)) as unknown as ProposalItem | undefined, nowMs);
  if (!item || item.status === "withdrawn")
    throw new AppError("missing", "proposal_unknown", "There is no such proposal.");
  if (item.status !== "open") throw new AppError("conflict", "proposal_decided", `It was ${item.status} before.`);
  const article: Article = {
    id: `proposal-${id}`,
    title: (title ?? item.title).trim(),
    text: (text ?? item.text).trim(),
    audience,
    ...(item.language ? { language: item.language } : {}),
    source: "proposals",
    updatedAt: new Date(nowMs).toISOString(),
  };
  if (action === "accept")
    for (const path of ["title", "text"] as const) {
      const blank = /\{[a-z]{1,12}\}/.exec(article[path])?.[0];
      if (blank || article[path] === "")
        throw new AppError(
          "input",
          "blank",
          blank ? `Fill or strike out ${blank} first.` : "Something must stand here.",
          path,
        );
    }
  // The article first: who dies in between is asked again, and writes the same.
  if (action === "accept") await putArticle(table, workspace, article, nowMs);
  await change<ProposalItem>(table, key, (old) =>
    old?.status === "open" ? { ...old, status: action === "accept" ? "accepted" : "dropped" } : undefined,
  );
  return action === "accept" ? article : undefined;
}
