/** Lists of phrases as one expression: `w*` stands for further letters, a blank for any blanks, `…` for up to 40 characters of one sentence. */

/**
 * To be run on the lower-case text of `simple`: without the flag `i` an alternation of hundreds is 40 times as fast. Word borders
 * only where the script has them: Chinese, Japanese, Korean and Thai phrases match anywhere.
 */
export function phrases(lists: readonly string[], flags = "u"): RegExp {
  const each = lists.flatMap(alternatives).map((phrase) => phrase.trim());
  const parts = each.filter(Boolean).sort((a, b) => b.length - a.length);
  const [joined, apart] = [parts.filter((part) => unspaced.test(part)), parts.filter((part) => !unspaced.test(part))];
  const bodies = [];
  if (apart.length > 0) bodies.push(`(?<!${letter})(?:${apart.map(body).join("|")})(?!${letter})`);
  if (joined.length > 0) bodies.push(joined.map(body).join("|"));
  return new RegExp(bodies.join("|"), flags);
}

/** Split at the bars that stand in no bracket. */
function alternatives(list: string): string[] {
  const out = [""];
  let depth = 0;
  for (const char of list) {
    if (char === "(") depth++;
    if (char === ")") depth--;
    if (char === "|" && depth === 0) out.push("");
    else out[out.length - 1] += char;
  }
  return out;
}

/** Anything but blanks and ASCII marks. `\\p{L}`, written a thousand times, takes 400 ms to compile. */
const letter = "[^\\s!-/:-@\\[-`{-~]";
const gap = `(?!${letter})[^.!?\\n。！？]{0,40}?(?<!${letter})`;
const unspaced = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Hang}]/u;

const body = (text: string) =>
  text
    .replaceAll(/\\?w\*/g, `${letter}*`)
    .replace(/ ?… ?/g, gap)
    .replace(/ /g, "[\\s\u00a0-]+");

/** Lower case, plain apostrophes, no emoji, short enough to be looked through at once. */
export const simple = (text: string, most = 4_000): string =>
  text
    .slice(0, most)
    .normalize("NFC")
    .toLowerCase()
    .replace(/[\u2018\u2019\u02bc`\u00b4]/g, "'")
    .replace(/\p{Extended_Pictographic}|\p{Cf}|\ufe0f|[\u{1f3fb}-\u{1f3ff}]/gu, " ");
