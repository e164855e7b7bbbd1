/**
 * How well the lookup finds what applies: policy passages, past replies, and when to say nothing. Beside each figure, a plain
 * BM25 and MiniSearch at its defaults on the same queries. No constant of the product is fitted here.
 */

import * as Lookup from "@cuecard/core/lookup/lookup";
import * as Replies from "@cuecard/core/lookup/replies";
import type { Article } from "@cuecard/core/policy";
import MiniSearch from "minisearch";
import { rows } from "./data.ts";
import { endpoint, meanings } from "./lookup-meaning.ts";

type Line = { speaker: "customer" | "agent"; text: string };
type Task = { query: Lookup.Query; gold: string[] };
type Ranked = {
  n: number;
  hit1: number;
  hit3: number;
  hit5: number;
  mrr10: number;
  p50Ms: number;
  p95Ms: number;
};
type Set = {
  articles: Article[];
  tasks: Task[];
  pairs?: { query: string; articleId: string; weight: number }[];
};

const turnsOf = (context: Line[]): Lookup.Turn[] =>
  context.map(({ speaker, text }) => ({ author: speaker === "customer" ? "customer" : "rep", text }));

const article = (id: string, title: string, text: string, language = "en"): Article => ({
  id,
  title,
  text,
  language,
  audience: "public",
});

function star(data: string): Set | null {
  const corpus = rows<{ id: string; title: string; text: string }>(data, "star/policy_corpus");
  const queries = rows<{ customer_turns: string[]; gold: string[] }>(data, "star/policy_queries");
  if (!corpus || !queries) return null;
  return {
    articles: corpus.map(({ id, title, text }) => article(id, title, text)),
    tasks: queries.map(({ customer_turns, gold }) => ({
      query: { turns: customer_turns.map((text) => ({ author: "customer", text })), language: "en" },
      gold,
    })),
  };
}

type Pair = { tasks: string[]; context: Line[]; reply: string };

function starHistory(data: string, history: string): Set | null {
  const set = star(data);
  const past = rows<Pair>(history, "star/train_pairs");
  if (!set || !past) return null;
  const pairs = past.flatMap(({ tasks, context }) =>
    tasks.map((task) => ({
      query: Lookup.customerText({ turns: turnsOf(context) }),
      articleId: `star/${task}`,
      weight: 1,
    })),
  );
  return { ...set, pairs };
}

type Grounded = { context: Line[]; gold: string[] };
const conversations = (queries: Grounded[]): Task[] =>
  queries.map(({ context, gold }) => ({ query: { turns: turnsOf(context), language: "en" }, gold }));

function dstc11(data: string): Set | null {
  const corpus = rows<{ id: string; entity: string; text: string }>(data, "dstc11/grounded_corpus");
  const queries = rows<Grounded>(data, "dstc11/grounded_queries");
  if (!corpus || !queries) return null;
  return { articles: corpus.map(({ id, entity, text }) => article(id, entity, text)), tasks: conversations(queries) };
}

function dstc10(data: string): Set | null {
  const corpus = rows<{ id: string; entity: string; title: string; text: string }>(data, "dstc10/faq_corpus");
  const queries = rows<Grounded>(data, "dstc10/faq_queries");
  if (!corpus || !queries) return null;
  return {
    articles: corpus.map(({ id, entity, title, text }) => article(id, entity, `## ${title}\n\n${text}`)),
    tasks: conversations(queries),
  };
}

function banking(data: string): Set | null {
  const corpus = rows<{ id: string; title: string; text: string }>(data, "tau2_banking/corpus");
  const tasks = rows<{ opening: string | null; scenario: string; gold: string[] }>(data, "tau2_banking/tasks");
  if (!corpus || !tasks) return null;
  return {
    articles: corpus.map(({ id, title, text }) => article(id, title, text)),
    tasks: tasks.flatMap(({ opening, scenario, gold }) => {
      // where no opening is given, the scenario quotes one
      const text = opening ?? /"([^"]{30,})"/.exec(scenario)?.[1];
      return text ? [{ query: { turns: [{ author: "customer" as const, text }], language: "en" }, gold }] : [];
    }),
  };
}

