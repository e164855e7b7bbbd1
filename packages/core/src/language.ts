/** Which language a message is in. Scripts decide alone where they can; then letters and small words; then tinyld's n-grams. */
import { detect as guess } from "tinyld";

type Language = { code: string; english: string; native: string; direction?: "rtl" };

export const LANGUAGES: readonly Language[] = [
  { code: "en", english: "English", native: "English" },
  { code: "de", english: "German", native: "Deutsch" },
  { code: "fr", english: "French", native: "Français" },
  { code: "es", english: "Spanish", native: "Español" },
  { code: "pt", english: "Portuguese", native: "Português" },
  { code: "it", english: "Italian", native: "Italiano" },
  { code: "nl", english: "Dutch", native: "Nederlands" },
  { code: "sv", english: "Swedish", native: "Svenska" },
  { code: "da", english: "Danish", native: "Dansk" },
  { code: "nb", english: "Norwegian", native: "Norsk bokmål" },
  { code: "fi", english: "Finnish", native: "Suomi" },
  { code: "pl", english: "Polish", native: "Polski" },
  { code: "cs", english: "Czech", native: "Čeština" },
  { code: "sk", english: "Slovak", native: "Slovenčina" },
  { code: "hu", english: "Hungarian", native: "Magyar" },
  { code: "ro", english: "Romanian", native: "Română" },
  { code: "bg", english: "Bulgarian", native: "Български" },
  { code: "el", english: "Greek", native: "Ελληνικά" },
  { code: "sr", english: "Serbian", native: "Српски" },
  { code: "lt", english: "Lithuanian", native: "Lietuvių" },
  { code: "lv", english: "Latvian", native: "Latviešu" },
  { code: "et", english: "Estonian", native: "Eesti" },
  { code: "tr", english: "Turkish", native: "Türkçe" },
  { code: "ru", english: "Russian", native: "Русский" },
  { code: "uk", english: "Ukrainian", native: "Українська" },
  { code: "ar", english: "Arabic", native: "العربية", direction: "rtl" },
  { code: "he", english: "Hebrew", native: "עברית", direction: "rtl" },
  { code: "fa", english: "Persian", native: "فارسی", direction: "rtl" },
  { code: "hi", english: "Hindi", native: "हिन्दी" },
  { code: "th", english: "Thai", native: "ไทย" },
  { code: "vi", english: "Vietnamese", native: "Tiếng Việt" },
  { code: "id", english: "Indonesian", native: "Bahasa Indonesia" },
  { code: "zh", english: "Chinese", native: "中文" },
  { code: "ja", english: "Japanese", native: "日本語" },
  { code: "ko", english: "Korean", native: "한국어" },
];

export type Detected = { language: string; sure: boolean };

/** Scripts that one of our languages has to itself. Kana before Han: Japanese writes both. */
const scripts: [RegExp, string][] = [
  [/[\p{sc=Hira}\p{sc=Kana}]/gu, "ja"],
  [/\p{sc=Hang}/gu, "ko"],
  [/\p{sc=Thai}/gu, "th"],
  [/\p{sc=Grek}/gu, "el"],
  [/\p{sc=Hebr}/gu, "he"],
  [/\p{sc=Deva}/gu, "hi"],
  [/\p{sc=Han}/gu, "zh"],
];
const shared: [script: RegExp, marks: [RegExp, string][], codes: string[], otherwise: string][] = [
  [
    /\p{sc=Cyrl}/gu,
    [
      [/[іїєґ]/iu, "uk"],
      [/[ђјљњћџ]/iu, "sr"],
      [/[ыэё]/iu, "ru"],
    ],
    ["ru", "uk", "bg", "sr"],
    "ru",
  ],
  [
    /\p{sc=Arab}/gu,
    [
      [/[پچژگیک]/u, "fa"],
      [/[ةىإأيك]/u, "ar"],
    ],
    ["ar", "fa"],
    "ar",
  ],
];
const latin = LANGUAGES.map(({ code }) => code).filter(
  (code) => !["ja", "ko", "th", "el", "he", "hi", "zh", "ru", "uk", "bg", "sr", "ar", "fa"].includes(code),
);
/** tinyld says "no" where we say "nb". */
const theirs = (codes: string[]) => codes.map((code) => (code === "nb" ? "no" : code));

