/** A text as the sequence of words that attribution counts. */

/** Scripts that put no space between words; ICU's dictionary finds their words. Korean has spaces. */
const unspaced = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]/u;
const word =
  /\p{N}+(?:[.,:]\p{N}+)*(?:[\p{L}\p{M}]+)?|[\p{L}\p{M}][\p{L}\p{M}\p{N}]*(?:['\u2019\-_][\p{L}\p{M}\p{N}]+)*/gu;

let segmenter: Intl.Segmenter | undefined;

/** The segmenter's time grows faster than its text: a run without punctuation is given to it in pieces of so many characters. */
const piece = 200;

/** The first `most` words in lower case, punctuation and emoji left out. Text is expected levelled (see `level`). */
export function words(text: string, most: number): string[] {
  const found = text.toLowerCase().match(word) ?? [];
  if (!unspaced.test(text)) return found.length > most ? found.slice(0, most) : found;
  const out: string[] = [];
  for (const each of found) {
    if (out.length >= most) break;
    if (!unspaced.test(each)) {
      out.push(each);
      continue;
    }
    segmenter ??= new Intl.Segmenter("zh", { granularity: "word" });
    for (let at = 0; at < each.length && out.length < most; at += piece)
      for (const { segment, isWordLike } of segmenter.segment(each.slice(at, at + piece)))
        if (isWordLike) out.push(segment);
  }
  return out;
}