function xquad(data: string): Set | null {
  const corpus = rows<{ id: string; title: string; text: string }>(data, "xquad/corpus_en");
  const queries = rows<{ lang: string; query: string; gold: string[] }>(data, "xquad/queries");
  if (!corpus || !queries) return null;
  return {
    articles: corpus.map(({ id, title, text }) => article(id, title.replaceAll("_", " "), text)),
    tasks: queries
      .filter(({ lang }) => lang === "en")
      .map(({ query, gold }) => ({ query: { turns: [{ author: "customer", text: query }], language: "en" }, gold })),
  };
}

const sets: Record<string, (data: string, history: string) => Set | null> = {
  star,
  star_history: starHistory,
  dstc11,
  dstc10,
  tau2_banking: banking,
  xquad_en: xquad,
};

/** Share of tasks with any gold document among the first k, mean reciprocal rank to 10, and time a query (the quicker of two). */
function rate(tasks: Task[], find: (query: Lookup.Query) => string[]): Ranked {
  const ranks: number[] = [];
  const times: number[] = [];
  for (const { query } of tasks.slice(0, 20)) find(query); // the first runs are not yet compiled
  for (const { query, gold } of tasks) {
    const start = performance.now();
    const found = [...new Set(find(query))];
    const once = performance.now();
    find(query);
    // Twice, and the quicker counts: what else the machine does is not the lookup's.
    times.push(Math.min(once - start, performance.now() - once));
    ranks.push(found.findIndex((id) => gold.includes(id)));
  }
  const share = (k: number) => ranks.filter((rank) => rank >= 0 && rank < k).length / (ranks.length || 1);
  times.sort((a, b) => a - b);
  const quantile = (q: number) => times[Math.min(times.length - 1, Math.floor(times.length * q))] ?? 0;
  const mrr = ranks.reduce((sum, rank) => sum + (rank >= 0 && rank < 10 ? 1 / (rank + 1) : 0), 0) / (ranks.length || 1);
  return {
    n: ranks.length,
    hit1: share(1),
    hit3: share(3),
    hit5: share(5),
    mrr10: mrr,
    p50Ms: quantile(0.5),
    p95Ms: quantile(0.95),
  };
}

type Nearness = Awaited<ReturnType<typeof meanings>>;
const searcher = (set: Set, index: Lookup.Index, near: Nearness = () => undefined) => {
  const learned = set.pairs ? Lookup.learn(set.pairs) : undefined;
  return (query: Lookup.Query) => {
    const meaning = near(query);
    const options = { limit: 30, ...(learned ? { learned } : {}), ...(meaning ? { meaning } : {}) };
    return Lookup.search(index, query, options).best.map(({ passage }) => passage.articleId);
  };
};

/** What the peers get: all of a customer-only query, else the last three turns, as one text. */
const asText = ({ turns }: Lookup.Query) =>
  (turns.every(({ author }) => author === "customer") ? turns : turns.slice(-3)).map(({ text }) => text).join(" ");
const textOf = ({ title, text }: Article) => `${title} ${text}`;
const simple = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

