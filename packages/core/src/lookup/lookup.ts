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
import { add, top } from "./postings.ts";
import { type Asked, analyse, customerText, type Query } from "./query.ts";
import { bestSentence } from "./sentence.ts";
import { type Speller, speller } from "./typos.ts";

export { type Learned, learn, packLearned, unpackLearned } from "./learned.ts";
export { customerText, type Query, type Turn } from "./query.ts";

/** `sentence` is the part of the passage that answers best. `score` orders; it is not comparable across queries. */
export type Hit = { passage: Passage; score: number; sentence: string };
/** `hits` is empty when nothing fits; `best` has the same without abstaining. `confidence` 0..1. */
export type Found = { hits: Hit[]; confidence: number; best: Hit[] };
export type Index = Collection & { names: Names; speller: Speller };
/** `today` (`YYYY-MM-DD`) leaves out what has expired or does not hold yet. */
export type Options = { limit?: number; today?: string; learned?: Learned };

/** Below this confidence nothing is shown. */
export const threshold = 0.35;

const assemble = (collection: Collection): Index => ({
  ...collection,
  names: namesOf(collection),
  speller: speller(collection.words),
});

export const build = (articles: Article[]): Index => assemble(open(collect(articles)));
export const pack = (index: Index): Uint8Array => freeze(index);
/** Throws `AppError("input", "index_version")` for bytes of another version. */
export const unpack = (bytes: Uint8Array): Index => assemble(open(thaw(bytes)));

export const shares = { context: 0.25, shared: 1.2, own: 0.5, learned: 1.5, phrase: 0.25, foreign: 0.8 };
/** So many candidates are looked at closely. */
const close = 60;

export function search(index: Index, query: Query, options: Options = {}): Found {
  const { passages, articleOf, names } = index;
  const limit = options.limit ?? 5;
  if (passages.length === 0 || !query.turns.some(({ author }) => author === "customer"))
    return { hits: [], confidence: 0, best: [] };
  const asked = analyse(index, names, index.speller, query);
  const scores = new Float32Array(passages.length);
  const unit = 1 / Math.max(asked.mass, 4);
  for (const [term, weight] of asked.question) add(index.postings, term, weight * unit, scores);
  let around = 0;
  for (const weight of asked.context.values()) around += weight;
  const contextUnit = shares.context / Math.max(around, 8);
  for (const [term, weight] of asked.context) add(index.postings, term, weight * contextUnit, scores);
  const factors = prior(index, query, asked, options);
  for (let doc = 0; doc < scores.length; doc++) {
    const { plus, times } = factors[articleOf[doc]!]!;
    scores[doc] = times === 0 ? 0 : (scores[doc]! + plus) * times;
  }
  const candidates = top(scores, Math.max(close, limit));
  const rated = candidates
    .map((doc) => ({ doc, score: scores[doc]! + shares.phrase * phrases(index, asked, doc) }))
    .sort((a, b) => b.score - a.score || a.doc - b.doc);
  const best = rated.slice(0, limit).map(({ doc, score }) => ({
    passage: passages[doc]!,
    score,
    sentence: bestSentence(index, asked, doc),
  }));
  const confidence = rated.length ? confide(index, asked, rated[0]!.doc) : 0;
  return { hits: confidence >= threshold ? best : [], confidence, best };
}

type Factor = { plus: number; times: number };

/** What speaks for an article before its text is read: the thing it is about, its language, its dates, its past. */
function prior(index: Index, query: Query, asked: Asked, { today, learned }: Options): Factor[] {
  const past = learned ? recall(learned, customerText(query), query.language) : undefined;
  const { articles, names } = index;
  return articles.map(({ id, language, validFrom, validTo }, at) => {
    const day = (when: string) => when.slice(0, 10);
    if (today && ((validTo && day(validTo) < day(today)) || (validFrom && day(validFrom) > day(today))))
      return { plus: 0, times: 0 };
    const title = names.titleOf[at]!;
    const head = names.headOf[at]!;
    const full = asked.names.get(title) ?? 0;
    const start = head >= 0 ? (asked.names.get(head) ?? 0) : 0;
    const plus = Math.max(
      full * (names.shared[title] ? shares.shared : shares.own),
      start * (names.shared[head] ? shares.shared : 0),
    );
    const before = past ? past.trust * (past.chances.get(id) ?? 0) + 0.05 * (learned?.leaning[id] ?? 0) : 0;
    return { plus: plus + shares.learned * before, times: language === asked.language ? 1 : shares.foreign };
  });
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

/** How much of what the question asks the passage speaks of. */
function confide({ forward }: Index, { question, mass }: Asked, doc: number): number {
  const there = new Set(forward.tokens.subarray(forward.starts[doc]!, forward.starts[doc + 1]!));
  let covered = 0;
  for (const [term, weight] of question) if (there.has(term)) covered += weight;
  return mass ? covered / Math.max(mass, 3) : 0;
}
