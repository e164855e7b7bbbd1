/** Each of the 35 languages on its way through: told from one short message, and nothing lost between redacting and putting back. */
import { compose } from "@cuecard/core/model/extractive";
import { phrasesFor } from "@cuecard/core/model/phrases";
import { expect, test } from "vitest";
import { detect, LANGUAGES } from "../../packages/core/src/language.ts";
import { redactor } from "../../packages/core/src/redact.ts";

const messages: Record<string, string> = {
  en: "Hi, my parcel has not arrived yet. When will I get my money back?",
  de: "Hallo, mein Paket ist noch nicht angekommen. Wann bekomme ich mein Geld zurück?",
  fr: "Bonjour, mon colis n'est pas encore arrivé. Quand serai-je remboursé ?",
  es: "Hola, mi paquete todavía no ha llegado. ¿Cuándo me devuelven el dinero?",
  pt: "Olá, a minha encomenda ainda não chegou. Quando recebo o meu dinheiro de volta?",
  it: "Buongiorno, il mio pacco non è ancora arrivato. Quando ricevo il rimborso?",
  nl: "Hallo, mijn pakket is nog niet aangekomen. Wanneer krijg ik mijn geld terug?",
  sv: "Hej, mitt paket har inte kommit fram än. När får jag pengarna tillbaka?",
  da: "Hej, min pakke er ikke kommet endnu. Hvornår får jeg mine penge tilbage?",
  nb: "Hei, pakken min har ikke kommet ennå. Når får jeg pengene tilbake?",
  fi: "Hei, pakettini ei ole vielä saapunut. Milloin saan rahani takaisin?",
  pl: "Dzień dobry, moja paczka jeszcze nie dotarła. Kiedy dostanę zwrot pieniędzy?",
  cs: "Dobrý den, můj balík ještě nedorazil. Kdy dostanu peníze zpět?",
  sk: "Dobrý deň, môj balík ešte neprišiel. Kedy dostanem peniaze späť?",
  hu: "Jó napot, a csomagom még nem érkezett meg. Mikor kapom vissza a pénzemet?",
  ro: "Bună ziua, coletul meu nu a ajuns încă. Când îmi primesc banii înapoi?",
  bg: "Здравейте, пратката ми още не е пристигнала. Кога ще си получа парите обратно?",
  el: "Καλημέρα, το δέμα μου δεν έχει φτάσει ακόμα. Πότε θα πάρω πίσω τα χρήματά μου;",
  sr: "Здраво, мој пакет још није стигао. Када ћу добити новац назад?",
  lt: "Laba diena, mano siuntinys dar neatvyko. Kada atgausiu pinigus?",
  lv: "Labdien, mans sūtījums vēl nav pienācis. Kad es saņemšu naudu atpakaļ?",
  et: "Tere, minu pakk ei ole veel kohale jõudnud. Millal ma raha tagasi saan?",
  tr: "Merhaba, kargom hâlâ gelmedi. Paramı ne zaman geri alacağım?",
  ru: "Здравствуйте, моя посылка ещё не пришла. Когда мне вернут деньги?",
  uk: "Добрий день, моя посилка ще не прийшла. Коли мені повернуть гроші?",
  ar: "مرحبا، لم يصل طردي بعد. متى أسترد أموالي؟",
  he: "שלום, החבילה שלי עדיין לא הגיעה. מתי אקבל את הכסף בחזרה?",
  fa: "سلام، بسته من هنوز نرسیده است. چه زمانی پولم برمی‌گردد؟",
  hi: "नमस्ते, मेरा पार्सल अभी तक नहीं आया है। मुझे पैसे कब वापस मिलेंगे?",
  th: "สวัสดีค่ะ พัสดุของฉันยังไม่มาถึง เมื่อไหร่จะได้เงินคืน",
  vi: "Xin chào, gói hàng của tôi vẫn chưa đến. Khi nào tôi được hoàn tiền?",
  id: "Halo, paket saya belum sampai. Kapan uang saya dikembalikan?",
  zh: "你好,我的包裹还没有到。什么时候可以退款?",
  ja: "こんにちは。荷物がまだ届いていません。返金はいつになりますか。",
  ko: "안녕하세요, 제 택배가 아직 도착하지 않았습니다. 환불은 언제 되나요?",
};

