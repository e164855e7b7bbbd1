/**
 * Which product, place or plan the talk is about. Articles of one thing share a title ("Acorn Guest House") or its beginning
 * ("Silver Card: fees"); it is named once, often turns ago and by the rep, and every later question means it.
 */
import type { Collection } from "./collection.ts";
import { idf, vocabulary } from "./postings.ts";
import { respell, type Speller, speller } from "./typos.ts";
import { stemsOf } from "./words.ts";

export type Names = {
  /** The terms of each name, each once. */
  terms: Uint32Array[];
  weights: Float32Array[];
  totals: Float32Array;
  /** Names that contain a term. */
  byTerm: Map<number, number[]>;
  /** Whether several articles share it. */
  shared: Uint8Array;
  /** Per article: its whole title's name, and the name of the title's beginning or -1. */
  titleOf: Int32Array;
  headOf: Int32Array;
  /** Spells the words of names alone; `spelled` gives the collection's term for each. */
  speller: Speller;
  spelled: Uint32Array;
};

/** "Silver Card: fees", "Silver Card - fees" and "Silver Card › fees" are about the Silver Card. */
const beginning = /^(.{2,60}?)(?:\s*[:|›»]\s+|\s+[-–—]\s+)\S/;

/** Names count by rarity to this power; less than `least` of a name said is not that name. */
const tuning = { power: 1.3, least: 0.5 };

export function namesOf({ articles, words, stops }: Collection): Names {
  const keys = new Map<string, number>();
  const texts: { text: string; language: string; count: number }[] = [];
  const key = (text: string, language: string): number => {
    const folded = text.toLowerCase().trim();
    const known = keys.get(folded);
    if (known !== undefined) {
      texts[known]!.count++;
      return known;
    }
    keys.set(folded, texts.length);
    texts.push({ text, language, count: 1 });
    return texts.length - 1;
  };
  const titleOf = Int32Array.from(articles, ({ title, language }) => key(title, language));
  const headOf = Int32Array.from(articles, ({ title, language }) => {
    const head = beginning.exec(title)?.[1];
    return head ? key(head, language) : -1;
  });
  const terms = texts.map(({ text, language }) =>
    Uint32Array.from(new Set(stemsOf(text, language).flatMap((stemmed) => words.numbers.get(stemmed) ?? []))),
  );
  const byTerm = new Map<number, number[]>();
  for (const [name, list] of terms.entries())
    for (const term of list) {
      const having = byTerm.get(term);
      if (having) having.push(name);
      else byTerm.set(term, [name]);
    }
  const weights = terms.map((list) =>
    Float32Array.from(
      list,
      (term) => idf(terms.length, byTerm.get(term)!.length) ** tuning.power * (stops[term] ? 0.1 : 1) + 1e-3,
    ),
  );
  const spelled = Uint32Array.from(byTerm.keys());
  return {
    terms,
    weights,
    totals: Float32Array.from(weights, (list) => list.reduce((sum, weight) => sum + weight, 0)),
    byTerm,
    shared: Uint8Array.from(texts, ({ count }) => (count > 1 ? 1 : 0)),
    titleOf,
    headOf,
    spelled,
    speller: speller(vocabulary(Array.from(spelled, (term) => words.terms[term]!))),
  };
}

/** A name occurring in more titles than this tells nothing by that word. */
const common = 400;

/** The names said in one turn, with the share of the name that was said (0..1, weighted by rarity). */
export function namesIn(names: Names, turn: number[], unknown: string[], stops: Uint8Array): Map<number, number> {
  const said = new Set(turn);
  for (const word of unknown) for (const at of respell(names.speller, word)) said.add(names.spelled[at]!);
  const candidates = new Set<number>();
  for (const term of said) {
    const having = stops[term] ? undefined : names.byTerm.get(term);
    if (having && having.length <= common) for (const name of having) candidates.add(name);
  }
  const rated: { name: number; share: number; mass: number; matched: number[] }[] = [];
  for (const name of candidates) {
    let mass = 0;
    const matched: number[] = [];
    const list = names.terms[name]!;
    for (let at = 0; at < list.length; at++)
      if (said.has(list[at]!)) {
        mass += names.weights[name]![at]!;
        if (!stops[list[at]!]) matched.push(list[at]!);
      }
    const share = mass / names.totals[name]!;
    if (share >= tuning.least) rated.push({ name, share, mass, matched });
  }
  rated.sort((a, b) => b.mass * b.share - a.mass * a.share);
  const claimed = new Map<number, number>(); // term → best share that used it
  const out = new Map<number, number>();
  for (const { name, share, matched } of rated) {
    // "Alexander Bed and Breakfast" said: the other bed and breakfasts were not.
    const taken = matched.every((term) => (claimed.get(term) ?? 0) > share + 0.05);
    if (taken) continue;
    for (const term of matched) claimed.set(term, Math.max(claimed.get(term) ?? 0, share));
    out.set(name, share);
  }
  return out;
}