function bm25(articles: Article[]): (query: Lookup.Query) => string[] {
  const docs = articles.map((each) => simple(textOf(each)));
  const average = docs.reduce((sum, { length }) => sum + length, 0) / (docs.length || 1);
  const postings = new Map<string, [doc: number, tf: number][]>();
  for (const [doc, words] of docs.entries()) {
    const counts = new Map<string, number>();
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    for (const [word, tf] of counts) {
      const list = postings.get(word);
      if (list) list.push([doc, tf]);
      else postings.set(word, [[doc, tf]]);
    }
  }
  return (query) => {
    const scores = new Float64Array(docs.length);
    for (const word of simple(asText(query))) {
      const list = postings.get(word) ?? [];
      const idf = Math.log(1 + (docs.length - list.length + 0.5) / (list.length + 0.5));
      for (const [doc, tf] of list)
        scores[doc]! += (idf * tf * 2.2) / (tf + 1.2 * (0.25 + (0.75 * docs[doc]!.length) / average));
    }
    const found: number[] = [];
    for (let doc = 0; doc < scores.length; doc++) if (scores[doc]! > 0) found.push(doc);
    return found
      .sort((a, b) => scores[b]! - scores[a]!)
      .slice(0, 30)
      .map((doc) => articles[doc]!.id);
  };
}

function mini(articles: Article[]): (query: Lookup.Query) => string[] {
  const index = new MiniSearch<{ id: string; text: string }>({ fields: ["text"] });
  index.addAll(articles.map((each) => ({ id: each.id, text: textOf(each) })));
  return (query) =>
    index
      .search(asText(query))
      .slice(0, 30)
      .map(({ id }) => String(id));
}

/** MiniSearch takes up to 0.2 s a query on the large sets: it gets this many of them, evenly spread. */
const peerQueries = 200;
const spread = <T>(list: T[], count: number): T[] =>
  list.length <= count ? list : Array.from({ length: count }, (_, at) => list[Math.floor((at * list.length) / count)]!);

/** Chance that a query which has an answer gets more confidence than one which has none. */
function auc(positive: number[], negative: number[]): number {
  const all = [...positive.map((value) => ({ value, yes: true })), ...negative.map((value) => ({ value, yes: false }))];
  all.sort((a, b) => a.value - b.value);
  let sum = 0;
  for (let at = 0; at < all.length; ) {
    let end = at;
    while (end < all.length && all[end]!.value === all[at]!.value) end++;
    const rank = (at + end + 1) / 2; // ties share the mean rank
    for (let each = at; each < end; each++) if (all[each]!.yes) sum += rank;
    at = end;
  }
  return (sum - (positive.length * (positive.length + 1)) / 2) / (positive.length * negative.length || 1);
}

type Abstain = { auc: number; n: number };
function abstain(data: string): Abstain | null {
  const set = dstc11(data);
  const none = rows<Grounded>(data, "dstc11/no_lookup_needed");
  if (!set || !none) return null;
  const index = Lookup.build(set.articles);
  const sure = (query: Lookup.Query) => Lookup.search(index, query).confidence;
  const yes = set.tasks.map(({ query }) => sure(query));
  const no = none.map(({ context }) => sure({ turns: turnsOf(context), language: "en" }));
  return { auc: auc(yes, no), n: yes.length + no.length };
}

/** Of turns that have an answer, and of questions that belong to no help centre at all, the share that is shown passages. */
type Shown = { answerable: number; outside: number };
function shown({ articles, tasks }: Set, outside: { text: string }[]): Shown {
  const index = Lookup.build(articles);
  const share = (queries: Lookup.Query[]) =>
    queries.filter((query) => Lookup.search(index, query).hits.length > 0).length / (queries.length || 1);
  return {
    answerable: share(tasks.map(({ query }) => query)),
    outside: share(outside.map(({ text }) => ({ turns: [{ author: "customer", text }], language: "en" }))),
  };
}

type Labelled = { text: string; label: string };
function intent(data: string, history: string): { accuracy: number; n: number } | null {
  const past = rows<Labelled>(history, "banking77/train");
  const test = rows<Labelled>(data, "banking77/test");
  if (!past || !test) return null;
  const labels = [...new Set([...past, ...test].map(({ label }) => label))];
  const index = Lookup.build(labels.map((label) => article(label, label.replaceAll("_", " "), "")));
  const learned = Lookup.learn(past.map(({ text, label }) => ({ query: text, articleId: label, weight: 1 })));
  let right = 0;
  for (const { text, label } of test) {
    const { best } = Lookup.search(
      index,
      { turns: [{ author: "customer", text }], language: "en" },
      { learned, limit: 1 },
    );
    if (best[0]?.passage.articleId === label) right++;
  }
  return { accuracy: right / test.length, n: test.length };
}

