/** The articles as the lookup holds them: passages, their words, and which article and name each belongs to. */
import { type Article, type Passage, passagesOf } from "../policy.ts";
import { type Forward, forwardOf, invert, numberOf, type Postings, type Vocabulary, vocabulary } from "./postings.ts";
import { isStop, primary, stemsOf } from "./words.ts";

export type ArticleFacts = { id: string; title: string; validFrom?: string; validTo?: string; language: string };

/** What is stored: everything else is computed from it. */
export type Stored = {
  articles: ArticleFacts[];
  passages: Passage[];
  /** The article of each passage. */
  articleOf: Uint32Array;
  terms: string[];
  /** 1 where the term carries no topic. */
  stops: Uint8Array;
  forward: Forward;
  /** Where title and heading end among a passage's tokens. */
  titleEnds: Uint32Array;
  headingEnds: Uint32Array;
};

/** `whole` is the same over whole articles; absent where each is one passage. */
export type Collection = Stored & { words: Vocabulary; postings: Postings; whole?: Postings; languages: string[] };

export function collect(articles: Article[]): Stored {
  const words = vocabulary();
  const stops: number[] = [];
  const passages: Passage[] = [];
  const facts: ArticleFacts[] = [];
  const articleOf: number[] = [];
  const documents: number[][] = [];
  const titleLengths: number[] = [];
  const headingLengths: number[] = [];
  for (const article of articles) {
    const language = primary(article.language);
    const numbers = (text: string) =>
      stemsOf(text, language).map((stemmed) => {
        const term = numberOf(words, stemmed);
        if (stops[term] === undefined) stops[term] = isStop(stemmed, language) ? 1 : 0;
        return term;
      });
    const title = numbers(article.title);
    for (const passage of passagesOf(article)) {
      const heading = numbers(passage.heading);
      const text = numbers(passage.text);
      passages.push(passage);
      articleOf.push(facts.length);
      titleLengths.push(title.length);
      headingLengths.push(heading.length);
      documents.push([...title, ...heading, ...text]);
    }
    const { id, validFrom, validTo } = article;
    facts.push({
      id,
      title: article.title,
      language,
      ...(validFrom ? { validFrom } : {}),
      ...(validTo ? { validTo } : {}),
    });
  }
  const forward = forwardOf(documents);
  const titleEnds = Uint32Array.from(titleLengths, (length, doc) => forward.starts[doc]! + length);
  return {
    articles: facts,
    passages,
    articleOf: Uint32Array.from(articleOf),
    terms: words.terms,
    stops: Uint8Array.from(stops),
    forward,
    titleEnds,
    headingEnds: Uint32Array.from(headingLengths, (length, doc) => titleEnds[doc]! + length),
  };
}

/** Weights of the fields, and the usual BM25 constants: b for titles and headings, passages and whole articles; k1. */
const fieldWeights = { title: 2.5, heading: 1.8, text: 1, short: 0.3, passage: 0.75, article: 0.7, k1: 1.2 };

/** The stored part made searchable. */
export function open(stored: Stored): Collection {
  const { forward, titleEnds, headingEnds } = stored;
  const ends = forward.starts.subarray(1);
  const postings = invert(
    forward,
    stored.terms.length,
    [
      { ends: titleEnds, weight: fieldWeights.title, b: fieldWeights.short },
      { ends: headingEnds, weight: fieldWeights.heading, b: fieldWeights.short },
      { ends, weight: fieldWeights.text, b: fieldWeights.passage },
    ],
    fieldWeights.k1,
  );
  const languages = [...new Set(stored.articles.map(({ language }) => language))];
  const whole = stored.articles.length < stored.passages.length ? wholes(stored) : undefined;
  return { ...stored, words: vocabulary(stored.terms), postings, ...(whole ? { whole } : {}), languages };
}

/** Each article as one document: its title once, then headings, then texts. */
function wholes({ articles, articleOf, forward: { tokens, starts }, titleEnds, headingEnds, terms }: Stored): Postings {
  const list = new Uint32Array(tokens.length);
  const own = new Uint32Array(articles.length + 1);
  const titles = new Uint32Array(articles.length);
  const headings = new Uint32Array(articles.length);
  let at = 0;
  const copy = (from: number, to: number) => {
    list.set(tokens.subarray(from, to), at);
    at += to - from;
  };
  for (let doc = 0; doc < articleOf.length; ) {
    const article = articleOf[doc]!;
    let end = doc;
    while (end < articleOf.length && articleOf[end] === article) end++;
    own[article] = at;
    copy(starts[doc]!, titleEnds[doc]!);
    titles[article] = at;
    for (let each = doc; each < end; each++) copy(titleEnds[each]!, headingEnds[each]!);
    headings[article] = at;
    for (let each = doc; each < end; each++) copy(headingEnds[each]!, starts[each + 1]!);
    own[article + 1] = at;
    doc = end;
  }
  // articles without a passage are empty documents
  for (let article = 0; article < articles.length; article++) {
    if (own[article + 1]! < own[article]!) own[article + 1] = own[article]!;
    if (titles[article]! < own[article]!) titles[article] = own[article]!;
    if (headings[article]! < titles[article]!) headings[article] = titles[article]!;
  }
  return invert(
    { tokens: list.subarray(0, at), starts: own },
    terms.length,
    [
      { ends: titles, weight: fieldWeights.title, b: fieldWeights.short },
      { ends: headings, weight: fieldWeights.heading, b: fieldWeights.short },
      { ends: own.subarray(1), weight: fieldWeights.text, b: fieldWeights.article },
    ],
    fieldWeights.k1,
  );
}
