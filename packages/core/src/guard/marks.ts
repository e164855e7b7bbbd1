/** Citation marks as models bend them, and signs that hide something. */

const digits = (text: string) => text.normalize("NFKC");

/** `[1, 2]`, `[1-3]`, `【1†source】`, `［１］`, `[^1]` become `[1][2]`… A list of numbers in round brackets is left: it may be anything. */
export function plainMarks(text: string): string {
  return text
    .replace(/【\s?(\p{Nd}{1,3})(?:[†:][^】\n]{0,60})?\s?】/gu, (_, n: string) => `[${digits(n)}]`)
    .replace(/［\s?(\p{Nd}{1,3})\s?］/gu, (_, n: string) => `[${digits(n)}]`)
    .replace(/\[\^(\d{1,3})\]/g, "[$1]")
    .replace(/\[(\d{1,3}(?:\s?[,;–-]\s?\d{1,3}){1,8})\]/g, (_, list: string) =>
      numbersOf(list)
        .map((n) => `[${n}]`)
        .join(""),
    );
}

function numbersOf(list: string): number[] {
  const out: number[] = [];
  for (const part of list.split(/[,;]/)) {
    const [from = 0, to = from] = part.split(/[–-]/).map(Number);
    for (let n = from; n <= Math.min(to, from + 9); n++) out.push(n);
  }
  return out;
}

/**
 * Takes out what no reader sees and a machine does: tag characters, zero-width signs and orders of direction. Joiners stay
 * where a script or an emoji needs them, that is anywhere but between Latin letters; marks of direction likewise.
 */
export const visible = (text: string): string =>
  text
    .replace(/[\u200b\u2060-\u2064\ufeff\u00ad\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/gu, "")
    .replace(/(?<=[A-Za-z./])[\u200c-\u200f]+(?=[A-Za-z./])/g, "");
