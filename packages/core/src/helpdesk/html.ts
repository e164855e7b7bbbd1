/** A message's HTML as the text its reader saw. The parser is loaded only when there is HTML: most chats have none. */
import { AppError } from "../error.ts";

/** Mail clients nest tables deeply; nobody reads past this. It also bounds the stack. */
const maxDepth = 200;

/** More markup than any letter has. The parser's time grows with the square of open tags: 190,000 took 40 s. */
const maxTags = 10_000;
const maxLength = 1_000_000;

/** Plain text: paragraphs and list marks kept, quotes as `> `, pictures and addresses of links left out. Throws `AppError("input", …)`. */
export async function htmlToText(html: string, path = "message.html"): Promise<string> {
  const bounded = html.slice(0, maxLength);
  if (hasManyTags(bounded)) return strip(bounded);
  const { convert } = await import("html-to-text");
  const upright = { options: { uppercase: false } };
  try {
    return convert(bounded, {
      wordwrap: false,
      limits: { maxDepth, maxInputLength: maxLength },
      selectors: [
        { selector: "img", format: "skip" },
        { selector: "style", format: "skip" },
        { selector: "script", format: "skip" },
        { selector: "head", format: "skip" },
        { selector: "a", options: { ignoreHref: true } },
        { selector: "table", format: "block" },
        ...["h1", "h2", "h3", "h4", "h5", "h6"].map((selector) => ({ selector, ...upright })),
      ],
    }).trim();
  } catch {
    // Broken markup is the sender's; its text would stand in the parser's error.
    throw new AppError("input", "invalid_field", "The HTML cannot be read.", path);
  }
}

function hasManyTags(html: string): boolean {
  let count = 0;
  for (let at = html.indexOf("<"); at >= 0; at = html.indexOf("<", at + 1)) if (++count > maxTags) return true;
  return false;
}

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: " ", "#39": "'" };

/** For what is too much for the parser: one pass, words and line breaks alone. */
function strip(html: string): string {
  const text: string[] = [];
  for (let at = 0; at < html.length; ) {
    const open = html.indexOf("<", at);
    text.push(html.slice(at, open < 0 ? html.length : open));
    const close = open < 0 ? -1 : html.indexOf(">", open);
    if (close < 0) break;
    if (/^<(?:br|\/?(?:p|div|li|tr|table|blockquote|h\d))\b/i.test(html.slice(open, open + 14))) text.push("\n");
    at = close + 1;
  }
  const words = text.join("").replace(/&(amp|lt|gt|quot|nbsp|#39);/g, (_, name: string) => entities[name]!);
  // One run of white space at a time: a pattern around the line break would try each of a million blanks.
  return words.replace(/\s+/g, (space) => (space.includes("\n") ? "\n" : " ")).trim();
}

/** Some helpdesks send text or HTML in one field, by version. Theirs is wrapped in a tag; a person's "a < b" is not. */
export const looksLikeHtml = (body: string): boolean =>
  /^\s*<[a-z!][^<>]*>/i.test(body) && /<\/?[a-z][^<>]*>\s*$/i.test(body);

/** Where an answered mail begins: its pictures were sent before. */
const quoteBegins = /<blockquote\b|\bgmail_quote\b|\bdivRplyFwdMsg\b/i;
/** Emoji drawn as pictures, and pixels that tell who read a mail. */
const noPicture = /\bemoji|\b(?:width|height)\s*[=:]\s*["']?[0-2](?![\d.])|display\s*:\s*none/i;

/** How many pictures stand in the HTML itself: nobody reads them here. */
export function picturesIn(html: string): number {
  const own = html.slice(0, maxLength).split(quoteBegins, 1)[0]!;
  return (own.match(/<img\b[^<>]{0,4000}>/gi) ?? []).filter((tag) => !noPicture.test(tag)).length;
}

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
/** The text as it must stand in HTML, between tags or in a quoted attribute. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (sign) => escapes[sign]!);
