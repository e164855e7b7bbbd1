import {
  build,
  learn,
  pack,
  packLearned,
  type Query,
  search,
  unpack,
  unpackLearned,
} from "@cuecard/core/lookup/lookup";
import { Article } from "@cuecard/core/policy";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const article = (id: string, title: string, text: string, more: Partial<Article> = {}) =>
  Article.parse({ id, title, text, language: "en", ...more });
const says = (...texts: string[]): Query => ({
  turns: texts.map((text) => ({ author: "customer", text })),
  language: "en",
});

const shop = [
  article("returns", "Returning an item", "You may return unworn items within 30 days. Keep the receipt."),
  article(
    "shipping",
    "Shipping abroad",
    "We ship to Norway and Iceland. Delivery takes six days. Customs fees are yours to pay.",
  ),
  article("voucher", "Gift vouchers", "A voucher is valid for three years. It cannot be paid out in cash."),
  article("wifi-acorn", "Acorn Guest House", "Free wifi in every room of the house."),
  article("pets-acorn", "Acorn Guest House", "Dogs and cats are welcome."),
  article("wifi-oak", "Oak Lodge", "There is wifi in the lobby for a fee."),
  article("pets-oak", "Oak Lodge", "No pets are allowed, sorry."),
];
const index = build(shop);
const first = (query: Query) => search(index, query).best[0]?.passage.articleId;

describe("search", () => {
  it("finds the passage and the sentence that answers", () => {
    const { hits, confidence } = search(index, says("Hi! How long does the delivery to Norway take?"));
    expect(hits[0]?.passage.articleId).toBe("shipping");
    expect(hits[0]?.sentence).toBe("Delivery takes six days.");
    expect(confidence).toBeGreaterThan(0.5);
  });

  it("reads the conversation, not its last line: the house was named before", () => {
    const query = (house: string): Query => ({
      turns: [
        { author: "customer", text: "I need a room for two." },
        { author: "rep", text: `I can offer you the ${house}. Shall I book?` },
        { author: "customer", text: "Is there wifi?" },
      ],
      language: "en",
    });
    expect(first(query("Acorn Guest House"))).toBe("wifi-acorn");
    expect(first(query("Oak Lodge"))).toBe("wifi-oak");
  });

  it("follows when the talk moves on to another name", () => {
    const query: Query = {
      turns: [
        { author: "customer", text: "Tell me about Oak Lodge" },
        { author: "rep", text: "It lies by the lake." },
        { author: "customer", text: "And what about the Acorn guesthouse?" },
        { author: "rep", text: "It lies in the woods." },
        { author: "customer", text: "Do they have wifi?" },
      ],
      language: "en",
    };
    expect(first(query)).toBe("wifi-acorn");
  });

  it("bears typos", () => {
    expect(first(says("do you shipp to Icland?"))).toBe("shipping");
  });

  it("abstains from thanks and from what no article speaks of, but still gives its best", () => {
    for (const text of ["Thanks, bye!", "Who won the football match yesterday?"]) {
      const { hits, confidence } = search(index, says(text));
      expect(hits).toEqual([]);
      expect(confidence).toBeLessThan(0.5);
    }
  });

  it("takes any text", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 80 }), { maxLength: 4 }), (texts) => {
        const { hits, best, confidence } = search(index, says(...texts));
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeLessThanOrEqual(1);
        expect(best.length).toBeGreaterThanOrEqual(hits.length);
      }),
    );
  });

  it("has nothing to say to nobody", () => {
    expect(search(index, { turns: [] })).toEqual({ hits: [], confidence: 0, best: [] });
    expect(search(build([]), says("Hello?"))).toEqual({ hits: [], confidence: 0, best: [] });
  });

  it("leaves out what has expired or does not hold yet", () => {
    const dated = build([
      article("old", "Refund fees", "A refund costs 5 euro.", { validTo: "2026-01-31" }),
      article("now", "Refund fees", "A refund costs 3 euro.", { validFrom: "2026-02-01" }),
    ]);
    const ids = (today: string) =>
      search(dated, says("What does a refund cost?"), { today }).best.map(({ passage }) => passage.articleId);
    expect(ids("2026-01-31")).toEqual(["old"]);
    expect(ids("2026-02-01")).toEqual(["now"]);
  });

  it("gives a German question the German article first", () => {
    const both = build([
      article("en", "PayPal refund", "PayPal refund takes five days."),
      article("de", "PayPal-Erstattung", "Eine Erstattung über PayPal dauert fünf Tage.", { language: "de" }),
      article("visa", "Visa", "Visa cards are accepted."),
    ]);
    const ask = (text: string) =>
      search(both, { turns: [{ author: "customer", text }], language: "de" }).best[0]?.passage.articleId;
    expect(ask("Wie lange dauern Erstattungen mit PayPal?")).toBe("de");
    expect(ask("Nehmen Sie Visa?")).toBe("visa");
  });
});

