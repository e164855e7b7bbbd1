import * as fc from "fast-check";
import { expect, test } from "vitest";
import { detect, direction, LANGUAGES } from "../../packages/core/src/language.ts";

test("35 languages, each once, with its names", () => {
  expect(LANGUAGES).toHaveLength(35);
  expect(new Set(LANGUAGES.map(({ code }) => code)).size).toBe(35);
  for (const { english, native } of LANGUAGES) expect(english && native).toBeTruthy();
});

test.each([
  ["en", "Where is my order?"],
  ["de", "ok danke!"],
  ["fr", "Où est ma commande ?"],
  ["es", "¿Dónde está mi pedido?"],
  ["pt", "Onde está o meu pedido?"],
  ["it", "grazie mille"],
  ["nl", "Waar is mijn bestelling?"],
  ["sv", "Var är min beställning?"],
  ["da", "Jeg vil gerne have pengene tilbage"],
  ["nb", "tusen takk"],
  ["fi", "Missä tilaukseni on?"],
  ["pl", "Gdzie jest moje zamówienie?"],
  ["cs", "děkuji"],
  ["sk", "ďakujem"],
  ["hu", "Hol van a rendelésem?"],
  ["ro", "Unde este comanda mea?"],
  ["bg", "Къде е поръчката ми?"],
  ["el", "Πού είναι η παραγγελία μου;"],
  ["sr", "Где је моја поруџбина?"],
  ["lt", "Kur yra mano užsakymas?"],
  ["lv", "Kur ir mans pasūtījums?"],
  ["et", "Kus on minu tellimus?"],
  ["tr", "Siparişim nerede?"],
  ["ru", "Где мой заказ?"],
  ["uk", "Де моє замовлення?"],
  ["ar", "أين طلبي؟"],
  ["he", "איפה ההזמנה שלי?"],
  ["fa", "سفارش من کجاست؟"],
  ["hi", "मेरा ऑर्डर कहाँ है?"],
  ["th", "สินค้าอยู่ที่ไหน"],
  ["vi", "Đơn hàng của tôi đâu?"],
  ["id", "Di mana pesanan saya?"],
  ["zh", "iPhone 15 退款"],
  ["ja", "注文はどこですか"],
  ["ko", "제 주문은 어디에 있나요?"],
])("%s: %s", (language, text) => expect(detect(text)?.language).toBe(language));

test("where nothing speaks for a language it says so, or keeps the conversation's", () => {
  for (const text of ["", "12345", "👍", "ada@example.com", "???"]) {
    expect(detect(text)).toBeNull();
    expect(detect(text, "de")).toEqual({ language: "de", sure: false });
  }
  expect(detect("ok", "sv")).toEqual({ language: "sv", sure: false });
  expect(detect("Where is my order? I have been waiting for a week.", "de")).toEqual({ language: "en", sure: true });
});

test("direction", () => {
  expect(["ar", "he", "fa-IR", "en", "zh"].map(direction)).toEqual(["rtl", "rtl", "rtl", "ltr", "ltr"]);
});

test("any text is answered, and with one of the list", () => {
  const codes = new Set(LANGUAGES.map(({ code }) => code));
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      const found = detect(text);
      if (found) expect(codes).toContain(found.language);
    }),
  );
  expect(detect("a b c d e f g h ".repeat(12_500))).not.toBeUndefined();
});
