import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { longestRuns } from "../../packages/core/src/text/runs.ts";
import {
  compare,
  maxWords,
  replyBody,
  retainedShare,
  sameText,
  withoutCitations,
} from "../../packages/core/src/text.ts";

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.string({ unit: "grapheme", maxLength: 200 }),
  fc.string({ maxLength: 300 }),
);
const draft =
  "Hello Ada, your refund \u2013 \u201cin full\u201d \u2013 takes five working days. Nothing else is needed from you [1].";

test("citations leave with the blank before them; links and prices stay", () => {
  expect(withoutCitations("Refunds take 5 days [1][2], see [3, 4].")).toBe("Refunds take 5 days, see.");
  expect(withoutCitations("[1](https://a.example) [note] [1234]")).toBe("[1](https://a.example) [note] [1234]");
});

describe("the part of a mail its author wrote", () => {
  const own = "Your refund is on its way.\n\nIt takes five days.";
  test.each([
    ["an English quote", "On Mon, 2 Mar 2026 at 10:12, Ada Byron <ada@example.com> wrote:\n> Where is it?"],
    ["a wrapped head", "On Mon, 2 Mar 2026 at 10:12, Ada Byron\n<ada@example.com> wrote:\n\n> Where is it?"],
    ["a German quote", "Am 02.03.2026 um 10:12 schrieb Ada Byron <ada@example.com>:\n> Wo ist es?"],
    ["a French quote", "Le lun. 2 mars 2026 à 10:12, Ada Byron <ada@example.com> a écrit :\n> Où est-il ?"],
    [
      "Outlook's block",
      "From: Ada Byron <ada@example.com>\nSent: Monday, 2 March 2026\nTo: Support\nSubject: Refund\n\nWhere is it?",
    ],
    ["a divider", "-----Original Message-----\nFrom: Ada\n\nWhere is it?"],
    ["a signature", "-- \nSam Miller\n+44 20 7946 0000"],
    ["a closing formula", "Mit freundlichen Grüßen\nSam Müller\nKundendienst"],
    ["thanks and a name", "Thanks,\nSam"],
    ["a telephone", "Sent from my iPhone"],
  ])("without %s", (_, rest) => {
    expect(replyBody(`${own}\n\n${rest}\n`)).toBe(own);
    expect(replyBody(`${own}\n\n${rest}\n`.replaceAll("\n", "\r\n"))).toBe(own);
  });

  test("a reply below its quote is kept, and a text that is all quote is not emptied", () => {
    expect(replyBody("On Mon, 2 Mar 2026, Ada <a@b.co> wrote:\n> Where is it?\n\nIt is on its way.")).toBe(
      "It is on its way.",
    );
    expect(replyBody("> only\n> this")).toContain("only");
    expect(replyBody("Yes,\nthank you")).toBe("Yes,\nthank you");
    expect(replyBody("Sent from our warehouse on Monday.\nIt arrives soon.")).toContain("warehouse");
  });
});

describe("the same text", () => {
  test.each([
    ["line breaks", (text: string) => text.replaceAll(". ", ".\r\n\r\n")],
    ["plain quotes and dashes", (text: string) => text.replace(/[\u201c\u201d]/g, '"').replaceAll("\u2013", "-")],
    ["no-break spaces", (text: string) => text.replaceAll(" ", "\u00a0")],
    ["a decomposed form", (text: string) => text.normalize("NFD")],
    [
      "HTML",
      (text: string) =>
        `<p>${text.replace("full", "<b>full</b>").replace("Ada", "Ada&nbsp;").replace("&nbsp;,", ",")}</p>`,
    ],
    ["Markdown", (text: string) => text.replace("five working days", "**five working days**")],
    ["a capital", (text: string) => text.replace("Nothing", "nothing")],
    ["no citation", withoutCitations],
  ])("whatever was made of it: %s", (_, change) => {
    expect(sameText(draft, change(draft))).toBe(true);
    expect(compare(draft, change(draft), { clicked: false })).toEqual({ kind: "accepted", retained: 1 });
  });

  test("a digit or a word makes another", () => {
    expect(sameText("It takes 5 days.", "It takes 6 days.")).toBe(false);
    expect(sameText(draft, draft.replace("five", "six"))).toBe(false);
  });
});

