/** What a kept reply says of one customer alone and no detector of personal data knows: names in greetings, numbers, dates. */

type Neutral = { type: "name" | "order" | "amount" | "date" | "address"; start: number; end: number };

const capital = "\\p{Lu}[\\p{L}\\p{M}'\u2019-]+";
const greeting = new RegExp(
  `(?<=(?:^|[\\n.!?]\\s*)(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|thanks|thank you|hallo|guten (?:tag|morgen|abend)|liebe[rs]?|sehr geehrte[rs]?|hola|querid[oa]|estimad[oa]|bonjour|bonsoir|cher|chère|salut|ciao|buongiorno|gentile|car[oa]|ol[áa]|prezad[oa]|beste|hej|hei|kära|kjære|kære|cześć|dzień dobry|ahoj|szia|bună|merhaba|sayın|xin chào|halo|привет|здравствуйте|уважаем\\p{L}+|γεια)[\\s,]+(?:there,?\\s+)?(?:(?:mr|mrs|ms|miss|dr|prof|herr|frau|señora?|monsieur|madame|signora?|sig|sr|sra)\\.?\\s+)?)${capital}(?:[ \\t]+${capital}){0,3}(?=\\s*[,!.:;\\n\u2013-]|\\s*$)`,
  "gimu",
);
const titled = new RegExp(
  `(?<=(?<![\\p{L}])(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Herr|Frau|Señora?|Monsieur|Madame|Mme|Signora?|Sig|Sra?)\\.?[ \\t])${capital}(?:[ \\t]+${capital}){0,3}`,
  "gu",
);
const introduced = new RegExp(
  `(?<=(?<![\\p{L}])(?:[Mm]y name is|I am called|[Nn]amed|[Mm]ein Name ist|[Mm]e llamo|[Jj]e m'appelle|[Mm]i chiamo) )${capital}(?:[ \\t]+${capital}){0,3}`,
  "gu",
);
const signed = new RegExp(
  `(?<=\\n\\s*(?:[^\\n]{0,40}(?:regards|wishes|sincerely|thanks|cheers|grü(?:ß|ss)en?|saludos|cordialement|saluti|groet\\p{L}*|hälsningar|hilsen|pozdrawiam|obrigad[oa]))[,!.]?\\s*\\n\\s*)${capital}(?:[ \\t]+${capital}){0,3}`,
  "giu",
);
const amount =
  /(?:[$€£¥₹₽₺₩₪₫฿]|(?<!\p{L})(?:USD|EUR|GBP|CHF|SEK|NOK|DKK|PLN|CZK|HUF|RON|INR|JPY|AUD|CAD|Rs\.?|kr\.?))\s?\p{Nd}[\p{Nd}.,'\u2019 \u00a0\u202f]*\p{Nd}?|\p{Nd}(?:[\p{Nd}.,'\u2019\u00a0\u202f]*\p{Nd})?\s?(?:[$€£¥₹₽₺₩₪₫฿]|(?:USD|EUR|GBP|CHF|SEK|NOK|DKK|PLN|CZK|HUF|RON|INR|JPY|AUD|CAD|euros?|dollars?|pounds?|kr|zł|Kč|Ft|lei)(?!\p{L}))/giu;
const date =
  /(?<![\p{N}])(?:\p{Nd}{4}[-/.年]\s?\p{Nd}{1,2}[-/.月]\s?\p{Nd}{1,2}日?|\p{Nd}{1,2}[-/.]\s?\p{Nd}{1,2}[-/.]\s?\p{Nd}{2,4}|\p{Nd}{1,2}月\p{Nd}{1,2}日)(?![\p{N}])|(?<!\p{L})(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?\s\p{Nd}{1,2}(?:st|nd|rd|th)?(?:,?\s\p{Nd}{4})?(?![\p{N}\p{L}])|(?<![\p{N}])\p{Nd}{1,2}(?:st|nd|rd|th|\.)?\s(?:of\s)?(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[\p{L}]{0,6}\.?(?:,?\s\p{Nd}{4})?(?![\p{N}\p{L}])/giu;
/** Four digits and more, or letters and digits mixed: an order, a parcel, a plate, an account. */
const number =
  /(?<![\p{L}\p{N}_{])(?:#\s?[\p{L}\p{N}-]*\p{N}[\p{L}\p{N}-]*|\p{Nd}[\p{Nd} .\-/]{2,30}\p{Nd}|(?=[\p{L}\p{N}-]*\p{Nd})(?=[\p{L}\p{N}-]*\p{Lu})[\p{Lu}\p{Nd}][\p{L}\p{N}-]{3,40}|\p{Nd}{1,4}\s\p{Lu}{2,3}\p{Nd}{1,4}|\p{Lu}{1,3}[ -]\p{Nd}{2,6}(?:[ -]?\p{Lu}{1,3})?)(?![\p{L}\p{N}_])/gu;
const street =
  /(?<![\p{L}\p{N}])(?:\p{Nd}{1,5}[a-z]?\s(?:\p{Lu}[\p{L}'.-]+\s){1,3}(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|way|court|ct|place|pl|square|sq)|\p{Lu}[\p{L}-]*(?:straße|strasse|str\.|weg|platz|allee|gasse|straat|laan|plein|gatan|vägen|gata|veien|vej|katu|tie)\s\p{Nd}{1,4}[a-z]?)(?![\p{L}\p{N}])\.?/giu;

export function findNeutral(text: string): Neutral[] {
  const found: Neutral[] = [];
  for (const [type, pattern] of [
    ["name", greeting],
    ["name", titled],
    ["name", introduced],
    ["name", signed],
    ["amount", amount],
    ["date", date],
    ["address", street],
    ["order", number],
  ] as const)
    for (const match of text.matchAll(pattern))
      if (match[0].trim() !== "") found.push({ type, start: match.index, end: match.index + match[0].length });
  return found;
}
