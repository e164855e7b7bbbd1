/** One file of a policy base as an article: Markdown with front matter, plain text, HTML, PDF. */
import { AppError } from "../error.ts";
import { type Article, parseArticle } from "../policy.ts";

export const readable = /\.(md|markdown|txt|html?|pdf)$/i;

/** Larger files are lists or scans, and nobody's policy. */
export const maxFileBytes = 20_000_000;
/** An item of the table holds 400 KB; a policy of more is a book. */
const maxTextBytes = 300_000;

/**
 * `name` is its path within the folder: the id without its ending, unless the front matter gives one. Where nothing says the
 * language, the text does, if it is sure. Throws `AppError("input", …)` with the reason.
 */
export async function articleOf(name: string, bytes: Uint8Array): Promise<Article> {
  if (bytes.byteLength > maxFileBytes) throw unreadable(`has more than ${maxFileBytes / 1e6} MB`);
  const article = await parse(name, bytes);
  if (!/[\p{L}\p{N}]/u.test(article.text)) throw unreadable("has no text");
  if (Buffer.byteLength(article.text) > maxTextBytes)
    throw unreadable(`has more than ${maxTextBytes / 1e3} KB of text`);
  if (article.language) return article;
  const { detect } = await import("../language.ts");
  const found = detect(article.text.slice(0, 4_000));
  return found?.sure ? { ...article, language: found.language } : article;
}

async function parse(name: string, bytes: Uint8Array): Promise<Article> {
  if (/\.pdf$/i.test(name)) return (await import("./pdf.ts")).pdfArticle(name, bytes);
  const text = textOf(bytes);
  return /\.html?$/i.test(name) ? (await import("./html.ts")).htmlArticle(name, text) : parseArticle(name, text);
}

/** UTF-8, or UTF-16 where the first bytes say so. */
function textOf(bytes: Uint8Array): string {
  const [a, b] = bytes;
  const encoding = a === 0xff && b === 0xfe ? "utf-16le" : a === 0xfe && b === 0xff ? "utf-16be" : "utf-8";
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw unreadable("is not text in UTF-8");
  }
  if (text.includes("\0")) throw unreadable("is not text");
  return text;
}

export const unreadable = (reason: string) => new AppError("input", "file_unreadable", `The file ${reason}.`);