describe("a turn", () => {
  const told = (...lines: [author: "customer" | "rep", text: string][]): Query => ({
    turns: lines.map(([author, text]) => ({ author, text })),
    language: "en",
  });
  const store = build([
    ...shop,
    article("refunds", "How long a refund takes", "A refund takes up to 14 days. It goes to your card."),
    article("instalments", "Your next payment", "The next payment is not taken while a return is on its way."),
    article("fees", "Late fees", "A late fee of five euros is charged when a payment is overdue."),
    article("invoice", "Invoices", "An invoice is due within 30 days. It can be moved once."),
    article("konto", "Konto gesperrt", "Nach fünf Fehlversuchen ist das Konto gesperrt. Die Sperre endet von selbst.", {
      language: "de",
    }),
    article("zwrot", "Ile trwa zwrot pieniędzy", "Zwrot pieniędzy trwa do 14 dni. I to wszystko, co je potrzebne.", {
      language: "pl",
    }),
  ]);
  const found = (query: Query, limit = 3) =>
    search(store, query, { limit }).hits.map(({ passage }) => passage.articleId);

  it("of two parts finds a passage for each", () => {
    const both = found(says("How long does a refund take, and will the next payment still be taken?"));
    expect(both).toContain("refunds");
    expect(both).toContain("instalments");
    expect(found(says("Is there a late fee, and how many days until the invoice is due?")).sort()).toEqual(
      expect.arrayContaining(["fees", "invoice"]),
    );
  });

  it("that stands on its own leaves the old topic, one that does not goes on with it", () => {
    const talk = ["customer", "How long is a gift voucher valid, and is the voucher paid out in cash?"] as const;
    const reply = ["rep", "A voucher is valid for three years."] as const;
    expect(
      found(told([...talk], [...reply], ["customer", "Do you ship parcels to Norway, what are the customs fees?"]))[0],
    ).toBe("shipping");
    expect(found(told([...talk], [...reply], ["customer", "And in cash?"]))[0]).toBe("voucher");
  });

  it("typed in haste still finds: letters missing, wrong, doubled, swapped, and blanks left out", () => {
    for (const text of [
      "how logn does a refnd take",
      "were is my refudn, how mnay days does it take??",
      "refundd how long wil it tkae",
      "I stil wait for my reffund, how long",
    ])
      expect(found(says(text))[0], text).toBe("refunds");
    expect(found({ ...says("mein Konot ist gespert, wie lang?"), language: "de" })[0]).toBe("konto");
    expect(found({ ...says("ile trwa zwort pieniedzy"), language: "pl" })[0]).toBe("zwrot");
    expect(found(says("is a latefee charged"))[0]).toBe("fees");
  });

  it("of small words alone says nothing, though another language has them", () => {
    // "I" is "and" in Polish, "je" and "co" are words of both.
    expect(found(says("I think I am fine"))).toEqual([]);
    expect(found({ ...says("je vais bien"), language: "fr" })).toEqual([]);
  });
});

