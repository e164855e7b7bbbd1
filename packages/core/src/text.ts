/** What became of a draft, judged by the words of the reply that was really sent. Reports count what is decided here. */

import { level, plain } from "./text/level.ts";
import { replyBody } from "./text/reply.ts";
import { longestRuns } from "./text/runs.ts";
import { words } from "./text/words.ts";

export { replyBody };

/** Words of either text that are compared; what follows is left out. 2,500 words are about 15 KB of English. */
export const maxWords = 2_500;
/** A run of fewer words says nothing: "I am sorry" aside, unrelated replies share many single words. */
const leastRun = 3;
/** Without a click, a draft must have left more than a common phrase behind. */
const unclickedShare = 0.6;
const unclickedWords = 8;

/** Takes out `[1]`, `[2][3]`, `[1, 2]` and the blanks before them; the number is a passage's, and at most three digits. */
export function withoutCitations(text: string): string {
  return text.replace(/[ \t\u00a0\u202f]{0,4}(?:\[\d{1,3}(?:\s?[,;\u2013-]\s?\d{1,3})*\](?!\())+/gu, "");
}

const levelled = (text: string) => level(plain(withoutCitations(replyBody(text))));

/**
 * Whether both texts say the same once citations, quoted mail, signatures, blanks, line breaks, quotes, dashes, Unicode
 * composition, Markdown and HTML are levelled. Case is levelled too: keyboards and editors capitalise by themselves, and
 * a rep who changed nothing but a capital has approved every word. Punctuation and digits are not.
 */
export function sameText(draft: string, sent: string): boolean {
  if (draft === sent) return true;
  return levelled(draft) === levelled(sent);
}

/** Words of the draft that survive and how many there were. */
function survivors(draft: string, sent: string): { kept: number; of: number } {
  const [a, b] = [words(draft, maxWords), words(sent, maxWords)];
  if (a.length === 0) return { kept: 0, of: 0 };
  const numbers = new Map<string, number>();
  const number = (list: string[]) =>
    Int32Array.from(list, (word) => {
      const known = numbers.get(word);
      if (known !== undefined) return known;
      numbers.set(word, numbers.size);
      return numbers.size - 1;
    });
  const [from, to] = [number(a), number(b)];
  return { kept: longestRuns(from, to, Math.min(leastRun, from.length)), of: from.length };
}

/**
 * Words of the draft that survive in the sent reply, in order, in runs of at least three (all of it for shorter drafts), ÷
 * words of the draft: 0 to 1. A draft without words (emoji alone) is kept whole or not at all. Only the first `maxWords`
 * words of each are compared.
 */
export function retainedShare(draft: string, sent: string): number {
  const [a, b] = [levelled(draft), levelled(sent)];
  if (a === b) return 1;
  const { kept, of } = survivors(a, b);
  return of === 0 ? 0 : kept / of;
}

export type Verdict = { kind: "accepted" | "edited" | null; retained: number };

/**
 * `accepted`: the same text. `edited`: after a click a retained share of `threshold` (0.3) or more; without one 0.6 and at
 * least eight words of the draft. `names` are those that Insert or the helpdesk fills in: they may differ or be missing.
 */
export function compare(
  draft: string,
  sent: string,
  options: { clicked: boolean; threshold?: number; names?: string[] },
): Verdict {
  let [a, b] = [levelled(draft), levelled(sent)];
  if (options.names?.length) {
    const without = nameless(options.names);
    const [c, d] = [without(a), without(b)];
    if (c !== "" && d !== "") [a, b] = [c, d];
  }
  if (a === b) return { kind: "accepted", retained: 1 };
  const { kept, of } = survivors(a, b);
  const retained = of === 0 ? 0 : kept / of;
  const edited = options.clicked
    ? retained >= (options.threshold ?? 0.3)
    : retained >= unclickedShare && kept >= unclickedWords;
  return { kind: edited ? "edited" : null, retained };
}

function nameless(names: string[]): (text: string) => string {
  const parts = new Set<string>();
  for (const name of names) {
    const full = level(name);
    if (full === "") continue;
    parts.add(full);
    for (const part of full.split(" ")) if (part.length > 1) parts.add(part);
  }
  const escaped = [...parts].sort((x, y) => y.length - x.length).map(literal);
  const pattern = new RegExp(
    ` ?(?<![\\p{L}\\p{N}])(?:${[...escaped, "[{\\[](?:\\w+ )?name[}\\]]"].join("|")})(?![\\p{L}\\p{N}])`,
    "gu",
  );
  return (text) => text.replace(pattern, "").trim();
}

const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
