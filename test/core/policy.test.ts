import { AppError } from "@cuecard/core/error";
import { Article, parseArticle, passagesOf, sentencesOf } from "@cuecard/core/policy";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const article = (text: string, title = "Returns") => Article.parse({ id: "a1", title, text });

describe("passagesOf", () => {
  it("cuts at headings and keeps their path", () => {
    const passages = passagesOf(
      article(
        "# Returns\n\nKeep the box.\n\n## Shoes\n\n### Worn\n\nWe take **worn** shoes [back](https://x.example).",
      ),
    );
    expect(passages.map(({ n, heading, text }) => ({ n, heading, text }))).toEqual([
      { n: 0, heading: "", text: "Keep the box." },
      { n: 1, heading: "Shoes › Worn", text: "We take worn shoes back." },
    ]);
  });

  it("drops the marks of lists, tables, code and rules, and keeps the words", () => {
    const text =
      "- one `x`\n- two\n\n| Plan | Price |\n|---|---|\n| Basic | 5 € |\n\n---\n\n1. First\n2. Second\n\n```\nraw_code\n```";
    expect(passagesOf(article(text))[0]?.text).toBe(
      "one x\ntwo\nPlan · Price\nBasic · 5 €\n1. First\n2. Second\nraw_code",
    );
  });

  it("leaves words with underscores alone", () => {
    expect(passagesOf(article("Call open_bank_account_4821 now."))[0]?.text).toBe("Call open_bank_account_4821 now.");
  });

  it("keeps passages short and loses no word", () => {
    const sentence = "A parcel may be returned within thirty days of the day it came. ";
    const passages = passagesOf(article(sentence.repeat(40)));
    expect(passages.length).toBeGreaterThan(4);
    for (const { text } of passages) expect(text.length).toBeLessThanOrEqual(640);
    expect(passages.map(({ text }) => text).join(" ")).toBe(sentence.repeat(40).trim());
  });

  it("makes a passage of the title when there is no text, and carries audience, language and address", () => {
    const [passage] = passagesOf({
      id: "x",
      title: "Opening hours",
      text: "",
      audience: "internal",
      language: "en",
      url: "https://x.example",
    });
    expect(passage).toEqual({
      articleId: "x",
      n: 0,
      title: "Opening hours",
      heading: "",
      text: "Opening hours",
      audience: "internal",
      language: "en",
      url: "https://x.example",
    });
  });

  it("takes any text", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), (text) => {
        for (const passage of passagesOf(article(text))) expect(passage.text.trim()).not.toBe("");
      }),
    );
  });
});

describe("sentencesOf", () => {
  it("knows abbreviations and other scripts", () => {
    expect(sentencesOf("Ask Dr. Ito first. Then call, e.g. Monday. OK?")).toEqual([
      "Ask Dr. Ito first.",
      "Then call, e.g. Monday.",
      "OK?",
    ]);
    expect(sentencesOf("三十天内可退货。请保留收据。")).toEqual(["三十天内可退货。", "请保留收据。"]);
  });
});

describe("parseArticle", () => {
  it("reads front matter", () => {
    const text =
      '---\ntitle: "Fees: all"\nlanguage: de\nvalid_to: 2026-12-31\naudience: internal\nunknown: x\n---\n# Other\nText.';
    expect(parseArticle("money/fees.md", text)).toEqual({
      id: "money/fees",
      title: "Fees: all",
      language: "de",
      validTo: "2026-12-31",
      audience: "internal",
      text: "# Other\nText.",
    });
  });

  it("takes the first heading, else the name, as title", () => {
    expect(parseArticle("a.md", "intro\n\n## How to *pay*\nx").title).toBe("How to pay");
    expect(parseArticle("shop/how-to_pay.md", "text").title).toBe("how to pay");
  });

  it("says which field is wrong", () => {
    const parse = () => parseArticle("a.md", "---\nvalidTo: soon\n---\ntext");
    expect(parse).toThrow(AppError);
    expect(parse).toThrow(/a\.md: validTo/);
  });

  it.each([
    [
      "de",
      "Am 3. Tag nach dem Termin mahnen wir.",
      "Bis 14. Mai ist Zeit.",
      "Es dauert ca. 5 Tage, z. B. Montag bis Freitag.",
    ],
    [
      "de",
      "Der Preis beträgt 14.",
      "Die Gebühr entfällt i. d. R. am 2. Werktag.",
      "Hr. Maier prüft das bis 14. 5. 2026.",
    ],
    ["da", "Den 3. juni sender vi.", "Det tager ca. 5 dage, bl.a. Fyn, kl. 14.", "Tak."],
    ["nb", "Vi svarer innen 3. Mai, f.eks. Oslo.", "Det koster ca. 49 kr.", "Takk."],
    ["sv", "Det tar ca. 5 dagar, t.ex. Malmö.", "Vi ringer kl. 14.", "Tack."],
    ["fi", "Maksu erääntyy 3. päivänä, esim. Turussa.", "Se on n. 5 euroa.", "Kiitos."],
    ["pl", "Przesyłka trwa ok. 5 dni, np. Warszawa.", "Piszemy tj. Państwo wybierają."],
    ["cs", "Platí od 14. 5. 2026, např. Praha.", "Stojí cca. 5 Kč.", "Děkujeme."],
    ["hu", "Az ár 2026. 05. 14. után változik, pl. Budapesten.", "Kb. 3 nap."],
    ["tr", "3. Taksit 14. Mayıs günü alınır, örn. Ankara.", "Sonra biter."],
    ["nl", "Het duurt ca. 5 dagen, bijv. Utrecht.", "Bel dhr. Visser."],
    ["en", "Do I pay?", "No.", "See No. 5 by Mr. Hill.", "We close at 5 p.m.", "It takes 14.", "The next is free."],
  ])("%s: cuts at ends of sentences, not at ordinals and abbreviations", (language, ...sentences) => {
    expect(sentencesOf(sentences.join(" "), language)).toEqual(sentences);
  });

  it("knows German ordinals by the words before them where nobody says the language", () => {
    expect(sentencesOf("Wir mahnen am 3. Tag. Zeit ist bis 14. Mai. It takes 14. The rest is free.")).toEqual([
      "Wir mahnen am 3. Tag.",
      "Zeit ist bis 14. Mai.",
      "It takes 14.",
      "The rest is free.",
    ]);
  });
});
