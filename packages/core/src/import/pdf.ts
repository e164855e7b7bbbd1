/** PDF files as articles, by unpdf (Mozilla's pdf.js without a browser). Loaded only when there is one: 1.6 MB. */
import { extractText, getDocumentProxy, getMeta } from "unpdf";
import { type Article, parseArticle } from "../policy.ts";
import { unreadable } from "./files.ts";

const maxPages = 500;

/** Pages become paragraphs. A scan has no text: it is refused rather than taken as empty. */
export async function pdfArticle(name: string, bytes: Uint8Array): Promise<Article> {
  const pdf = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 }).catch((error: Error) => {
    throw unreadable(
      /password/i.test(error.name + error.message) ? "is locked with a password" : "is not a PDF that can be read",
    );
  });
  try {
    if (pdf.numPages > maxPages) throw unreadable(`has more than ${maxPages} pages`);
    const { text } = await extractText(pdf, { mergePages: false });
    const title = String((await getMeta(pdf)).info.Title ?? "")
      .replace(/\s+/g, " ")
      .trim();
    const whole = text
      .map((page) => page.trim())
      .filter(Boolean)
      .join("\n\n");
    if (whole === "") throw unreadable("has no text; perhaps it is a scan");
    const front = title && !/^(untitled|microsoft word)/i.test(title) ? `---\ntitle: ${title}\n---\n` : "";
    return parseArticle(name.replace(/\.pdf$/i, ""), front + whole);
  } finally {
    await pdf.destroy();
  }
}
