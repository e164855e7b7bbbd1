import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { closing, escalation, safeLinks, unsupported, wantsHuman } from "../../packages/core/src/guard.ts";

const marked = (draft: string, ...sources: string[]) =>
  unsupported(draft, sources).map(({ start, end }) => draft.slice(start, end));

describe("what stands in no source is marked", () => {
  test.each([
    ["It takes 5–7 business days", "Refunds: 5 to 7 business days."],
    ["You pay 49,90 €", "price €49.90"],
    ["within fourteen days, that is two weeks", "within 14 days"],
    ["on 4 March 2026", "2026-03-04"],
    ["am 4. März 2026", "04.03.2026"],
    ["at 5 pm", "17:00 Uhr"],
    ["a 10% fee", "10 percent"],
    ["order #12345, write to help@shop.example", "my order 12345; HELP@shop.example"],
    ["See https://Shop.example/a/.", "https://shop.example/a"],
    ["1,000 USD after 24 hours", "$1000 in one day"],
    ["call +49 30 123456", "030 123456"],
    ["1. First [1]\n2. Then [2], 24/7", ""],
    ["十四天", "14天"],
    ["20-30 €", "between 20 and 30 euros"],
  ])("but not: %s", (draft, source) => expect(marked(draft, source)).toEqual([]));

  test.each([
    ["It takes 6 days", "5 days", "6 days"],
    ["costs €50", "€49", "€50"],
    ["by 5 March 2026", "4 March 2026", "5 March 2026"],
    ["order 99999", "order 12345", "99999"],
    ["write to x@y.example", "a@y.example", "x@y.example"],
    ["see https://evil.example", "https://good.example", "https://evil.example"],
    ["14 €", "14 days", "14 €"],
    ["within three weeks", "14 days", "three weeks"],
    ["5 business days", "5 days", "5 business days"],
    ["5-8 days", "5-7 days", "5-8 days"],
    ["to 12 Main Street", "13 Main Street", "12 Main Street"],
    ["500元", "300元", "500元"],
  ])("%s", (draft, source, what) => expect(marked(draft, source)).toEqual([what]));

  test("offsets lie in the draft, in order and apart, and a draft is its own source", () => {
    const part = fc.constantFrom(
      "5 days ",
      "€49.90 ",
      "10% ",
      "2026-03-04 ",
      "#12345 ",
      "a@b.co ",
      "https://x.co/a ",
      "5 pm ",
      "\ud83d",
      "٥ أيام ",
      "三天",
      "İ",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(part).map((parts) => parts.join("")),
          fc.string({ unit: "binary" }),
        ),
        (draft) => {
          let at = 0;
          for (const { start, end } of unsupported(draft, [])) {
            expect(start).toBeGreaterThanOrEqual(at);
            expect(end).toBeGreaterThan(start);
            at = end;
          }
          expect(at).toBeLessThanOrEqual(draft.length);
          expect(unsupported(draft, [draft])).toEqual([]);
        },
      ),
    );
  });
});

test.each([
  ["[a](https://good.example/x) ok", "[a](https://good.example/x) ok"],
  ["![p](https://good.example/x)", "p"],
  ["<a href='https://evil.example'>click</a> <img src=x alt='pic'>", "click pic"],
  ["go to www.evil.com/login.", "go to ."],
  ["https://good.example@evil.com/", ""],
  ["[x](javascript:alert(1))", "x"],
  ["[x][1]\n\n[1]: https://evil.com", "x\n\n"],
  ["https://good.example/x?d=secret", ""],
  ["[https://evil.com](https://good.example/x)", "https://good.example/x"],
  ["//evil.com/x <https://evil.com>", " "],
  ["e.g. Node.js, see [1][2]; a@b.co", "e.g. Node.js, see [1][2]; a@b.co"],
])("a model's links: %s", (draft, safe) =>
  expect(safeLinks(draft, ["https://good.example/x"])).toEqual({ text: safe, cut: safe !== draft }),
);

test.each([
  "Thanks, bye",
  "ok danke!",
  "Thank you so much for your help, Sam!",
  "no that's all, thanks",
  "谢谢！",
  "ขอบคุณมากครับ",
  "ありがとうございます。",
  "Merci beaucoup, bonne journée",
  "Great, thanks 😊",
  "Muchas gracias por su ayuda",
  "спасибо большое!",
  "شكرا جزيلا",
  "네 감사합니다",
  "Děkuji moc, hezký den",
])("closes: %s", (text) => expect(closing(text)).toBe(true));

test.each([
  "Thanks, but it is still broken",
  "thanks, when will it arrive?",
  "ok",
  "yes thanks",
  "Danke, aber das Paket fehlt",
  "thanks in advance for refunding my order",
  "no",
  "",
])("does not close: %s", (text) => expect(closing(text)).toBe(false));

test.each([
  "I want to talk to a human",
  "agent",
  "Ich möchte mit einem Menschen sprechen",
  "je veux parler à un conseiller",
  "quiero hablar con una persona",
  "转人工",
  "人と話したい",
  "상담원 연결해주세요",
  "хочу поговорить с оператором",
  "bir insanla konuşmak istiyorum",
  "أريد التحدث مع شخص حقيقي",
  "I don't want to talk to a bot",
])("wants a person: %s", (text) => expect(wantsHuman(text)).toBe(true));

test.each([
  "I spoke to an agent yesterday",
  "I don't want to talk to a human",
  "Where is my order?",
  "I need a manager account for my shop",
])("wants none: %s", (text) => expect(wantsHuman(text)).toBe(false));

test.each([
  "I will contact my lawyer",
  "I'm going to sue you",
  "Ich gehe zum Anwalt",
  "je vais porter plainte",
  "voy a denunciarlos",
  "我要找律师",
  "弁護士に相談します",
  "подам в суд",
  "I'll go to the press",
  "mahkemeye vereceğim",
  "I'll kill you",
  "zawiadomię UOKiK",
])("escalates: %s", (text) => expect(escalation(text)).toBe(true));

test.each([
  "Press the button",
  "your cancellation policies",
  "My name is Sue",
  "your social media page",
  "bưu kiện của tôi đâu",
  "wat is de korte naam",
])("does not: %s", (text) => expect(escalation(text)).toBe(false));

test("no text throws or takes long", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
      for (const judge of [closing, wantsHuman, escalation]) expect(typeof judge(text)).toBe("boolean");
      expect(typeof safeLinks(text, []).text).toBe("string");
    }),
  );
  for (const piece of ["talk to ", "<a ", "[x](", "5% ", "1,2 ", "€ 5 to 7 days "]) {
    const long = piece.repeat(Math.ceil(200_000 / piece.length));
    const started = performance.now();
    unsupported(long, [long]);
    safeLinks(long, []);
    for (const judge of [closing, wantsHuman, escalation]) judge(long);
    expect(performance.now() - started).toBeLessThan(6_000);
  }
});
