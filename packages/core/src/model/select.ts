/** Which sentences of the passages answer a customer: few, whole, each where it belongs, and none that adds nothing to the answer. */
import { partsOf } from "../lookup/parts.ts";
import { isStop, primary, stemsOf } from "../lookup/words.ts";
import { sentencesOf } from "../policy.ts";
import type { Source } from "./port.ts";

type Sentence = { source: Source; at: number; text: string; stems: Set<string>; prior: number };
/** Sentences of one passage, in its order. */
export type Piece = { source: Source; sentences: string[] };

/** What a rep reads at a glance: more is a lecture. */
const most = { sentences: 5 };
/** Characters: a short passage is clearer whole than in part. */
const wholeUpTo = 340;
/** What earlier turns count beside the open one. */
const contextShare = 0.3;
/** Share of the question's weight that a second passage must add; half as much again from another article. */
const adds = 0.1;
/** Share that the best sentence must touch; else nothing is written. */
const least = 0.1;

/** "See the article …" leads nowhere in a reply. */
const reference =
  /^(?:for (?:more|details)|(?:please )?see(?: also)?|more (?:on|about|in)|read more|siehe|näheres|mehr dazu|voir|pour en savoir|véase|ver |más información|vedi|zie|patrz|veja|consulte|bkz|انظر|راجع|см\.|див\.|se även|se også|katso)(?![\p{L}\p{M}])/iu;
/** A sentence that begins so speaks of the one before it. */
const leaning =
  /^(?:this|that|these|those|it|they|then|there|after that|also|otherwise|in that case|the same|dies|diese[rsnm]?|das|sie|er|es|dann|danach|dabei|sonst|außerdem|cela|celle-ci|ce|ces|il|elle|ils|alors|ensuite|sinon|nous .{0,20} alors|esto|esta|este|entonces|después|además|también|abrimos entonces|questo|questa|allora|poi|dit|dan|deze|daarna|to|wtedy|potem|isto|então|depois|bu|o zaman|عندئذ|ثم|وهذا|это|тогда|затем|це|тоді)(?![\p{L}\p{M}])/iu;
