/** The text of a message as it is kept: well-formed, bounded, plain. */
import { htmlToText, looksLikeHtml } from "./html.ts";

/** Bytes of UTF-8 that are kept of one message; a longer one is cut and marked. */
export const maxTextBytes = 200_000;

export type Body = { text: string; truncated?: true };

/** Without what no store or model can carry: NUL, and halves of surrogate pairs (U+FFFD takes their place). */
export const clean = (text: string): string => text.replaceAll("\0", "").toWellFormed();

/** At most `maxBytes` of UTF-8, cut between characters. */
export function cut(text: string, maxBytes: number): Body {
  if (text.length * 3 <= maxBytes) return { text };
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return { text };
  let end = maxBytes;
  // 10xxxxxx continues a character.
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return { text: bytes.toString("utf8", 0, end), truncated: true };
}

/** Text where there is some, else the HTML's text; `format: "either"` looks whether the text is HTML after all. */
export async function bodyOf(
  body: { text?: string | null | undefined; html?: string | null | undefined; format?: "either" },
  path?: string,
): Promise<Body> {
  const text = body.text ?? "";
  const html = body.format === "either" && looksLikeHtml(text) ? text : text === "" ? body.html : undefined;
  return cut(clean(html ? await htmlToText(html, path) : text), maxTextBytes);
}
