import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compare, replyBody, retainedShare, sameText, withoutCitations } from "../../packages/core/src/text.ts";

test("citations leave with the blank before them", () => {
  expect(withoutCitations("Refunds take 5 days [1][2], see [3].")).toBe("Refunds take 5 days, see.");
});

test("a reply counts as the draft whatever mail made of it", () => {
  const draft = "Hello Ada, your refund \u2013 \u201cin full\u201d \u2013 takes 5 days [1].";
  const sent =
    'Hello Ada,\r\n\r\nyour refund - "in full" - takes\u00a05 days.\r\n\r\n-- \r\nSam\r\n\r\nOn Mon, 2 Mar 2026 Ada wrote:\r\n> Where is it?';
  expect(sameText(draft, sent)).toBe(true);
  expect(compare(draft, sent, { clicked: false })).toEqual({ kind: "accepted", retained: 1 });
});

test("retained share is 1 for the same text and stays within 0 and 1", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.string({ unit: "binary", maxLength: 200 }),
      (a, b) => {
        expect(retainedShare(a, a)).toBe(1);
        const share = retainedShare(a, b);
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
        expect(typeof replyBody(a)).toBe("string");
      },
    ),
  );
});
