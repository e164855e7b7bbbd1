/** Where sentences end. A full stop ends none behind an abbreviation, nor behind a number that counts: "am 3. Tag", "bis 14. Mai", "14. 5. 2026". */

/** Abbreviations after which a sentence goes on, whatever follows. */
const always = new Set(
  (
    "e.g i.e mr mrs ms dr st vs prof " +
    "z.b d.h u.a o.ä i.d.r bzw ggf evtl inkl exkl zzgl vgl einschl ausschl sog hr fr frl " +
    "mme mlle p.ex env ad.es sig dott sig.ra sr sra srta ud uds p.ej dra bijv d.w.z o.a evt dhr mevr " +
    "f.eks bl.a dvs mht ekskl t.ex d.v.s esim ns vrt np tj tzn m.in tzw inż ul " +
    "např napr tzv popř příp príp ing mgr kb ún sn örn bkz de.ex т.е т.д т.п напр ул см пр тел π.χ κ"
  ).split(" "),
);
/** Those that only a number follows: "No. It is not." are two sentences, "No. 5" is none. */
const beforeNumbers = new Set(
  (
    "no nr nro nº n.º núm num č čís sz αρ ca cca circa approx aprox ok około kb kl klo kell godz hod ab um tel tlf tél fax " +
    "abs art kap ziff s p pp pág pag str стр max maks min mind pkt ust odst čl fig abb pos bl pr pt г ок"
  ).split(" "),
);
/** Common words elsewhere, or ends of sentences. */
const own = new Map([
  ["hu", ["pl", "ill"]],
  ["nl", ["ong", "min"]],
  ["fi", ["n", "puh"]],
  ["fr", ["av"]],
]);

function isAbbreviation(before: string, next: string, language: string): boolean {
  const [, joined = ""] = /(?:^|[\s([„“"'‘«])((?:\p{L}{1,6}\.[^\S\n]?){0,3}\p{L}{1,12})$/u.exec(before) ?? [];
  if (joined === "") return false;
  const parts = joined.toLowerCase().split(/\.\s?/);
  // "z. B", "i. d. R": letters that stand alone; the hour of a clock may end a sentence.
  if (parts.length > 1 && /^[ap]\.m$/.test(parts.slice(-2).join("."))) return false;
  if (parts.every((part) => part.length === 1)) return true;
  if (always.has(parts.join(".")) || always.has(parts.at(-1)!)) return true;
  if (own.get(language)?.includes(parts.at(-1)!)) return true;
  return beforeNumbers.has(parts.at(-1)!) && /^[\p{N}+]/u.test(next);
}

/** They write a full stop behind an ordinal number and a capital on the noun that is counted; elsewhere a capital opens a sentence. */
const ordinal = new Set(["de", "lb", "gsw"]);
/** Only an ordinal stands between one of these and a noun, whatever language the article says it is in. */
const announced =
  /(?:^|[\s(])(?:am|vom|zum|beim|bis(?: zum)?|seit|ab|der|die|das|den|dem|des|im|jede[rnms]?|ihr(?:e[nmrs]?)?|eine?[nmrs]?|pro|und|oder|den)\s+\d{1,3}$/iu;
/** A number that ends a sentence is followed by how sentences open; the rest are what is counted. */
const opener =
  /^(?:d(?:er|ie|as|en|em|ies\p{L}*|ann|a|anach|abei)|ein\p{L}*|sie|er|es|wir|ihr\p{L}*|ich|bei|beim|nach|wenn|falls|in|im|am|an|auf|für|mit|ohne|zu|zum|zur|so|sollte\p{L}*|bitte|und|oder|aber|auch|alle\p{L}*|kein\p{L}*|diese\p{L}*|sonst|ab|bis|vor|hier|jetzt|maj-?|det|den|du|vi|hvis|når|og|om|efter|etter|ved|för|jos|kun|se|me|te|on|ei|jeśli|jeżeli|w|na|po|od|do|za|to|jest|pokud|když|je|v|se|ak|keď|a|az|ha|ez|bu|eğer|bir|ve|we|you|the|it|if|this|that|your|our)(?!\p{L})/iu;

const month =
  /^(?:j[aä]n(?:uar|ner)|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember|desember|ocak|şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık)(?!\p{L})/iu;

function isOrdinal(before: string, next: string, language: string): boolean {
  // "14. 5. 2026", "am 2. 3.", and a Hungarian date, which begins with its year
  if (/^\d{1,2}\./.test(next) && /(?:^|[^\p{L}\p{N}])\d{1,4}$/u.test(before)) return true;
  if (/^\d{4}/.test(next) && /(?:^|[^\p{N}])\d{1,2}\.[^\S\n]?\d{1,2}$/u.test(before)) return true;
  if (!/(?:^|[^\p{L}\p{N}.,:])\d{1,3}$/u.test(before)) return false;
  if (/(?:^|\s)(?:kl|nr|klo|str|pos|abb|art|abs)\.?\s\d{1,3}$/iu.test(before)) return false;
  if (month.test(next)) return true;
  if (opener.test(next) || !/^\p{L}/u.test(next)) return false;
  return announced.test(before) || ordinal.has(language);
}

const end = /[.!?…؟।]+["'”’)\]]*\s+(?=["'“‘„«([¿¡]?[\p{Lu}\p{N}\p{Lo}])|[。！？]+["”’」』）]*/gu;

/** The sentences of each line, in order. `language` (BCP 47), where it is known, tells whether "3." counts or ends. */
export function sentencesOf(text: string, language?: string): string[] {
  const tongue = language?.toLowerCase().split(/[-_]/)[0] ?? "";
  const out: string[] = [];
  for (const line of text.split("\n")) {
    let start = 0;
    for (const found of line.matchAll(end)) {
      const stop = found.index + found[0].length;
      const before = line.slice(start, found.index);
      if (/^\.\s/.test(found[0])) {
        if (/^\s*\d+$/.test(before)) continue; // the number of a list item
        const next = line.slice(stop, stop + 40);
        if (isAbbreviation(before, next, tongue) || isOrdinal(before, next, tongue)) continue;
      }
      out.push(line.slice(start, stop).trim());
      start = stop;
    }
    const rest = line.slice(start).trim();
    if (rest) out.push(rest);
  }
  return out;
}