/** What n-grams cannot tell: a word or two that are a whole message. Words that several languages have are left out. */
const short = new Map(
  Object.entries({
    en: "hi hello hey thanks thank you please yes sorry help order refund the my is where what how when why can would",
    de: "hallo danke bitte guten tag moin servus tschüss nein ich und ist nicht wo wie wann warum mein meine bestellung hilfe schön vielen",
    fr: "bonjour bonsoir merci oui salut je vous où comment pourquoi quand ma mon commande remboursement aide svp",
    es: "hola gracias buenos buenas días tardes dónde donde cómo cuándo mi pedido reembolso ayuda quiero necesito muchas adiós",
    pt: "olá oi obrigado obrigada bom dia boa onde está meu minha pedido reembolso ajuda não você quero preciso",
    it: "ciao buongiorno grazie mille prego dove come quando perché mio ordine rimborso aiuto buonasera salve sono",
    nl: "hoi goedemorgen goedemiddag dank bedankt alstublieft waar hoe wanneer waarom mijn bestelling hulp niet ik heb graag",
    sv: "hej tack snälla var är när varför min beställning hjälp jag inte återbetalning",
    da: "tak hvor hvornår hvorfor jeg ikke bestilling hjælp goddag ordre refusion",
    nb: "takk hvor når hvorfor jeg ikke bestilling bestillingen min hjelp ordre refusjon hei",
    fi: "moi kiitos terve missä miten milloin miksi minun tilaus tilaukseni hyvää päivää ei ole",
    pl: "cześć dziękuję dzięki proszę gdzie jak kiedy dlaczego moje moja zamówienie pomoc nie jest dzień dobry",
    cs: "ahoj děkuji díky prosím kde kdy proč moje objednávka pomoc dobrý den není jsem",
    sk: "ďakujem prosím kde kedy prečo moja objednávka pomoc dobrý deň nie som ahojte",
    hu: "szia köszönöm köszi kérem hol hogyan mikor miért rendelésem rendelés segítség jó napot nem van",
    ro: "bună mulțumesc mersi unde cum când comanda mea ajutor vă rog nu este ziua",
    lt: "labas ačiū prašau kur kaip kada kodėl mano užsakymas pagalba laba diena",
    lv: "sveiki paldies lūdzu kur kad kāpēc mans pasūtījums palīdzība labdien",
    et: "tere aitäh palun kus kuidas millal miks minu tellimus abi",
    tr: "merhaba teşekkürler teşekkür ederim lütfen nerede nasıl zaman neden siparişim sipariş yardım iade evet hayır",
    vi: "xin chào cảm ơn đâu đơn hàng tôi không giúp hoàn tiền bạn",
    id: "halo terima kasih tolong mana bagaimana kapan mengapa pesanan saya bantuan tidak selamat pagi",
    ru: "спасибо привет здравствуйте где мой заказ не что как когда почему пожалуйста деньги нет",
    uk: "дякую привіт де моє замовлення не що як коли чому гроші ні будь ласка",
    bg: "благодаря здравейте здравей къде моята поръчката поръчка ми не какво как кога защо моля искам парите няма си",
    sr: "хвала здраво где моја поруџбина не шта како када зашто молим желим новац",
    ar: "شكرا مرحبا أين طلبي متى كيف لماذا من فضلك أريد هل السلام",
    fa: "ممنون سلام کجاست سفارش من چرا چطور لطفا مرسی متشکرم را است می",
  }).map(([code, words]) => [code, new Set(words.split(" "))] as const),
);

/** The language with the most of its small words, if no other has as many. */
function byWords(text: string): { code: string; lead: number } | null {
  const said = text.toLowerCase().match(/[\p{L}\p{M}']+/gu) ?? [];
  const scores = [...short].map(([code, words]) => [code, said.filter((word) => words.has(word)).length] as const);
  scores.sort((a, b) => b[1] - a[1]);
  const [first, second] = scores;
  if (!first || first[1] === 0 || first[1] === second?.[1]) return null;
  return { code: first[0], lead: first[1] - (second?.[1] ?? 0) };
}

/**
 * BCP 47 of the text's language, `null` where nothing speaks for one. `hint` is what it was before in this conversation: it
 * decides where the text alone does not. The first 2,000 characters are read.
 */
export function detect(text: string, hint?: string): Detected | null {
  // Links, addresses and codes are in no language.
  const sample = text
    .slice(0, 2_000)
    .normalize("NFC")
    .replace(/\S{0,200}(?:@|:\/\/|www\.)\S{0,400}|[A-Za-z0-9_-]{0,40}\d[A-Za-z0-9_-]{0,40}/gu, " ");
  const letters = sample.match(/\p{L}/gu)?.length ?? 0;
  const unsure = hint ? { language: hint, sure: false } : null;
  if (letters === 0) return unsure;
  const count = (script: RegExp) => sample.match(script)?.length ?? 0;
  for (const [script, code] of scripts) {
    const own = count(script);
    // A brand name in Latin letters among Chinese weighs more letters than words.
    if (own * (code === "zh" || code === "ja" || code === "ko" ? 5 : 3) > letters)
      return { language: code, sure: own > 1 };
  }
  for (const [script, marks, codes, otherwise] of shared) {
    if (count(script) * 2 <= letters) continue;
    const marked = marks.filter(([mark]) => mark.test(sample)).map(([, code]) => code);
    if (marked.length === 1) return { language: marked[0]!, sure: true };
    const words = letters < 24 ? byWords(sample) : null;
    if (words && codes.includes(words.code)) return { language: words.code, sure: words.lead > 1 };
    if (hint && codes.includes(hint) && letters < 12) return { language: hint, sure: false };
    return { language: guess(sample, { only: codes }) || otherwise, sure: letters >= 20 };
  }
  const words = byWords(sample);
  const known = hint && latin.includes(hint) ? hint : undefined;
  if (letters < 24) {
    if (words && (words.lead > 1 || words.code === known || !known))
      return { language: words.code, sure: words.lead > 1 };
    if (known && letters < 12) return { language: known, sure: false };
  }
  const found = guess(sample, { only: theirs(latin) }).replace(/^no$/, "nb");
  if (found === "") return unsure;
  if (words && words.code !== found && words.lead > 1) return { language: words.code, sure: false };
  if (letters < 6 && !words) return unsure ?? (letters < 4 ? null : { language: found, sure: false });
  return { language: found, sure: letters >= 24 || words?.code === found };
}

const rightToLeft = new Set(["ar", "he", "fa", "ur", "yi", "ps", "sd", "ug", "dv", "ckb", "iw"]);

export function direction(language: string): "ltr" | "rtl" {
  return rightToLeft.has(language.toLowerCase().split(/[-_]/)[0] ?? "") ? "rtl" : "ltr";
}