/** A blank of a saved reply that nobody has filled: "{{name}}", "{price:d}". */
const blank = /\{\{?[^{}\n]{1,40}\}/;
/** A heading or a scrap of a table ends with none of these; Thai, Lao and Khmer have no such mark. */
const ends = /(?:[.!…。！؟।][)\]"'”’»]*|[\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}][\p{N}\s]*)$/u;

/** Typed in haste: one letter wrong, missing, too many or swapped in words of five and more. */
function near(a: string, b: string): boolean {
  if (a === b) return true;
  if (a.length < 4 || b.length < 4 || Math.abs(a.length - b.length) > 1) return false;
  let from = 0;
  while (from < a.length && a[from] === b[from]) from++;
  const rest = (text: string, skip: number) => text.slice(from + skip);
  return (
    rest(a, 1) === rest(b, 1) ||
    rest(a, 1) === rest(b, 0) ||
    rest(a, 0) === rest(b, 1) ||
    (a[from] === b[from + 1] && a[from + 1] === b[from] && rest(a, 2) === rest(b, 2))
  );
}

function contentOf(text: string, language: string): Set<string> {
  return new Set(stemsOf(text, language).filter((stemmed) => stemmed.length > 1 && !isStop(stemmed, language)));
}

type Asked = { question: string; before: string; said: string; language: string | undefined };

/**
 * The pieces that together answer `question`; empty where the passages share next to nothing with it. `before` is what the
 * customer said earlier, `said` what the rep has told already: it is not told twice. Of a question of several parts each part
 * that a passage answers gets its piece, in the order they were asked.
 */
export function select(sources: Source[], asked: Asked): Piece[] {
  const parts = partsOf(asked.question, asked.language);
  const found = parts.map((question) => answers(sources, { ...asked, question, before: "" }, 1)[0]);
  const pieces = found.filter((piece) => piece !== undefined);
  if (new Set(pieces.map(({ source }) => source)).size < 2) return answers(sources, asked, 2);
  const out: Piece[] = [];
  for (const { source, sentences } of pieces) {
    const room = most.sentences + 1 - out.reduce((sum, piece) => sum + piece.sentences.length, 0);
    if (room > 0 && !out.some((piece) => piece.source === source))
      out.push({ source, sentences: sentences.slice(0, Math.min(3, room)) });
  }
  return out;
}

function answers(sources: Source[], { question, before, said, language }: Asked, pieceCount: 1 | 2): Piece[] {
  const tongue = primary(language);
  const told = plain(said);
  // Farther down the list only what goes on with an article from its top.
  const top = sources.slice(0, 2).map(({ articleId }) => articleId);
  const used = sources.filter(({ articleId }, rank) => rank < 3 || top.includes(articleId));
  const passages = used.map((source, rank) => {
    const best = plain(source.sentence);
    return sentencesOf(source.text, source.language ?? language)
      .map((text, at): Sentence => {
        const clean = text.replace(/\s+/g, " ").trim();
        const words = `${clean} ${at === 0 ? source.heading : ""}`;
        return {
          source,
          at,
          text: clean,
          stems: contentOf(words, primary(source.language ?? language)),
          // The lookup has seen more than we have: the other articles, the past, typing errors.
          prior: (best !== "" && best.includes(plain(clean)) ? 0.25 : 0) / (1 + rank) + 0.06 / (1 + rank),
        };
      })
      .filter(({ text }) => ends.test(text) && !/[?？؟]\s*$/.test(text) && !reference.test(text) && !blank.test(text));
  });
  const all = passages.flat();
  const weights = weigh(contentOf(question, tongue), contentOf(before, tongue), all);
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0) || 1;
  const covers = new Map(
    all.map((sentence) => [
      sentence,
      [...weights.keys()].filter((word) => [...sentence.stems].some((stemmed) => near(word, stemmed))),
    ]),
  );
  const covered = new Set<string>();
  const asked = contentOf(question, tongue);
  const fresh = (sentence: Sentence) => (covers.get(sentence) ?? []).filter((word) => !covered.has(word));
  const gain = (sentence: Sentence) => fresh(sentence).reduce((sum, word) => sum + weights.get(word)!, 0) / total;
  const isTold = ({ text }: Sentence) => told.includes(plain(text));
  const pieceOf = (sentence: Sentence, whole: boolean): Sentence[] => {
    const list = passages[used.indexOf(sentence.source)]!;
    if (whole && list.reduce((sum, { text }) => sum + text.length, 0) <= wholeUpTo)
      return list.filter((one) => !isTold(one)).slice(0, most.sentences);
    const place = list.indexOf(sentence);
    const from = leaning.test(sentence.text) && place > 0 ? place - 1 : place;
    const next = list[place + 1];
    const to = next && next.at === sentence.at + 1 && leaning.test(next.text) ? place + 2 : place + 1;
    return list.slice(from, to).filter((one) => !isTold(one));
  };
  const open = all.filter((one) => !isTold(one));
  const best = (of: Sentence[]) => of.sort((a, b) => gain(b) + b.prior - gain(a) - a.prior)[0];

  const first = best(open);
  if (!first || gain(first) < least) return [];
  // Earlier turns may tip the balance; alone they are no question.
  if (!covers.get(first)!.some((word) => asked.has(word))) return [];
  const whole = pieceOf(first, true);
  // Where room is short, the sentence that answers is never what is left out.
  const pieces = [
    { source: first.source, sentences: pieceCount === 1 && whole.indexOf(first) > 2 ? pieceOf(first, false) : whole },
  ];
  if (pieceCount === 1)
    return pieces.map(({ source, sentences }) => ({ source, sentences: sentences.map(({ text }) => text) }));
  for (const one of pieces[0]!.sentences) for (const word of covers.get(one) ?? []) covered.add(word);
  // A second one only for a part of the question that the first leaves open.
  const second = best(
    open.filter((one) => {
      const added = fresh(one).filter((word) => asked.has(word));
      const own = one.source.articleId === first.source.articleId;
      // Two articles are two matters: one word in common is a coincidence more often than a second answer.
      return one.source !== first.source && added.length >= (own ? 1 : 2) && gain(one) >= (own ? 1 : 1.5) * adds;
    }),
  );
  if (second) {
    const sentences = pieceOf(second, false).slice(0, Math.max(0, most.sentences - pieces[0]!.sentences.length));
    if (sentences.includes(second)) pieces.push({ source: second.source, sentences });
  }
  return pieces.map(({ source, sentences }) => ({ source, sentences: sentences.map(({ text }) => text) }));
}

const plain = (text: string) => text.replace(/\s+/g, " ").trim().toLowerCase();

/** Words that few of the sentences hold tell more; a word that none holds is small talk, or a matter the policy is silent on. */
function weigh(question: Set<string>, before: Set<string>, sentences: Sentence[]): Map<string, number> {
  const weights = new Map<string, number>();
  const put = (word: string, share: number) => {
    const holds = sentences.filter(({ stems }) => [...stems].some((stemmed) => near(word, stemmed))).length;
    weights.set(word, share * (holds === 0 ? 0.5 : Math.log(1 + sentences.length / holds)));
  };
  for (const word of before) put(word, contextShare);
  for (const word of question) put(word, 1);
  return weights;
}