describe("retained share", () => {
  const share = (a: string, b: string) => retainedShare(a, b);
  test("counts words in runs of three and more, in order, each once", () => {
    expect(share("a b c d e f", "a b c x d e")).toBe(3 / 6);
    expect(share("a b c d e f", "d e f a b c")).toBe(3 / 6);
    expect(share("a b c d e f", "a b c d e f and more")).toBe(1);
    expect(share("a b c a b c", "a b c")).toBe(3 / 6);
    expect(share("a b x c d y e f", "a b c d e f")).toBe(0);
    expect(share("thank you", "thank you very much")).toBe(1);
    expect(share("", "anything")).toBe(0);
  });
  test("works where no blank stands between words, and from right to left", () => {
    expect(share("您的退款将在五个工作日内到账。", "您好!您的退款将在五个工作日内到账。祝好")).toBeGreaterThan(0.9);
    expect(share("คุณจะได้รับเงินคืนภายในห้าวัน", "สวัสดีค่ะ คุณจะได้รับเงินคืนภายในห้าวัน")).toBeGreaterThan(0.9);
    expect(share("ستصل أموالك خلال خمسة أيام عمل", "مرحبا، ستصل أموالك خلال خمسة أيام عمل")).toBe(1);
    expect(share("返金には五営業日かかります。", "配送は無料です。")).toBeLessThan(0.3);
  });
  test("is the exact maximum: both ways of computing it agree with a plain search", () => {
    const letters = fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 12 });
    fc.assert(
      fc.property(letters, letters, fc.integer({ min: 1, max: 3 }), (a, b, least) => {
        expect(longestRuns(Int32Array.from(a), Int32Array.from(b), least)).toBe(slow(a, b, least));
        // Other words around make the agreeing places rare, which takes the other way.
        const apart = (list: number[], from: number) => [...list, ...Array.from({ length: 60 }, (_, i) => from + i)];
        expect(longestRuns(Int32Array.from(apart(a, 100)), Int32Array.from(apart(b, 200)), least)).toBe(
          slow(a, b, least),
        );
      }),
    );
  });
  test("lies in 0..1, is 1 for the same, and never falls when the rep writes more behind it", () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        expect(retainedShare(a, a)).toBe(1);
        const alone = retainedShare(a, b);
        expect(alone).toBeGreaterThanOrEqual(0);
        expect(alone).toBeLessThanOrEqual(1);
      }),
    );
    const list = fc.array(fc.constantFrom("refund", "order", "days", "five", "ship"), { maxLength: 30 });
    fc.assert(
      fc.property(list, list, list, (some, b, more) => {
        const a = ["refund", ...some];
        expect(retainedShare(a.join(" "), [...b, ...more].join(" "))).toBeGreaterThanOrEqual(
          retainedShare(a.join(" "), b.join(" ")),
        );
      }),
    );
  });
  test("200 KB neither throw nor take long, whatever they repeat", () => {
    for (const piece of [
      "a ",
      "refund takes days ",
      "> x\n",
      "<b",
      "退款需要",
      "\ud83d",
      "[1] ",
      "On x wrote:\n",
      "**",
    ]) {
      const long = piece.repeat(Math.ceil(200_000 / piece.length));
      const started = performance.now();
      expect(compare(long, `x ${long}`, { clicked: true }).retained).toBeLessThanOrEqual(1);
      expect(performance.now() - started).toBeLessThan(2_000);
    }
    expect(maxWords).toBe(2_500);
  });
});

describe("the verdict", () => {
  const long = "We have refunded your order today and the money reaches your account in five days at most";
  test("after a click 0.3 is enough, without one 0.6 and eight words", () => {
    const third = `${long.split(" ").slice(0, 6).join(" ")} but otherwise all of this is new`;
    expect(compare(long, third, { clicked: true }).kind).toBe("edited");
    expect(compare(long, third, { clicked: true, threshold: 0.5 }).kind).toBeNull();
    expect(compare(long, third, { clicked: false }).kind).toBeNull();
    expect(compare(long, `${long}, dear Ada`, { clicked: false }).kind).toBe("edited");
    expect(compare("You can reply here", "You can reply here too", { clicked: false }).kind).toBeNull();
    expect(
      compare(long, "Please send us your address and a photograph of the parcel", { clicked: true }).kind,
    ).toBeNull();
  });
  test("an inserted name may differ or be missing", () => {
    const names = ["Ada Byron", "Sam O'Neil-Smith"];
    expect(compare("Hi {name}, it is on its way.", "Hi Ada, it is on its way.", { clicked: true, names }).kind).toBe(
      "accepted",
    );
    expect(compare("Hi, it is on its way.", "Hi Ada Byron, it is on its way.", { clicked: true, names }).kind).toBe(
      "accepted",
    );
    expect(compare("Hi Ada, it is on its way.", "Hi Ada, it has arrived now.", { clicked: true, names }).kind).not.toBe(
      "accepted",
    );
  });
});

/** All ways to choose runs, by brute force with memory. */
function slow(a: number[], b: number[], least: number): number {
  const known = new Map<number, number>();
  const best = (i: number, j: number): number => {
    if (i >= a.length || j >= b.length) return 0;
    const key = i * 100 + j;
    const old = known.get(key);
    if (old !== undefined) return old;
    let most = Math.max(best(i + 1, j), best(i, j + 1));
    for (let run = 0; i + run < a.length && j + run < b.length && a[i + run] === b[j + run]; run++)
      if (run + 1 >= least) most = Math.max(most, run + 1 + best(i + run + 1, j + run + 1));
    known.set(key, most);
    return most;
  };
  return best(0, 0);
}
