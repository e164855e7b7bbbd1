/**
 * Finds the passages of policy that apply to a conversation: no language model, no network.
 *
 *     const index = build(articles);
 *     const { hits, confidence } = search(index, { turns: [{ author: "customer", text: "Do you ship to Norway?" }] });
 */
import type { Article, Passage } from "../policy.ts";
import { type Collection, collect, open } from "./collection.ts";
import { type Learned, recall } from "./learned.ts";
import { type Names, namesOf } from "./names.ts";
import { freeze, thaw } from "./pack.ts";
import { asParts } from "./parts.ts";
import { add, frequency, idf, top } from "./postings.ts";
import { type Asked, analyse, customerText, type Query } from "./query.ts";
import { bestSentence } from "./sentence.ts";
import { type Speller, speller } from "./typos.ts";
import type { Meaning } from "./vectors.ts";

export { type Learned, learn, type Pair, packLearned, unpackLearned } from "./learned.ts";
export { customerText, type Query, type Turn } from "./query.ts";

/** `sentence` is the part of the passage that answers best. `score` orders; it is not comparable across queries. */
export type Hit = { passage: Passage; score: number; sentence: string };
/** `hits` is empty when nothing fits; `best` has the same without abstaining. `confidence` 0..1. */
export type Found = { hits: Hit[]; confidence: number; best: Hit[] };
export type Index = Collection & {
  names: Names;
  speller: Speller;
  /** Per article, its place in `languages`. */
  languageOf: Uint8Array;
  /** Articles that hold for a time only. */
  dated: number[];
  numberOf: Map<string, number>;
};
/** `today` (`YYYY-MM-DD`) leaves out what has expired or does not hold yet. `meaning`: how near the question lies to each passage. */
export type Options = { limit?: number; today?: string; learned?: Learned; meaning?: Meaning };

/** Below this confidence nothing is shown. */
export const threshold = 0.5;

const assemble = (collection: Collection): Index => ({
  ...collection,
  names: namesOf(collection),
  speller: speller(collection.words),
  languageOf: Uint8Array.from(collection.articles, ({ language }) => collection.languages.indexOf(language)),
  dated: collection.articles.flatMap(({ validFrom, validTo }, at) => (validFrom || validTo ? [at] : [])),
  numberOf: new Map(collection.articles.map(({ id }, at) => [id, at])),
});

export const build = (articles: Article[]): Index => assemble(open(collect(articles)));
export const pack = (index: Index): Uint8Array => freeze(index);
/** Throws `AppError("input", "index_version")` for bytes of another version. */
export const unpack = (bytes: Uint8Array): Index => assemble(open(thaw(bytes)));

/**
 * Log odds that the best passage is about what was asked, fitted once on answerable questions and on others (from no help
 * centre at all) over seven knowledge bases of 19 to 12,000 articles, each held out in turn. `words` by the logarithm of how many words of
 * the question it shares; `size` for each tenfold of articles, of which the best shares more by chance; `least`: small
 * words, however many, are no evidence; `little`: a name alone answers nothing; `past` and `meaning` were set by hand.
 */
const sure = {
  words: 4.1,
  least: 0.25,
  name: 6.6,
  little: 0.25,
  title: 2.4,
  asks: 0.6,
  past: 2,
  meaning: 5,
  size: -1.46,
  none: -1.2,
};

/**
 * How much each piece of evidence counts beside the words of the question (1 at most): `whole` the article around the
 * passage, `context` earlier turns, `shared` and `own` a name carried over, `learned` the past, `phrase` neighbours, `near`
 * one stretch of `window` words, `stands` and `leans` what earlier turns count for a question that does, `title` the title's words, `meaning` a passage as near as a title is to its article. `foreign` multiplies where the language is another.
 */
const shares = {
  whole: 0.6,
  context: 0.25,
  shared: 1,
  own: 0.2,
  learned: 2.5,
  phrase: 0.25,
  near: 0.8,
  window: 50,
  title: 0.1,
  stands: 0.4,
  leans: 2,
  meaning: 0.6,
  foreign: 0.8,
};
/** So many candidates are looked at closely. */
const close = 60;

/** A question of several parts is looked up as a whole, and each part by itself: the best of each stands among the first. */
export function search(index: Index, query: Query, options: Options = {}): Found {
  const whole = searchOnce(index, query, options);
  // What the whole question does not find is not found by less of it.
  if (whole.hits.length === 0) return whole;
  const parts = asParts(query).map((part) => searchOnce(index, part, { ...options, limit: 1 }));
  const sure = parts.filter(({ hits }) => hits.length > 0);
  if (sure.length === 0) return whole;
  const limit = options.limit ?? 5;
  const isOf =
    ({ passage }: Hit) =>
    (other: Hit) =>
      other.passage.articleId === passage.articleId && other.passage.n === passage.n;
  const firsts = [whole.best[0]!];
  for (const { hits } of sure) if (!firsts.some(isOf(hits[0]!))) firsts.push(hits[0]!);
  const best = [...firsts, ...whole.best.filter((hit) => !firsts.some(isOf(hit)))].slice(0, limit);
  return { ...whole, hits: best, best };
}

