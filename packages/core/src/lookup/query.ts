/** A conversation as a query: which words ask, which only surround, and what the talk is about. */
import type { Collection } from "./collection.ts";
import { type Names, namesIn } from "./names.ts";
import { frequency, idf } from "./postings.ts";
import { kin, respell, type Speller } from "./typos.ts";
import { isStop, nearStop, primary, stem, wordsOf } from "./words.ts";

export type Turn = { author: "customer" | "rep" | "bot"; text: string };
/** Turns oldest first; the last customer turn is the question. */
export type Query = { turns: Turn[]; language?: string };

/** A term that asks for something: how much it weighs, and in which order the question has it. */
export type Asked = {
  /** Term → weight, idf included. */
  question: Map<number, number>;
  context: Map<number, number>;
  /** Sum of the question's weights, words nobody wrote in any article included. */
  mass: number;
  /** The question's terms in order, for phrases. */
  sequence: number[];
  /** Name → how much the talk is about it (0..1), carried over from before the question; one said in it pushes others back. */
  carried: Map<number, number>;
  /** How many customer turns in a row the question is. */
  run: number;
  /** How much the question leans on what was said before: 0 stands on its own, 1 says nothing without it ("And for a hat?"). */
  leans: number;
  /** The question has a question mark. */
  asks: boolean;
  language: string;
};

/** A question mark; or the English forms that ask, because chats and transcripts of speech leave the mark out. */
const interrogative =
  /[?？؟]|\b(how|what|when|where|why|which|whether|does|do (you|they|i|we)|is (there|it|that|this)|are (there|they|you|these)|can (i|you|we|they|it)|could (i|you|we)|may i|should i)\b/i;

/** Only so many characters of a turn and so many turns are read: a pasted log must not slow the lookup. */
const turnLimit = 4_000;
const turnsRead = 40;

/** The customer's words, oldest first, one turn a line: what feedback and history are learnt from. */
export const customerText = ({ turns }: Query): string =>
  turns
    .filter(({ author }) => author === "customer")
    .map(({ text }) => text)
    .join("\n");

/** `stop` words without topic, `count` a number of one or two digits ("16 days ago"), `fuzzy` respelled words and `alone` those with one spelling near, `kin` words of one family, `rep` the rep's words, `decay` a turn back, `fade` how far a name pushes back those before it. */
const weights = { stop: 0.03, count: 0.4, fuzzy: 0.6, alone: 0.85, kin: 0.3, rep: 0.5, decay: 0.75, fade: 0.35 };

