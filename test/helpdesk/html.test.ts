import { AppError } from "@cuecard/core/error";
import { htmlToText, looksLikeHtml, picturesIn } from "@cuecard/core/helpdesk/html";
import { cut } from "@cuecard/core/helpdesk/text";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("HTML as text", () => {
  it("is what its reader saw", async () => {
    const html = `<html><head><title>t</title><style>p{}</style></head><body><h2>Refund</h2><p>Dear Sam,<br>see <a href="https://x.example/a?b=c">here</a>:</p>
      <ul><li>one</li><li>two</li></ul><table><tr><td>Order</td></tr><tr><td>17</td></tr></table>
      <script>alert(1)</script><img src="https://t.example/pixel.gif" alt="pixel"><blockquote>You wrote</blockquote></body></html>`;
    const text = await htmlToText(html);
    expect(text).toContain("Refund");
    expect(text).toContain("Dear Sam,\nsee here:");
    expect(text).toContain(" * one\n * two");
    expect(text).toContain("> You wrote");
    for (const unseen of ["pixel", "alert", "x.example", "p{}"]) expect(text).not.toContain(unseen);
  });

  it("is read in a moment, whatever was sent", async () => {
    const hostile = [
      "<div>".repeat(190_000),
      "<b a=b".repeat(150_000),
      "<".repeat(900_000),
      `${"<table><tr><td>".repeat(3_300)}x`,
    ];
    const start = performance.now();
    for (const html of [...hostile, `${"<b>".repeat(20_000)}x${"\r".repeat(900_000)}x`]) await htmlToText(html);
    // Quadratic parsing of the first took 40 s.
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it("keeps words and lines where there is too much markup for the parser", async () => {
    const html = `${"<p>a &amp; b</p>\n".repeat(9_000)}`;
    const lines = (await htmlToText(html)).split("\n");
    expect(lines).toHaveLength(9_000);
    expect(new Set(lines)).toEqual(new Set(["a & b"]));
  });

  it("is text or an AppError, for any markup", async () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        "<p>",
        "</p>",
        "<table>",
        "<td>",
        "<a href=",
        '"',
        "<!--",
        "-->",
        "<ol start=x>",
        "<li>",
        "&#xD800;",
        "&#0;",
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
        const given = await htmlToText(pieces.join("")).catch((error) => error);
        expect(typeof given === "string" || given instanceof AppError).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

it.each([
  ["<p>Hello</p>", true],
  [" <div class='x'>Hello</div>\n", true],
  ["Hello", false],
  ["a < b and c > d", false],
  ["use <b> for bold", false],
  ["<3 you", false],
  ["", false],
])("sees whether %j is HTML: %s", (body, expected) => expect(looksLikeHtml(body)).toBe(expected));

it("cuts text between characters, at the bytes that are kept", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.nat(40), (text, max) => {
      const { text: kept, truncated } = cut(text, max);
      expect(text.startsWith(kept)).toBe(true);
      expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(max);
      expect(kept.isWellFormed()).toBe(true);
      expect(truncated).toBe(kept === text ? undefined : true);
    }),
  );
});

describe("pictures in the text itself", () => {
  it.each([
    ["<p>See:</p><img src='https://x.example/a.png'><IMG\nsrc=cid:1 width=200>", 2],
    ['<img src="https://t.example/p.gif" width="1" height="1"><img style="width:1px;height:1px" src=x>', 0],
    ['<img class="emoji" alt="🙂" src=x><img style="display: none" src=x>', 0],
    ["<p>Thanks</p><blockquote><img src=logo.png></blockquote>", 0],
    ['<p>Thanks</p><div class="gmail_quote"><img src=logo.png></div>', 0],
    ["<p>a < img b</p>", 0],
  ])("%s: %d", (html, count) => expect(picturesIn(html)).toBe(count));

  it("are counted in a moment, whatever was sent", () => {
    const start = performance.now();
    for (const html of ["<img ".repeat(200_000), `<img ${"width=".repeat(150_000)}>`, "<".repeat(900_000)])
      picturesIn(html);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