function searchOnce(index: Index, query: Query, options: Options): Found {
  const { passages, articleOf, names } = index;
  const { meaning } = options;
  const limit = options.limit ?? 5;
  if (passages.length === 0 || !query.turns.some(({ author }) => author === "customer"))
    return { hits: [], confidence: 0, best: [] };
  const asked = analyse(index, names, index.speller, query);
  const scores = new Float32Array(passages.length);
  const wholes = index.whole ? new Float32Array(index.articles.length) : undefined;
  const unit = 1 / Math.max(asked.mass, 4);
  const part = wholes ? 1 - shares.whole : 1;
  const count = (term: number, weight: number) => {
    add(index.postings, term, weight * part, scores);
    if (wholes) add(index.whole!, term, weight * shares.whole, wholes);
  };
  for (const [term, weight] of asked.question) count(term, weight * unit);
  let around = 0;
  for (const weight of asked.context.values()) around += weight;
  const contextUnit = (shares.context * leant(asked)) / Math.max(around, 8);
  for (const [term, weight] of asked.context) count(term, weight * contextUnit);
  const { plus, times, learnt } = prior(index, query, asked, options);
  for (let doc = 0; doc < scores.length; doc++) {
    const article = articleOf[doc]!;
    const meant = meaning ? shares.meaning * nearness(meaning, doc) : 0;
    scores[doc] = (scores[doc]! + (wholes ? wholes[article]! : 0) + plus[article]! + meant) * times[article]!;
  }
  const candidates = top(scores, Math.max(close, limit));
  const rated = candidates
    .map((doc) => ({
      doc,
      score:
        scores[doc]! +
        shares.phrase * phrases(index, asked, doc) +
        (shares.near / asked.run) * together(index, asked, doc) +
        shares.title * titled(index, asked, doc),
    }))
    .sort((a, b) => b.score - a.score || a.doc - b.doc);
  const best = rated.slice(0, limit).map(({ doc, score }) => ({
    passage: passages[doc]!,
    score,
    sentence: bestSentence(index, asked, doc),
  }));
  const first = rated[0];
  const article = first ? articleOf[first.doc]! : 0;
  const past = learnt.get(article) ?? 0;
  const confidence = first
    ? confide(index, asked, first.doc, {
        words: first.score - plus[article]! - (meaning ? shares.meaning * nearness(meaning, first.doc) : 0),
        name: plus[article]! - past,
        past,
        meant: meaning ? surelyMeant(meaning, first.doc) : 0,
      })
    : 0;
  return { hits: confidence >= threshold ? best : [], confidence, best };
}

/** 0: as near as anything is to anything. 1: as near as a title is to its article. */
const nearness = ({ near, scale: { base, fits } }: Meaning, doc: number): number =>
  fits > base ? Math.max(0, (near[doc]! - base) / (fits - base)) : 0;

/** The same from where small talk ends: what is no nearer than "thank you, bye" says nothing. */
const surelyMeant = ({ near, scale: { noise, fits } }: Meaning, doc: number): number =>
  fits > noise ? Math.min(1, Math.max(0, (near[doc]! - noise) / (fits - noise))) : 0;

/** A question that stands on its own wins over what was said before; one that does not is nothing without it. */
const leant = ({ leans }: Asked): number => shares.stands + shares.leans * leans;

/** What speaks for an article before its text is read: the thing it is about, its language, its dates, its past. */
function prior(index: Index, query: Query, asked: Asked, { today, learned }: Options) {
  const { articles, names, languages, languageOf, dated, numberOf } = index;
  // a name said in the question itself already counts as words of the title
  const about = new Float32Array(names.terms.length);
  const own = shares.own * leant(asked);
  for (const [name, share] of asked.carried) about[name] = (names.shared[name] ? shares.shared : own) * share;
  const same = languages.map((language) => (language === asked.language ? 1 : shares.foreign));
  const plus = new Float32Array(articles.length);
  const times = new Float32Array(articles.length);
  for (let at = 0; at < articles.length; at++) {
    const head = names.headOf[at]!;
    const title = about[names.titleOf[at]!]!;
    plus[at] = head >= 0 && about[head]! > title ? about[head]! : title;
    times[at] = same[languageOf[at]!]!;
  }
  const day = today?.slice(0, 10);
  if (day)
    for (const at of dated) {
      const { validFrom, validTo } = articles[at]!;
      if ((validTo && validTo.slice(0, 10) < day) || (validFrom && validFrom.slice(0, 10) > day)) times[at] = 0;
    }
  const learnt = new Map<number, number>();
  if (learned) {
    const past = recall(learned, customerText(query), query.language);
    const lift = (id: string, worth: number) => {
      const at = numberOf.get(id);
      if (at === undefined) return;
      plus[at]! += shares.learned * worth;
      learnt.set(at, (learnt.get(at) ?? 0) + shares.learned * worth);
    };
    for (const [id, chance] of past.chances) lift(id, past.trust * chance);
    for (const [id, leaning] of Object.entries(learned.leaning)) lift(id, 0.05 * leaning);
  }
  return { plus, times, learnt };
}

