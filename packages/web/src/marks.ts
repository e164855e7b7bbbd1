/** The marks in a suggestion's text: `[n]` points to a passage, a flag with a range names doubtful words. */
import type { Flag } from "@cuecard/core/protocol";

export type Segment =
  | { kind: "text"; text: string }
  | { kind: "cite"; ns: number[] }
  | { kind: "flag"; code: string; text: string };

/** As attribution reads them: `[1]`, `[1, 2]`; a link's `[1](…)` is none. */
const cites = /\[(\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*)\](?!\()/g;

/** Cuts `text` at its marks. Flags outside the text or turned around are left out; `[1` at a stream's end waits for its rest. */
export function segments(text: string, flags: Flag[], streaming = false): Segment[] {
  const end = streaming ? text.replace(/\[[\d\s,;–-]{0,12}$/, "").length : text.length;
  const ranges = flags.flatMap(({ code, start, end: stop }) =>
    start === undefined || stop === undefined || start < 0 || stop > end || start >= stop
      ? []
      : [{ code, start, stop }],
  );
  const marks = [...text.slice(0, end).matchAll(cites)].map((match) => ({
    ns: match[1]!.match(/\d+/g)!.map(Number),
    start: match.index,
    stop: match.index + match[0].length,
  }));
  const cuts = new Set([0, end]);
  for (const { start, stop } of [...ranges, ...marks]) cuts.add(start).add(stop);
  const points = [...cuts].sort((a, b) => a - b);
  const out: Segment[] = [];
  for (let i = 0; i + 1 < points.length; i++) {
    const from = points[i]!;
    const to = points[i + 1]!;
    const mark = marks.find(({ start, stop }) => start <= from && to <= stop);
    const range = ranges.find(({ start, stop }) => start <= from && to <= stop);
    if (mark) {
      if (mark.stop === to) out.push({ kind: "cite", ns: mark.ns });
    } else if (range) out.push({ kind: "flag", code: range.code, text: text.slice(from, to) });
    else out.push({ kind: "text", text: text.slice(from, to) });
  }
  return out;
}

/** What the customer may get: the text without its `[n]` and the blanks before them, as attribution takes them out. */
export const plain = (text: string) =>
  text.replace(/[ \t\u00a0\u202f]*(?:\[\d{1,3}(?:\s?[,;\u2013-]\s?\d{1,3})*\](?!\())+/gu, "");

const words = (text: string) => new Set(text.toLowerCase().match(/[\p{L}\p{N}]{4,}/gu) ?? []);

/**
 * The sentence of a passage that shares most words with what was asked, as offsets; the first one on a tie. Only a help
 * for the eye: nothing is decided by it.
 */
export function keySentence(passage: string, asked: string): { start: number; end: number } {
  const wanted = words(asked);
  let best = { start: 0, end: passage.length, score: -1 };
  // To a full stop before a blank, so that "5.5 days" stays whole, or to the line's end.
  for (const match of passage.matchAll(/\S[\s\S]*?(?:[.!?]+(?=\s|$)|(?=\n)|$)/g)) {
    const found = [...words(match[0])].filter((word) => wanted.has(word)).length;
    if (found > best.score) best = { start: match.index, end: match.index + match[0].trimEnd().length, score: found };
  }
  return { start: best.start, end: best.end };
}
