/** What a kept reply says of one customer alone and no detector of personal data knows: names in greetings, numbers, dates. */

type Neutral = { type: "name" | "order" | "amount" | "date" | "address"; start: number; end: number };

/** `p{Lu}` with the flag `i` would fit any letter: the words before a name are spelled with either first letter instead. */
const either = (words: string) =>
  words
    .split("|")
    .map((word) => word.replace(/^\p{L}/u, (first) => `[${first.toLowerCase()}${first.toUpperCase()}]`))
    .join("|");
const capital = "\\p{Lu}[\\p{L}\\p{M}'\u2019-]{0,40}";
const full = `(?<name>${capital}(?:[ \\t]${capital}){0,3})`;
const titles = "(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Herr|Herrn|Frau|Señora?|Monsieur|Madame|Mme|Signora?|Sig|Sra?|Pan|Pani)";

const greetings = either(
  "hi|hello|hey|dear|good morning|good afternoon|good evening|thanks|thank you|welcome|sorry|hallo|guten tag|guten morgen|guten abend|liebe|lieber|sehr geehrte|sehr geehrter|hola|querido|querida|estimado|estimada|bonjour|bonsoir|cher|chère|salut|ciao|buongiorno|buonasera|gentile|caro|cara|olá|ola|prezado|prezada|beste|geachte|hej|hei|kära|kjære|kære|cześć|dzień dobry|ahoj|dobrý den|szia|bună|bună ziua|merhaba|sayın|xin chào|halo|привет|здравствуйте|уважаемый|уважаемая|добрый день|γεια|γεια σας",
);
const greeting = new RegExp(
  `(?:^|[\\n.!?])[ \\t]{0,4}(?:${greetings}),?[ \\t]{1,3}(?:[Tt]here,?[ \\t])?(?:${titles}\\.?[ \\t])?${full}(?=[ \\t]{0,3}(?:[,!.:;\\n\u2013-]|$))`,
  "dgu",
);
const titled = new RegExp(`(?<!\\p{L})${titles}\\.?[ \\t]${full}`, "dgu");
const introduced = new RegExp(
  `(?<!\\p{L})(?:${either("my name is|my name's|i am called|named|mein name ist|ich heiße|me llamo|mi nombre es|je m'appelle|mi chiamo|meu nome é|mijn naam is")}) ${full}`,
  "dgu",
);
const signed = new RegExp(
  `\\n[^\\n]{0,40}(?:${either("regards|wishes|sincerely|thanks|cheers|best|grüßen|gruß|grüße|grüssen|saludos|atentamente|cordialement|saluti|groet|groeten|hälsningar|hilsen|pozdrawiam|obrigado|obrigada|cumprimentos|уважением")})[,!.]?[ \\t]{0,3}\\n\\s{0,4}${full}`,
  "dgu",
);
const amount =
  /(?:[$€£¥₹₽₺₩₪₫฿]|(?<!\p{L})(?:USD|EUR|GBP|CHF|SEK|NOK|DKK|PLN|CZK|HUF|RON|INR|JPY|AUD|CAD|Rs\.?|kr\.?))\s?\p{Nd}(?:[\p{Nd}.,'\u2019 \u00a0\u202f]{0,20}\p{Nd})?|(?<![\p{Nd}.,'])\p{Nd}(?:[\p{Nd}.,'\u2019\u00a0\u202f]{0,20}\p{Nd})?\s?(?:[$€£¥₹₽₺₩₪₫฿]|(?:USD|EUR|GBP|CHF|SEK|NOK|DKK|PLN|CZK|HUF|RON|INR|JPY|AUD|CAD|euros?|dollars?|pounds?|kr|zł|Kč|Ft|lei)(?!\p{L}))/giu;
const date =
  /(?<![\p{N}])(?:\p{Nd}{4}[-/.年]\s?\p{Nd}{1,2}[-/.月]\s?\p{Nd}{1,2}日?|\p{Nd}{1,2}[-/.]\s?\p{Nd}{1,2}[-/.]\s?\p{Nd}{2,4}|\p{Nd}{1,2}月\p{Nd}{1,2}日)(?![\p{N}])|(?<!\p{L})(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?\s\p{Nd}{1,2}(?:st|nd|rd|th)?(?:,?\s\p{Nd}{4})?(?![\p{N}\p{L}])|(?<![\p{N}])\p{Nd}{1,2}(?:st|nd|rd|th|\.)?\s(?:of\s)?(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[\p{L}]{0,6}\.?(?:,?\s\p{Nd}{4})?(?![\p{N}\p{L}])/giu;
/** Four digits and more, or letters and digits mixed: an order, a parcel, a plate, an account. */
const number =
  /(?<![\p{L}\p{N}_{])(?:#\s?[\p{L}\p{N}-]{0,40}\p{N}[\p{L}\p{N}-]{0,40}|\p{Nd}[\p{Nd} .\-/]{2,30}\p{Nd}|(?=[\p{L}\p{N}-]{0,40}\p{Nd})(?=[\p{L}\p{N}-]{0,40}\p{Lu})[\p{Lu}\p{Nd}][\p{L}\p{N}-]{3,40}|\p{Nd}{1,4}\s\p{Lu}{2,3}\p{Nd}{1,4}|\p{Lu}{1,3}[ -]\p{Nd}{2,6}(?:[ -]?\p{Lu}{1,3})?)(?![\p{L}\p{N}_])/gu;
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
    for (const match of text.matchAll(pattern)) {
      const [start, end] = match.indices?.groups?.name ?? [match.index, match.index + match[0].trimEnd().length];
      if (end > start) found.push({ type, start, end });
    }
  return found;
}
