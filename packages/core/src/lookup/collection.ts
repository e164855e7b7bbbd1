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

export type Collection = Stored & { words: Vocabulary; postings: Postings; languages: string[] };

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

export const fieldWeights = { title: 2.5, heading: 1.8, text: 1 };

/** The stored part made searchable. */
export function open(stored: Stored): Collection {
  const { forward, titleEnds, headingEnds } = stored;
  const ends = forward.starts.subarray(1);
  const postings = invert(forward, stored.terms.length, [
    { ends: titleEnds, weight: fieldWeights.title, b: 0.3 },
    { ends: headingEnds, weight: fieldWeights.heading, b: 0.3 },
    { ends, weight: fieldWeights.text, b: 0.6 },
  ]);
  const languages = [...new Set(stored.articles.map(({ language }) => language))];
  return { ...stored, words: vocabulary(stored.terms), postings, languages };
}