export function analyse(collection: Collection, names: Names, spelling: Speller, query: Query): Asked {
  const { words, stops, languages } = collection;
  // rarity is counted by articles: a word of the title stands in every passage of its article
  const postings = collection.whole ?? collection.postings;
  const language = primary(query.language);
  const tongues = [language, ...languages.filter((other) => other !== language)].slice(0, 6);
  const documents = collection.articles.length;
  const turns = query.turns.slice(-turnsRead);
  const last = turns.findLastIndex(({ author }) => author === "customer");
  let first = last;
  while (first > 0 && turns[first - 1]!.author === "customer") first--;
  const asking = turns
    .slice(first, last + 1)
    .map(({ text }) => text)
    .join("\n");
  const question = new Map<number, number>();
  const context = new Map<number, number>();
  const sequence: number[] = [];
  const said: Map<number, number>[] = [];
  let mass = 0;
  /** Weight of words nobody wrote in any article, and how many others were only found by another spelling. */
  let [strange, hasty] = [0, 0];
  const own = new Set<string>();
  for (let at = turns.length - 1; at >= 0; at--) {
    const turn = turns[at]!;
    const asks = at >= first && at <= last;
    const known: number[] = [];
    const unknown: string[] = [];
    let info = 0;
    const weigh = asks
      ? 1
      : (turn.author === "customer" ? 1 : weights.rep) * weights.decay ** (Math.max(0, last - at) - 1);
    const into = asks ? question : context;
    const put = (term: number, weight: number, stop = stops[term] === 1) => {
      const worth = weight * idf(documents, frequency(postings, term)) * (stop ? weights.stop : 1);
      const before = into.get(term) ?? 0;
      if (worth > before) into.set(term, worth);
      return Math.max(0, worth - before);
    };
    let previous = "";
    const ordered: number[] = [];
    for (const word of wordsOf(turn.text.slice(0, turnLimit), language)) {
      let found = false;
      if (asks && !isStop(stem(word, language), language) && /\p{L}/u.test(word)) own.add(word);
      // "I" is a word of Polish articles too, and "ich" and "je": what is small talk here stays so.
      const small = isStop(stem(word, language), language);
      for (const [order, tongue] of tongues.entries()) {
        const stemmed = stem(word, tongue);
        const term = words.numbers.get(stemmed);
        if (term === undefined) continue;
        if (order > 0 && (stops[term] || small || (found && known.includes(term)))) continue;
        found = true;
        known.push(term);
        if (order === 0) ordered.push(term);
        const rest = /^\d{1,2}$/.test(word) ? weights.count : 1;
        info += put(term, weigh * rest * (order ? 0.7 : 1), small || stops[term] === 1);
      }
      const stemmed = stem(word, language);
      const joined = previous && words.numbers.get(previous + stemmed);
      if (joined !== undefined && joined !== "") {
        known.push(joined);
        info += put(joined, weigh);
      }
      previous = stemmed;
      if (asks)
        for (const term of kin(spelling, stemmed)) {
          const worth = Math.min(idf(documents, frequency(postings, term)), 4) * weights.kin;
          if (worth > (question.get(term) ?? 0)) question.set(term, worth);
        }
      if (found || isStop(stemmed, language)) continue;
      unknown.push(stemmed);
      const respelled = asks ? respell(spelling, stemmed) : [];
      if (respelled.length === 0 && nearStop(stemmed, language)) {
        if (asks) hasty++;
        continue;
      }
      for (const term of respelled) info += put(term, weigh * (respelled.length === 1 ? weights.alone : weights.fuzzy));
      if (!asks) continue;
      if (respelled.length > 0) hasty++;
      else if (stemmed.length > 2) strange += idf(documents, 0) * 0.55;
    }
    if (asks) {
      sequence.unshift(...ordered);
      mass += info;
    }
    said[at] = namesIn(names, known, unknown, stops);
  }
  // Where much is misspelt, what nobody knows is rather that than another matter.
  mass += hasty < 3 ? strange : strange / 2;
  return {
    run: last - first + 1,
    question,
    context,
    mass,
    sequence,
    carried: meant(said, first, last),
    leans: leaning(asking, own.size, turns[first - 1]?.text),
    asks: interrogative.test(asking),
    language,
  };
}

/** "And …" goes on with what was said; and so does whoever says next to nothing that could be looked up. */
const goesOn =
  /^\s*(?:(?:ok|okay|yes|no|great|thanks|thank you|danke|merci|gracias|grazie|tack|tak|takk|super|gut|[\p{L}]*\d[\p{L}\d-]*)[\s,.!:;]+){0,3}(?:and|but|or|then|so|what about|how about|und|aber|oder|dann|et|mais|ou|alors|y|e|pero|o|ma|en|maar|of|och|men|eller|og|ja|mutta|a|i|ale|ve|ama|peki|и|а|но|і|й|але|και|αλλά|و|ולגבי|ומה)(?![\p{L}\p{M}'’])/iu;
const standing = 5;

function leaning(asking: string, own: number, before: string | undefined): number {
  const bare = Math.max(0, Math.min(1, (standing - own) / (standing - 1)));
  const more = goesOn.test(asking) || /^\s*و\p{L}/u.test(asking) ? 0.35 : 0;
  // Who was asked and asks nothing, answers.
  const answers = /[?？؟]\s*$/.test(before ?? "") && !/[?？؟]/.test(asking) ? 0.5 : 0;
  return Math.min(1, bare + Math.max(more, answers));
}

/** The name said last is meant; one said before it, less. */
function meant(turns: Map<number, number>[], first: number, last: number): Map<number, number> {
  const carried = new Map<number, number>();
  let factor = 1;
  for (let at = last; at >= 0 && factor >= 0.05; at--) {
    let any = 0;
    for (const [name, share] of turns[at] ?? []) {
      any = Math.max(any, share);
      if (at < first) carried.set(name, Math.max(share * factor, carried.get(name) ?? 0));
    }
    if (any) factor *= 1 - weights.fade * any;
  }
  return carried;
}