test("there is a message in each language of the list", () =>
  expect(Object.keys(messages).sort()).toEqual(LANGUAGES.map(({ code }) => code).sort()));

test.each(Object.entries(messages))("%s is told, and is sure", (language, text) =>
  expect(detect(text)).toEqual({ language, sure: true }),
);

const names: Record<string, string> = {
  bg: "Иван Петров",
  sr: "Јован Јовић",
  ru: "Анна Смирнова",
  uk: "Олена Шевченко",
  el: "Μαρία Παππά",
  ar: "ليلى حداد",
  fa: "زهرا کریمی",
  he: "נועה לוי",
  hi: "प्रिया शर्मा",
  th: "สมชาย ใจดี",
  zh: "李小龍",
  ja: "山田太郎",
  ko: "김민수",
};

test.each(Object.entries(messages))(
  "%s: what is personal goes as placeholders, and comes back as it was",
  (language, text) => {
    const name = names[language] ?? "Zoë Çelik-Öström";
    const personal = [
      name,
      "zoe@example.com",
      "+44 20 7946 0958",
      "4111 1111 1111 1111",
      "DE89 3704 0044 0532 0130 00",
    ];
    const said = `${text} ${name}, zoe@example.com, +44 20 7946 0958, 4111 1111 1111 1111, DE89 3704 0044 0532 0130 00. ${text}`;
    const run = redactor({ names: [name] });
    const { redact, restore } = run;
    const sent = redact(said);
    for (const value of personal) expect(sent).not.toContain(value);
    expect(restore(sent)).toBe(said);
    const { placeholders } = run;
    // As a model would write them: in a sentence of that language, without a blank where it has none, in its own brackets.
    const marks = Object.keys(placeholders);
    expect(marks.length).toBeGreaterThanOrEqual(5);
    for (const mark of marks) {
      const value = placeholders[mark]!;
      expect(restore(`${text}${mark}${text}`)).toBe(`${text}${value}${text}`);
      expect(restore(`${text} ${mark.replace("[", "【").replace("]", "】")} ${text}`)).toContain(value);
      expect(restore(`${text} ${mark.toLowerCase()}، ${text}`)).toContain(value);
    }
  },
);

const nameless = ["cs", "lt", "lv", "pl", "sk", "sr"];

test("an embedded draft greets in each customer's language", () => {
  const source = { n: 1, articleId: "a", title: "A", heading: "", sentence: "", internal: false };
  for (const [language, text] of Object.entries(messages)) {
    const { text: draft } = compose({
      kind: "draft",
      messages: [{ id: "m", at: "2026-01-01T00:00:00.000Z", author: { kind: "customer" }, visibility: "public", text }],
      sources: [{ ...source, text: text.replace(/[?？؟;]$/, "."), sentence: text, language }],
      examples: [],
      language,
      channel: "email",
      customerName: "Ada Byron",
    });
    if (language !== "en") expect(draft, language).not.toMatch(/^Hello/);
    // Where a greeting would bend the name, it does without.
    if (nameless.includes(language)) expect(draft, language).not.toContain("Ada");
    else expect(draft, language).toContain("Ada");
    const { hello, helloNobody, thanks, bye, nothing, summary } = phrasesFor(language);
    for (const words of [hello, helloNobody, thanks, bye, nothing, ...Object.values(summary)])
      expect(words.trim(), language).not.toBe("");
    if (language !== "en") expect(phrasesFor(language), language).not.toBe(phrasesFor("en"));
  }
});