describe("learn", () => {
  const pairs = Array.from({ length: 12 }, (_, at) => [
    { query: `my card was swallowed by the machine ${at}`, articleId: "voucher", weight: 1 },
    { query: `the colour looks off on my screen ${at}`, articleId: "returns", weight: 1 },
  ]).flat();

  it("finds what shares no word with the question", () => {
    const learned = learn(pairs);
    const { best } = search(index, says("the machine swallowed my card"), { learned });
    expect(best[0]?.passage.articleId).toBe("voucher");
  });

  it("is sure of what it learnt, and not of the rest", () => {
    const learned = learn(pairs);
    const ask = (text: string) => search(index, says(text), { learned }).hits.length;
    expect(ask("the machine swallowed my card")).toBeGreaterThan(0);
    expect(ask("Who won the football match yesterday?")).toBe(0);
    expect(ask("Thanks, bye!")).toBe(0);
  });

  it("survives being stored", () => {
    const learned = unpackLearned(packLearned(learn(pairs)));
    expect(search(index, says("the machine swallowed my card"), { learned }).best[0]?.passage.articleId).toBe(
      "voucher",
    );
  });

  const ask = "is there free wifi for dogs in the lobby of the house?";
  const rankOf = (id: string, past: Parameters<typeof learn>[0]) => {
    const { best } = search(index, says(ask), { learned: learn(past), limit: 30 });
    const at = best.findIndex(({ passage }) => passage.articleId === id);
    return { at: at < 0 ? best.length : at, score: best[at]?.score ?? 0 };
  };
  const pair = (articleId: string, weight: number) => ({ query: ask, articleId, weight, language: "en" });
  const times = <T>(count: number, one: T) => Array.from({ length: count }, () => one);

  it("never lifts an article that was only ever refused, alone or among others that were", () => {
    const before = search(index, says(ask), { limit: 30 }).best;
    for (const { passage, score } of before) {
      const id = passage.articleId;
      expect(rankOf(id, times(20, pair(id, -1))).score, id).toBeLessThan(score);
      const others = before.map((hit) => pair(hit.passage.articleId, -1)).filter(({ articleId }) => articleId !== id);
      expect(rankOf(id, [...others, pair(id, -1)]).score, id).toBeLessThan(score);
    }
  });

  it("lets one that is refused more often than accepted not pass one without history", () => {
    const [first, second] = search(index, says(ask), { limit: 30 }).best.map(({ passage }) => passage.articleId);
    const mixed = [pair(second!, 1), ...times(10, pair(second!, -1))];
    expect(rankOf(second!, mixed).at).toBeGreaterThan(rankOf(first!, mixed).at);
    expect(rankOf(second!, mixed).score).toBeLessThan(rankOf(second!, []).score);
    // And one that is accepted does.
    expect(rankOf(second!, times(10, pair(second!, 1))).at).toBe(0);
  });

  it("changes nothing without a past", () => {
    expect(search(index, says("vouchers?"), { learned: learn([]) })).toEqual(search(index, says("vouchers?")));
  });
});

describe("pack", () => {
  it("gives back an index that finds the same", () => {
    const again = unpack(pack(index));
    for (const text of ["do you ship to Norway?", "dogs at Oak Lodge?", "voucher cash"])
      expect(search(again, says(text))).toEqual(search(index, says(text)));
  });

  it("refuses bytes of something else", () => {
    expect(() => unpack(new Uint8Array(20))).toThrow(expect.objectContaining({ code: "index_version" }));
  });
});

it("a language that is a word of the runtime, or none at all, is taken as English", () => {
  for (const language of ["constructor", "__proto__", "toString", "valueOf-DE", "hasOwnProperty", "", "x", "12"]) {
    const article = {
      id: "a",
      title: "Refunds",
      text: "Refunds take five days.",
      audience: "public" as const,
      language,
    };
    const { best } = search(
      build([article]),
      { turns: [{ author: "customer", text: "How long is a refund?" }], language },
      { limit: 3 },
    );
    expect(best[0]?.passage.articleId, language).toBe("a");
  }
});
