/** A message's HTML as the text its reader saw. The parser is loaded only when there is HTML: most chats have none. */
import { AppError } from "../error.ts";

/** Mail clients nest tables deeply; nobody reads past this. It also bounds the stack. */
const maxDepth = 200;

/** Plain text: paragraphs and list marks kept, quotes as `> `, pictures and addresses of links left out. Throws `AppError("input", …)`. */
export async function htmlToText(html: string, path = "message.html"): Promise<string> {
  const { convert } = await import("html-to-text");
  const upright = { options: { uppercase: false } };
  try {
    return convert(html, {
      wordwrap: false,
      limits: { maxDepth, maxInputLength: 2_000_000 },
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

/** Some helpdesks send text or HTML in one field, by version. Theirs is wrapped in a tag; a person's "a < b" is not. */
export const looksLikeHtml = (body: string): boolean =>
  /^\s*<[a-z!][^<>]*>/i.test(body) && /<\/?[a-z][^<>]*>\s*$/i.test(body);
