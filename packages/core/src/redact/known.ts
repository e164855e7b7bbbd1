/** Values the helpdesk has told of customer and rep, wherever they stand in a text. */

export type Known = { names?: string[]; emails?: string[]; addresses?: string[]; phones?: string[] };
type Match = { type: "name" | "email" | "address" | "phone"; start: number; end: number };

/** Names that are English words too: they count only with a capital. */
const words = new Set(
  "will may mark grace art rose bill joy hope faith pat rob sue guy dean dawn summer june april august april sky jack frank drew chase grant wade ray max van de la di da von the for and not bin ali an do so young long short white black brown green king price best good day page park lane field rich sharp stone wood wells fisher baker cook smith may ivy lily olive pearl ruby amber crystal gene harmony destiny".split(
    " ",
  ),
);
const unspaced = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}\p{sc=Hang}]/u;
const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/** Whitespace in a known value matches any; a value in an unspaced script needs no word border. */
function pattern(value: string, flags: string): RegExp {
  const body = literal(value.trim()).replace(/\s+/g, "[\\s,]+");
  const edge = unspaced.test(value);
  return new RegExp(edge ? body : `(?<![\\p{L}\\p{N}\\p{M}_])${body}(?![\\p{L}\\p{N}\\p{M}_])`, flags);
}

/** Prepares the search once: its expressions cost more to compile than to run. */
export function finder(known: Known): (text: string) => Match[] {
  const searches: { type: Match["type"]; expression: RegExp; accept: (value: string) => boolean }[] = [];
  const add = (type: Match["type"], expression: RegExp, accept: (value: string) => boolean = () => true) => {
    searches.push({ type, expression, accept });
  };
  for (const email of known.emails ?? []) if (email.trim().length > 2) add("email", pattern(email, "giu"));
  for (const address of known.addresses ?? []) {
    if (address.trim().length < 4) continue;
    add("address", pattern(address, "giu"));
    // Its lines too: a reply seldom repeats all of an address in one piece. A part needs a digit or two words.
    for (const line of address.split(/[\n,;]/))
      if (line.trim().length > 5 && /\d|\s/.test(line.trim())) add("address", pattern(line, "giu"));
  }
  for (const phone of known.phones ?? []) {
    const digits = phone.replace(/\D/g, "");
    if (digits.length >= 6)
      add("phone", new RegExp(`(?<!\\d)\\+?${[...digits].join("[^\\p{L}\\p{N}]{0,2}")}(?!\\d)`, "gu"));
  }
  for (const name of known.names ?? []) {
    const full = name.trim();
    if (full.length < 2 || !/\p{L}/u.test(full)) continue;
    add("name", pattern(full, "giu"));
    for (const part of full.split(/[\s,]+/)) {
      const bare = part.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
      if (bare.length < 2 || bare === full || /^(?:mr|mrs|ms|dr|prof|herr|frau|sir|jr|sr|the)$/i.test(bare)) continue;
      const common = words.has(bare.toLowerCase());
      add("name", pattern(bare, "giu"), (value) => !common || /^\p{Lu}/u.test(value));
    }
  }
  return (text) => {
    const found: Match[] = [];
    for (const { type, expression, accept } of searches)
      for (const match of text.matchAll(expression))
        if (match[0] !== "" && accept(match[0]))
          found.push({ type, start: match.index, end: match.index + match[0].length });
    return found;
  };
}
