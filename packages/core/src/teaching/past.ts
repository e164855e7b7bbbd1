/** The past as the lookup learns from it: lessons of decisions, imported conversations and saved replies. Pure. */
import { build, type Index, type Pair, search } from "../lookup/lookup.ts";
import type { Example } from "../lookup/replies.ts";
import type { Article } from "../policy.ts";
import type { Lesson } from "../store/lessons.ts";
import { sharedWords } from "./shared.ts";

/** A reply from before: `from` is the conversation it was sent in; a `saved` one was written for everybody. */
export type PastReply = Example & { from?: string | undefined; saved?: boolean | undefined };
export type Past = { lessons: Lesson[]; imported: PastReply[]; articles: Article[] };

/** A worker unpacks them when it starts. The newest lessons come first, then what was imported. */
export const maxExamples = 10_000;

/** The replies that may be shown, with every word blanked out that only one or two customers were ever told. */
export function examplesOf({ lessons, imported, articles }: Past): Example[] {
  const words = sharedWords(
    articles.filter(({ audience }) => audience === "public").map(({ title, text }) => `${title}\n${text}`),
    [
      ...imported.map(({ id, question, reply, from = id, saved }) => ({
        text: `${question}\n${reply}`,
        ...(saved ? {} : { from }),
      })),
      ...lessons.map(({ question, reply, from }) => ({ text: `${question}\n${reply ?? ""}`, from })),
    ],
  );
  const seen = new Set<string>();
  const out: Example[] = [];
  const put = (id: string, { question, reply, language, articles: cited }: Omit<Example, "id">, whole: boolean) => {
    const shown = whole ? { question, reply } : { question: words(question, language), reply: words(reply, language) };
    const key = `${shown.question}\n\n${shown.reply}`;
    if (seen.has(key) || !shown.reply.trim() || out.length >= maxExamples) return;
    seen.add(key);
    out.push({
      id,
      ...shown,
      ...(language ? { language } : {}),
      ...(cited && cited.length > 0 ? { articles: cited } : {}),
    });
  };
  for (const [n, lesson] of lessons.entries())
    if (lesson.reply) put(`sent-${n}`, { ...lesson, reply: lesson.reply }, false);
  for (const { id, saved, ...example } of imported) put(id, example, saved === true);
  return out;
}

/** A kept question's words of the customer: what the lookup's `customerText` gives of the conversation. */
const asked = (question: string) =>
  question
    .split("\n")
    .filter((line) => !line.startsWith("> "))
    .join("\n");

/** A reply that names no article speaks for the one it reads like, and less loudly. */
const likeness = { confidence: 0.8, weight: 0.5, most: 3_000 };

/**
 * Which question went with which article: oldest first, since what was learnt last counts most. An imported reply without
 * articles is looked up by its own words, so that a conversation teaches even where customer and policy share none.
 */
export function pairsOf({ lessons, imported, articles }: Past): Pair[] {
  const known = new Set(articles.map(({ id }) => id));
  const index = imported.some((one) => !one.articles?.length) ? build(articles.filter(isPublic)) : undefined;
  const pair = (query: string, articleId: string, weight: number, language: string | undefined): Pair => ({
    query,
    articleId,
    weight,
    ...(language ? { language } : {}),
  });
  let looked = 0;
  const old = imported.flatMap(({ question, reply, language, articles: cited = [] }) => {
    const query = asked(question);
    if (cited.length > 0) return cited.map((id) => pair(query, id, 1, language));
    const like = index && looked++ < likeness.most ? alike(index, reply, language) : undefined;
    return like ? [pair(query, like, likeness.weight, language)] : [];
  });
  const decided = lessons.toReversed().flatMap(({ question, articles: cited, weight, language }) => {
    const query = asked(question);
    return cited.map((id) => pair(query, id, weight, language));
  });
  return [...old, ...decided].filter(({ articleId, query }) => known.has(articleId) && query.trim() !== "");
}

const isPublic = ({ audience }: Article) => audience === "public";

function alike(index: Index, reply: string, language: string | undefined): string | undefined {
  const text = reply.replace(/\{[a-z]+\}/g, " ");
  const found = search(
    index,
    { turns: [{ author: "customer", text }], ...(language ? { language } : {}) },
    { limit: 1 },
  );
  return found.confidence >= likeness.confidence ? found.hits[0]?.passage.articleId : undefined;
}