type Choice = { context: Line[]; candidates: string[]; gold: number };
type Reply = { r1: number; r5: number; r10: number; n: number };
function reply(data: string, history: string, name: string): Reply | null {
  const file = { star: "star/rank100", star_freetext: "star/rank100_freetext", dstc11: "dstc11/rank100" }[name];
  const choices = file ? rows<Choice>(data, file) : null;
  if (!choices) return null;
  const past = name.startsWith("star") ? (rows<Pair>(history, "star/train_pairs") ?? []) : [];
  const index = Replies.buildReplies(
    past.map(({ context, reply: text }, at) => ({
      id: String(at),
      question: Replies.questionText({ turns: turnsOf(context) }),
      reply: text,
      language: "en",
    })),
  );
  const ranks = choices.map(({ context, candidates, gold }) =>
    Replies.rankReplies(index, { turns: turnsOf(context), language: "en" }, candidates).indexOf(gold),
  );
  const share = (k: number) => ranks.filter((rank) => rank < k).length / (ranks.length || 1);
  return { r1: share(1), r5: share(5), r10: share(10), n: ranks.length };
}

export type LookupFigures = {
  lookup: Record<string, Ranked & { bm25: Ranked; minisearch: Ranked; embedded?: Ranked }>;
  abstain?: Abstain;
  /** By set; `outside` are the questions of `clinc_oos`. */
  shown?: Record<string, Shown>;
  intent: { banking77?: { accuracy: number; n: number } };
  reply: Record<string, Reply>;
  skipped: string[];
};

/** `only` is one of the sets, or `abstain`, `banking77`, `reply`. A set whose files are missing is named in `skipped`. */
export async function evaluateLookup(data: string, history: string, only?: string): Promise<LookupFigures> {
  const out: LookupFigures = { lookup: {}, intent: {}, reply: {}, skipped: [] };
  const wanted = (...names: string[]) => !only || only === "lookup" || names.includes(only);
  for (const [name, load] of Object.entries(sets)) {
    if (!wanted(name)) continue;
    const set = load(data, history);
    if (!set) {
      out.skipped.push(name);
      continue;
    }
    const index = Lookup.build(set.articles);
    const provider = endpoint();
    const near =
      provider &&
      (await meanings(
        provider,
        index,
        set.tasks.map(({ query }) => query),
      ));
    out.lookup[name] = {
      ...rate(set.tasks, searcher(set, index)),
      ...(near ? { embedded: rate(set.tasks, searcher(set, index, near)) } : {}),
      bm25: rate(set.tasks, bm25(set.articles)),
      minisearch: rate(spread(set.tasks, peerQueries), mini(set.articles)),
    };
    await new Promise((done) => setImmediate(done));
  }
  if (wanted("abstain")) {
    const figures = abstain(data);
    if (figures) out.abstain = figures;
    else out.skipped.push("abstain");
    const outside = rows<{ text: string }>(data, "clinc_oos/oos_test");
    if (!outside) out.skipped.push("clinc_oos");
    for (const name of ["star", "dstc11", "dstc10", "tau2_banking", "xquad_en"]) {
      const set = outside && sets[name]!(data, history);
      if (set) out.shown = { ...out.shown, [name]: shown(set, outside) };
    }
  }
  if (wanted("banking77", "intent")) {
    const figures = intent(data, history);
    if (figures) out.intent.banking77 = figures;
    else out.skipped.push("banking77");
  }
  for (const name of ["star", "star_freetext", "dstc11"]) {
    if (!wanted("reply", `reply_${name}`)) continue;
    const figures = reply(data, history, name);
    if (figures) out.reply[name] = figures;
    else out.skipped.push(`reply_${name}`);
  }
  return out;
}