/** Neighbours in the question that are neighbours in the passage too: the share of the question's pairs. */
function phrases({ forward, stops }: Index, { sequence, question }: Asked, doc: number): number {
  if (sequence.length < 2) return 0;
  const pairs = new Map<number, number>();
  let total = 0;
  for (let at = 1; at < sequence.length; at++) {
    const a = sequence[at - 1]!;
    const b = sequence[at]!;
    if (stops[a] && stops[b]) continue;
    const worth = (question.get(a) ?? 0) + (question.get(b) ?? 0);
    total += worth;
    pairs.set(a * 0x4000000 + b, worth);
  }
  if (!total) return 0;
  let sum = 0;
  for (let at = forward.starts[doc]! + 1; at < forward.starts[doc + 1]!; at++) {
    const key = forward.tokens[at - 1]! * 0x4000000 + forward.tokens[at]!;
    const worth = pairs.get(key);
    if (worth === undefined) continue;
    sum += worth;
    pairs.delete(key);
  }
  return sum / total;
}

/** The share of the title that the question says, weighted by rarity. */
function titled(
  { forward, titleEnds, whole, postings, articles, stops }: Index,
  { question }: Asked,
  doc: number,
): number {
  let said = 0;
  let all = 0;
  for (let at = forward.starts[doc]!; at < titleEnds[doc]!; at++) {
    const term = forward.tokens[at]!;
    const worth = stops[term] ? 0.1 : idf(articles.length, frequency(whole ?? postings, term));
    all += worth;
    if (question.has(term)) said += worth;
  }
  return all ? said / all : 0;
}

/** The most of the question that stands within one stretch of the length of a sentence: share of its mass. */
function together({ forward, headingEnds }: Index, { question, mass }: Asked, doc: number): number {
  const { tokens, starts } = forward;
  const end = starts[doc + 1]!;
  const counts = new Map<number, number>();
  let sum = 0;
  let most = 0;
  const from = headingEnds[doc]!;
  for (let at = from; at < end; at++) {
    const worth = question.get(tokens[at]!);
    if (worth !== undefined) {
      const count = counts.get(tokens[at]!) ?? 0;
      counts.set(tokens[at]!, count + 1);
      if (count === 0) sum += worth;
    }
    const gone = at - shares.window;
    if (gone >= from) {
      const lost = question.get(tokens[gone]!);
      if (lost !== undefined) {
        const count = counts.get(tokens[gone]!)! - 1;
        counts.set(tokens[gone]!, count);
        if (count === 0) sum -= lost;
      }
    }
    if (sum > most) most = sum;
  }
  return most / Math.max(mass, 1);
}

/**
 * How sure the best passage is, from things that mean the same in any knowledge base: how many words it shares with the question
 * and whether its title is among them, whether it is about the thing talked of, and whether anything was asked at all.
 */
function confide(
  index: Index,
  asked: Asked,
  doc: number,
  { words, name, past, meant }: { words: number; name: number; past: number; meant: number },
): number {
  const { tokens, starts } = index.forward;
  const there = new Set(tokens.subarray(starts[doc]!, starts[doc + 1]!));
  const articles = index.articles.length;
  // A word that half of the articles have counts for less than one; in a base of few, no word is rare.
  const full = Math.min(1, idf(articles, 1));
  let shared = 0;
  for (const [term, weight] of asked.question)
    if (weight > sure.least * full && there.has(term)) shared += Math.min(1, weight / full);
  const odds =
    sure.none +
    sure.size * Math.log10(articles) * (1 - meant) + // what is near in meaning is not so by chance
    sure.words * Math.log1p(shared) +
    sure.title * titled(index, asked, doc) +
    sure.name * Math.min(1.5, name) * Math.min(1, words / sure.little) +
    (asked.asks ? sure.asks : 0) +
    sure.past * past +
    sure.meaning * meant;
  return 1 / (1 + Math.exp(-odds));
}
