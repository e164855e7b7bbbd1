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
});
